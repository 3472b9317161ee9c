# SPDX-License-Identifier: GPL-3.0-or-later
# Deviations of simulations from the theory against the number of weights, in units of the theory's value.
tall = 560
load style
set datafile missing NaN # rows of other sweeps are left out
sweeps = "plain plain plain edge teff recovery"
names = "train_loss norm test_error largest.0 teff_chord overlap"
is(i) = strcol("sweep")[1:strlen(word(sweeps, i))] eq word(sweeps, i) ? column("dim") : NaN
theory(i) = (i == 4 ? column("upper_edge_theory") : column(word(names, i)."_theory"))
array limit[6]
do for [i=1:6] {
    stats table using (is(i) > 0 ? theory(i) : NaN) nooutput name "A"
    limit[i] = A_mean
}
set multiplot layout 1,2
set logscale xy
set format xy "10^{%L}"
set xlabel "{/:Italic N}"
set ylabel "|simulation - theory|/theory"
set key top right font ",9"
set title "deviation of the mean" font ",10"
set yrange [1e-5:1]
plot for [i=1:6] table using (is(i)):(abs(column(word(names, i)."_simulation")/limit[i] - 1)):(column(word(names, i)."_simulation_se")/limit[i]) with yerrorbars pt 6 lc rgb colour(i) title word("training-loss norm test-error largest-eigenvalue T_{eff} overlap(recovery)", i), \
     [100:1e6] 1/x with lines dt 2 lc rgb "black" title "{/:Italic N}^{-1}", [100:1e6] 2*x**(-2.0/3) with lines dt 3 lc rgb "black" title "{/:Italic N}^{-2/3}"
set title "standard error of the mean of the runs" font ",10"
set ylabel "standard error/theory"
plot for [i=1:6] table using (is(i)):(column(word(names, i)."_simulation_se")/limit[i]) with points pt 7 lc rgb colour(i) notitle
