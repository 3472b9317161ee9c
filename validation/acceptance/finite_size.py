# SPDX-License-Identifier: GPL-3.0-or-later
"""How large are the 1/N corrections? The constant ALLOWANCE of validation/comparison/compare.c rests on this table.

Every documented run is simulated at N = 64 (4000 runs) and N = 256 (2000 runs). If an average is a + c/N, the two
differ by c (1/64 - 1/256). Given is the largest |c| along the run in units of the observable's scale (that of
compare.c): only steps where it is seen with at least 3 standard errors.

    /usr/bin/python3 finite_size.py BUILD
"""
import sys

from harness import Program, flags
from prediction import RUNS, name_of

SMALL, LARGE = 64, 256


def constants(program, path):
    a = program.series("simulate", path, *flags(dim=SMALL, runs=4000, seed=5))
    b = program.series("simulate", path, *flags(dim=LARGE, runs=2000, seed=6))
    for name in ("overlap", "norm", "train_loss", "train_error", "test_loss", "test_error"):
        worst = (0.0, 0.0, 0)
        top = max((abs(v) for v in b[name] if v == v), default=0.0)
        for k, step in enumerate(a["step"]):
            scale = {"overlap": b["norm"][k] ** 0.5, "norm": b["norm"][k]}.get(
                name, (max(abs(a[name][k]), abs(b[name][k])) * top) ** 0.5
            )
            error = (a[name + "_se"][k] ** 2 + b[name + "_se"][k] ** 2) ** 0.5
            difference = a[name][k] - b[name][k]
            if scale > 0 and abs(difference) > 3 * error and abs(difference) / scale > 1e-12:
                c = difference / (1 / SMALL - 1 / LARGE) / scale
                if abs(c) > abs(worst[0]):
                    worst = (c, error / (1 / SMALL - 1 / LARGE) / scale, int(step))
        yield name, worst


def main():
    program = Program(sys.argv[1])
    print(f"{'run':<40} {'observable':<12} {'c':>8} {'error':>7} {'step':>6}")
    for path in RUNS:
        for name, (c, error, step) in constants(program, path):
            if step:
                print(f"{name_of(path):<40} {name:<12} {c:8.2f} {error:7.2f} {step:6d}", flush=True)


if __name__ == "__main__":
    main()
