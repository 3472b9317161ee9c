#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Cost of the hierarchical engine against the number of steps: hierarchical.sh [BUILD [PATHS [GROUPS [STEPS...]]]].
# Three runs: sgd and gd that forget their past (logistic loss, sign teacher, ridge 0.1), and sgd that does not (random
# labels,
# quadratic hinge, alpha = 0.7, no ridge). Table and picture go to validation/benchmarks/hierarchical.{txt,png}. Times
# are those of
# the processor, one thread; memory is the largest resident set.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
build=${1:-build} paths=${2:-2000} groups=${3:-4}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 1000 3000 10000 30000 100000
out=validation/benchmarks/hierarchical
printf '# run steps paths cpu_seconds microseconds_per_path_step resident_MB\n' > $out.txt
measure() { # NAME STEPS FLAGS...
    /usr/bin/env python3 - "$build" "$paths" "$groups" "$@" >> $out.txt <<'P' || exit 1
import resource, subprocess, sys
build, paths, groups, name, steps, *flags = sys.argv[1:]
subprocess.run([f"{build}/sgdmft", "solve", *flags, "--steps", steps, "--paths", paths, "--groups", groups,
                "--engine", "hierarchical",
                "--threads", "1", "--quiet", "--format", "csv"], check=True, stdout=subprocess.DEVNULL)
use = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = use.ru_utime + use.ru_stime
print(name, steps, paths, f"{seconds:.2f} {1e6 * seconds / int(steps) / int(paths):.3f} "
      f"{use.ru_maxrss / 1024:.0f}", flush=True)
P
}
for steps in "$@"; do
    measure sgd "$steps" --rule sgd
    measure gd "$steps" --rule gd
    measure sgd_that_does_not_forget "$steps" --rule sgd --data random --loss hinge2 --kappa 1 --alpha 0.7 --ridge 0
done
gnuplot <<P
set terminal pngcairo size 800,560 font ",13"
set output "$out.png"
set logscale xy
set key bottom right
set xrange [800:130000]
set format y "10^{%T}"
set xlabel "steps K"
set ylabel "processor time, s"
set title "hierarchical engine, $paths paths, one thread"
names = "sgd gd sgd_that_does_not_forget"
plot for [name in names] sprintf("< grep '^%s ' $out.txt", name) using 2:4 with linespoints pt 7 \\
         title system("echo ".name." | tr _ ' '"), \
     "< awk '/^sgd / {if (!k) {k = \$2; t = \$4} print \$2, t * \$2 / k}' $out.txt" using 1:2 \\
         with lines dt 2 lc 'grey' title "proportional to K"
P
