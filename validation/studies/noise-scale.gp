# SPDX-License-Identifier: GPL-3.0-or-later
# What should depend on the noise scale alone, against the learning rate at three noise scales; and learning curves in time.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,1000 font "sans,12"
set output output
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
tag = "low middle high"
noise = "0.1 0.5 2"
is(kind, i) = strcol("sweep")[1:strlen(kind)] eq kind && strstrt(strcol("sweep"), word(tag, i)) > 0
set logscale x 2
set xrange [0.15:2.2]
set xlabel "learning rate {/Symbol h}"
set key top left
array names[3] = ["teff_chord", "distance_normalised", "test_error"]
array kinds[3] = ["teff", "replicas", "replicas"]
array words[3] = ["T_{eff} (chord) / noise scale", "distance of two replicas / (C noise scale)", "test error"]
do for [j=1:3] {
    set ylabel words[j]
    unset logscale y
    set yrange [*:*]
    if (j < 3) { set logscale y }
    n = names[j]
    k = kinds[j]
    scale(i) = j < 3 ? real(word(noise, i)) : 1
    plot for [i=1:3] table using (is(k, i) ? column("rate") : NaN):(column(n."_theory")/scale(i)) with linespoints pt 7 ps 0.5 lw 2 lc rgb colour(i) title "noise scale ".word(noise, i).": theory", \
         for [i=1:3] table using (is(k, i) ? column("rate") : NaN):(column(n."_simulation")/scale(i)):(column(n."_simulation_se")/scale(i)) with yerrorbars pt 6 lc rgb colour(i) title "simulation"
}
unset logscale x
set xrange [0:30]
set yrange [*:*]
set xlabel "time (sum of the rates)"
set ylabel "test loss"
set key top right
rates = "0.2 0.4 0.8 1.6"
curve(i) = strcol("sweep") eq "replicas-middle-".word(rates, i) ? column("time") : NaN
set title "noise scale 0.5"
plot for [i=1:4] series using (curve(i)):(column("test_loss_theory")) with lines lw 2 lc rgb colour(i) title "{/Symbol h} = ".word(rates, i).": theory", \
     for [i=1:4] series using (curve(i)):(int(column("step")) % int(3/real(word(rates, i)) + 1) == 0 ? column("test_loss_simulation") : NaN):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) title "simulation"
