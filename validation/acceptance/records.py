# SPDX-License-Identifier: GPL-3.0-or-later
"""Losses, links and teachers, each in a run of its own: theory against stored simulation, both with errors under 2 %.

The engine conditional takes all of them, dense those whose force does not jump.

    /usr/bin/python3 records.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import math
import sys

from harness import Measuring, Unit, flags, rms, run_table

ERROR = 0.02
SIZE = dict(dim=1500, runs=12, steps=60, rate=0.1, batch=0.4, alpha=3)
PATHS = {"conditional": 64000, "dense": 16000}
SIGN = dict(teacher="sign", overlap0=0.2)
REAL = dict(loss="square", overlap0=0.3)
BOTH = ("conditional", "dense")
ALONE = ("conditional",)
PROBES = ("loss hinge, random labels, gd",)  # the response is that to a force of finite size (sources.py)
RUNS = {
    "loss hinge": (ALONE, dict(SIGN, loss="hinge", kappa=0.5)),
    "loss hinge, random labels, gd": (ALONE, dict(data="random", loss="hinge", kappa=0.3, rule="gd", batch=1)),
    "loss huber_hinge": (BOTH, dict(SIGN, loss="huber_hinge", kappa=0.5, loss_width=0.5)),
    "loss exponential": (BOTH, dict(SIGN, loss="exponential", norm0=0.3, rate=0.05)),
    "loss sigmoid": (ALONE, dict(SIGN, loss="sigmoid", rate=0.5, ridge=0.02)),
    "loss absolute, label noise": (ALONE, dict(teacher="linear", loss="absolute", overlap0=0.2, label_noise=0.5)),
    "loss huber, label noise": (BOTH, dict(teacher="linear", loss="huber", overlap0=0.2, label_noise=0.5)),
    "link tanh, teacher tanh": (ALONE, dict(REAL, link="tanh", teacher="tanh")),
    "link erf, teacher erf, noise": (ALONE, dict(REAL, link="erf", teacher="erf", label_noise=0.3)),
    "link relu, teacher relu": (ALONE, dict(REAL, link="relu", teacher="relu")),
    "link quadratic, teacher quadratic": (
        ALONE,
        dict(REAL, link="quadratic", teacher="quadratic", rate=0.005, norm0=0.5, ridge=0.1, overlap0=0.4),
    ),
    "teacher tanh": (BOTH, dict(REAL, teacher="tanh")),
    "teacher erf": (BOTH, dict(REAL, teacher="erf")),
    "teacher relu, noise": (BOTH, dict(REAL, teacher="relu", label_noise=0.3)),
    "teacher quadratic": (BOTH, dict(REAL, teacher="quadratic", runs=24)),
}


def largest_error(rows, column):
    """Largest standard error over the observable's largest value, of the series after the start."""
    top = {}
    for row in rows:
        top[row["name"]] = max(top.get(row["name"], 0), abs(row[column[:-3]]))
    norm = math.sqrt(top["norm"])
    scale = {name: max(value, norm) if name == "overlap" else value for name, value in top.items()}
    return max(row[column] / scale[row["name"]] for row in rows if row["step"] > 0)


class Check(Measuring):
    @staticmethod
    def units():
        return [
            Unit(
                f"{name}, {engine}",
                f"{engine}, simulator, verdict" + (", probes" if name in PROBES else ""),
                lambda self, engine=engine, texts={**SIZE, **own, "seed": seed}: self.run(engine, texts),
            )
            for seed, (name, (engines, own)) in enumerate(RUNS.items(), 1)
            for engine in engines
        ]

    def run(self, engine, texts):
        words = flags(**texts, engine=engine, paths=PATHS[engine], matrix="stored")
        document = self.program.document("validate", *words, good=(0, 6))
        series = ("overlap", "norm", "train_loss", "test_loss")
        rows = [row for row in document["observables"] if row["name"] in series]
        theory, simulation = largest_error(rows, "theory_se"), largest_error(rows, "simulation_se")
        z = rms([row["z"] for row in document["observables"] if row["z"] is not None])
        agrees = document["verdict"] == "agree" and max(theory, simulation) < ERROR
        note = f"rms z {z:.2f}"
        self.table.add(
            "verdict, errors of theory and simulation",
            f"{document['verdict']}, {100 * theory:.1f} % {100 * simulation:.1f} %",
            f"agree, {100 * ERROR:g} %",
            agrees,
            note if agrees else f"{note}; {document['reason']}; sgdmft validate {' '.join(words)}",
        )


if __name__ == "__main__":
    sys.exit(run_table("records", Check, sys.argv[1:]))
