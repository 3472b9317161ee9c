#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cost of the hierarchical engine against the number of steps: hierarchical.sh [BUILD [PATHS [GROUPS [STEPS...]]]]; RULES="sgd gd". Table and picture go to
# validation/benchmarks/hierarchical.{txt,png}. Times are those of the processor, one thread; memory is the largest resident set.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build} paths=${2:-2000} groups=${3:-4}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 1000 3000 10000 30000 100000
out=validation/benchmarks/hierarchical
rules=${RULES:-sgd gd}
printf '# rule steps paths cpu_seconds microseconds_per_path_step resident_MB\n' > $out.txt
for rule in $rules; do
    for steps in "$@"; do
        /usr/bin/env python3 - "$build" "$rule" "$steps" "$paths" "$groups" >> $out.txt <<'P' || exit 1
import resource, subprocess, sys
build, rule, steps, paths, groups = sys.argv[1:]
subprocess.run([f"{build}/sgdmft", "solve", "--rule", rule, "--steps", steps, "--paths", paths, "--groups", groups, "--engine", "hierarchical",
                "--threads", "1", "--quiet", "--format", "csv"], check=True, stdout=subprocess.DEVNULL)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = use.ru_utime + use.ru_stime
print(rule, steps, paths, f"{seconds:.2f} {1e6 * seconds / int(steps) / int(paths):.3f} {use.ru_maxrss / 1024:.0f}", flush=True)
P
    done
done
gnuplot <<P
set terminal pngcairo size 800,560
set output "$out.png"
set logscale xy
set key top left
set xlabel "steps K"
set ylabel "processor time, s"
set title "hierarchical engine, logistic loss, $paths paths"
plot for [rule in "$rules"] sprintf("< grep ^%s $out.txt", rule) using 2:4 with linespoints pt 7 title rule, \
     "< awk '!/^#/ {if (!k) {k = \$2; t = \$4} print \$2, t * \$2 / k}' $out.txt" using 1:2 with lines dt 2 lc 'grey' title "proportional to K"
P
