# SPDX-License-Identifier: GPL-3.0-or-later
# Overlap in time by theory and simulation; share of runs that recover over alpha, over batch and persistence, over N.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
rules = "gd sgd persistent langevin"
found = "recovered(0.95)_simulation"
is(name) = strcol("sweep") eq name
set xlabel "time (sum of the rates)"
set ylabel "overlap"
set yrange [0.15:*]
set key bottom right
set title drop(run_time_persistent, "persistent") font ",10"
m(sign) = column("overlap_theory") + sign*column("overlap_theory_se")
plot for [i=1:4] series using (is("time-".word(rules, i)) ? column("time") : NaN):(m(-1)):(m(1)) with filledcurves fc rgb colour(i) fs transparent solid 0.15 notitle, \
     for [i=1:4] series using (is("time-".word(rules, i)) ? column("time") : NaN):(column("overlap_theory")) with lines lw 2 lc rgb colour(i) title word(rules, i).": theory", \
     for [i=1:4] series using (is("time-".word(rules, i)) && int(column("step")) % 60 == 0 ? column("time") : NaN):(column("overlap_simulation")):(column("overlap_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
set yrange [-0.05:1.05]
set ylabel "share of the runs that recover"
set xlabel "examples to weights {/Symbol a}"
set key top left Left reverse samplen 2 font ",9"
set title drop(run_recovery_persistent, "persistent") font ",10"
starts = "0.2 0.4"
at(i, j) = is("recovery-".word(rules, i)) && abs(column("overlap0") - real(word(starts, j))) < 1e-9 ? column("alpha") : NaN
plot for [j=1:2] for [i=1:4] table using (at(i, j)):(column(found)):(column(found."_se")) with yerrorlines pt 4 + 3*j dt j lc rgb colour(i) title j == 1 ? word(rules, i) : "", \
     NaN with lines dt 1 lc rgb "black" title "start 0.2", NaN with lines dt 2 lc rgb "black" title "start 0.4"
set xlabel "persistence time {/Symbol t}"
set logscale x 2
set key default
set key top right
set title run_persistence font ",10"
batches = "0.3 0.5 0.7"
of(i) = is("persistence") && abs(column("batch") - real(word(batches, i))) < 1e-9 ? column("persistence") : NaN
plot for [i=1:3] table using (of(i)):(column(found)):(column(found."_se")) with yerrorlines pt 7 lc rgb colour(i) title "b = ".word(batches, i)
set logscale x 10
set xrange [150:200000]
set xlabel "number of weights N"
set ylabel "overlap at time 5"
set yrange [0.4:1.02]
set key bottom left
set title cut(drop(run_size_gd, "gd"), "{/:Italic b}") font ",10"
sized(i) = is("size-".word(rules, i)) || is("large-".word(rules, i)) ? column("dim") : NaN
plot for [i=1:3:2] table using (sized(i)):(column("overlap_simulation")):(column("overlap_simulation_se")) with yerrorlines pt 7 lc rgb colour(i) title word(rules, i)
