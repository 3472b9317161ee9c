# SPDX-License-Identifier: GPL-3.0-or-later
# The ends of the spectrum of the Hessian along the run, its outlier with clusters, and the limit of large N.
tall = 1000
load style
set multiplot layout 2,2
shifted(k) = k + 1
set logscale x
set xlabel "step + 1"
set xrange [*:*]
stats series using (shifted(column("step"))) nooutput name "last"
set xrange [0.8:1.3*last_max]
set key top right
curve(s, p, v) = strcol("sweep") eq s && abs(column(p) - real(v)) < 1e-9 ? shifted(column("step")) : NaN
batches = "0.05 0.2 1"
rates = "0.1 0.4 1.6"
set ylabel "eigenvalue of the Hessian"
set title run_batch font ",10"
plot for [i=1:3] series using (curve("batch", "batch", word(batches, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "b = ".word(batches, i).": edge, theory", \
     for [i=1:3] series using (curve("batch", "batch", word(batches, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "largest, simulation"
set title run_rate font ",10"
plot for [i=1:3] series using (curve("rate", "rate", word(rates, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "{/Symbol h} = ".word(rates, i).": edge, theory", \
     for [i=1:3] series using (curve("rate", "rate", word(rates, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "largest, simulation"
set title "outside the bulk: ".run_clusters font ",10"
plot for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("upper_edge_theory")) with lines lw 2 lc rgb colour(i) title "b = ".word(batches, i).": edge, theory", \
     for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("largest.0_simulation")):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     for [i=1:3] series using (curve("clusters", "batch", word(batches, i))):(column("largest.1_simulation")):(column("largest.1_simulation_se")) with yerrorbars pt 2 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "largest, simulation", \
     NaN with points pt 2 lc rgb "black" title "second, simulation"
unset logscale x
set xrange [*:*]
set yrange [*:*]
set xlabel "N^{-2/3}"
set title run_size font ",10"
only(x, y) = x == x ? y : NaN # gnuplot scales an axis by points without x too
size(v) = strcol("sweep") eq "size" ? column("dim")**(-2.0/3) : NaN
stats table using (size(0)) nooutput name "dims"
set xrange [0:1.08*dims_max]
stats table using (strcol("sweep") eq "size" ? column("upper_edge_theory") : NaN) nooutput name "edge"
set yrange [*:*]
set arrow 1 from graph 0, first edge_mean to graph 1, first edge_mean nohead lw 2 lc rgb colour(1)
set label 1 "upper edge, theory" at 0.002, edge_mean offset 0,0.6 textcolor rgb colour(1)
plot table using (size(0)):(only(size(0), column("largest.0_simulation"))):(column("largest.0_simulation_se")) with yerrorbars pt 6 lc rgb colour(1) title "largest, simulation", \
     table using (size(0)):(only(size(0), column("largest.1_simulation"))):(column("largest.1_simulation_se")) with yerrorbars pt 2 lc rgb colour(2) title "second, simulation"
