# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of T_eff by the stationary engine beside simulations, as markdown in temperature_tables.md.

    /usr/bin/python3 temperature_tables.py BUILD [PART|theory|simulation ...]
                                    measures PART (all), on both sides or one; keeps numbers in
                                    BUILD/temperature-PART.json and does not measure them twice with the same commit
    /usr/bin/python3 temperature_tables.py BUILD write
                                    writes the tables from these; parts that are not there keep the tables they have
"""
import json
import math
import os
import sys

from harness import Program
from rows import provenance, sections
from temperature_measure import brief, measured, stationary

HINGE = dict(data="random", loss="hinge2", kappa=1, alpha=3, ridge=0.1)
LOGISTIC = dict(data="teacher", teacher="sign", loss="logistic", alpha=3, ridge=0.1)
BATCHES = (0.1, 0.2, 0.3, 0.5, 0.8)
PARTS = {
    "hinge2-sgd": (HINGE, "sgd", "rate", (0.025, 0.05, 0.1, 0.15), {}),
    "logistic-sgd": (LOGISTIC, "sgd", "rate", (0.1, 0.2, 0.4, 0.8), {}),
    "hinge2-persistent": (HINGE, "persistent", "persistence", (1, 2, 5), {"rate": 0.1}),
    "logistic-persistent": (LOGISTIC, "persistent", "persistence", (2, 4, 8), {"rate": 0.2}),
}
TITLES = {
    "hinge2-sgd": "Random labels, quadratic hinge (kappa = 1), alpha = 3, ridge 0.1: sgd",
    "logistic-sgd": "Sign teacher, logistic loss, alpha = 3, ridge 0.1: sgd",
    "hinge2-persistent": "Random labels, quadratic hinge, persistent sgd, eta = 0.1",
    "logistic-persistent": "Sign teacher, logistic loss, persistent sgd, eta = 0.2",
}
PATHS = {
    "hinge2": 640,
    "logistic": 2560,
}  # biases of small groups: 0.5 % of the chord of the hinge with 80 paths a group, 2 % of the logistic run's
SIMULATION = dict(dim=500, runs=8, force_directions=2, test_examples=100)


def measure(build, part, sides):
    """Fills in what is missing of `sides` ("theory", "simulation"), cell by cell."""
    program, (texts, rule, name, values, more) = Program(build), PARTS[part]
    path, found = f"{build}/temperature-{part}.json", {}
    if os.path.exists(path):
        found = json.load(open(path))
    commit = program.commit()
    for value in reversed(values):
        for batch in BATCHES:
            entry = found.setdefault(f"{batch} {value}", {})
            for side in [side for side in sides if entry.get("commit " + side) != commit]:
                entry.pop(side, None)
                entry.pop("problem", None)
            run = dict(texts, rule=rule, batch=batch, **{name: value}, **more)
            try:
                if "theory" in sides and "theory" not in entry:
                    entry["theory"] = {
                        str(k): v for k, v in stationary(program, paths=PATHS[run["loss"]], steps=4000, **run).items()
                    }
                if "simulation" in sides and "simulation" not in entry and "theory" in entry:
                    found_here = measured(program, "simulate", entry["theory"]["settled"], **SIMULATION, **run)
                    entry["simulation"] = {str(k): v for k, v in found_here.items()}
            except RuntimeError as problem:
                entry["problem"] = str(problem)[:300]
            entry.update({"commit " + side: commit for side in sides if side in entry or "problem" in entry})
            print(
                part,
                f"b {batch}, {name} {value}:",
                *(f"{side} {brief(entry[side]['chord'])}" for side in ("theory", "simulation") if side in entry),
                entry.get("problem", ""),
                flush=True,
            )
            with open(path, "w") as out:
                json.dump(found, out, indent=1)


def cell(found, key, what):
    entry = found.get(key, {})
    if "no ergodic stationary state" in entry.get("problem", ""):
        return "no stationary state"
    return " / ".join(brief(entry[side][what]) if side in entry else "-" for side in ("theory", "simulation"))


def table(part, found, what):
    symbol = {"rate": "eta", "persistence": "tau"}[PARTS[part][2]]
    values = PARTS[part][3]
    yield "| b | " + " | ".join(f"{symbol} = {v:g}" for v in values) + " |"
    yield "|---" * (len(values) + 1) + "|"
    for batch in BATCHES:
        yield f"| {batch} | " + " | ".join(cell(found, f"{batch} {v}", what) for v in values) + " |"


def ratio(part, found):
    """T_eff b/(eta (1 - b)) of the theory's chord, and its deviation from the value at the smallest noise."""
    values = PARTS[part][3]
    yield "| b | " + " | ".join(f"eta = {v:g}" for v in values) + " |"
    yield "|---" * (len(values) + 1) + "|"
    for batch in BATCHES:
        row = []
        for rate in values:
            entry = found.get(f"{batch} {rate}", {})
            scale = batch / (rate * (1 - batch))
            row.append(brief(*(x * scale for x in entry["theory"]["chord"])) if "theory" in entry else "-")
        yield f"| {batch} | " + " | ".join(row) + " |"


def deviation(found):
    """Theory against simulation over the table: rms of z, and the largest."""
    zs = [
        (t - s) / math.hypot(et, es)
        for entry in found.values()
        if "theory" in entry and "simulation" in entry
        for what in ("chord", "0.1")
        for (t, et), (s, es) in [[entry[side][what] for side in ("theory", "simulation")]]
    ]
    return (
        (
            f"theory against simulation: {len(zs)} comparisons, rms z "
            f"{math.sqrt(sum(z * z for z in zs) / len(zs)):.2f}, "
            f"largest |z| {max(map(abs, zs)):.1f}"
        )
        if zs
        else ""
    )


def commits(part, found):
    """One line for each side and each build that measured a cell of it."""
    for side, engine in (("theory", "stationary"), ("simulation", "simulator")):
        for commit in sorted({entry["commit " + side] for entry in found.values() if "commit " + side in entry}):
            yield provenance(commit, f"{engine}, temperatures", f"temperature_tables.py BUILD {part} {side}")


def section(part, found):
    lines = [f"## {TITLES[part]}", "", *commits(part, found), ""]
    for what, title in (("chord", "T_eff of the chord"), ("0.1", "T_eff(omega = 0.1 per step)")):
        lines += [f"**{title}**", "", *table(part, found, what), ""]
    if part.endswith("-sgd"):
        lines += ["**Chord, T_eff b/(eta (1 - b)), theory**", "", *ratio(part, found), ""]
    return "\n".join(lines + [deviation(found), ""])


def write(build):
    here = os.path.dirname(os.path.abspath(__file__))
    path = f"{here}/temperature_tables.md"
    old = sections(path)
    texts = [
        f"Theory / simulation. Theory: stationary engine, {PATHS['hinge2']} paths (hinge) and {PATHS['logistic']} "
        f"(logistic); simulation: N = {SIMULATION['dim']}, {SIMULATION['runs']} runs.\n"
    ]
    for part, title in TITLES.items():
        numbers = f"{build}/temperature-{part}.json"
        if os.path.exists(numbers):
            with open(numbers) as found:
                texts.append(section(part, json.load(found)))
        elif title in old:
            texts.append(old[title])
    with open(f"{here}/temperature_notes.md") as notes:
        texts.append("## Notes\n\n" + notes.read())
    with open(path, "w") as out:
        out.write("\n".join(texts))


def main():
    build, words = sys.argv[1], sys.argv[2:]
    sides = [word for word in words if word in ("theory", "simulation")] or ["theory", "simulation"]
    parts = [word for word in words if word in PARTS] or list(PARTS)
    for part in parts if words != ["write"] else []:
        measure(build, part, sides)
    write(build)


if __name__ == "__main__":
    main()
