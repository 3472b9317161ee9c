#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# simulator.sh [BUILD [STEPS]]: ms per step of the simulator beside NumPy with OpenBLAS, N = 2000, P = 6000, b = 0.3.
# The two alternate three times on the same machine; medians are printed, and the ratio to the faster of the two ways
# to write it in NumPy, at the same precision and number of threads.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build}
steps=${2:-200}
make --no-print-directory -s BUILD="$build" "$build/bench-simulator"
most=$(nproc)
lines=$(for round in 1 2 3; do
    OMP_NUM_THREADS=$most "$build/bench-simulator" "$steps"
    for ((threads = 1; threads <= most; threads *= 2)); do
        OPENBLAS_NUM_THREADS=$threads /usr/bin/python3 validation/benchmarks/simulator_numpy.py "$steps"
    done
done)
/usr/bin/python3 - "$lines" <<'PYTHON'
import statistics
import sys

found = {}
for line in sys.argv[1].splitlines():
    program, precision, threads, step, measure, overlap = line.split()
    found.setdefault((precision, int(threads), program), []).append((float(step), measure, overlap))
median = {key: statistics.median(row[0] for row in rows) for key, rows in found.items()}
print(f"{'program':14}{'precision':>10}{'threads':>8}{'ms/step':>9}{'ms/measure':>11}{'overlap':>9}{'ratio':>7}")
for key in sorted(median):
    precision, threads, program = key
    ours = median[precision, threads, "sgdmft"]
    print(f"{program:14}{precision:>10}{threads:8}{median[key]:9.3f}{found[key][0][1]:>11}{found[key][0][2]:>9}"
          f"{median[key] / ours:7.2f}")
PYTHON
