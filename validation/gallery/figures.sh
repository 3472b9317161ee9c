#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Recomputes the figures and tables of README.md and of the report "The effective noise of SGD, recomputed".
#
#     bash validation/gallery/figures.sh [BUILD]        (or: make figures)
#
# Sweeps, pictures, tables and the report go to BUILD/gallery; an interrupted run goes on where it was, `make clean`
# begins anew.
# Pictures that README.md shows, and the report, are copied to validation/gallery. About ten minutes on two cores;
# GRID=20 makes
# the first diagram one of 20 x 20 points.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build}" && pwd)
program=$build/sgdmft
out=$build/gallery
mkdir -p "$out"
cd "$out"

storage="--data random --loss hinge2 --kappa 1 --alpha 3 --ridge 0.1"
common="--progress none --quiet"

say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*"; }
# A sweep with points that fail (exit code 3) is as good: the pictures show where.
sweep() { "$program" sweep "$@" $common > "$LOG" 2>&1 || [ $? = 3 ] || { cat "$LOG"; exit 1; }; }
plot() { for end in png pdf; do "$program" plot "$@.$end"; done; } # the last word is the name without ending
table() { "$program" table "$@" --format latex > "$TABLE.tex"; }
LOG=$out/last.log

# ---- the effective temperature over batch fraction and learning rate, and over batch fraction and persistence ------
if [ "${GRID:-7}" = 20 ]; then
    grid="--vary batch=0.25:0.915:0.035 --vary rate=0.06:0.25:0.01" name=teff_b_eta_20
else
    grid="--vary batch=0.25,0.35,0.5,0.65,0.8,0.9 --vary rate=0.06,0.1,0.14,0.18,0.22" name=teff_b_eta
fi
say "effective temperature over (b, eta)"
sweep $storage --engine stationary --paths 500 --steps 1000 $grid --what teff --out "$name"
plot "$name" --kind map --observable teff_chord --out teff_b_eta
matrix=$name
if [ "$name" != teff_b_eta ]; then # a page has room for a part of it
    sweep $storage --engine stationary --paths 500 --steps 1000 --vary batch=0.25:0.915:0.175 \
        --vary rate=0.06:0.25:0.04 --what teff --out teff_b_eta_part
    matrix=teff_b_eta_part
fi
TABLE=teff_b_eta table "$matrix" --pivot teff_chord --label tab:beta \
    --caption 'Effective temperature of the chord, $T_\mathrm{eff}=[C(0)-C(\infty)]/\chi(\infty)$, theory. Storage
problem, quadratic hinge, $\kappa=1$, $\alpha=3$, $\lambda=0.1$, SGD. Errors in the last digit.'

say "effective temperature over (b, tau)"
sweep $storage --rule persistent --rate 0.1 --engine stationary --paths 500 --steps 1000 \
    --vary batch=0.2,0.4,0.6,0.8 --vary persistence=0.5,1,2,4,8 --what teff --out teff_b_tau
plot teff_b_tau --kind map --observable teff_chord --out teff_b_tau
TABLE=teff_b_tau table teff_b_tau --pivot teff_chord --label tab:btau \
    --caption 'The same for persistent SGD, $\eta=0.1$.'

# ---- theory beside simulation: slopes, curve, spectrum ---
say "effective temperatures by theory and simulation"
sweep $storage --rate 0.2 --engine stationary --paths 1600 --steps 200 --dim 300 --runs 12 \
    --vary batch=0.3,0.45,0.6,0.75,0.9 --what teff --by both --out teff_both
plot teff_both --kind curves --observable teff_chord --out teff_both_chord
plot teff_both --kind curves --observable teff_short --out teff_both_short
TABLE=teff_both table teff_both --label tab:both \
    --columns "$(echo batch teff_{short,chord,late}_{theory,simulation} | tr ' ' ,)" \
    --caption 'Three slopes of the fluctuation-dissipation curve, theory and simulation ($N=300$, 12 runs), $\eta=0.2$.'
for point in $(/usr/bin/python3 -c '
import json
print(*[p["file"] for p in json.load(open("teff_both/manifest.json"))["points"]
        if p["values"]["batch"] == 0.3][0])'); do
    cp "teff_both/$point" "fdt_${point##*-}"
done
plot fdt_theory.h5 fdt_simulation.h5 --kind fdt --out fdt
plot fdt_theory.h5 fdt_simulation.h5 --kind spectrum --out spectrum

# ---- replicas, widths and margins over the load ---
say "replicas and margins over alpha"
sweep --data random --loss hinge2 --kappa 1 --ridge 0.01 --rate 0.2 --steps 120 --paths 1600 --dim 400 --runs 6 \
    --replicas 2 \
    --vary batch=0.2,0.5 --vary alpha=0.5,1,1.5,2,3,4 --what boundary --by both --out load
plot load --kind curves --observable distance_normalised --out replicas_alpha
plot load --kind curves --observable width --out width_alpha
sweep --data random --loss hinge2 --kappa 1 --ridge 0.01 --rate 0.2 --steps 120 --paths 4000 --dim 400 --runs 6 \
    --replicas 2 \
    --batch 0.3 --vary alpha=1,4 --what boundary --by both --out two_loads
plot two_loads --kind replicas --observable distance --out replicas_time
plot two_loads --kind margins --observable normalised --out margins
TABLE=load table load --sort batch,alpha --label tab:load \
    --columns batch,alpha,distance_normalised_theory,distance_normalised_simulation,width_theory,width_simulation \
    --caption 'Distance of two replicas over the norm, and width of the decision boundary, after 120 steps
($\eta=0.2$, $\lambda=0.01$, $\kappa=1$, simulation with $N=400$).'

# ---- where training reaches zero, and where it runs away ---
say "lines of zero loss"
sat="--data random --loss hinge2 --constraint sphere --rule gd --rate 0.5 --vary kappa=0,0.25,0.5,0.75,1
--vary alpha=0.1:4:0.1 --what boundary"
level="--level train_loss_zero=0.5 --level-tolerance 0.02"
sweep $sat --steps 50 --paths 400 --groups 4 $level --out sat_50
sweep $sat --steps 200 --paths 400 --groups 4 $level --out sat_200
sweep $sat --steps 200 --by simulate --dim 300 --runs 6 $level --out sat_200_simulation
sat_line() { "$program" table "$1" --level train_loss_zero=0.5 | tail -n +2 | tr , ' '; }
for name in sat_50 sat_200 sat_200_simulation; do sat_line $name > $name.dat; done
TABLE=sat table sat_200 --level train_loss_zero=0.5 --label tab:sat \
    --caption 'Load up to which gradient descent on the sphere reaches zero loss within 200 steps (theory).'

say "lines of divergence"
run_away="--teacher linear --loss square --alpha 2 --ridge 0.1 --overlap0 0.2 --vary batch=0.1,0.2,0.35,0.5,0.75,1
--vary rate=0.05:0.6:0.05"
sweep $run_away --what solve --steps 150 --paths 400 --groups 4 --level norm=100 --level-tolerance 0.01 --out stability
sweep $run_away --what simulate --steps 150 --dim 300 --runs 4 --level norm=100 --level-tolerance 0.01 \
    --out stability_simulation
for name in stability stability_simulation; do
    "$program" table $name --level norm=100 | tail -n +2 | tr , ' ' > $name.dat
done
gnuplot "$here/lines.gp"

# ---- the older figure, the example of the README, and the report ---
say "linear regression and Langevin dynamics"
(cd "$here/../.." && gnuplot -e "build='$build'; picture='$out/fdt_linear.png'" validation/gallery/fdt_linear.gp)
say "the comparison of README.md"
"$program" validate "$here/../runs/logistic_teacher_sgd.ini" $common > readme_validate.txt
if command -v pdflatex > "$LOG"; then
    say "report"
    cp "$here/report.tex" .
    for turn in 1 2; do
        pdflatex -interaction=nonstopmode -halt-on-error report.tex > "$LOG" || { tail -30 "$LOG"; exit 1; }
    done
    cp report.pdf "$here/"
else
    say "no pdflatex (Debian: texlive-latex-recommended texlive-latex-extra): no report"
fi
cp teff_b_eta.png fdt.png replicas_time.png sat.png fdt_linear.png "$here/"
say "done: $out"
