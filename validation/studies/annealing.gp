# SPDX-License-Identifier: GPL-3.0-or-later
# Losses and errors against the number of epochs: rate decayed, batch grown, neither; and cycles.
tall = 1000
load style
set multiplot layout 2,2
set xlabel "epochs"
set key top right
set xrange [1:*]
names = "train_loss test_error"
words = "train\\_loss test\\_error"
groups(j) = j == 1 ? "decay grow constant" : "cycle-rate cycle-batch"
only(x, y) = x == x ? y : NaN # gnuplot scales an axis by points without x too
curve(s) = strcol("sweep") eq s && column("ridge") > 0.05 && column("epochs") >= 1 ? column("epochs") : NaN
do for [j=1:2] {
    do for [n=1:2] {
        name = word(names, n)
        set ylabel (n == 1 ? "training loss" : "test error")
        set title cut(j == 1 ? "stages: ".run_constant : "cycles: ".run_cycle_rate, "steps").", {/:Italic λ} = 0.1" font ",10"
        plot for [i=1:words(groups(j))] series using (curve(word(groups(j), i))):(only(curve(word(groups(j), i)), column(name."_theory"))) with lines lw 2 lc rgb colour(i) title word(groups(j), i).": theory", \
             for [i=1:words(groups(j))] series using (curve(word(groups(j), i))):(int(column("step")) % 9 == 0 ? only(curve(word(groups(j), i)), column(name."_simulation")) : NaN):(column(name."_simulation_se")) with yerrorbars pt 6 ps 0.7 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
    }
}
