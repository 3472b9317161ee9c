#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Recomputes the figures and tables of README.md and of the report "The effective noise of SGD, recomputed".
#
#     bash validation/gallery/figures.sh [BUILD]        (or: make figures)
#
# Sweeps, studies, pictures, tables, the report and a page for a browser (gallery.html) go to BUILD/gallery. The report
# and the pictures that README.md shows are copied to validation/gallery. An interrupted run goes on where it was;
# `make clean` begins anew. About half an hour on two idle cores; each step prints its seconds.
# QUICK=1 computes coarse maps and small simulations in five minutes, in BUILD/gallery-quick, and copies nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:-build}" && pwd)
program=$build/sgdmft
export SGDMFT_DATA=${SGDMFT_DATA:-$here/..}
if [ "${QUICK:-}" = 1 ]; then
    out=$build/gallery-quick
    batches=0.2:0.96:0.19 rates=0.02:0.4:0.095 taus=log:0.5:5:5
    large=4000 middle=2000 small=1000 tall=1000
else
    out=$build/gallery
    batches=0.2:0.96:0.04 rates=0.02:0.4:0.02 taus=log:0.5:5:20
    large=20000 middle=10000 small=4000 tall=3000
fi
mkdir -p "$out"
cd "$out"
log=$out/last.log

storage="--data random --loss hinge2 --kappa 1"
noisy="$storage --alpha 3 --ridge 0.1" # under-parametrized: the noise never dies out
common="--progress none --quiet"

begun=$SECONDS doing=
say() { # ends the step before and begins this one
    [ -z "$doing" ] || printf '%s  %5d s  %s\n' "$(date +%H:%M:%S)" $((SECONDS - begun)) "$doing"
    begun=$SECONDS doing=$1
}
# A sweep with points that fail (exit code 3) is as good: the pictures show where.
sweep() { "$program" sweep "$@" $common > "$log" 2>&1 || [ $? = 3 ] || { cat "$log"; exit 1; }; }
plot() { for end in png pdf; do "$program" plot "$@.$end"; done; } # the last word is the name without ending
table() { "$program" table "${@:2}" --format latex > "$1.tex"; }

# ---- the effective temperature over batch fraction and learning rate, and over batch fraction and persistence ------
say "map of the effective temperature over (b, eta)"
sweep $noisy --engine stationary --paths 500 --steps 1000 --vary batch=$batches --vary rate=$rates --what teff \
    --out teff_b_eta
say "map of the effective temperature over (b, tau)"
sweep $noisy --rule persistent --rate 0.1 --engine stationary --paths 500 --steps 1000 --vary batch=$batches \
    --vary persistence=$taus --what teff --out teff_b_tau

# ---- theory beside simulation: slopes, curve, spectrum ---
say "effective temperature of sgd by theory and simulation"
sweep $noisy --engine stationary --paths 4000 --steps 200 --dim $large --runs 8 --matrix implicit \
    --vary rate=0.1,0.2,0.35 --vary batch=0.3,0.5,0.7,0.9 --what teff --by both --out teff_sgd
say "effective temperature of persistent sgd by theory and simulation"
# With a matrix: the responses of the implicit form have a bias of the order steps/N.
sweep $noisy --rule persistent --rate 0.1 --engine stationary --paths 4000 --steps 500 --dim $tall --runs 6 \
    --matrix stored --vary batch=0.3,0.6 --vary persistence=1,2,4 --what teff --by both --out teff_persistent
say "one of these runs with its data matrix in memory"
sweep $noisy --rate 0.2 --steps 200 --dim $middle --runs 4 --matrix stored --vary batch=0.3 --what teff --by simulate \
    --out teff_stored

# ---- replicas, widths and margins ---
say "replicas and margins over alpha"
load="$storage --ridge 0 --rate 0.2 --steps 200 --paths 8000 --dim $middle --matrix implicit --replicas 2"
sweep $load --runs 6 --vary batch=0.2,0.5 --vary alpha=0.5,1,1.5,1.75,2,2.25,2.5,3,4 --what boundary --by both \
    --out load
sweep $load --runs 8 --batch 0.3 --vary alpha=1,4 --what boundary --by both --out two_loads
# ---- where training reaches zero, and where it runs away ---
say "lines of zero loss"
sat="--data random --loss hinge2 --constraint sphere --rule gd --rate 0.5 --vary kappa=0,0.25,0.5,0.75,1
--vary alpha=0.1:4:0.1 --what boundary --level train_loss_zero=0.5 --level-tolerance 0.02"
for steps in 50 200 800; do
    sweep $sat --steps $steps --paths 1600 --out sat_$steps
done
sweep $sat --steps 200 --by simulate --dim $small --runs 4 --matrix implicit --out sat_200_simulation
say "lines of divergence"
run_away="--teacher linear --loss square --alpha 2 --ridge 0.1 --overlap0 0.2 --steps 150
--vary batch=0.1,0.15,0.2,0.35,0.5,0.75,1 --vary rate=0.05:0.6:0.05 --level norm=100"
sweep $run_away --what solve --paths 1600 --level-tolerance 0.01 --out stability
sweep $run_away --what simulate --dim $small --runs 4 --matrix implicit --level-tolerance 0.02 \
    --out stability_simulation

say "linear regression and Langevin dynamics"
if [ ! -e fdt_linear.png ]; then
    (cd "$here/../.." && gnuplot -e "build='$build'; picture='$out/fdt_linear.part'" \
        validation/gallery/fdt_linear.gp)
    mv fdt_linear.part fdt_linear.png
fi

# ---- landscapes that are not convex ---
for name in phase-retrieval three-clusters landscape-noise; do
    say "study $name"
    "$program" study $name --out $name --quiet > "$log" 2>&1 || { cat "$log"; exit 1; }
done

# ---- pictures ----
say "pictures and tables"
plot teff_b_eta --kind map --observable teff_chord --x batch --out teff_b_eta
plot teff_b_tau --kind map --observable teff_chord --x batch --out teff_b_tau
for slope in chord short; do
    plot teff_sgd --kind curves --observable teff_$slope --x batch --out teff_sgd_$slope
done
plot teff_persistent --kind curves --observable teff_chord --x persistence --out teff_persistent_chord
point() { # NAME BY: file of the theory or the simulation, or the only one, at rate 0.2 and batch 0.3 of sweep NAME
    /usr/bin/python3 - "$@" <<-'END'
	import json, sys
	name, by = sys.argv[1:]
	points = json.load(open(name + "/manifest.json"))["points"]
	files = [p["file"] for p in points if (p["values"].get("rate", 0.2), p["values"]["batch"]) == (0.2, 0.3)]
	print(name + "/" + (files[0] if by == "" else files[0][by == "simulation"]))
	END
}
theory=$(point teff_sgd theory)
plot "$theory" "$(point teff_stored '')" --kind fdt --out fdt
plot "$theory" "$(point teff_sgd simulation)" --kind spectrum --out spectrum
plot load --kind curves --observable distance_normalised --x alpha --out replicas_alpha
plot load --kind curves --observable width --x alpha --out width_alpha
plot two_loads --kind replicas --observable distance --out replicas_time
plot two_loads --kind margins --observable normalised --out margins
for name in sat_50 sat_200 sat_800 sat_200_simulation; do
    "$program" table $name --level train_loss_zero=0.5 | tail -n +2 | tr , ' ' > $name.dat
done
for name in stability stability_simulation; do
    "$program" table $name --level norm=100 | tail -n +2 | tr , ' ' > $name.dat
done
gnuplot -e "small=$small" "$here/lines.gp"

# ---- tables: values, and how far theory and simulation agree ----
table teff_sgd teff_sgd --label tab:slopes \
    --columns "$(echo rate batch teff_{short,chord}_{theory,simulation} | tr ' ' ,)" \
    --caption "Two slopes of the fluctuation-dissipation curve by theory and by simulation (\$N=$large\$, 8 runs)."
table sat sat_800 --level train_loss_zero=0.5 --label tab:sat \
    --caption 'Load up to which gradient descent on the sphere reaches zero loss within 800 steps, theory.'
agreement() { # NAME OBSERVABLE TITLE: a line of the table of agreement
    "$program" table "$1" --columns "$2_theory,$2_theory_se,$2_simulation,$2_simulation_se" | awk -F, -v title="$3" '
        NR > 1 && $1 $2 $3 $4 !~ /nan/ && $1 != "" && $3 != "" && $2 + $4 > 0 {
            z = ($1 - $3)/sqrt($2^2 + $4^2); sum += z*z; n++; if (z*z > most*most) most = z }
        END { printf "%s & %d & %.2f & $%+.1f$ \\\\\n", title, n, sqrt(sum/n), most }'
}
studied() { # NAME OBSERVABLE TITLE: the same of a study, from its text
    grep "^- $2: theory against simulation" "$1/$1.md" \
        | sed -E 's/.* in ([0-9]+) rows.* square z ([0-9.]+), largest/\1 \2/' \
        | awk -v title="$3" '{ printf "%s & %d & %.2f & $%+.1f$ \\\\\n", title, $1, $2, $3 }'
}
{
    echo '\begin{tabular}{lrrr}\toprule quantity & points & rms $z$ & largest $z$ \\ \midrule'
    agreement teff_sgd teff_short '$T_\mathrm{eff}$ of one step, SGD'
    agreement teff_sgd teff_chord '$T_\mathrm{eff}$ of the chord, SGD'
    agreement teff_sgd correlation_limit '$C(\infty)$, SGD'
    agreement teff_sgd response_limit '$\chi(\infty)$, SGD'
    agreement teff_persistent teff_short '$T_\mathrm{eff}$ of one step, persistent SGD'
    agreement teff_persistent teff_chord '$T_\mathrm{eff}$ of the chord, persistent SGD'
    agreement teff_persistent response_limit '$\chi(\infty)$, persistent SGD'
    agreement load distance_normalised 'distance of replicas'
    agreement load width 'width of the boundary'
    echo '\midrule'
    studied phase-retrieval overlap 'phase retrieval: overlap'
    studied phase-retrieval train_loss 'phase retrieval: training loss'
    studied three-clusters test_error 'three clusters: test error'
    studied three-clusters train_error 'three clusters: training error'
    studied landscape-noise teff_chord 'three models: $T_\mathrm{eff}$'
    studied landscape-noise distance_normalised 'three models: distance'
    studied landscape-noise width 'three models: width'
    echo '\bottomrule\end{tabular}'
} > agreement.tex

# ---- the page, the example of README.md, and the report ----
say "page and report"
"$program" report teff_b_eta teff_b_tau teff_sgd teff_persistent load sat_200 stability --quiet \
    --title 'The effective noise of SGD, recomputed' --out gallery.html
"$program" validate "$here/../runs/logistic_teacher_sgd.ini" $common > readme_validate.txt
if command -v pdflatex > "$log"; then
    cp "$here/report.tex" "$here/over_sgd.png" .
    /usr/bin/python3 - <<-'END' # pictures of few colours weigh a quarter
	from PIL import Image
	for name in ("phase-retrieval", "three-clusters", "landscape-noise", "fdt_linear", "over_sgd"):
	    picture = Image.open({"fdt_linear": ".", "over_sgd": "."}.get(name, name) + f"/{name}.png").convert("RGB")
	    picture.quantize(48, method=1).save(f"{name}-48.png", optimize=True)
	END
    for turn in 1 2; do
        pdflatex -interaction=nonstopmode -halt-on-error report.tex > "$log" || { tail -30 "$log"; exit 1; }
    done
else
    say "no pdflatex (Debian: texlive-latex-recommended texlive-latex-extra): no report"
fi
if [ "${QUICK:-}" != 1 ]; then
    cp teff_b_eta.png fdt.png "$here/"
    [ ! -e report.pdf ] || cp report.pdf "$here/"
fi
say ""
echo "done: $out"
