#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# simulator.sh [BUILD [DIM,... [ROUNDS]]]: ms per step of the simulator beside NumPy with OpenBLAS and beside memory, as a table
# in markdown. P = 3 N; N = 500,1000,2000,4000,8000 unless told, which takes 3 GB and some minutes.
#
#     bash validation/benchmarks/simulator.sh > validation/benchmarks/simulator.md
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build}
dims=${2:-500,1000,2000,4000,8000}
rounds=${3:-3}
make --no-print-directory -s BUILD="$build" "$build/bench-simulator" >&2
most=$(nproc)
lines=$(for dim in ${dims//,/ }; do
    for ((round = 0; round < rounds; round++)); do
        OMP_NUM_THREADS=$most "$build/bench-simulator" "$dim"
        for ((threads = 1; threads <= most; threads *= 2)); do
            OPENBLAS_NUM_THREADS=$threads /usr/bin/python3 validation/benchmarks/simulator_numpy.py "$dim"
        done
    done
done)
/usr/bin/python3 - "$lines" "$rounds" "$dims" <<'PYTHON'
import sys

found, memory = {}, {}
for line in sys.argv[1].splitlines():
    program, precision, threads, dim, batch, value, overlap = line.split()
    if program == "memory":
        memory[int(threads)] = max(memory.get(int(threads), 0), float(value))
        continue
    key = (int(dim), float(batch), precision != "single", int(threads))
    own = found.setdefault(key, {})
    own[program] = min(own.get(program, (float("inf"),)), (float(value), float(overlap)))
print(f"""# A step of the simulator beside NumPy and memory

    bash validation/benchmarks/simulator.sh build {sys.argv[3]} {sys.argv[2]} > validation/benchmarks/simulator.md

sgd, logistic loss, sign teacher, P = 3 N. Milliseconds of a step: the median over the steps of a setting, the least of
{sys.argv[2]} rounds in which the programs alternate. Two threads share one run. NumPy with OpenBLAS: `gather` copies the rows of the batch,
`mask` works on all rows; "ratio" is the faster of the two over the simulator. "share" is what the simulator reads, b P N numbers
once a step, over its time, in percent of what memory gives in the same run (best of five readings of 256 MB, of all rounds):
{", ".join(f"{value:.1f} GB/s with {threads} thread{'s' if threads > 1 else ''}" for threads, value in sorted(memory.items()))}. Beyond 100 % the rows come from
cache. Overlaps of weights and signal at the end agree to the fluctuation of the data (last two columns).

| N | b | precision | threads | ms | NumPy gather | NumPy mask | ratio | GB/s | share | overlap | NumPy |
|---|---|---|---|---|---|---|---|---|---|---|---|""")
for (dim, batch, double, threads), own in sorted(found.items()):
    ms, overlap = own["sgdmft"]
    ways = [own.get(f"numpy-{way}") for way in ("gather", "mask")]
    best = min(way for way in ways if way)
    rate = batch * 3 * dim * dim * (8 if double else 4) / ms * 1e-6
    print(f"| {dim} | {batch:g} | {'double' if double else 'single'} | {threads} | {ms:.3g} | "
          + " | ".join(f"{way[0]:.3g}" if way else "-" for way in ways)
          + f" | {best[0] / ms:.1f} | {rate:.1f} | {100 * rate / memory[threads]:.0f} | {overlap:.2f} | {best[1]:.2f} |")
PYTHON
