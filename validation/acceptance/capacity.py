# SPDX-License-Identifier: GPL-3.0-or-later
"""Load up to which gradient descent on the sphere (eta = 0.5, random labels, quadratic hinge) brings the training loss
to zero within so many steps, beside the capacity of the spherical perceptron. Convex below capacity for kappa >= 0, so
that nothing but the number of steps stands between the two. capacity.md says what is read from it.

    /usr/bin/python3 capacity.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import sys

from harness import Measuring, Unit, run_table

GD = dict(data="random", loss="hinge2", constraint="sphere", rule="gd", rate=0.5, every=20, test_examples=10)
START = {1: 0.4, 0: 1.6}
SIDES = {
    "theory": ("alternating", dict(engine="hierarchical", paths=1000, groups=4)),
    "simulation": ("simulator", dict(by="simulate", dim=400)),
}
RUNS = {1: 16, 0: 8}
LOW, HIGH = 0.9, 1.04  # of the capacity


class Check(Measuring):
    @staticmethod
    def units():
        return [
            Unit(
                f"kappa {kappa}, {steps} steps, {side}",
                f"{engine}, boundary, closed forms",
                lambda self, kappa=kappa, steps=steps, texts=texts, side=side: self.find(
                    dict(texts, kappa=kappa, steps=steps, **({"runs": RUNS[kappa]} if side == "simulation" else {}))
                ),
            )
            for steps in (500, 2000, 8000)
            for kappa in START
            for side, (engine, texts) in SIDES.items()
        ]

    def find(self, texts):
        texts = dict(GD, **texts, alpha=START[texts["kappa"]], alpha_tolerance=0.004)
        found = self.program.document("boundary", "--find-alpha", **texts)
        ratio = found["alpha"] / found["capacity"]
        self.table.add(
            "alpha",
            "{:.5g} ({:.5g} to {:.5g})".format(*(found[key] for key in ("alpha", "alpha_low", "alpha_high"))),
            f"{LOW} to {HIGH} of {found['capacity']:.4f}",
            LOW <= ratio <= HIGH,
        )


if __name__ == "__main__":
    sys.exit(run_table("capacity", Check, sys.argv[1:]))
