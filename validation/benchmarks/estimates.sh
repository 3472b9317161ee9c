#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Times that --dry-run tells beside the processor time of the runs: estimates.sh PROGRAM, with one thread.
program=$1
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 TIMEFORMAT='%U %S'
printf '| run | estimate | processor time | ratio |\n|---|---|---|---|\n'
while read -r words; do
    # shellcheck disable=SC2086
    told=$("$program" $words --threads 1 --dry-run --format csv | tail -n 1 | cut -d, -f4)
    # shellcheck disable=SC2086
    taken=$({ time "$program" $words --threads 1 --quiet >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }')
    awk -v words="$words" -v told="$told" -v taken="$taken" 'BEGIN {
        printf "| `%s` | %.2f | %.2f | %.2f |\n", words, told, taken, told / taken }'
done <<END
solve --engine dense --paths 8000 --steps 200
solve --engine dense --paths 8000 --steps 100 --rule gd
solve --engine hierarchical --paths 8000 --steps 600
solve --engine conditional --paths 16000 --groups 4 --steps 300
solve --engine conditional --paths 16000 --groups 4 --steps 400 --rule gd
solve --engine conditional --paths 16000 --groups 4 --steps 300 --average tail:20
solve --engine stationary --paths 4000 --rate 0.2 --ridge 0.5
solve --engine stationary --alpha 1 --rate 0.1 --ridge 0.2 --paths 2000
solve --engine stationary --data random --loss hinge2 --kappa 1 --rate 0.5 --ridge 0.1 --paths 2000
solve --engine stationary --data random --loss hinge2 --kappa 1 --rate 0.02 --ridge 0.1
solve --engine online --rule online --steps 2000
solve --rule flow --paths 4000 --steps 50
simulate --dim 1000 --runs 4 --steps 500
simulate --dim 1000 --runs 4 --steps 500 --average tail:20
simulate --dim 2000 --runs 2 --steps 200 --rule gd --replicas 2
simulate --dim 2000 --runs 4 --steps 300 --matrix implicit
END
