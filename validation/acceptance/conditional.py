# SPDX-License-Identifier: GPL-3.0-or-later
"""The conditional engine against the engines with tangents where losses are convex, and against simulations with a
stored matrix where they are not.

Non-convex: the two documented runs and twelve more of 200 or 1000 steps, as `validate` judges them. An item holds if
the verdict is agree: undecided shows nothing, nor do two that diverge together. Measured are the verdict and the
largest |z| after the allowance for finite N. The note has the rms of the plain z and the largest errors of overlap,
norm and losses over their scale, in the theory and in the simulation; of what does not hold, the command.

Convex: twelve runs of 100 steps, 16 groups of N = 100000 weights, against dense and hierarchical with 128000 paths in
16 groups. Each of overlap, norm, losses and chi(k,0) is within 5e-4 of its scale or within t combined errors, at every
step that `validate` shows. t is the quantile of Student's law with Welch's degrees of freedom (15 to 30, since errors
are estimated from 16 groups) at the tail probability of 4 normal errors, 6e-5: of some 100 comparisons a row raises a
false alarm with a probability of at most 0.6 %, one of 24 rows with 14 % or less. Scales are those of validate: the
norm, its root for the overlap, and for the others the geometric mean of the value and the largest value along the run.
Measured is the largest difference over its bound. The note has the power: the smallest relative error, put into one
series of the conditional engine at all steps, that the row would find in any series, whatever its sign. Two runs are
solved once more with a rate that is wrong on purpose, which must be found out.

Law: acceptance-laws, 4000 runs without their matrix and 4000 with it, at N = 60 and 30: the least p of all tests of a
run; and two engines that are broken on purpose.

    /usr/bin/python3 conditional.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import math
import os
import sys
import tempfile

from harness import Measuring, Unit, columns, flags, rms, run_table

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


WRONG_RATE = 1.002  # times the rate, on purpose
WRONG = ("logistic, sgd", "linear, sgd")
ENGINES = ("dense", "hierarchical")


def student_quantile(z, freedom):
    """t of the same tail probability as z normal errors (Wallace, Ann. Math. Stat. 30, 1121 (1959), inverted)."""
    ratio = z * (8 * freedom + 3) / (8 * freedom + 1)
    return math.sqrt(freedom * math.expm1(ratio * ratio / freedom))


def combined(first, second):
    """Error of a difference of means over two sets of groups, and Welch's degrees of freedom."""
    a, b = first * first, second * second
    if not a + b > 0:
        return 0.0, math.inf
    welch = a * a / (CONVEX_GROUPS - 1) + b * b / (TANGENTS["groups"] - 1)
    return math.sqrt(a + b), (a + b) ** 2 / welch


def scales(rows, side):
    """{(name, step): scale of the observable}, as in validate"""
    norm = {row["step"]: row[side] for row in rows if row["name"] == "norm"}
    top = {name: max((abs(row[side]) for row in rows if row["name"] == name), default=0) for name in SERIES}
    special = {"overlap": lambda row: math.sqrt(norm[row["step"]]), "norm": lambda row: norm[row["step"]]}
    other = lambda row: math.sqrt(abs(row[side]) * top[row["name"]])  # noqa: E731
    return {(row["name"], row["step"]): special.get(row["name"], other)(row) for row in rows}


# Of these the response is that to a force of finite size: full batches, heat, more than .4 N steps (sources.py).
PROBES = (
    "mixture3, logistic, gd",
    "door teacher, hinge, persistent",
    "door teacher, logistic, langevin",
    "linear teacher, phase, sphere, gd",
    "abs teacher, phase, sphere, langevin",
)


class Check(Measuring):
    @staticmethod
    def units():
        simulated, tangents = "conditional, simulator, verdict", "conditional, dense, hierarchical"
        found = [
            Unit(f"non-convex, {name}", simulated, lambda self, name=name: self.documented(name))
            for name in DOCUMENTED
        ]
        for seed, (name, own) in enumerate(NON_CONVEX.items(), 1):
            words = flags(**own, seed=seed)
            engines = f"probes, {simulated}" if name in PROBES else simulated
            found.append(Unit(f"non-convex, {name}", engines, lambda self, words=words: self.non_convex(words)))
        for seed, (name, own) in enumerate(CONVEX.items(), 1):
            own = dict(own, seed=seed, steps=100)
            wrong = name in WRONG
            found.append(
                Unit(f"convex, {name}", tangents, lambda self, own=own, wrong=wrong: self.convex(own, wrong))
            )
        return found + [Unit("law", "conditional, probes, simulator", Check.laws)]

    def solve(self, folder, engine, texts):
        """Path of the result, and its series."""
        path = os.path.join(folder, engine + ".h5")
        words = flags(**texts, engine=engine, out=path, format="csv")
        return path, columns(self.program.output("solve", *words, good=(0, 3)))  # 3: not converged, judged here

    def compared(self, first, second):
        """[(name, step, signed difference, bound, scale)], difference and bound over the scale."""
        document = self.program.document("validate", first, second, good=(0, 6))
        rows = [row for row in document["observables"] if row["name"] in SERIES]
        if {row["name"] for row in rows} | {"overlap"} != set(SERIES):  # no overlap without a signal
            raise RuntimeError(f"{sorted({row['name'] for row in rows})} is all that the comparison has")
        scale, found = scales(rows, "theory_b"), []
        for row in rows:
            own = scale[row["name"], row["step"]]
            error, freedom = combined(row["theory_a_se"], row["theory_b_se"])
            t = ERRORS if math.isinf(freedom) else student_quantile(ERRORS, freedom)
            if own > 0:
                bound = max(SHARE, t * error / own)
                found.append((row["name"], row["step"], (row["theory_a"] - row["theory_b"]) / own, bound, own))
        return found

    def worst(self, found):
        """Largest difference over its bound, and its place. A NaN is worse than all."""
        ratio = lambda item: math.inf if math.isnan(item[2]) else abs(item[2]) / item[3]  # noqa: E731
        name, step, difference, bound, _ = max(found, key=ratio)
        return abs(difference) / bound, f"{name} at {step}, {abs(difference):.1e} of scale"

    def power(self, found):
        """Smallest error of one series, over its scale, that is found whatever the series and its sign. Found is what
        leaves the bound at one step."""
        least = {
            (name, sign): min(
                bound - sign * difference for own, step, difference, bound, _ in found if own == name and step
            )
            for name in {item[0] for item in found}
            for sign in (1, -1)
        }
        return max(least.values())

    def convex(self, own, wrong):
        paths = round(CONVEX_GROUPS * CONVEX_DIM * own["alpha"])
        texts = dict(own, paths=paths, groups=CONVEX_GROUPS)
        with tempfile.TemporaryDirectory() as folder:
            law, right = self.solve(folder, "conditional", texts)
            for engine in ENGINES:
                tangents, _ = self.solve(folder, engine, dict(own, **TANGENTS))
                found = self.compared(law, tangents)
                ratio, where = self.worst(found)
                self.table.add(engine, ratio, 1, ratio <= 1, f"{where}; finds {self.power(found):.1e}")
            if wrong:
                _, moved = self.solve(folder, "conditional", dict(texts, rate=own["rate"] * WRONG_RATE))
                ratio, where = self.worst(
                    [
                        (name, step, difference + (moved[name][step] - right[name][step]) / scale, bound, scale)
                        for name, step, difference, bound, scale in found
                        if name in right
                    ]
                )
                title = f"{engine}, a rate wrong by {100 * (WRONG_RATE - 1):.1g} %"
                self.table.add(title, ratio, "> 1", ratio > 1, where)

    def documented(self, name):
        self.non_convex([f"validation/runs/{name}.ini"])

    def non_convex(self, words):
        words = [*words, "--engine", "conditional", "--matrix", "stored"]
        code, document, err = self.program.validate(*words)
        command = "sgdmft validate " + " ".join(words)
        if document is None:
            self.table.add("verdict", f"exit {code}", "agree", False, f"{err.strip()[:100]}; {command}")
            return
        agrees = document["verdict"] == "agree" and "diverged" not in err
        rows = document["observables"]
        scale = scales([row for row in rows if row["name"] in SERIES], "theory")
        later = [row for row in rows if row["name"] in SERIES[:4] and row["step"] > 0]
        share = [
            max(row[se] / scale[row["name"], row["step"]] for row in later) for se in ("theory_se", "simulation_se")
        ]
        z = rms([row["z"] for row in rows if row["z"] is not None])
        note = f"rms z {z:.2f}, errors {100 * share[0]:.1f} % {100 * share[1]:.1f} %"
        self.table.add(
            "verdict",
            f"{document['verdict']}, {document['max_abs_z_after']:.2f}",
            f"agree, {document['threshold']:.2f}",
            agrees,
            note if agrees else f"{note}; {document['reason']}; {command}",
        )

    def laws(self):
        """acceptance-laws prints `item TAB measured TAB bound TAB yes|NO`."""
        self.table.lines(f"{self.build}/acceptance-laws", "4000")


if __name__ == "__main__":
    sys.exit(run_table("conditional", Check, sys.argv[1:]))
