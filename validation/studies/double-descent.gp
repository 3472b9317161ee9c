# SPDX-License-Identifier: GPL-3.0-or-later
# Test losses over examples per weight: without and with the noise of sgd, stopped runs, ridges, logistic regression.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
set logscale x 2
set xlabel "examples per weight {/Symbol a}"
set key top right font ",10"
is(s) = strcol("sweep") eq s ? column("alpha") : NaN
at(s, name, value) = strcol("sweep") eq s && abs(column(name) - value) < 1e-9 ? column("alpha") : NaN
# the closed form of late times, noise 1/2 and |w(0) - v|^2/N = 2
late(a) = a > 1 ? 0.25*a/(a - 1) : (1 - a) + 0.25/(1 - a)
set samples 2001
set xrange [0.22:4.6]
set yrange [0:2.6]
set ylabel "test loss"
set title run_gd font ",9"
plot (abs(x - 1) < 0.02 ? NaN : late(x)) with lines lw 1 lc rgb "grey" title "gd, late times: closed form", \
     table using (is("gd")):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(1) title "gd: theory", \
     table using (is("gd")):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) notitle, \
     table using (is("sgd")):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(2) title "sgd, {/:Italic b} = 0.2: theory", \
     table using (is("sgd")*1.02):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(2) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
set title cut(run_stopped, "steps")." steps = 10 to 160" font ",9"
stops = "10 20 40 80 160"
plot for [i=1:5] table using (at("stopped", "steps", real(word(stops, i)))):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(i) title "stopped after ".word(stops, i)." steps", \
     for [i=1:5] table using (at("stopped", "steps", real(word(stops, i)))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle
set title cut(run_ridge, "{/:Italic λ}") font ",9"
ridges = "0.1 0.25 0.5 1 2"
plot for [i=1:5] table using (at("ridge", "ridge", real(word(ridges, i)))):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(i) title "ridge ".word(ridges, i), \
     for [i=1:5] table using (at("ridge", "ridge", real(word(ridges, i)))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle
set title run_logistic_gd font ",9"
set xrange [0.45:7]
set yrange [0.4:2]
set ylabel "test loss"
runs = "logistic-gd logistic-sgd"
plot for [i=1:2] table using (is(word(runs, i))):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(i) title (i == 1 ? "gd" : "sgd, {/:Italic b} = 0.2"), \
     for [i=1:2] table using (is(word(runs, i))*(0.98 + 0.02*i)):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     table using (at("logistic-stopped", "steps", 10)):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(3) title "stopped after 10 steps", \
     table using (at("logistic-stopped", "steps", 10)):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(3) notitle, \
     table using (at("logistic-ridge", "ridge", 0.3)):(column("test_loss_theory")) with linespoints pt 7 ps 0.4 lw 2 lc rgb colour(4) title "ridge 0.3", \
     table using (at("logistic-ridge", "ridge", 0.3)):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(4) notitle
