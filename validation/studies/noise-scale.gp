# SPDX-License-Identifier: GPL-3.0-or-later
# What should depend on the noise scale alone, against the learning rate at three noise scales; and learning curves in time.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
tag = "low middle high"
is(kind, i) = strcol("sweep")[1:strlen(kind)] eq kind && strstrt(strcol("sweep"), word(tag, i)) > 0
array noise[3] # of what was run
do for [i=1:3] {
    stats table using (is("teff", i) ? column("noise_scale") : NaN) nooutput name "A"
    noise[i] = A_mean
}
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
    set title cut(cut(j == 1 ? run_teff_middle_0_2 : run_replicas_middle_0_2, "{/:Italic b}"), "steps") font ",10"
    scale(i) = j < 3 ? noise[i] : 1
    plot for [i=1:3] table using (is(k, i) ? column("rate") : NaN):(column(n."_theory")/scale(i)) with linespoints pt 7 ps 0.5 lw 2 lc rgb colour(i) title sprintf("noise scale %.3g: theory", noise[i]), \
         for [i=1:3] table using (is(k, i) ? column("rate") : NaN):(column(n."_simulation")/scale(i)):(column(n."_simulation_se")/scale(i)) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
}
unset logscale x
set xrange [0:*]
set yrange [*:*]
set xlabel "time (sum of the rates)"
set ylabel "test loss"
set key top right
rates = "0.2 0.4 0.8 1.6"
curve(i) = strcol("sweep") eq "replicas-middle-".word(rates, i) ? column("time") : NaN
set title sprintf("noise scale %.3g: ", noise[2]).cut(cut(run_replicas_middle_0_2, "{/:Italic b}"), "steps") font ",10"
plot for [i=1:4] series using (curve(i)):(column("test_loss_theory")) with lines lw 2 lc rgb colour(i) title "{/Symbol h} = ".word(rates, i).": theory", \
     for [i=1:4] series using (curve(i)):(int(column("step")) % int(3/real(word(rates, i)) + 1) == 0 ? column("test_loss_simulation") : NaN):(column("test_loss_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
