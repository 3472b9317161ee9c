# SPDX-License-Identifier: GPL-3.0-or-later
"""The descent of simulator.c in NumPy: milliseconds per step, one line per setting and way of writing it.

    PROGRAM PRECISION THREADS DIM BATCH MEDIAN_MS OVERLAP

gather copies the rows of the batch and works on the copy; mask works on all rows and puts weight zero on those
outside the batch, which is all there is to do where the batch is everything. BLAS takes its threads from
OPENBLAS_NUM_THREADS, which simulator.sh sets. Usage: simulator_numpy.py DIM,...
"""
import os
import sys
import time

import numpy

ALPHA, RATE, RIDGE = 3, 0.1, 0.1


def gather(random, batch, x, y, w):
    rows = numpy.flatnonzero(random.random(len(y)) < batch)
    part, label = x[rows], y[rows]
    field = part @ w
    slope = -label / (1 + numpy.exp(label * field))
    return slope @ part


def mask(random, batch, x, y, w):
    field = x @ w
    slope = -y / (1 + numpy.exp(y * field))
    if batch < 1:
        slope *= random.random(len(y)) < batch
    return slope @ x


def examples(random, n, precision):
    """Rows divided by sqrt(N) once and for all, in NumPy's favour; labels; the signal."""
    signal = random.standard_normal(n)
    signal *= numpy.sqrt(n / (signal @ signal))
    x = random.standard_normal((ALPHA * n, n), dtype=precision)
    y = numpy.sign(x @ signal.astype(precision))
    x /= precision(numpy.sqrt(n))
    return x, y, signal


def measure(gradient, random, batch, x, y, signal):
    """Median milliseconds of a step, and the overlap at the end; as many steps as simulator.c makes."""
    precision, n = x.dtype.type, x.shape[1]
    w = random.standard_normal(n).astype(precision)
    keep, pull = precision(1 - RATE * RIDGE), precision(RATE / batch)
    seconds = []
    for _ in range(int(min(max(4e8 / (batch * x.size), 9), 400))):
        begin = time.perf_counter()
        w = keep * w - pull * gradient(random, batch, x, y, w)
        seconds.append(time.perf_counter() - begin)
    assert w.dtype == precision
    return numpy.median(seconds) * 1e3, w @ signal / n


def main():
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "?")
    random = numpy.random.default_rng(1)
    for n in map(int, (sys.argv[1] if len(sys.argv) > 1 else "2000").split(",")):
        for precision, name in ((numpy.float32, "single"), (numpy.float64, "double")):
            known = examples(random, n, precision)
            for batch, gradient in ((0.3, gather), (0.3, mask), (1, mask)):
                median, overlap = measure(gradient, random, batch, *known)
                print(
                    f"numpy-{gradient.__name__} {name} {threads} {n} {batch} {median:.4f} {overlap:.4f}", flush=True
                )
            del known


main()
