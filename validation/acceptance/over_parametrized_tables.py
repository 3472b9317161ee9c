# SPDX-License-Identifier: GPL-3.0-or-later
"""Replica distance and the law of the margins over (b, eta) and (b, tau), theory beside simulation: markdown in
over_parametrized_tables.md, and the points of the figures in validation/gallery/PART.csv.

    /usr/bin/python3 over_parametrized_tables.py BUILD [PART ...]   measures PART (all), keeps numbers in BUILD/boundary-PART.json
    /usr/bin/python3 over_parametrized_tables.py BUILD write        writes tables and points from these
"""
import json
import os
import sys
import tempfile

from harness import Program, flags
from temperature_measure import brief

HINGE = dict(data="random", loss="hinge2", kappa=1)
OVER, UNDER = dict(HINGE, alpha=0.7, ridge=0), dict(HINGE, alpha=3, ridge=0.1)
LOGISTIC = dict(data="teacher", teacher="sign", loss="logistic", alpha=0.7, ridge=0)
SPHERE = dict(data="random", loss="hinge2", kappa=0.3, alpha=0.7, constraint="sphere")
BATCHES = (0.8, 0.6, 0.4, 0.3, 0.2)
# data and model; rule; what grows; its values; batch fractions; more texts; time at the end
PARTS = {
    "over_sgd": (OVER, "sgd", "rate", (0.1, 0.2, 0.4), BATCHES, {}, 30),
    "over_persistent": (OVER, "persistent", "persistence", (1, 2, 4), (0.8, 0.6, 0.4, 0.25), {"rate": 0.2}, 40),
    "over_logistic": (LOGISTIC, "sgd", "rate", (0.5, 1, 2), (0.8, 0.4, 0.2), {}, 100),
    "over_sphere": (SPHERE, "sgd", "rate", (0.15, 0.3, 0.6), (0.8, 0.4, 0.2), {}, 45),
    "under_sgd": (UNDER, "sgd", "rate", (0.1, 0.2), (0.8, 0.5, 0.3, 0.2), {}, 15),
    "under_persistent": (UNDER, "persistent", "persistence", (1, 2, 4), (0.8, 0.5, 0.3), {"rate": 0.1}, 15),
}
TITLES = {
    "over_sgd": "Random labels, quadratic hinge (kappa = 1), alpha = 0.7, no ridge: sgd, time 30",
    "over_persistent": "The same: persistent sgd, eta = 0.2, time 40",
    "over_logistic": "Sign teacher, logistic loss, alpha = 0.7, no ridge: sgd, time 100",
    "over_sphere": "Random labels, quadratic hinge (kappa = 0.3), alpha = 0.7, weights on the sphere: sgd, time 45",
    "under_sgd": "Random labels, quadratic hinge (kappa = 1), alpha = 3, ridge 0.1: sgd, time 15",
    "under_persistent": "The same: persistent sgd, eta = 0.1, time 15",
}
MEASURES = ("distance", "width", "median", "5 %", "1 %", "contacts", "T_eff")
HEADINGS = {"distance": "replica distance / C", "width": "width (mean of the normalised margin)", "median": "median of the normalised margin",
            "5 %": "5 % quantile of the normalised margin", "1 %": "1 % quantile of the normalised margin", "contacts": "contacts",
            "T_eff": "T_eff of the chord"}
PATHS = {"over_sgd": 16000, "over_persistent": 16000, "under_sgd": 2000}
SIMULATION = dict(dim=1000, runs=16, replicas=8, test_examples=10, every=20)


def document(program, command, *files, **texts):
    code, out, err = program.run(command, *files, *flags(**texts), "--format", "json")
    if code:
        raise RuntimeError(f"{command}: exit {code}: {err.strip()[:200]}")
    return json.loads(out)


def point(program, by, texts):
    """{measure: [value, error]} at the end, and the share of groups or runs that ended without training errors."""
    with tempfile.TemporaryDirectory() as folder:
        distance = document(program, "replicas", **texts, by=by, out=f"{folder}/result.h5")
        law = document(program, "boundary", f"{folder}/result.h5")
    own = law["normalised"]
    found = {"distance": [distance["distance_normalised"][-1], distance["distance_normalised_se"][-1]],
             "raw distance": [distance["distance"][-1], distance["distance_se"][-1]],
             "width": [law["width"], law["width_se"]], "trained": law["train_error_zero"]["fraction"]}
    if law["contacts"] is not None:
        found["contacts"] = [law["contacts"], law["contacts_se"]]
    for name, level in (("median", "0.5"), ("5 %", "0.05"), ("1 %", "0.01")):
        found[name] = [own["quantiles"][level], own["quantiles_se"][level]]
    return found


def temperature(program, texts):
    """T_eff and 2 [C(0) - q] of the stationary state."""
    teff = document(program, "teff", **texts, engine="stationary", paths=2000)
    return {"T_eff": [teff["teff_chord"], teff["teff_chord_se"]]}


def measure(build, part):
    program, (model, rule, name, values, batches, more, time) = Program(build), PARTS[part]
    path, found = f"{build}/boundary-{part}.json", {}
    if os.path.exists(path):
        found = json.load(open(path))
    for value in reversed(values):
        for batch in batches:
            key = f"{batch} {value}"
            if key in found:
                continue
            run = dict(model, rule=rule, batch=batch, **{name: value}, **more)
            try:
                simulation = point(program, "simulate", dict(run, steps=round(time / run["rate"]), **SIMULATION))
                theory = point(program, "solve", dict(run, steps=round(time / run["rate"]), paths=PATHS.get(part, 4000)))
                if part.startswith("under"):
                    theory.update(temperature(program, dict(run, steps=2000)))
                found[key] = [theory, simulation]
            except RuntimeError as problem:
                found[key] = str(problem)[:300]
            print(part, key, found[key] if isinstance(found[key], str) else
                  " ".join(f"{m} {' / '.join(brief(x[m]) for x in found[key] if m in x)}" for m in MEASURES[:3]), flush=True)
            with open(path, "w") as out:
                json.dump(found, out, indent=1)


def cell(found, key, what):
    entry = found.get(key)
    return " / ".join(brief(x[what]) for x in entry if what in x) if isinstance(entry, list) else "diverges" if entry and "exit 4" in entry else "-"


def neighbours(part):
    """Pairs of keys of which the second has more noise: smaller batches, or a larger rate or persistence."""
    _, _, name, values, batches, _, _ = PARTS[part]
    return {"b falls": [(f"{b} {v}", f"{c} {v}") for v in values for b, c in zip(batches, batches[1:])],
            f"{'eta' if name == 'rate' else 'tau'} grows": [(f"{b} {v}", f"{b} {u}") for v, u in zip(values, values[1:]) for b in batches]}


def verdict(part, found, what):
    """How often a measure grows or falls by more than 3 errors where the noise grows, in theory and in simulation."""
    parts = []
    for direction, pairs in neighbours(part).items():
        for source, who in enumerate(("theory", "simulation")):
            known = [(found[a][source][what], found[b][source][what]) for a, b in pairs
                     if isinstance(found.get(a), list) and isinstance(found.get(b), list) and what in found[a][source]]
            moves = [(b[0] - a[0]) / max((a[1]**2 + b[1]**2) ** 0.5, 1e-300) for a, b in known]
            if known:
                parts.append(f"{direction}, {who}: {sum(z > 3 for z in moves)} up, {sum(z < -3 for z in moves)} down of {len(moves)}")
    return "; ".join(parts)


def agreement(found, what):
    scores = []
    for entry in found.values():
        if isinstance(entry, list) and what in entry[1]:
            (a, s), (b, t) = entry[0][what], entry[1][what]
            scores.append((a - b) / max((s**2 + t**2) ** 0.5, 1e-300))
    if not scores:
        return ""
    return f" Theory against simulation: {len(scores)} comparisons, rms z {(sum(z*z for z in scores) / len(scores))**0.5:.2f}, largest |z| {max(map(abs, scores)):.1f}."


def tables(part, found):
    _, _, name, values, batches, _, _ = PARTS[part]
    label = "eta" if name == "rate" else "tau"
    yield f"## {TITLES[part]}\n\n{PATHS.get(part, 4000)} paths.\n"
    untrained = [key for key, entry in found.items() if isinstance(entry, list) and min(x["trained"] for x in entry) < 1]
    if part.startswith("over"):
        yield ("Every group and every run ended without training errors." if not untrained else
               f"Not without training errors in every group and run at (b, {label}) = " + ", ".join(f"({key.replace(' ', ', ')})" for key in untrained) + ".") + "\n"
    for what in MEASURES:
        if not any(isinstance(entry, list) and what in entry[0] for entry in found.values()):
            continue
        yield f"**{HEADINGS[what]}**\n"
        yield "| b | " + " | ".join(f"{label} = {v}" for v in values) + " |\n" + "|---" * (len(values) + 1) + "|"
        for batch in batches:
            yield f"| {batch} | " + " | ".join(cell(found, f"{batch} {v}", what) for v in values) + " |"
        yield f"\nWith the noise: {verdict(part, found, what)}.{agreement(found, what)}\n"


def points(part, found):
    """value, batch, noise = (1 - b) tau with tau = eta/b for sgd, then measures with errors: theory, simulation."""
    _, _, name, values, batches, _, _ = PARTS[part]
    names = [m for m in ("distance", "raw distance", "width", "median", "T_eff")]
    yield "value,batch,noise," + ",".join(f"{who} {m},se" for m in names for who in ("theory", "simulation"))
    for value in values:
        for batch in batches:
            entry = found.get(f"{batch} {value}")
            if isinstance(entry, list):
                noise = (1 - batch) * (value / batch if name == "rate" else value)
                numbers = [x for m in names for source in entry for x in source.get(m, (float("nan"),) * 2)]
                yield ",".join(f"{x:.6g}" for x in (value, batch, noise, *numbers))


def write(build):
    here = os.path.dirname(os.path.abspath(__file__))
    with open(f"{here}/over_parametrized_tables.md", "w") as out:
        print("Theory / simulation at the end of the run. Theory: dense engine, 8 groups (T_eff: stationary engine); simulation:\n"
              "N = 1000, 16 data sets of 8 replicas, the same in all cells: a deviation of all cells together is one deviation. \"Up\" and \"down\" count neighbours in a table that differ by more than 3 errors.\n", file=out)
        for part in PARTS:
            path = f"{build}/boundary-{part}.json"
            if not os.path.exists(path):
                continue
            found = json.load(open(path))
            for line in tables(part, found):
                print(line, file=out)
            with open(f"{here}/../gallery/{part}.csv", "w") as data:
                print(*points(part, found), sep="\n", file=data)


def main():
    build, words = sys.argv[1], sys.argv[2:]
    if words == ["write"]:
        return write(build)
    for part in words or PARTS:
        measure(build, part)
    return write(build)


if __name__ == "__main__":
    sys.exit(main())
