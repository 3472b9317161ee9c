#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# capacity.sh [BUILD [STEPS ...]]: the load up to which gradient descent on the sphere brings the quadratic hinge to
# zero within
# so many steps, beside the capacity of the spherical perceptron: lines of the table in capacity.md. Convex below
# capacity for
# kappa >= 0, so that nothing but the number of steps stands between the two.
set -euo pipefail
build=${1:-build}
shift || true
find_alpha() { # KAPPA STEPS OPTION...
    "$build/sgdmft" boundary --find-alpha --alpha-tolerance 0.004 --data random --loss hinge2 --constraint sphere \
        --rule gd --rate 0.5 \
        --every 20 --test-examples 10 --progress none --format json --kappa "$1" \
            --alpha "$([ "$1" = 0 ] && echo 1.6 || echo 0.4)" \
        --steps "$2" "${@:3}" | /usr/bin/python3 -c '
import json, sys
found = json.load(sys.stdin)
print("{:.5g} ({:.5g} to {:.5g})".format(*(found[key] for key in ("alpha", "alpha_low", "alpha_high"))))'
}
echo "| kappa | steps | theory | simulation |"
echo "|---|---|---|---|"
for kappa in 1 0; do
    for steps in "${@:-500 2000 8000}"; do
        for count in $steps; do
            echo "| $kappa | $count | $(find_alpha "$kappa" "$count" --engine hierarchical --paths 1000 --groups 4) |" \
                "$(find_alpha "$kappa" "$count" --by simulate --dim 400 \
                     --runs "$([ "$kappa" = 0 ] && echo 8 || echo 16)") |"
        done
    done
done
