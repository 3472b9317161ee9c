# SPDX-License-Identifier: GPL-3.0-or-later
# Left: temperatures of the linear model; right: how far the identities of the stationary state are from holding.
tall = 560
load style
set multiplot layout 1,2
pick(s, x) = strcol("sweep") eq s ? x : NaN
set xlabel "noise scale {/Symbol h}(1-b)/b"
set ylabel "effective temperature"
set title run_noise font ",10"
set key top left
set xrange [0:*]
set yrange [0:*]
names = "teff_short teff_chord"
words = "short chord"
plot for [i=1:2] table using (pick("noise", column("noise_scale"))):(column(word(names, i)."_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(i) title word(words, i).": theory", \
     for [i=1:2] table using (pick("noise", column("noise_scale"))):(column(word(names, i)."_simulation")):(column(word(names, i)."_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
set title "identities: ".run_rate font ",10"
set xlabel "learning rate {/Symbol h} (breast-cancer data: 50 {/Symbol h})"
set ylabel "(left - right)/left"
set yrange [*:*]
set xrange [0:0.26]
set key top right
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead dt 2 lc rgb "grey"
names = "identity_gradient identity_short identity_linear"
words = "gradient short linear"
at(s) = strcol("sweep") eq "rate" ? column("rate") : strcol("sweep") eq "breast-cancer" ? 50*column("rate") : NaN
plot for [i=1:3] table using (pick("rate", column("rate") - 0.002 + 0.001*i)):(column(word(names, i)."_theory")):(column(word(names, i)."_theory_se")) with yerrorbars pt 7 ps 0.8 lc rgb colour(i) title word(words, i).": theory", \
     for [i=1:3] table using (pick("rate", column("rate") + 0.002 + 0.001*i)):(column(word(names, i)."_simulation")):(column(word(names, i)."_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     for [i=1:3] table using (pick("breast-cancer", 50*column("rate") + 0.006 + 0.001*i)):(column(word(names, i)."_simulation")):(column(word(names, i)."_simulation_se")) with yerrorbars pt 4 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation", \
     NaN with points pt 4 lc rgb "black" title "squares: breast-cancer data"
