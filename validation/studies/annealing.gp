# SPDX-License-Identifier: GPL-3.0-or-later
# Losses and errors against the number of epochs: rate decayed, batch grown, neither; and cycles.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,1000 font "sans,12"
set output output
set encoding utf8
set border lw 0.8
set tics scale 0.6
set grid lc rgb "#dddddd" lw 0.5
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
# A description of a run without the value of one parameter, which is not the same in all runs of the panel.
cut(s, k) = (cut_a = strstrt(s, ", ".k." = "), cut_a == 0 ? s : (cut_t = s[cut_a+2:*], cut_e = strstrt(cut_t, ","), s[1:cut_a-1].(cut_e == 0 ? "" : cut_t[cut_e:*])))
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
