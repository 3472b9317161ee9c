# SPDX-License-Identifier: GPL-3.0-or-later
# Losses and errors against the number of epochs: rate decayed, batch grown, neither; and cycles.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,1000 font "sans,12"
set output output
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
set multiplot layout 2,2
set xlabel "epochs"
set key top right
set xrange [1:15.5]
names = "train_loss test_error"
words = "train\\_loss test\\_error"
groups(j) = j == 1 ? "decay grow constant" : "cycle-rate cycle-batch"
curve(s) = strcol("sweep") eq s && column("ridge") > 0.05 && column("epochs") > 0 ? column("epochs") : NaN
do for [j=1:2] {
    do for [n=1:2] {
        name = word(names, n)
        if (n == 1) { set yrange [0.16:0.32] } else { set yrange [0.13:0.23] }
        set ylabel (n == 1 ? "training loss" : "test error")
        set title (j == 1 ? "three stages of five epochs, ridge 0.1" : "cycles of two epochs, ridge 0.1")
        plot for [i=1:words(groups(j))] series using (curve(word(groups(j), i))):(column(name."_theory")) with lines lw 2 lc rgb colour(i) title word(groups(j), i).": theory", \
             for [i=1:words(groups(j))] series using (curve(word(groups(j), i))):(int(column("step")) % 9 == 0 ? column(name."_simulation") : NaN):(column(name."_simulation_se")) with yerrorbars pt 6 ps 0.7 lc rgb colour(i) title "simulation"
    }
}
