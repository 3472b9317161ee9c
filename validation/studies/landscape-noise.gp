# SPDX-License-Identifier: GPL-3.0-or-later
# Temperature, distance of replicas and width of the boundary against the noise scale, in three models.
tall = 1000
load style
set datafile missing NaN # rows of other sweeps are left out of a line
set multiplot layout 2,2
models = "convex door bounded"
is(name) = strcol("sweep") eq name
set logscale x
set xtics (0.05, 0.1, 0.2, 0.5, 1, 2)
set xlabel "noise scale {/Symbol h}(1-b)/b"
set key bottom right Left reverse
at(kind, i) = is(kind."-".word(models, i)."-rate") ? column("noise_scale") : NaN
array names[3] = ["teff_chord", "distance_normalised", "width"]
array kinds[3] = ["under", "over", "over"]
array words[3] = ["T_{eff} (chord), with ridge", "distance of two replicas / norm", "mean margin / norm^{1/2}"]
do for [p=1:3] {
    n = names[p]
    set ylabel words[p]
    set xrange [p == 1 ? 0.05 : 0.025:3]
    if (p < 3) { set logscale y } else { unset logscale y; set key center right Left reverse }
    set title (p == 1 ? run_under_convex_rate : run_over_convex_rate) font ",10"
    plot for [i=1:3] table using (at(kinds[p], i)):(column(n."_theory")):(column(n."_theory_se")) with yerrorbars pt 7 ps 0.6 lc rgb colour(i) title word(models, i).": theory", \
         for [i=1:3] table using (at(kinds[p], i)):(column(n."_simulation")):(column(n."_simulation_se")) with yerrorbars pt 6 lc rgb colour(i) notitle, \
         NaN with points pt 6 lc rgb "black" title "open: simulation"
}
unset logscale y
set xrange [0.025:1]
set key top left Left reverse
set ylabel "distance of r from the nearest wall / norm^{1/2}"
set title run_over_door_rate font ",10"
tau(i) = is("over-".word(models, i)."-tau") ? column("noise_scale") : NaN
plot table using (at("over", 2)):(column("wall_normalised_mean_theory")):(column("wall_normalised_mean_theory_se")) with yerrorbars pt 7 ps 0.6 lc rgb colour(2) title "door: sgd, theory", \
     table using (at("over", 2)):(column("wall_normalised_mean_simulation")):(column("wall_normalised_mean_simulation_se")) with yerrorbars pt 6 lc rgb colour(2) notitle, \
     table using (tau(2)):(column("wall_normalised_mean_theory")):(column("wall_normalised_mean_theory_se")) with yerrorbars pt 5 ps 0.6 lc rgb colour(4) title "door: persistent, theory", \
     table using (tau(2)):(column("wall_normalised_mean_simulation")):(column("wall_normalised_mean_simulation_se")) with yerrorbars pt 4 lc rgb colour(4) notitle
