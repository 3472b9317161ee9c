# SPDX-License-Identifier: GPL-3.0-or-later
"""The effective temperature: stationary engine, dense engine and simulation against closed forms, limits and each
other.

    /usr/bin/python3 temperature.py BUILD [--stale | WORD ...]     (units whose names contain one of the words)
"""
import ctypes
import math
import sys

from harness import Measuring, Unit, flags, run_table
from temperature_measure import OMEGAS, brief, measured, resolved, stationary, teff, temperatures

LINEAR = dict(data="teacher", teacher="linear", loss="square", link="linear")
HINGE = dict(data="random", loss="hinge2", kappa=1, alpha=3, ridge=0.1)
LOGISTIC = dict(data="teacher", teacher="sign", loss="logistic", alpha=3, ridge=0.1)
SIMULATION = dict(dim=600, runs=12, force_directions=2, test_examples=200)
COLD = dict(SIMULATION, dim=1000, runs=16, waitings=12)
FRACTIONS = (0.125, 0.25, 0.5)  # lags at which the curve is looked at, of the lag M at which it has settled
# solver/THEORY.md 7.4: C(0), chi(inf), chord, T_eff at OMEGAS, with errors of .4 % unless given. In three numbers the
# engine has no part (validation/measurements.md 3.3): T_eff(.1) of sgd and C(0) of persistent sgd are those of
# simulations, T_eff(1) of reshuffle is that of the dense engine and simulations. The last five of persistent sgd are of
# the engine with 24000 paths.
REFERENCE = {
    "sgd": (
        dict(rule="sgd", batch=0.3),
        (1.294, 0.6415, 0.638, 0.328, 0.448, 0.716, 0.891),
        {"norm": 0.005, 0.1: 0.003},
    ),
    "persistent": (
        dict(rule="persistent", batch=0.25, persistence=2),
        (1.895, 1.064, 0.7944, 0.7291, 0.8574, 0.6102, 0.5158),
        {"norm": 0.003},
    ),
    "reshuffle": (
        dict(rule="reshuffle", batch=0.25),
        (1.682, 0.550, 1.131, 0.253, 0.413, 1.722, 1.97),
        {"norm": 0.004, 1.0: 0.03},
    ),
}
REFERENCE_ERROR = 0.004  # relative
SIX = {
    "square, sign teacher, persistent": dict(
        data="teacher",
        teacher="sign",
        loss="square",
        alpha=3,
        ridge=0.5,
        rule="persistent",
        batch=0.25,
        persistence=1,
        rate=0.1,
    ),
    "logistic, sign teacher, sgd": dict(LOGISTIC, rule="sgd", batch=0.3, rate=0.8),
    "logistic, two clusters, reshuffle": dict(
        data="mixture2",
        cluster_variance=0.5,
        label_noise=0.1,
        loss="logistic",
        alpha=3,
        ridge=0.2,
        rule="reshuffle",
        batch=0.25,
        rate=1,
    ),
    "hinge2, random labels, sgd": dict(HINGE, rule="sgd", batch=0.3, rate=0.2),
    "hinge2, random labels, persistent": dict(HINGE, rule="persistent", batch=0.25, persistence=2, rate=0.2),
    "hinge2, random labels, reshuffle": dict(HINGE, rule="reshuffle", batch=0.25, rate=0.2),
    "phase, abs teacher, sgd": dict(
        data="teacher", teacher="abs", loss="phase", alpha=6, ridge=1, overlap0=0.8, rule="sgd", batch=0.5, rate=0.01
    ),
}


class Summary(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_double)
        for name in (
            "variance",
            "plateau",
            "response",
            "train_loss",
            "short",
            "chord",
            "late",
            "gradient_overlap",
            "gradient_norm",
        )
    ]


def closed_form(library, lags, omegas, **texts):
    """Summary, C(lag), chi(lag), T_eff(omega) of the linear model."""
    summary, size = Summary(), ctypes.c_size_t
    lag, omega = (ctypes.c_long * len(lags))(*lags), (ctypes.c_double * len(omegas))(*omegas)
    correlation, response, value = ((ctypes.c_double * len(x))() for x in (lags, lags, omegas))
    library.call(
        library.lib.sgdmft_linear_stationary,
        library.resolve(**texts),
        ctypes.byref(summary),
        size(len(lags)),
        lag,
        correlation,
        response,
        size(len(omegas)),
        omega,
        value,
    )
    return summary, list(correlation), list(response), list(value)


def apart(a, b):
    """Relative difference and the difference in standard errors."""
    return a[0] / b[0] - 1, (a[0] - b[0]) / max(math.hypot(a[1], b[1]), 1e-12 * abs(b[0]))


class Check(Measuring):
    @staticmethod
    def units():
        three = "stationary, dense, simulator, temperatures"
        return [
            *(
                Unit(
                    f"reference, {name}",
                    "stationary, simulator, temperatures",
                    lambda self, name=name: self.reference(name, *REFERENCE[name]),
                )
                for name in REFERENCE
            ),
            *(
                Unit(
                    f"linear sgd, label noise {noise}",
                    three + ", closed forms",
                    lambda self, noise=noise: self.linear_sgd(noise),
                )
                for noise in (0, 0.5)
            ),
            *(
                Unit(
                    f"langevin, {model}, alpha {alpha}",
                    engines,
                    lambda self, alpha=alpha, call=call: call(self, alpha),
                )
                for alpha in (3, 0.7)
                for model, engines, call in (
                    ("linear", three + ", closed forms", Check.langevin_linear),
                    ("logistic", three, Check.langevin_logistic),
                )
            ),
            Unit("persistent with tau = eta/b and sgd", "stationary, temperatures", Check.persistence),
            Unit("low frequency", "stationary, temperatures", Check.low_frequency),
            *(
                Unit(f"three ways, {name}", three, lambda self, texts=texts: self.three(texts))
                for name, texts in SIX.items()
            ),
            Unit("reshuffle", "stationary, temperatures", Check.reshuffle),
        ]

    def against(self, item, value, exact, percent=1.0):
        """Within percent of a number that is exact, where the error is small enough to tell, or 3 errors if it is
        not."""
        off = 100 * abs(value[0] / exact - 1)
        se = 100 * value[1] / abs(exact)
        self.table.add(
            item,
            f"{brief(value)} ~ {exact:.4g}",
            f"{percent:g} %" + (f" or 3 x {se:.1f} %" if 3 * se > percent else ""),
            off <= max(percent, 3 * se),
        )

    def same(self, item, a, b, bound=4.0):
        z = apart(a, b)[1]
        self.table.add(item, f"{brief(a)} ~ {brief(b)}", f"z {z:+.1f}, {bound:g}", abs(z) <= bound)

    # ---- langevin -----------------------------------------------------------------------------

    def three_ways(self, rate, **run):
        """The same quantities by the stationary engine, the dense engine and simulation, with the curve at the same
        three lags."""
        found = resolved(self.program, FRACTIONS, paths=2000, steps=1000, rate=rate, **run)
        return {
            "stationary": found,
            "dense": measured(
                self.program,
                "solve",
                found["settled"],
                lags=found["lags"],
                engine="dense",
                paths=2000,
                rate=rate,
                **run,
            ),
            "simulation": measured(
                self.program, "simulate", found["settled"], lags=found["lags"], **COLD, rate=rate, **run
            ),
        }

    def langevin_linear(self, alpha):
        """At every rate: T_eff(omega) = T, and the line of the closed form."""
        run = dict(LINEAR, ridge=0.5, alpha=alpha, rule="langevin", temperature=0.4)
        found = self.three_ways(0.1, **run)
        lags = found["stationary"]["lags"]
        exact, c, chi, _ = closed_form(self.library, lags, [0.1], rate=0.1, steps=10, **run)
        for engine, x in found.items():
            name = engine
            for omega in OMEGAS[:3]:
                self.against(f"{name}: T_eff({omega:g})", x[omega], 0.4)
            for i, lag in enumerate(lags):
                self.against(
                    f"{name}: (C(0) - C)/chi at lag {lag}",
                    x["ratio", i],
                    (exact.plateau + exact.variance - c[i]) / chi[i],
                )
            self.against(f"{name}: chord", x["chord"], exact.chord)

    def langevin_logistic(self, alpha):
        """T_eff(omega) = T, and points of the line at two rates: apart by O(eta), all on slope T as the rate goes to
        0."""
        run = dict(LOGISTIC, ridge=0.5, alpha=alpha, rule="langevin", temperature=0.4)
        found = {rate: self.three_ways(rate, **run) for rate in (0.1, 0.05)}
        for engine in found[0.1]:
            name = engine
            for omega in OMEGAS[:3]:
                self.against(f"{name}: T_eff({omega:g})", found[0.1][engine][omega], 0.4)
            for what in [("ratio", i) for i in range(len(FRACTIONS))] + ["chord"]:
                a, b = (found[rate][engine][what] for rate in (0.05, 0.1))
                where = f"(C(0) - C)/chi at lag {FRACTIONS[what[1]]} M" if what[0] == "ratio" else "chord"
                self.against(f"{name}: {where}, rate -> 0", (2 * a[0] - b[0], math.hypot(2 * a[1], b[1])), 0.4)
            line = ", ".join(
                brief(found[0.1][engine][w]) for w in [("ratio", i) for i in range(len(FRACTIONS))] + ["chord"]
            )
            self.table.add(f"{name}, eta = 0.1: the same ratios", line, "-", True)

    # ---- linear sgd ---------------------------------------------------------------------------

    def linear_sgd(self, noise):
        run = dict(LINEAR, ridge=0.5, rule="sgd", batch=0.3, rate=0.1, alpha=3, label_noise=noise)
        document = teff(self.program, engine="stationary", paths=16000, steps=1000, **run)
        found = temperatures(document)
        count = len(document["lag"]) // len(set(document["waiting"]))
        lags = [int(x) for x in document["lag"][:count]]
        omegas = document["omega"]
        exact, c, chi, spectrum = closed_form(self.library, lags, omegas, steps=1000, **run)
        limit = document["correlation_limit"]
        self.table.below(
            f"largest |C_c(lag) - closed form| / C_c(0) (%)",
            100
            * max(abs((x - limit) - (y - exact.plateau)) for x, y in zip(document["correlation"][:count], c))
            / exact.variance,
            1,
        )
        self.table.below(
            f"largest |chi(lag) - closed form| / chi(inf) (%)",
            100 * max(abs(x - y) for x, y in zip(document["response"][:count], chi)) / exact.response,
            1,
        )
        self.against(f"short", found["short"], exact.short)
        self.against(f"chord", found["chord"], exact.chord)
        first, last = document["teff_late_window"]
        i, j = lags.index(int(first)), lags.index(int(last))
        slope = lambda c, chi: (c[i] - c[j]) / (chi[j] - chi[i])  # noqa: E731
        self.against(
            f"late, lags {first}:{last}",
            (slope(document["correlation"], document["response"]), found["late"][1]),
            slope(c, chi),
        )
        for omega in OMEGAS:
            self.against(f"T_eff({omega:g})", found[omega], spectrum[omegas.index(omega)])
        for engine, command, more in (
            ("dense", "solve", dict(paths=4000, waitings=3)),
            ("simulation", "simulate", dict(SIMULATION)),
        ):
            x = measured(self.program, command, 30, **more, **run)
            for what in ("short", "chord", "response"):
                self.against(f"{engine}: {what}", x[what], getattr(exact, what))

    # ---- persistent ---------------------------------------------------------------------------

    def persistence(self):
        run = dict(HINGE, rate=0.1, batch=0.3)
        a = stationary(self.program, paths=8000, steps=1000, rule="sgd", **run)
        b = stationary(
            self.program,
            paths=8000,
            steps=1000,
            rule="persistent",
            persistence=0.1 / 0.3 * (1 + 1e-12),
            seed=2,
            **run,
        )
        for what in ("short", "chord", "late", "norm", "response") + OMEGAS:
            self.same(str(what), b[what], a[what])

    def low_frequency(self):
        """Linear model, T_eff(0.05) of persistent over that of sgd at a small rate, per <l'^2>."""
        rate, batch = 0.02, 0.5
        run = dict(LINEAR, ridge=0.5, alpha=3, rate=rate, batch=batch, label_noise=0.5, paths=4000)

        def slow(**more):
            document = teff(self.program, engine="stationary", steps=1000, **run, **more)
            loss = self.program.series("solve", *flags(engine="stationary", steps=1000, **run, **more))["train_loss"][
                -1
            ]
            i = document["omega"].index(
                0.05
            )  # 2.5 per unit time, far under 1/(b tau), and much better known than 0.01
            return document["teff"][i] / loss, document["teff_se"][i] / loss

        base = slow(rule="sgd")
        ratios = []
        for tau in (0.06, 0.12, 0.24):
            value = slow(rule="persistent", persistence=tau)
            expected = (2 * tau - rate / batch) / (rate / batch)
            ratios.append((value[0] / base[0] / expected, math.hypot(value[1] / value[0], base[1] / base[0])))
            self.table.add(
                f"tau {tau}: T_eff/<l'^2> over sgd's, divided by (2 tau - eta/b)/(eta/b)",
                brief(ratios[-1]),
                f"1 + {tau:g} or 3 se",
                abs(ratios[-1][0] - 1) <= max(tau, 3 * ratios[-1][1]),
            )

    # ---- the stationary state -----------------------------------------------------------------

    def reference(self, name, texts, numbers, errors):
        x = stationary(self.program, paths=16000, steps=1000, rate=0.2, **HINGE, **texts)
        simulation = measured(
            self.program,
            "simulate",
            x["settled"],
            waitings=16,
            phases=4 if name == "reshuffle" else 1,
            dim=1000,
            runs=16,
            force_directions=2,
            test_examples=100,
            rate=0.2,
            **HINGE,
            **texts,
        )
        for i, what in enumerate(("norm", "response", "chord") + OMEGAS):
            error = errors.get(what) or REFERENCE_ERROR * numbers[i]
            self.same(str(what), x[what], (numbers[i], error), 3)
            self.same(f"{what}, simulation and stationary", simulation[what], x[what])

    def three(self, texts):
        """Stationary engine, dense engine, simulation, side by side; the second and third against the first."""
        phases = 4 if texts["rule"] == "reshuffle" else 1
        x = resolved(self.program, FRACTIONS, paths=4000, steps=1000, **texts)
        common = dict(waitings=8 if phases == 1 else 16, phases=phases, lags=x["lags"], **texts)
        others = {
            "dense": measured(self.program, "solve", x["settled"], engine="dense", paths=8000, **common),
            "simulation": measured(
                self.program,
                "simulate",
                x["settled"],
                dim=600,
                runs=16,
                force_directions=2,
                test_examples=600,
                **common,
            ),
        }
        curve = [(kind, i) for kind in ("C(0) - C", "chi") for i in range(len(FRACTIONS))]
        for what in ["norm", "response", "short", "chord", "train_loss", "test_loss", 0.1, 0.3, 1.0] + curve:
            label = {"norm": "C(0)", "response": "chi(inf)"}.get(
                what, f"T_eff({what:g})" if isinstance(what, float) else what
            )
            if isinstance(what, tuple):
                label = f"{what[0]}({x['lags'][what[1]]})"
            z = {engine: apart(y[what], x[what])[1] for engine, y in others.items()}
            self.table.add(
                label,
                " ".join(brief(y[what]) for y in (x, *others.values())),
                "z " + " ".join(f"{value:+.1f}" for value in z.values()) + ", 4",
                all(abs(value) <= 4 for value in z.values()),
                f"M = {x['settled']}",
            )

    def reshuffle(self):
        """How the temperatures of sgd and reshuffle fall with the rate: log-log slopes between the ends."""
        rates = (0.05, 0.1, 0.2)
        rows = {
            rule: [
                stationary(self.program, paths=4000, steps=2000, rule=rule, batch=0.25, rate=rate, **HINGE)
                for rate in rates
            ]
            for rule in ("sgd", "reshuffle")
        }
        slopes = {}
        for rule, found in rows.items():
            for what in ("short", "chord"):
                values = [x[what][0] for x in found]
                slopes[rule, what] = math.log(values[-1] / values[0]) / math.log(rates[-1] / rates[0])
                self.table.add(
                    f"{rule}, b = 0.25, {what} at eta = {', '.join(map(str, rates))}; exponent",
                    " ".join(brief(x[what]) for x in found),
                    f"{slopes[rule, what]:.2f}",
                    True,
                )
        for i, rate in enumerate(
            rates
        ):  # the same physical frequency, 0.5 per unit time or the nearest that is there
            pairs = [rows[rule][i]["chord"] for rule in ("reshuffle", "sgd")]
            self.table.add(f"eta {rate}: chord of reshuffle over sgd", f"{pairs[0][0] / pairs[1][0]:.3f}", "-", True)
        self.table.add(
            "reshuffle's short temperature falls with the rate as sgd's, its chord faster",
            f"{slopes['reshuffle', 'chord']:.2f} > {slopes['sgd', 'chord']:.2f}",
            "",
            slopes["reshuffle", "chord"] > slopes["sgd", "chord"] + 0.1,
        )


if __name__ == "__main__":
    sys.exit(run_table("temperature", Check, sys.argv[1:]))
