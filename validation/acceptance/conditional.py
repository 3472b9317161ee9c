# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditional engine against the engines with tangents where losses are convex, and against simulations with a
stored matrix where they are not.

Non-convex: the two documented runs and twelve more of 200 or 1000 steps, as `validate` judges them. An item holds if
the verdict is agree: undecided shows nothing, nor do two that diverge together. Behind the verdict: largest |z| after
the allowance for finite N, and its bound. In brackets: rms of the plain z, largest errors of overlap, norm and losses
over their scale in the theory and in the simulation, seconds. What does not hold is followed by its command.

Convex: twelve runs of 100 steps, 16 groups of N = 100000 weights, against dense and hierarchical with 128000 paths in
16 groups. Each of overlap, norm, losses and chi(k,0) is within 5e-4 of its scale or within 4 combined errors, at every
step that `validate` shows. Scales are those of validate: the norm, its root for the overlap, and for the others the
geometric mean of the value and the largest value along the run. Measured is the largest difference over the larger of
the two bounds.

Law: acceptance-laws, 4000 runs without their matrix and 4000 with it, at N = 60 and 30: the least p of all tests of a
run; and two engines that are broken on purpose.

    /usr/bin/python3 conditional.py BUILD [WORD ...]     (only items whose name contains one of the words)
"""
import math
import os
import subprocess
import sys
import tempfile
import time

from harness import Program, Table, flags, guarded, rms

SHARE, ERRORS = 5e-4, 4
CONVEX_DIM, CONVEX_GROUPS = 100000, 16
TANGENTS = dict(paths=128000, groups=16)
SERIES = ("overlap", "norm", "train_loss", "test_loss", "response(k,0)")

CLUSTERS = dict(data="mixture2", loss="logistic", cluster_variance=0.5)
HINGE = dict(data="random", loss="hinge2", kappa=1, rate=0.2)
LINEAR = dict(teacher="linear", loss="square", overlap0=0.2)
CONVEX = {
    "logistic, sgd": dict(alpha=3, rate=0.2, batch=0.3, overlap0=0.1),
    "logistic, gd": dict(alpha=2, rule="gd", rate=0.3),
    "logistic, persistent": dict(alpha=3, rule="persistent", rate=0.2, batch=0.3, persistence=2),
    "logistic, sphere, langevin": dict(
        alpha=2, rule="langevin", constraint="sphere", temperature=0.3, rate=0.1, overlap0=0.2
    ),
    "logistic, label noise, small batches": dict(alpha=1, label_noise=0.1, batch=0.1, rate=0.1),
    "linear, sgd": dict(LINEAR, alpha=0.7, ridge=0.2, rate=0.3, batch=0.25),
    "linear, label noise, reshuffle": dict(LINEAR, alpha=3, rule="reshuffle", rate=0.1, label_noise=0.5),
    "hinge, over-parametrized, sgd": dict(HINGE, alpha=0.7, batch=0.5),
    "hinge, under-parametrized, persistent": dict(HINGE, alpha=3, rule="persistent", batch=0.5, persistence=1),
    "hinge, sign teacher, gd": dict(loss="hinge2", kappa=0.5, alpha=1.5, rule="gd", rate=0.3, overlap0=0.3),
    "two clusters, reshuffle": dict(CLUSTERS, alpha=2, rule="reshuffle", rate=0.2),
    "two clusters, sgd, temperature": dict(CLUSTERS, alpha=1, temperature=0.2, rate=0.2, batch=0.5),
}

DOCUMENTED = ("mixture3_door_wide_persistent", "phase_retrieval_persistent_sphere")
DOOR3 = dict(data="mixture3", link="door", overlap0=0.2, norm0=0.5)
DOOR = dict(teacher="door", link="door", overlap0=0.3)
PHASE = dict(loss="phase", overlap0=0.4)
SIZE, LONG = dict(dim=2000, runs=16, paths=128000), dict(dim=1000, runs=24, paths=64000, steps=1000)
NON_CONVEX = {
    "mixture3, logistic, persistent": dict(
        DOOR3, **LONG, alpha=2, cluster_variance=0.5, ridge=0, rule="persistent", rate=0.2
    ),
    "mixture3, logistic, narrow, sgd": dict(
        DOOR3, **SIZE, alpha=1, cluster_variance=0.1, ridge=0.1, rate=0.1, batch=0.5
    ),
    "mixture3, hinge, wide, reshuffle": dict(
        DOOR3, **SIZE, alpha=4, cluster_variance=1, ridge=0.3, loss="hinge2", kappa=0.5, rule="reshuffle", rate=0.008
    ),
    "mixture3, logistic, gd": dict(DOOR3, **SIZE, alpha=0.7, cluster_variance=0.3, ridge=0.01, rule="gd", rate=0.2),
    "door teacher, logistic, sgd": dict(DOOR, **SIZE, alpha=3, ridge=0.05, rate=0.1),
    "door teacher, hinge, persistent": dict(
        DOOR,
        **LONG,
        alpha=4,
        ridge=0.1,
        loss="hinge2",
        kappa=0.3,
        rule="persistent",
        rate=0.005,
        batch=0.4,
        persistence=2,
    ),
    "door teacher, logistic, langevin": dict(
        DOOR, **SIZE, alpha=0.7, ridge=0.3, rule="langevin", temperature=0.2, rate=0.05
    ),
    "abs teacher, phase, sphere, sgd": dict(
        PHASE, **SIZE, rate=0.01, teacher="abs", alpha=2, constraint="sphere", batch=0.5
    ),
    "abs teacher, phase, ridge, persistent": dict(
        PHASE, **SIZE, rate=0.01, teacher="abs", alpha=4, ridge=0.1, norm0=0.5, rule="persistent", batch=0.5
    ),
    "linear teacher, phase, sphere, gd": dict(
        PHASE, **SIZE, rate=0.01, teacher="linear", alpha=2, constraint="sphere", rule="gd"
    ),
    "linear teacher, phase, ridge, reshuffle": dict(
        PHASE, **LONG, rate=0.005, teacher="linear", alpha=1, ridge=0.3, rule="reshuffle"
    ),
    "abs teacher, phase, sphere, langevin": dict(
        PHASE,
        **dict(LONG, dim=1500),
        rate=0.01,
        teacher="abs",
        alpha=3,
        constraint="sphere",
        rule="langevin",
        temperature=0.1,
    ),
}


class Conditional:
    def __init__(self, build, words):
        self.build, self.program, self.words, self.table = build, Program(build), words, Table()

    def wanted(self, name):
        return not self.words or any(word in name for word in self.words)

    def solve(self, folder, engine, texts):
        path = os.path.join(folder, engine + ".h5")
        code, _, err = self.program.run("solve", *flags(**texts, engine=engine, out=path))
        if code not in (0, 3):  # 3: kept as not converged, to be judged here
            raise RuntimeError(f"{engine}: exit {code}: {err.strip()}")
        return path

    def scales(self, rows, side):
        """{(name, step): scale of the observable}, as in validate"""
        norm = {row["step"]: row[side] for row in rows if row["name"] == "norm"}
        top = {name: max((abs(row[side]) for row in rows if row["name"] == name), default=0) for name in SERIES}
        special = {"overlap": lambda row: math.sqrt(norm[row["step"]]), "norm": lambda row: norm[row["step"]]}
        other = lambda row: math.sqrt(abs(row[side]) * top[row["name"]])  # noqa: E731
        return {(row["name"], row["step"]): special.get(row["name"], other)(row) for row in rows}

    def worst(self, first, second):
        """Largest difference over its bound, and where."""
        code, document, err = self.program.validate(first, second)
        if document is None:
            raise RuntimeError(f"exit {code}: {err.strip()}")
        rows = [row for row in document["observables"] if row["name"] in SERIES]
        if {row["name"] for row in rows} | {"overlap"} != set(SERIES):  # no overlap without a signal
            raise RuntimeError(f"{sorted({row['name'] for row in rows})} is all that the comparison has")
        scales, worst = self.scales(rows, "theory_b"), (0, "nothing differs")
        for row in rows:
            difference, scale = abs(row["theory_a"] - row["theory_b"]), scales[row["name"], row["step"]]
            bound = max(SHARE * scale, ERRORS * math.hypot(row["theory_a_se"], row["theory_b_se"]))
            if difference > bound * worst[0] + 1e-7 * scale:
                worst = (difference / bound, f"{row['name']} at {row['step']}, {difference / scale:.1e} of scale")
        return worst

    def convex_run(self, name, own):
        texts = dict(own, steps=100)
        paths = round(CONVEX_GROUPS * CONVEX_DIM * own["alpha"])
        with tempfile.TemporaryDirectory() as folder:
            law = self.solve(folder, "conditional", dict(texts, paths=paths, groups=CONVEX_GROUPS))
            for engine in ("dense", "hierarchical"):
                ratio, where = self.worst(law, self.solve(folder, engine, dict(texts, **TANGENTS)))
                self.table.add(f"{name}, {engine} ({where})", ratio, 1, ratio <= 1)

    def non_convex(self, name, words):
        begun = time.time()
        words = [*words, "--engine", "conditional", "--matrix", "stored"]
        code, document, err = self.program.validate(*words)
        agrees = document is not None and document["verdict"] == "agree" and "diverged" not in err
        if document is None:
            self.table.add(name, f"exit {code}", err.strip()[:100], False)
        else:
            rows = document["observables"]
            scales = self.scales([row for row in rows if row["name"] in SERIES], "theory")
            later = [row for row in rows if row["name"] in SERIES[:4] and row["step"] > 0]
            share = [
                max(row[se] / scales[row["name"], row["step"]] for row in later)
                for se in ("theory_se", "simulation_se")
            ]
            z = rms([row["z"] for row in rows if row["z"] is not None])
            item = (
                f"{name} (rms z {z:.2f}, errors {100 * share[0]:.1f} % {100 * share[1]:.1f} %, "
                f"{time.time() - begun:.0f} s)"
            )
            self.table.add(
                item, document["verdict"], f"{document['max_abs_z_after']:.2f} <= {document['threshold']:.2f}", agrees
            )
            if not agrees:
                self.table.note(f"    {document['reason']}")
        if not agrees:
            self.table.note("    sgdmft validate " + " ".join(words))

    def laws(self):
        """acceptance-laws prints `item TAB measured TAB bound TAB yes|NO`."""
        done = subprocess.run(
            [f"{self.build}/acceptance-laws", "4000"], capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise RuntimeError(done.stderr.strip())
        for line in done.stdout.splitlines():
            item, measured, bound, passed = line.split("\t")
            self.table.add(f"law: {item}", measured, bound, passed == "yes")

    def run(self):
        self.table.note("non-convex: conditional against stored matrices; largest |z after| and its bound")
        for name in DOCUMENTED:
            if self.wanted(name):
                guarded(self.table, name, lambda: self.non_convex(name, [f"validation/runs/{name}.ini"]))
        for seed, (name, own) in enumerate(NON_CONVEX.items(), 1):
            if self.wanted("non-convex, " + name):
                guarded(self.table, name, lambda: self.non_convex(name, flags(**own, seed=seed)))
        self.table.note(f"convex: difference over the larger of {SHARE:g} of scale and {ERRORS} errors")
        for seed, (name, own) in enumerate(CONVEX.items(), 1):
            if self.wanted("convex, " + name):
                guarded(self.table, name, lambda: self.convex_run(name, dict(own, seed=seed)))
        if self.wanted("law"):
            self.table.note("law: without a matrix against stored matrices, 4000 runs each")
            guarded(self.table, "law", self.laws)
        return self.table.close()


if __name__ == "__main__":
    sys.exit(Conditional(sys.argv[1], sys.argv[2:]).run())
