# SPDX-License-Identifier: GPL-3.0-or-later
# Left: training error on clean and flipped labels against the noise scale of the algorithm; right: against the share of flips.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,560 font "sans,12"
set output output
set multiplot layout 1,2
set key top left
set yrange [0:0.6]
set ylabel "error against the label as given"
pick(s, x) = strcol("sweep") eq s ? x : NaN
set xlabel "noise scale {/Symbol h}(1-b)/b"
set title "teacher sign, {/Symbol a} = 2, 10 % flipped, 150 steps"
set xrange [-0.4:10]
plot for [s in "noise rate"] table using (pick(s, column("noise_scale"))):(column("train_error_flipped_theory")) with lines lw 2 lc rgb (s eq "noise" ? "#c03020" : "#e09050") title "flipped, vary ".(s eq "noise" ? "b" : "{/Symbol h}").": theory", \
     for [s in "noise rate"] table using (pick(s, column("noise_scale"))):(column("train_error_flipped_simulation")):(column("train_error_flipped_simulation_se")) with yerrorbars pt 6 lc rgb (s eq "noise" ? "#c03020" : "#e09050") title "simulation", \
     for [s in "noise rate"] table using (pick(s, column("noise_scale"))):(column("train_error_clean_theory")) with lines lw 2 lc rgb (s eq "noise" ? "#2050a0" : "#60a0d0") title "clean: theory", \
     for [s in "noise rate"] table using (pick(s, column("noise_scale"))):(column("train_error_clean_simulation")):(column("train_error_clean_simulation_se")) with yerrorbars pt 6 lc rgb (s eq "noise" ? "#2050a0" : "#60a0d0") title "simulation"
set xrange [0:0.35]
set xlabel "share p of flipped labels"
set title "b = 0.2, {/Symbol h} = 0.5"
plot table using (pick("flips", column("label_noise"))):(column("train_error_flipped_theory")) with lines lw 2 lc rgb "#c03020" title "flipped: theory", \
     table using (pick("flips", column("label_noise"))):(column("train_error_flipped_simulation")):(column("train_error_flipped_simulation_se")) with yerrorbars pt 6 lc rgb "#c03020" title "simulation", \
     table using (pick("flips", column("label_noise"))):(column("train_error_clean_theory")) with lines lw 2 lc rgb "#2050a0" title "clean: theory", \
     table using (pick("flips", column("label_noise"))):(column("train_error_clean_simulation")):(column("train_error_clean_simulation_se")) with yerrorbars pt 6 lc rgb "#2050a0" title "simulation", \
     table using (pick("flips", column("label_noise"))):(column("test_error_theory")) with lines lw 2 lc rgb "#208040" title "test (with noise): theory", \
     table using (pick("flips", column("label_noise"))):(column("test_error_simulation")):(column("test_error_simulation_se")) with yerrorbars pt 6 lc rgb "#208040" title "simulation"
