# SPDX-License-Identifier: GPL-3.0-or-later
"""The descent of simulator.c in NumPy: milliseconds per step, one line per precision and way of writing it.

    PROGRAM PRECISION THREADS MEDIAN_MS - OVERLAP

gather copies the rows of the batch and works on the copy; mask works on all rows and puts weight zero on those
outside the batch. BLAS takes its threads from OPENBLAS_NUM_THREADS, which simulator.sh sets.
"""
import os
import sys
import time

import numpy

N, P, BATCH, RATE, RIDGE = 2000, 6000, 0.3, 0.1, 0.1


def gather(random, x, y, w):
    rows = numpy.flatnonzero(random.random(P) < BATCH)
    part, label = x[rows], y[rows]
    field = part @ w
    slope = -label / (1 + numpy.exp(label * field))
    return slope @ part


def mask(random, x, y, w):
    selected = random.random(P) < BATCH
    field = x @ w
    slope = -y / (1 + numpy.exp(y * field)) * selected
    return slope @ x


def measure(gradient, precision, steps):
    random = numpy.random.default_rng(1)
    root = precision(numpy.sqrt(N))
    signal = random.standard_normal(N)
    signal *= numpy.sqrt(N / (signal @ signal))
    x = random.standard_normal((P, N)).astype(precision)
    y = numpy.sign(x @ signal.astype(precision))
    x /= root  # once and for all, in NumPy's favour
    w = random.standard_normal(N).astype(precision)
    keep, pull = precision(1 - RATE * RIDGE), precision(RATE / BATCH)
    seconds = []
    for _ in range(steps):
        begin = time.perf_counter()
        w = keep * w - pull * gradient(random, x, y, w)
        seconds.append(time.perf_counter() - begin)
    assert w.dtype == precision
    return numpy.median(seconds) * 1e3, w @ signal / N


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "?")
    for precision, name in ((numpy.float32, "single"), (numpy.float64, "double")):
        for gradient in (gather, mask):
            median, overlap = measure(gradient, precision, steps)
            print(f"numpy-{gradient.__name__} {name} {threads} {median:.4f} - {overlap:.4f}", flush=True)


main()
