# SPDX-License-Identifier: GPL-3.0-or-later
"""The distance of two replicas against the number of paths and the closed form, and quoted errors against the scatter.

Distance: 20 seeds with 8000 and with 128000 paths. Sixteen times the paths are a quarter of the scatter: of 20 seeds a
ratio of two scatters has the standard deviation 23 %, so that the bound is a factor 2. The scatter of both is as
quoted,
within 1.5 (11 %). Linear sgd agrees with the closed form (the norm of sgd less that of gd, twice) within 1 % and 4
standard errors.

Quoted errors: 40 seeds, every series at steps 0, 1, 2, 5, 20 and 60, in both engines that step. Groups are independent,
so the mean square of the quoted error is the variance of the mean: the ratio has the standard deviation 12 %. At the
start nothing is uncertain.

    /usr/bin/python3 replicas.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import math
import statistics
import sys

from harness import Measuring, Unit, flags, run_table

LINEAR = dict(data="teacher", teacher="linear", loss="square", alpha=0.7, ridge=0.2, rate=0.3, norm0=0.8)
HINGE = dict(data="random", loss="hinge2", kappa=1, alpha=0.7, rate=0.2)
RULES = {"sgd": {}, "persistent": dict(persistence=1)}
FEW, MANY, SEEDS, STEPS = 8000, 128000, 20, (2, 3, 5, 10, 20, 40)
RUNS = {
    "logistic, label noise": dict(loss="logistic", batch=0.3, label_noise=0.1),
    "logistic, large start": dict(loss="logistic", batch=0.3, norm0=100),
    "logistic, persistent": dict(loss="logistic", rule="persistent", batch=0.3, persistence=2),
    "linear, sgd, replicas": dict(LINEAR, batch=0.25, replicas=2),
    "linear, reshuffle, replicas": dict(LINEAR, rule="reshuffle", replicas=2),
    "hinge, sgd, replicas": dict(HINGE, batch=0.5, replicas=2),
    "hinge, persistent, replicas": dict(HINGE, rule="persistent", batch=0.25, persistence=1, replicas=2),
    "hinge, under-parametrized": dict(HINGE, alpha=3, batch=0.1),
    "two clusters, reshuffle": dict(data="mixture2", cluster_variance=0.5, loss="logistic", rule="reshuffle"),
    "three clusters, door, gd": dict(
        data="mixture3", link="door", loss="logistic", rule="gd", overlap0=0.5, rate=0.05
    ),
    "abs teacher, door, langevin": dict(
        teacher="abs", link="door", loss="square", rule="langevin", temperature=0.2, rate=0.01, overlap0=0.3
    ),
    "sphere, langevin, replicas": dict(
        data="random", loss="logistic", constraint="sphere", rule="langevin", temperature=0.3, replicas=2
    ),
}
# Runs in which a mode may change its sign in every step (sources.py).
ALTERNATING = (
    "linear, sgd, replicas",
    "linear, reshuffle, replicas",
    "hinge, persistent, replicas",
    "hinge, under-parametrized",
    "three clusters, door, gd",
    "abs teacher, door, langevin",
)
AT = (0, 1, 2, 5, 20, 60)
SERIES = ("overlap", "norm", "train_loss", "train_error", "test_loss", "test_error")


def ratio(means, errors):
    """Scatter over the root mean square of the quoted errors."""
    return statistics.stdev(means) / math.sqrt(statistics.fmean(e * e for e in errors))


class Check(Measuring):
    @staticmethod
    def units():
        found = []
        for rule, more in RULES.items():
            for batch in (0.25, 0.3, 0.5):
                for model, texts in (("linear", LINEAR), ("hinge", HINGE)):
                    texts, closed = dict(texts, batch=batch, rule=rule, **more), model == "linear" and rule == "sgd"
                    found.append(
                        Unit(
                            f"distance, {model}, {rule}, b = {batch}",
                            "dense, replicas" + (", closed forms" if closed else ""),
                            lambda self, texts=texts, closed=closed: self.convergence(texts, closed),
                        )
                    )
        for engine in ("dense", "hierarchical"):
            for name, texts in RUNS.items():
                own = "alternating" if engine == "hierarchical" and name in ALTERNATING else engine
                found.append(
                    Unit(
                        f"quoted, {name}, {engine}",
                        own + (", replicas" if "replicas" in texts else ""),
                        lambda self, engine=engine, texts=texts: self.quoted(engine, texts),
                    )
                )
        return found

    def distances(self, paths, texts):
        """[seed] of columns"""
        texts = dict(texts, steps=STEPS[-1], paths=paths)
        return [
            self.program.series("replicas", "--by", "solve", *flags(**texts, seed=seed))
            for seed in range(1, SEEDS + 1)
        ]

    def exact(self, texts):
        """Twice what sgd adds to the norm of gd."""
        calm = {name: text for name, text in texts.items() if name not in ("batch", "rule")}
        noisy = self.library.linear(**texts, steps=STEPS[-1])["norm"]
        return [2 * (a - b) for a, b in zip(noisy, self.library.linear(**calm, rule="gd", steps=STEPS[-1])["norm"])]

    def convergence(self, texts, closed):
        closed = self.exact(texts) if closed else None
        few, many = self.distances(FEW, texts), self.distances(MANY, texts)
        for step in STEPS:
            values = {paths: [run["distance"][step] for run in runs] for paths, runs in ((FEW, few), (MANY, many))}
            errors = {paths: [run["distance_se"][step] for run in runs] for paths, runs in ((FEW, few), (MANY, many))}
            fall = statistics.stdev(values[FEW]) / statistics.stdev(values[MANY])
            over = math.sqrt(ratio(values[FEW], errors[FEW]) * ratio(values[MANY], errors[MANY]))
            item = f"step {step}"
            self.table.add(f"{item}: scatter falls", fall, "2 to 8", 2 <= fall <= 8)
            self.table.add(f"{item}: scatter over quoted", over, "1/1.5 to 1.5", 1 / 1.5 <= over <= 1.5)
            if closed:
                mean, exact = statistics.fmean(values[MANY]), closed[step]
                self.table.below(f"{item}: off the closed form", abs(mean / exact - 1), 0.01)
                self.table.below(
                    f"{item}: off the closed form, in standard errors",
                    abs(mean - exact) / (statistics.stdev(values[MANY]) / math.sqrt(SEEDS)),
                    4,
                )

    def quoted(self, engine, texts):
        command = ("replicas", "--by", "solve") if "replicas" in texts else ("solve",)
        series = ("distance", "distance_normalised") if "replicas" in texts else SERIES
        texts = {key: text for key, text in texts.items() if key != "replicas"}
        runs = [
            self.program.series(*command, *flags(**texts, engine=engine, steps=AT[-1], paths=2048, seed=seed))
            for seed in range(1, 41)
        ]
        known, logs = 0.0, {}
        for column in series:
            scale = max(abs(v) for run in runs for v in run[column])
            for step in AT:
                values = [run[column][step] for run in runs]
                errors = [run[column + "_se"][step] for run in runs]
                if step == 0:
                    known = max([known] + [e for e in errors if e == e])
                elif max(errors) > 1e-12 * scale:  # no NaN, nor zero by symmetry
                    logs[column, step] = math.log(ratio(values, errors))
        self.table.below("largest error quoted at the start", known, 0)
        if not logs:
            return
        (column, step), worst = max(logs.items(), key=lambda item: abs(item[1]))
        pooled = math.exp(statistics.fmean(logs.values()))
        self.table.add(
            f"scatter over quoted, worst of {len(logs)}",
            math.exp(worst),
            "1/1.8 to 1.8",
            abs(worst) <= math.log(1.8),
            f"{column} at {step}",
        )
        self.table.add("scatter over quoted, pooled", pooled, "1/1.4 to 1.4", 1 / 1.4 <= pooled <= 1.4)


if __name__ == "__main__":
    sys.exit(run_table("replicas", Check, sys.argv[1:]))
