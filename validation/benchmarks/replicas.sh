#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# replicas.sh [BUILD [STEPS]]: the time of many replicas of one data set beside as many runs; N = 2000, P = 6000, at
# some
# batch fractions and intervals of measurement. Medians of three rounds. `gain` is the time of as many single runs over
# the time of the replicas, of a step and of the whole run: drawing the data, steps, measurements.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build}
steps=${2:-200}
make --no-print-directory -s BUILD="$build" "$build/bench-replicas"
for setting in 'sgd 0.3 20' 'sgd 0.3 1' 'sgd 0.05 20' 'langevin 1 20'; do
    read -r rule batch every <<<"$setting"
    lines=$(for round in 1 2 3; do "$build/bench-replicas" "$rule" "$batch" "$steps" "$every" 1 2 8 32; done)
    /usr/bin/python3 - "$lines" "$rule" "$batch" "$steps" "$every" <<'PYTHON'
import statistics
import sys

found = {}
for line in sys.argv[1].splitlines():
    precision, replicas, step, whole, distance = line.split()
    found.setdefault((precision, int(replicas)), []).append((float(step), float(whole), float(distance)))
print("{}, b = {}, {} steps, measured every {}".format(*sys.argv[2:6]))
print(f"{'precision':>10}{'replicas':>9}{'ms/step':>9}{'gain':>6}{'run/s':>8}{'gain':>6}{'distance':>10}")
for (precision, replicas), rows in sorted(found.items()):
    step, whole, distance = (statistics.median(row[i] for row in rows) for i in range(3))
    one = [statistics.median(row[i] for row in found[precision, 1]) for i in range(2)]
    print(f"{precision:>10}{replicas:9}{step:9.3f}{replicas * one[0] / step:6.2f}{whole:8.3f}"
          f"{replicas * one[1] / whole:6.2f}{distance:10.4f}")
PYTHON
done
