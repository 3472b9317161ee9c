# SPDX-License-Identifier: GPL-3.0-or-later
# Test losses against steps and examples, with lines of the exponents of the closed theory.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
# ten points a decade
few(k) = k <= 10 || abs(10*log10(k) - int(10*log10(k) + 0.5)) < 2.2/k ? k : NaN
is(s) = strcol("sweep") eq s && column("step") > 0 ? column("step") : NaN
at(s, name, value) = strcol("sweep") eq s && column("step") > 0 && abs(column(name) - value) < 1e-9 ? column("step") : NaN
set multiplot layout 2,2
set logscale xy
set format y "10^{%L}"
set xlabel "step"
set ylabel "test loss"
set key bottom left font ",10"
set xrange [1:220]
set title cut(cut(run_gd, "{/:Italic b}"), "{/:Italic N}").", {/:Italic s_i} = {/:Italic i}^{-1.5}, signal {/:Italic i}^{-1}" font ",9"
sweeps = "gd momentum"
plot for [i=1:2] series using (is(word(sweeps, i))):(column("test_loss_theory")) with lines lw 2 lc rgb colour(i) title word("gd momentum", i), \
     series using (at("sgd", "batch", 0.05)):(column("test_loss_theory")) with lines lw 2 lc rgb colour(3) title "sgd, {/:Italic b} = 0.05", \
     series using (is("large")):(column("test_loss_theory")) with lines lw 2 lc rgb colour(4) title "gd, {/:Italic N} = 20000", \
     for [i=1:2] series using (few(is(word(sweeps, i)))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     series using (few(at("sgd", "batch", 0.05))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(3) notitle, \
     series using (few(is("large"))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(4) notitle, \
     [5:220] 0.6/x with lines dt 2 lc rgb "black" title "step^{-1}", \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
set title cut(cut(run_easy_gd, "{/:Italic b}"), "{/:Italic N}").", signal {/:Italic i}^{-3}" font ",9"
plot series using (is("easy-gd")):(column("test_loss_theory")) with lines lw 2 lc rgb colour(1) title "gd", \
     series using (is("easy-sgd")):(column("test_loss_theory")) with lines lw 2 lc rgb colour(3) title "sgd, {/:Italic b} = 0.01", \
     series using (few(is("easy-gd"))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) notitle, \
     series using (few(is("easy-sgd"))):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(3) notitle, \
     [5:220] 0.15*x**(-7.0/3) with lines dt 2 lc rgb "black" title "step^{-7/3}", \
     [5:220] 0.05*x**(-4.0/3) with lines dt 3 lc rgb "black" title "step^{-4/3}"
set title cut(run_data, "{/:Italic α}") font ",9"
set xlabel "examples per weight {/Symbol a}"
set xrange [0.015:0.21]
set format y "%g"
plot table using (strcol("sweep") eq "data" ? column("alpha") : NaN):(column("test_loss_theory")):(column("test_loss_theory_se")) with yerrorlines pt 7 ps 0.4 lw 2 lc rgb colour(1) title "late times: theory", \
     table using (strcol("sweep") eq "data" ? column("alpha") : NaN):(column("test_loss_simulation")):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) title "simulation", \
     0.0002*x**(-1.5) with lines dt 2 lc rgb "black" title "{/Symbol a}^{-3/2}"
set title run_logistic font ",9"
set xlabel "step"
set ylabel "test loss, test error"
set xrange [1:220]
names = "test_loss test_error"
words = "loss error"
plot for [i=1:2] series using (is("logistic")):(column(word(names, i)."_theory")) with lines lw 2 lc rgb colour(i) title "test ".word(words, i), \
     for [i=1:2] series using (few(is("logistic"))):(column(word(names, i)."_simulation")):(column(word(names, i)."_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle
