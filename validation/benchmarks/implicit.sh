#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs without their data matrix beside runs with it: implicit.sh [BUILD [RUNS]]. Logistic sgd, b = .3, alpha = 3, all
# steps measured; wall time in seconds (median of RUNS; one run where it takes more than 20 s) and largest resident
# memory of one run. A matrix of more than 4 GB is left out. The table goes to validation/benchmarks/implicit.md.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
exec /usr/bin/env python3 - "${1:-build}" "${2:-3}" <<'P'
import os, statistics, subprocess, sys, time
build, runs = sys.argv[1], int(sys.argv[2])

def measure(dim, steps, threads, matrix):
    flags = ["simulate", "--rate", "0.2", "--dim", str(dim), "--steps", str(steps), "--every", "1", "--runs", "1",
             "--threads", str(threads),
             "--matrix", matrix, "--waiting", "none", "--margins-at", "none", "--test-examples", "1",
             "--format", "csv", "--quiet"]
    walls, memory = [], 0
    for _ in range(runs):
        begin = time.monotonic()
        child = subprocess.Popen([f"{build}/sgdmft", *flags], stdout=subprocess.DEVNULL)
        _, status, use = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"failed: {flags}")
        walls.append(time.monotonic() - begin)
        memory = max(memory, use.ru_maxrss / 1024)
        if walls[-1] > 20:
            break
    return statistics.median(walls), memory

def cell(dim, steps, threads, matrix):
    if matrix == "stored" and 3 * dim * dim * 4 > 4e9:
        return "-", "-"
    wall, memory = measure(dim, steps, threads, matrix)
    return f"{wall:.2f}", f"{memory:.0f}"

version = subprocess.run([f"{build}/sgdmft", "--version"], capture_output=True, text=True, check=True)
version = version.stdout.splitlines()[0]
lines = [f"Made by `bash validation/benchmarks/implicit.sh {build} {runs}`, {version}; median of {runs}, one run "
f"above 20 s; seconds; MB.", "",
         "| N | K | implicit, 1 thread | implicit, 2 threads | MB | stored, 1 thread | stored, 2 threads | MB |",
         "|---|---|---|---|---|---|---|---|"]
for dim, steps in ((2000, 100), (100000, 100), (100000, 200), (1000000, 100), (1000000, 200), (5000, 100), (10000, 100),
                    (2000, 500), (2000, 1000), (5000, 1000), (10000, 1000)):
    one, memory = cell(dim, steps, 1, "implicit")
    two, _ = cell(dim, steps, 2, "implicit")
    stored_one, stored_memory = cell(dim, steps, 1, "stored")
    stored_two, _ = cell(dim, steps, 2, "stored")
    lines.append(f"| {dim} | {steps} | {one} | {two} | {memory} | {stored_one} | {stored_two} | {stored_memory} |")
    print(lines[-1], flush=True)
open("validation/benchmarks/implicit.md", "w").write("\n".join(lines) + "\n")
P
