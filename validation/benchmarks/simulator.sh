#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# simulator.sh [BUILD [DIM,... [ROUNDS]]]: ms per step of the simulator beside NumPy with OpenBLAS and beside memory,
# as a table
# in markdown, which nothing else should run beside. P = 3 N; N = 500,1000,2000,4000,8000 unless told, which takes 3 GB
# and
# some minutes.
#
#     bash validation/benchmarks/simulator.sh > validation/benchmarks/simulator.md
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build}
dims=${2:-500,1000,2000,4000,8000}
rounds=${3:-2}
table=validation/benchmarks/simulator.md
make --no-print-directory -s BUILD="$build" "$build/bench-simulator" >&2
most=$(nproc)
version=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no -- . ":!$table" 2>/dev/null)" ] || version=$version-dirty
load=$(cut -d ' ' -f 1 /proc/loadavg)
lines=$(for dim in ${dims//,/ }; do
    for ((round = 0; round < rounds; round++)); do
        OMP_NUM_THREADS=$most "$build/bench-simulator" "$dim"
        for ((threads = 1; threads <= most; threads *= 2)); do
            OPENBLAS_NUM_THREADS=$threads /usr/bin/python3 validation/benchmarks/simulator_numpy.py "$dim"
        done
    done
done)
/usr/bin/python3 - "$lines" "$rounds" "$dims" "$version" "$load" "$table" <<'PYTHON'
import os
import sys

import numpy

lines, rounds, dims, version, load, table = sys.argv[1:]

found, memory = {}, {}
for line in lines.splitlines():
    program, precision, threads, dim, batch, value, overlap = line.split()
    if program == "memory":
        memory[int(threads)] = max(memory.get(int(threads), 0), float(value))
        continue
    key = (int(dim), float(batch), precision != "single", int(threads))
    own = found.setdefault(key, {})
    own[program] = min(own.get(program, (float("inf"),)), (float(value), float(overlap)))


def cpu():
    with open("/proc/cpuinfo") as info:
        name = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")
    return f"{name}, {os.cpu_count()} cores"


def ways(own):
    return [own.get(f"numpy-{way}") for way in ("gather", "mask")]


def faster(own):
    """Milliseconds and overlap of the faster way to write it in NumPy."""
    return min(way for way in ways(own) if way)


ratio = {key: faster(own)[0] / own["sgdmft"][0] for key, own in found.items()}
least, greatest = (pick(ratio, key=ratio.get) for pick in (min, max))


def place(key):
    dim, batch, double, threads = key
    return f"N = {dim}, b = {batch:g}, {'double' if double else 'single'}, {threads} thread{'s' if threads > 1 else ''}"


def median(threads):
    return numpy.median([value for key, value in ratio.items() if key[3] == threads])


counts = sorted(memory)
plural = {threads: f"{threads} thread{'s' if threads > 1 else ''}" for threads in counts}
print(f"""# A step of the simulator beside NumPy and memory

    bash validation/benchmarks/simulator.sh build {dims} {rounds} > {table}

Commit {version}; {cpu()}; load {load} before it began; NumPy {numpy.__version__} with OpenBLAS.

sgd, logistic loss, sign teacher, P = 3 N. Milliseconds of a step: the median over the steps of a setting, the least of
{rounds} rounds in which the programs alternate. Threads share one run. NumPy: `gather` copies the rows of the batch,
`mask` works on all rows; "ratio" is the faster of the two over the simulator:
{ratio[least]:.1f} at least ({place(least)}),
{ratio[greatest]:.1f} at most ({place(greatest)}),
median {", ".join(f"{median(t):.1f} with {plural[t]}" for t in counts)}.
"share" is what the simulator reads, b P N numbers once a step, over its time, in percent of what memory gives in the
same run (best of five readings of 256 MB, of all rounds):
{", ".join(f"{memory[t]:.1f} GB/s with {plural[t]}" for t in counts)}.
Beyond 100 % the rows come from cache. Overlaps of weights and signal at the end agree to the fluctuation of the data
(last two columns).

| N | b | precision | threads | ms | NumPy gather | NumPy mask | ratio | GB/s | share | overlap | NumPy |
|---|---|---|---|---|---|---|---|---|---|---|---|""")
for key, own in sorted(found.items()):
    dim, batch, double, threads = key
    ms, overlap = own["sgdmft"]
    rate = batch * 3 * dim * dim * (8 if double else 4) / ms * 1e-6
    print(f"| {dim} | {batch:g} | {'double' if double else 'single'} | {threads} | {ms:.3g} | "
          + " | ".join(f"{way[0]:.3g}" if way else "-" for way in ways(own))
          + f" | {ratio[key]:.1f} | {rate:.1f} | {100 * rate / memory[threads]:.0f} "
           f"| {overlap:.2f} | {faster(own)[1]:.2f} |")
PYTHON
