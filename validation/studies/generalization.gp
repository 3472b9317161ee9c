# SPDX-License-Identifier: GPL-3.0-or-later
# Smallest test error over rate and ridge against the batch fraction, at equal steps and at equal epochs.
tall = 560
load style
# the lower envelope over rates and ridges comes from a pass over the table
set datafile missing NaN # rows of other curves are left out of a line
set multiplot layout 1,2
begins(s) = strcol("sweep")[1:strlen(s)] eq s
array batches[4] = [0.05, 0.2, 0.5, 1]
set logscale x
set xlabel "batch fraction b"
set xrange [0.04:1.3]
set key top right
set ylabel "smallest test error over rate and ridge"
set title cut(run_steps, "steps") font ",10"
array kinds[2] = ["steps", "epochs"]
do for [j=1:2] {
    if (j == 1) { set print $steps } else { set print $epochs }
    print "batch,theory,simulation"
    do for [i=1:4] {
        stats table using (begins(kinds[j]) && abs(column("batch") - batches[i]) < 1e-9 ? column("test_error_theory") : NaN) nooutput name "A"
        stats table using (begins(kinds[j]) && abs(column("batch") - batches[i]) < 1e-9 ? column("test_error_simulation") : NaN) nooutput name "B"
        print sprintf("%g,%g,%g", batches[i], A_min, B_min)
    }
    unset print
}
plot $steps using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb colour(1) title "equal steps: theory", \
     $steps using 1:3 with points pt 6 lc rgb colour(1) notitle, \
     $epochs using 1:2 with linespoints pt 7 ps 0.6 lw 2 lc rgb colour(2) title "equal epochs: theory", \
     $epochs using 1:3 with points pt 6 lc rgb colour(2) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
set key top left
set title run_steps.", {/:Italic λ} = 0.1" font ",10"
set yrange [*:*]
set xlabel "learning rate {/Symbol h}"
set xrange [0.02:2]
set ylabel "test error"
curve(i) = strcol("sweep") eq "steps" && abs(column("batch") - batches[i]) < 1e-9 && abs(column("ridge") - 0.1) < 1e-9 ? column("rate") : NaN
plot for [i=1:4] table using (curve(i)):(column("test_error_theory")) with lines lw 2 lc rgb colour(i) title sprintf("b = %g: theory", batches[i]), \
     for [i=1:4] table using (curve(i)):(column("test_error_simulation")):(column("test_error_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
     NaN with points pt 6 lc rgb "black" title "points: simulation"
