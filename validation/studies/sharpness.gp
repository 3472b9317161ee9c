# SPDX-License-Identifier: GPL-3.0-or-later
# The ends of the spectrum of the Hessian along the run, its outlier with clusters, and the limit of large N.
set datafile separator comma
set datafile columnheaders
set terminal pngcairo size 1300,1000 font "sans,12"
set output output
colour(i) = word("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000", i)
set multiplot layout 2,2
shifted(k) = k + 1
set logscale x
set xlabel "step + 1"
set xrange [0.8:200]
set key top right
curve(s, p, v) = strcol("sweep") eq s && abs(column(p) - real(v)) < 1e-9 ? shifted(column("step")) : NaN
batches = "0.05 0.2 1"
rates = "0.1 0.4 1.6"
set ylabel "eigenvalue of the Hessian"
set title "teacher, {/Symbol h} = 0.4: top eigenvalue, upper edge"
plot for [i=1:3] series using (curve("batch", "batch", word(batches, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "b = ".word(batches, i).": edge, theory", \
     for [i=1:3] series using (curve("batch", "batch", word(batches, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) title "largest, N = 300"
set title "teacher, b = 0.2"
plot for [i=1:3] series using (curve("rate", "rate", word(rates, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "{/Symbol h} = ".word(rates, i).": edge, theory", \
     for [i=1:3] series using (curve("rate", "rate", word(rates, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) title "largest, N = 300"
set title "two clusters, {/Symbol D} = 0.5, {/Symbol h} = 0.1: an eigenvalue outside the bulk"
plot for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "b = ".word(batches, i).": edge, theory", \
     for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) title "largest, N = 300", \
     for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("largest.1_simulation")):(column("largest.1_simulation_se")) with yerrorbars pt 2 lc rgb colour(i) title "second"
unset logscale x
set xrange [0:0.05]
set xlabel "N^{-2/3}"
set title "teacher, {/Symbol h} = 0.4, b = 0.2, step 40"
size(v) = strcol("sweep") eq "size" ? column("dim")**(-2.0/3) : NaN
stats table using (strcol("sweep") eq "size" ? column("upper_edge_theory") : NaN) nooutput name "edge"
set yrange [0.85*edge_mean:1.05*edge_mean]
set arrow 1 from 0, edge_mean to 0.05, edge_mean nohead lw 2 lc rgb colour(1)
set label 1 "upper edge, theory" at 0.002, edge_mean offset 0,0.6 textcolor rgb colour(1)
plot table using (size(0)):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) title "largest", \
     table using (size(0)):(column("largest.1_simulation")):(column("largest.1_simulation_se")) with yerrorbars pt 2 lc rgb colour(2) title "second"
