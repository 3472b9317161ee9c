# SPDX-License-Identifier: GPL-3.0-or-later
# Effective temperature and replica distance of stationary states against the noise (1 - b) tau, tau = eta/b for sgd,
# under-parametrized: theory (lines) and simulation (points), from the points of
# validation/acceptance/over_parametrized_tables.py.
#
#     gnuplot validation/gallery/under_noise.gp     writes validation/gallery/under_noise.png
folder = "validation/gallery/"
same(x, y) = abs(x - y) < 1e-9
set datafile separator ","
width = 2.02
height = 0.8
letters = 0.8
load folder."style.gp"
set output folder."under_noise.png"
set multiplot layout 1,2 title "Random labels, {/:Italic α} = 3, quadratic hinge, {/:Italic λ} = 0.1: T_{eff} (full lines, circles) and |w_1 - w_2|^2/N (dashed, squares)" font small
set logscale xy
set format y "10^{%L}"
set key top left samplen 2
set yrange [0.01:8] # no tic at 10, which would touch the title
do for [part in "sgd persistent"] {
    file = folder."under_".part.".csv"
    values = part eq "sgd" ? "0.1 0.2" : "2 4"
    symbol = part eq "sgd" ? "{/:Italic η}" : "{/:Italic τ}"
    set xlabel (part eq "sgd" ? "sgd: noise {/:Italic η} (1 − {/:Italic b})/{/:Italic b}" : "persistent sgd, {/:Italic η} = 0.1: noise (1 − {/:Italic b}) {/:Italic τ}")
    plot for [i=1:2] file using 3:(same($1, word(values,i)) ? column("theory T_eff") : NaN) with lines lw 1.5 lc rgb colour(i) title symbol." = ".word(values,i), \
         for [i=1:2] file using 3:(same($1, word(values,i)) ? $22 : NaN):23 with yerrorbars pt 7 ps 0.6 lw 1 lc rgb colour(i) notitle, \
         for [i=1:2] file using 3:(same($1, word(values,i)) ? column("theory raw distance") : NaN) with lines lw 1.5 dt (8,5) lc rgb colour(i) notitle, \
         for [i=1:2] file using 3:(same($1, word(values,i)) ? $10 : NaN):11 with yerrorbars pt 5 ps 0.6 lw 1 lc rgb colour(i) notitle
}
unset multiplot
