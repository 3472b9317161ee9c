# SPDX-License-Identifier: GPL-3.0-or-later
# Replica distance and width of the decision boundary against the noise (1 - b) tau, tau = eta/b for sgd, over-parametrized:
# theory (lines) and simulation (points), from the points of validation/acceptance/over_parametrized_tables.py.
#
#     gnuplot -e "part='over_sgd'" validation/gallery/boundary_noise.gp     writes validation/gallery/over_sgd.png
if (!exists("part")) part = "over_sgd"
folder = "validation/gallery/"
file = folder.part.".csv"
persistent = part eq "over_persistent"
values = persistent ? "1 2 4" : "0.1 0.2 0.4"
symbol = persistent ? "{/:Italic τ}" : "{/:Italic η}"
set datafile separator ","
width = 2.02
height = 0.8
letters = 0.8
load folder."style.gp"
set output folder.part.".png"
set multiplot layout 1,2 title (persistent ? "Random labels, {/:Italic α} = 0.7, quadratic hinge: persistent sgd, {/:Italic η} = 0.2" : "Random labels, {/:Italic α} = 0.7, quadratic hinge: sgd") font small
set logscale x
set xlabel (persistent ? "noise (1 − {/:Italic b}) {/:Italic τ}" : "noise {/:Italic η} (1 − {/:Italic b})/{/:Italic b}")
set key top left samplen 2
set xrange [*:*]
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
set logscale y
set format y "10^{%L}"
set ylabel "replica distance |w_1 - w_2|^2/|w|^2"
plot for [i=1:3] file using 3:(abs($1 - word(values,i)) < 1e-9 ? $4 : NaN):5 with yerrorlines lw 1.5 pt -1 lc rgb colour(i) title symbol." = ".word(values,i), \
     for [i=1:3] file using 3:(abs($1 - word(values,i)) < 1e-9 ? $6 : NaN):7 with yerrorbars pt 7 ps 0.6 lw 1 lc rgb colour(i) notitle
unset logscale y
set format y "%g"
set ylabel "width: mean of the normalised margin"
plot for [i=1:3] file using 3:(abs($1 - word(values,i)) < 1e-9 ? $12 : NaN):13 with yerrorlines lw 1.5 pt -1 lc rgb colour(i) title symbol." = ".word(values,i), \
     for [i=1:3] file using 3:(abs($1 - word(values,i)) < 1e-9 ? $14 : NaN):15 with yerrorbars pt 7 ps 0.6 lw 1 lc rgb colour(i) notitle
unset multiplot
