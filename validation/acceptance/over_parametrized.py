# SPDX-License-Identifier: GPL-3.0-or-later
"""The long checks of replicas and margins: closed forms, theory against simulation, the claim that noisier algorithms
end
with wider boundaries and more distant replicas, and the capacity.

    /usr/bin/python3 over_parametrized.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import sys
import tempfile

from harness import Measuring, Unit, run_table

LINEAR = dict(data="teacher", teacher="linear", loss="square", ridge=0.5, rate=0.1, overlap0=0.2, norm0=1.04)
HINGE = dict(data="random", loss="hinge2", kappa=1, rate=0.2)
OVER, UNDER = dict(HINGE, alpha=0.7, ridge=0), dict(HINGE, alpha=3, ridge=0.1)
TEACHER = dict(data="teacher", teacher="sign")
DOOR = dict(data="mixture3", link="door", loss="logistic", overlap0=0.4, rate=0.05)
RUNS = (
    ("random labels, over, sgd", dict(OVER, rule="sgd", batch=0.3, steps=60)),
    ("random labels, under, sgd", dict(UNDER, rule="sgd", batch=0.3, steps=60)),
    ("random labels, over, persistent", dict(OVER, rule="persistent", batch=0.25, persistence=2, steps=60)),
    ("random labels, over, reshuffle", dict(OVER, rule="reshuffle", batch=0.25, steps=60)),
    (
        "sign teacher, over, persistent, logistic",
        dict(
            TEACHER,
            loss="logistic",
            alpha=0.7,
            ridge=0,
            rate=0.5,
            rule="persistent",
            batch=0.25,
            persistence=3,
            steps=60,
        ),
    ),
    (
        "sign teacher, under, reshuffle, hinge",
        dict(TEACHER, loss="hinge2", kappa=1, alpha=3, ridge=0.1, rate=0.2, rule="reshuffle", batch=0.25, steps=60),
    ),
    ("mixture3 door, over, sgd", dict(DOOR, alpha=0.5, ridge=0, rule="sgd", batch=0.3, steps=60)),
    (
        "mixture3 door, under, persistent",
        dict(DOOR, alpha=3, ridge=0.1, rule="persistent", batch=0.3, persistence=0.5, steps=60),
    ),
    (
        "random labels, over, sgd, on the sphere",
        dict(
            data="random",
            loss="hinge2",
            kappa=0.3,
            alpha=0.7,
            constraint="sphere",
            rate=0.3,
            rule="sgd",
            batch=0.3,
            steps=60,
        ),
    ),
)
LEVELS = ("0.01", "0.05", "0.25", "0.5")
LARGEST_Z = 4.5
DIM = 2000
TIME, COMMON = 30, dict(paths=8000, groups=8)  # of the claim


class Check(Measuring):
    @staticmethod
    def units():
        measures = "dense, replicas, boundary"
        simulated = "{}, replicas, boundary, simulator"
        return [
            Unit("linear", "dense, replicas, closed forms", Check.linear),
            Unit("zero", "dense, conditional, probes, replicas", Check.zero),
            Unit("langevin", "alternating, replicas", Check.langevin),
            *(
                Unit(
                    title,
                    simulated.format("conditional, probes" if "door" in title else "dense"),
                    lambda self, texts=texts: self.run(texts),
                )
                for title, texts in RUNS
            ),
            Unit("claim, sgd", measures, Check.claim_sgd),
            Unit("claim, persistent", measures, Check.claim_persistent),
            Unit(
                "under, sgd: T_eff and distance",
                "dense, hierarchical, alternating, replicas, temperatures",
                Check.under,
            ),
            *(
                Unit(
                    f"capacity, gd on the sphere, kappa {kappa}",
                    "simulator, boundary, closed forms",
                    lambda self, kappa=kappa: self.capacity(kappa),
                )
                for kappa in (0, 0.5, 1)
            ),
        ]

    def document(self, command, *files, **texts):
        return self.program.document(command, *files, good=(0, 4), **texts)

    def both(self, **texts):
        """The documents of replicas and of boundary from one run."""
        with tempfile.TemporaryDirectory() as folder:
            distance = self.document("replicas", **texts, out=f"{folder}/result.h5")
            return distance, self.document("boundary", f"{folder}/result.h5")

    # ---- closed forms -------------------------------------------------------------------------

    def linear(self):
        for alpha, batch in ((3, 0.3), (0.7, 0.3), (3, 0.1)):
            texts = dict(LINEAR, alpha=alpha, steps=60)
            noisy, calm = self.library.linear(**texts, rule="sgd", batch=batch), self.library.linear(
                **texts, rule="gd"
            )
            solved = self.document("replicas", **texts, rule="sgd", batch=batch, paths=65536, groups=16)
            worst = max(
                abs(d / (2 * (a - b)) - 1)
                for d, a, b in zip(solved["distance"][1:], noisy["norm"][1:], calm["norm"][1:])
            )
            self.table.below(f"sgd, alpha {alpha}, b {batch}: distance against 2 <V_s> (%)", 100 * worst, 1)

    def zero(self):
        for title, texts in (("random labels", OVER), ("door", dict(DOOR, alpha=1))):
            solved = self.document("replicas", **texts, rule="gd", steps=100, paths=1000)
            self.table.below(f"gd, {title}: largest distance", max(solved["distance"]), 0)

    def langevin(self):
        texts = dict(UNDER, ridge=0.3, rule="langevin", temperature=0.3, steps=120, paths=8000, waiting=60)
        solved = self.document("solve", **texts, replicas=2)
        plateau = solved["two_time"]["correlation"][0][-1]
        ratio = solved["distance"][-1] / (2 * (solved["norm"][-1] - plateau))
        self.table.below("langevin, hinge: |distance/(2 [C(0) - q]) - 1| (%)", 100 * abs(ratio - 1), 2)

    # ---- theory against simulation ------------------------------------------------------------

    def side(self, by, texts):
        own = dict(paths=98304, groups=24) if by == "solve" else dict(dim=DIM, runs=48, replicas=8)
        distance, margins = self.both(**texts, **own, by=by)
        half = len(distance["step"]) // 2
        values = {
            f"distance at step {distance['step'][k]}": (distance["distance"][k], distance["distance_se"][k], 0)
            for k in (half, -1)
        }
        values["width"] = margins["width"], margins["width_se"], 0
        for kind in ("raw", "normalised"):
            law = margins[kind]
            spread = law["quantiles"]["0.5"] - law["quantiles"]["0.05"]
            for level in LEVELS:
                values[f"{kind} {100 * float(level):g} %"] = (
                    law["quantiles"][level],
                    law["quantiles_se"][level],
                    spread,
                )
        return values

    def run(self, texts):
        """Relative errors are of the value; of quantiles, which may be zero, of the value or the distance of the 5 %
        quantile from the median, whichever is larger."""
        theory, simulation = self.side("solve", texts), self.side("simulate", texts)
        worst, error, where, largest = 0, 0, "", ""
        for name, (a, a_se, spread) in theory.items():
            b, b_se, _ = simulation[name]
            combined = (a_se**2 + b_se**2) ** 0.5
            allowance = 2 / DIM * max(abs(a), spread)
            z = max(0, abs(a - b) - allowance) / max(combined, 1e-12)
            relative = combined / max(abs(a), spread)
            worst, where = max((worst, where), (z, name))
            error, largest = max((error, largest), (relative, name))
        self.table.add("|z| after the allowance", worst, f"<= {LARGEST_Z}", worst <= LARGEST_Z, where)
        self.table.add("relative error (%)", 100 * error, "<= 3", error <= 0.03, largest)

    # ---- the claim ----------------------------------------------------------------------------

    def point(self, texts):
        """distance/norm, width, median, 5 % quantile, contacts at the end, and the share of groups that ended without
        errors; None where the run diverges."""
        distance, law = self.both(**texts)
        if distance["status"] != "complete":
            return None
        row = [
            (distance["distance_normalised"][-1], distance["distance_normalised_se"][-1]),
            (law["width"], law["width_se"]),
        ]
        row += [
            (law["normalised"]["quantiles"][level], law["normalised"]["quantiles_se"][level])
            for level in ("0.5", "0.05")
        ]
        row.append((law["contacts"], law["contacts_se"]))
        return row, law["train_error_zero"]["fraction"]

    def grid(self, name, values, batches, make):
        """The claim is about the end of training: pairs are counted where both runs have come to zero training
        error."""
        points = {(value, batch): self.point(make(value, batch)) for value in values for batch in batches}
        for column, what in enumerate(("distance", "width")):
            for direction, pairs in (
                ("b falls", [((v, b), (v, c)) for v in values for b, c in zip(batches, batches[1:])]),
                (f"{name} grows", [((v, b), (u, b)) for v, u in zip(values, values[1:]) for b in batches]),
            ):
                known = [
                    (points[p][0][column], points[q][0][column])
                    for p, q in pairs
                    if points[p] and points[q] and points[p][1] == points[q][1] == 1
                ]
                against = sum(b[0] - a[0] < -3 * (a[1] ** 2 + b[1] ** 2) ** 0.5 for a, b in known)
                grows = sum(b[0] - a[0] > 3 * (a[1] ** 2 + b[1] ** 2) ** 0.5 for a, b in known)
                self.table.add(
                    f"{what} as {direction}: grows / falls (3 errors)",
                    f"{grows} / {against} of {len(known)}",
                    "falls nowhere",
                    against == 0,
                )

    def claim_sgd(self):
        self.grid(
            "eta",
            (0.1, 0.2, 0.4),
            (0.8, 0.4, 0.2),
            lambda rate, batch: dict(OVER, **COMMON)
            | dict(rule="sgd", rate=rate, batch=batch, steps=round(TIME / rate)),
        )

    def claim_persistent(self):
        self.grid(
            "tau",
            (1, 2, 4),
            (0.8, 0.5, 0.25),
            lambda tau, batch: dict(OVER, **COMMON)
            | dict(rule="persistent", rate=0.2, batch=batch, persistence=tau, steps=round(2 * TIME / 0.2)),
        )

    def under(self):
        """T_eff and the distance in an under-parametrized run."""
        rows = []
        for batch in (0.8, 0.5, 0.3, 0.2):
            texts = dict(UNDER, rule="sgd", batch=batch, paths=8000, steps=320)
            distance, teff = self.document("replicas", **texts), self.document("teff", **texts)
            rows.append(
                (teff["teff_chord"], teff["teff_chord_se"], distance["distance"][-1], distance["distance_se"][-1])
            )
        together = all(b[0] > a[0] and b[2] > a[2] for a, b in zip(rows, rows[1:]))
        self.table.add(
            "grow together as b falls",
            "yes" if together else "no",
            "yes",
            together,
            "; ".join(f"{t:.4f}({te:.4f}) {d:.4f}({de:.4f})" for t, te, d, de in rows),
        )

    # ---- the capacity -------------------------------------------------------------------------

    def capacity(self, kappa):
        found = self.document(
            "boundary",
            data="random",
            loss="hinge2",
            kappa=kappa,
            constraint="sphere",
            rule="gd",
            rate=0.5,
            steps=8000,
            every=100,
            alpha=0.5,
            dim=600,
            runs=8,
            contact_tolerance=0.002,
            by="simulate",
            find_alpha=None,
            waiting="none",
            alpha_tolerance=0.005,
        )
        self.table.add(
            f"alpha against {found['capacity']:.4f} (%)",
            100 * abs(found["alpha"] / found["capacity"] - 1),
            "<= 4",
            abs(found["alpha"] / found["capacity"] - 1) <= 0.04,
            f"alpha {found['alpha']:.4f}",
        )


if __name__ == "__main__":
    sys.exit(run_table("over_parametrized", Check, sys.argv[1:]))
