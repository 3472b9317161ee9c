# SPDX-License-Identifier: GPL-3.0-or-later
# Left: training error on clean and flipped labels against the noise scale of the algorithm; right: against the share of flips.
tall = 560
load style
set multiplot layout 1,2
set key top left
set yrange [0:*]
set ylabel "error against the label as given"
pick(s, x) = strcol("sweep") eq s ? x : NaN
array sweeps[2] = ["noise", "rate"]
array varied[2] = ["b", "{/:Italic η}"]
array kinds[2] = ["flipped", "clean"]
set xlabel "noise scale {/:Italic η}(1-b)/b"
set title run_noise font ",10"
set xrange [*:*]
set offsets graph 0.03, graph 0.03, graph 0.4, 0 # room for the key
plot for [k=1:2] for [s=1:2] table using (pick(sweeps[s], column("noise_scale"))):(column("train_error_".kinds[k]."_theory")) with lines lw 2 lc rgb colour(2*k + s - 2) title kinds[k].", vary ".varied[s].": theory", \
     for [k=1:2] for [s=1:2] table using (pick(sweeps[s], column("noise_scale"))):(column("train_error_".kinds[k]."_simulation")):(column("train_error_".kinds[k]."_simulation_se")) with yerrorbars pt 6 lc rgb colour(2*k + s - 2) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
array names[3] = ["train_error_flipped", "train_error_clean", "test_error"]
array words[3] = ["flipped", "clean", "test (with noise)"]
shade(i) = colour(i == 1 ? 1 : i == 2 ? 3 : 5)
set xrange [0:*]
set xlabel "share p of flipped labels"
set title run_flips font ",10"
plot for [i=1:3] table using (pick("flips", column("label_noise"))):(column(names[i]."_theory")) with lines lw 2 lc rgb shade(i) title words[i].": theory", \
     for [i=1:3] table using (pick("flips", column("label_noise"))):(column(names[i]."_simulation")):(column(names[i]."_simulation_se")) with yerrorbars pt 6 lc rgb shade(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
