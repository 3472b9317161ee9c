# SPDX-License-Identifier: GPL-3.0-or-later
# The fluctuation-dissipation curve of linear regression: bent for sgd, straight for langevin at the chord's temperature.
#
#     gnuplot -e "build='build'" validation/gallery/fdt_linear.gp     writes validation/gallery/fdt_linear.png
if (!exists("build")) build = "build"
if (!exists("dim")) dim = 2000
model = "--teacher linear --loss square --alpha 3 --ridge 0.1 --label-noise 0.5 --rate 0.02"
theory(flags) = sprintf("%s/sgdmft teff %s %s --engine stationary --paths 4000 --steps 1000 --format csv --quiet | tr , ' '", build, model, flags)
points(flags) = sprintf("/usr/bin/python3 validation/gallery/fdt_points.py %s 180 %s %s --dim %d --runs 12 --force-directions 2 --test-examples 10", build, model, flags, dim)
sgd = "--rule sgd --batch 0.1"

# columns: 4 correlation, 6 response; C(0) comes first, the limits last
load_curve(flags) = theory(flags)." | tail -n +2 | awk '{c[NR]=$4; r[NR]=$6} END {for (i=1; i<=NR; i++) print r[i], c[i]-c[NR]}'"
set print $sgd
print system(load_curve(sgd))
unset print
stats $sgd using 1 nooutput name "response"
stats $sgd using 2 nooutput name "correlation"
chord = correlation_max/response_max
langevin = sprintf("--rule langevin --temperature %.5f", chord)

set print $langevin
print system(load_curve(langevin))
set print $sgd_points
print system(points(sgd))
set print $langevin_points
print system(points(langevin))
unset print

height = 0.8
load "validation/gallery/style.gp"
if (!exists("picture")) picture = "validation/gallery/fdt_linear.png"
set output picture
set xlabel "integrated response {/:Italic χ}" offset 0, 0.3
set ylabel "{/:Italic C} − {/:Italic C}(∞)"
set title "linear regression with label noise, {/:Italic α} = 3, {/:Italic λ} = 0.1, {/:Italic η} = 0.02" font small offset 0, -0.6
set xrange [0:1.02*response_max]
set yrange [0:*]
set key top right
plot $sgd using 1:2 with lines lw 1.5 lc rgb colour(1) title "sgd, {/:Italic b} = 0.1: theory", \
     $sgd_points using 1:3:2:4 with xyerrorbars pt 7 ps 0.6 lw 1 lc rgb colour(1) notitle, \
     NaN with points pt 7 ps 0.6 lc rgb colour(1) title sprintf("simulation, {/:Italic N} = %d", dim), \
     $langevin using 1:2 with lines lw 1.5 lc rgb colour(2) title sprintf("langevin, {/:Italic T} = %.3f: theory", chord), \
     $langevin_points using 1:3:2:4 with xyerrorbars pt 7 ps 0.6 lw 1 lc rgb colour(2) notitle, \
     NaN with points pt 7 ps 0.6 lc rgb colour(2) title sprintf("simulation, {/:Italic N} = %d", dim)
