#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Several ranks on one machine: the numbers, files and exit codes of one. Usage: tests/mpi.sh PROGRAM, built with MPI=1.
program=$(realpath "$1") || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_NUM_THREADS=1
failed=0

ranks() { local count=$1; shift; mpirun --oversubscribe --bind-to none -n "$count" "$program" "$@"; }
expect() { if [ "$2" = "$3" ]; then echo "ok    $1"; else echo "FAIL  $1: $3 instead of $2"; failed=1; fi; }

# The same bits for 1, 2 and 3 ranks (5 groups or runs, which none of these share evenly), and one file.
same() {
    local name=$1 count; shift
    "$program" "$@" --quiet --threads 1 > one.csv 2> err || { cat err; failed=1; }
    for count in 2 3; do
        ranks $count "$@" --quiet --threads 1 > many.csv 2> err || { cat err; failed=1; }
        expect "$name, $count ranks" 0 "$(cmp one.csv many.csv > difference 2>&1; echo $?)"
    done
}
same solve solve --steps 60 --paths 800 --groups 5 --waiting 0,20 --format csv
same replicas replicas --steps 40 --paths 800 --groups 5 --format csv
same margins boundary --steps 40 --paths 800 --groups 5 --loss hinge2 --kappa 1 --data random --format csv
same flow solve --rule flow --steps 10 --paths 400 --groups 3 --format csv
same simulate simulate --dim 150 --runs 5 --steps 40 --waiting 0,10 --format csv
same validate validate --steps 30 --paths 800 --groups 4 --dim 100 --runs 5 --format csv
same stationary teff --engine stationary --data random --loss hinge2 --kappa 1 --rate 0.2 --paths 256 --groups 2 \
    --format csv

# Exit codes.
ranks 2 solve --rate -1 > out 2> err;                                                expect "bad use" 2 $?
expect "one message" 1 "$(grep -c 'rate:' err)"
ranks 2 simulate --rate 30 --ridge 1 --steps 60 --dim 100 --runs 3 > out 2> err;     expect "diverged" 4 $?
ranks 2 solve --steps 20 --paths 400 --out /nowhere/x.h5 > out 2> err;               expect "no folder" 5 $?
ranks 2 info missing.h5 > out 2> err;                                                expect "missing file" 5 $?
ranks 2 sweep --vary rate=0.1,0.2,0.3 --what solve --out s --steps 20 --paths 400 > out 2> err; expect "sweep" 0 $?
expect "points of a sweep" 3 "$(ls s/*.h5 | wc -l)"
"$program" sweep --vary rate=0.1,0.2,0.3 --what solve --out s1 --steps 20 --paths 400 > out 2> err
"$program" table s1 > one.csv; "$program" table s > many.csv
expect "table of a sweep" 0 "$(cmp one.csv many.csv > difference 2>&1; echo $?)"
expect "one manifest" 1 "$(ls s/manifest*.json | wc -l)"
line="sweep --teacher linear --loss square --rule gd --ridge 0.5 --overlap0 0.2 --steps 1
      --paths 512 --vary rate=0.1,0.2,0.3 --vary alpha=0.5:8:0.5
      --what solve --level overlap=0.5 --format csv --quiet"
"$program" $line --out l1 > one.csv 2> err; ranks 2 $line --out l2 > many.csv 2> err;   expect "level line" 0 $?
expect "the same level line" 0 "$(cmp one.csv many.csv > difference 2>&1; echo $?)"
ranks 2 list rules > out 2> err;                                                     expect "list" 0 $?
expect "one list" 1 "$(grep -c '^ *persistent' out)"

# Stopped with 2 ranks, resumed with 1 and with 3: the bits of one go.
run=(solve --steps 1500 --paths 2400 --groups 6 --format csv --quiet --threads 1)
"$program" "${run[@]}" > one.csv
ranks 2 "${run[@]}" --checkpoint c --checkpoint-every 0.1 --max-walltime 0.6 > many.csv 2> err
expect "stopped" 75 $?
expect "a file for each rank" 2 "$(ls c c.rank1 | wc -l)"
"$program" "${run[@]}" --checkpoint c --checkpoint-every 0.1 --resume --max-walltime 0.3 > many.csv 2> err
expect "resumed with 1 rank" 75 $?
ranks 3 "${run[@]}" --checkpoint c --resume > many.csv 2> err
expect "resumed with 3 ranks" 0 $?
expect "same bits" 0 "$(cmp one.csv many.csv; echo $?)"
exit $failed
