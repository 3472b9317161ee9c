# SPDX-License-Identifier: GPL-3.0-or-later
"""How large are the 1/N corrections? The constant ALLOWANCE of validation/comparison/compare.c rests on this table.

Every documented run is simulated at N = 64 (4000 runs) and N = 256 (2000 runs). If an average is a + c/N, the two
differ by c (1/64 - 1/256). Given is the largest |c| along the run in units of the observable's scale (that of
compare.c): only steps where it is seen with at least 3 standard errors.

    /usr/bin/python3 finite_size.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import sys

from harness import Measuring, Unit, flags, run_table
from prediction import RUNS, name_of

SMALL, LARGE = 64, 256
ALLOWANCE = 2  # of the verdict: c of an observable is below it, but for
BEYOND = {("phase_retrieval_langevin_sphere", "test_loss"): 6, ("random_hinge2_sgd_over", "train_error"): 4}


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


class Check(Measuring):
    @staticmethod
    def units():
        return [Unit(name_of(path), "simulator", lambda self, path=path: self.run(path)) for path in RUNS]

    def run(self, path):
        for name, (c, error, step) in constants(self.program, path):
            seen = f"{c:.2f}({error:.2f})" if step else "not seen"
            bound = BEYOND.get((name_of(path), name), ALLOWANCE)
            holds = abs(c) - 3 * error <= bound
            self.table.add(f"c of {name}", seen, f"|c| <= {bound}, 3 errors", holds, f"step {step}" if step else "")


if __name__ == "__main__":
    sys.exit(run_table("finite_size", Check, sys.argv[1:]))
