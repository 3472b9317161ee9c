# SPDX-License-Identifier: GPL-3.0-or-later
# Errors of test and training over alpha and over the variance of the clusters; over batch; in time.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
rules = "gd sgd persistent"
is(name) = strcol("sweep") eq name
set yrange [0:*]
set ylabel "error"
set key at graph 0.98,0.78
array panels[2] = ["alpha", "variance"]
array keys[2] = ["alpha", "cluster_variance"]
array words[2] = ["examples to weights {/Symbol a}", "variance of the clusters {/Symbol D}"]
do for [p=1:2] {
    set xlabel words[p]
    set title drop(p == 1 ? run_alpha_sgd : run_variance_sgd, "sgd") font ",10"
    x(i) = is(panels[p]."-".word(rules, i)) ? column(keys[p]) : NaN
    plot for [i=1:3] table using (x(i)):(column("test_error_theory")) with lines lw 2 lc rgb colour(i) title word(rules, i).": test", \
         for [i=1:3] table using (x(i)):(column("train_error_theory")) with lines lw 2 dt 2 lc rgb colour(i) title word(rules, i).": training", \
         for [i=1:3] table using (x(i)):(column("test_error_simulation")):(column("test_error_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
         for [i=1:3] table using (x(i)):(column("train_error_simulation")):(column("train_error_simulation_se")) with yerrorbars pt 4 lc rgb colour(i) notitle, \
         NaN with points pt 6 lc rgb "black" title "points: simulation"
}
set key default
set key top left
set xlabel "learning rate {/Symbol h}"
set logscale x 2
set xrange [0.01:0.25]
set xtics (0.0125, 0.025, 0.05, 0.1, 0.2)
set ylabel "test error"
set yrange [*:*]
set title cut(drop(run_tuned_gd, "gd"), "{/:Italic b}") font ",10"
batches = "0.15 0.3"
of(j) = is("tuned-sgd") && abs(column("batch") - real(word(batches, j))) < 1e-9 ? column("rate") : NaN
full(k) = is("tuned-gd") ? column("rate") : NaN
plot table using (full(0)):(column("test_error_theory")) with lines lw 2 lc rgb colour(1) title "gd: theory", \
     for [j=1:2] table using (of(j)):(column("test_error_theory")) with lines lw 2 lc rgb colour(j + 1) title "sgd, b = ".word(batches, j).": theory", \
     table using (full(0)):(column("test_error_simulation")):(column("test_error_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) notitle, \
     for [j=1:2] table using (of(j)):(column("test_error_simulation")):(column("test_error_simulation_se")) with yerrorbars pt 6 lc rgb colour(j + 1) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
unset logscale x
set xtics autofreq
set key default
set key at graph 0.98,0.85
set xrange [0:*]
set yrange [0:*]
set xlabel "time (sum of the rates)"
set ylabel "error"
set title "{/Symbol a} = 2 of the first panel" font ",10"
t(i) = is("alpha-".word(rules, i)) && abs(column("alpha") - 2) < 1e-9 ? column("time") : NaN
plot for [i=1:3] series using (t(i)):(column("test_error_theory")) with lines lw 2 lc rgb colour(i) title word(rules, i).": test", \
     for [i=1:3] series using (t(i)):(column("train_error_theory")) with lines lw 2 dt 2 lc rgb colour(i) title word(rules, i).": training"
