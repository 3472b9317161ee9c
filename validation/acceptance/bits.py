#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of the numbers of each engine of sources.py: small runs of every rule, loss, link, data law and option,
all numbers to their last bit. Two builds with the same fingerprint gave the same numbers in all these runs. Then rows
measured with one of them hold for the other (stale.py): a change that only moves or renames code makes no row stale.

    OMP_NUM_THREADS=1 /usr/bin/python3 bits.py BUILD             # prints fingerprints and recorded ones that differ
    OMP_NUM_THREADS=1 /usr/bin/python3 bits.py BUILD --record    # and keeps them in bits.md, with commit and machine
"""
import hashlib
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile

from bit_record import BitRecord
from harness import Library, Program

HERE = os.path.dirname(os.path.abspath(__file__))

SMALL = "--seed 5 --paths 480 --groups 4 --steps 12 --dim 120 --runs 3"
MODELS = {
    "square": "--teacher linear --loss square --label-noise 0.3 --alpha 2 --norm0 0.8",
    "logistic": "--alpha 3 --label-noise 0.1",
    "hinge2": "--data random --loss hinge2 --kappa 1 --alpha 0.7 --ridge 0.02",
    "hinge": "--data random --loss hinge --kappa 0.5 --alpha 2",
    "huber": "--teacher tanh --loss huber --alpha 2",
    "huber_hinge": "--data mixture2 --cluster-variance 0.5 --loss huber_hinge --kappa 1 --alpha 2",
    "sigmoid": "--data mixture2 --cluster-variance 0.7 --loss sigmoid --alpha 2",
    "exponential": "--loss exponential --alpha 3 --rate 0.02 --ridge 0.3",
    "absolute": "--teacher relu --loss absolute --alpha 2",
    "door": "--data mixture3 --cluster-variance 0.5 --link door --alpha 2 --overlap0 0.1 --norm0 0.1",
    "door_teacher": "--teacher door --link door --alpha 3 --overlap0 0.3",
    "phase": "--teacher abs --loss phase --constraint sphere --overlap0 0.5 --alpha 2.75 --rate 0.005",
    "phase_ridge": "--teacher linear --loss phase --overlap0 0.5 --alpha 2 --rate 0.005 --ridge 0.1",
    "links": "--teacher erf --link tanh --loss square --alpha 2 --overlap0 0.2",
    "quadratic": "--teacher quadratic --link quadratic --loss square --alpha 3 --rate 0.005 --overlap0 0.5",
    "targets": "--data random --targets gaussian --loss square --alpha 0.6",
    "spectrum": "--teacher linear --loss square --alpha 2 --covariance-spectrum 2:0.25:3,0.5:0.75",
    "powerlaw": "--loss logistic --alpha 2 --covariance-spectrum powerlaw:1.2:0.5:50",
}
RULES = {
    "gd": "--rule gd",
    "sgd": "--rule sgd --batch 0.3",
    "persistent": "--rule persistent --batch 0.4 --persistence 0.7",
    "reshuffle": "--rule reshuffle --batch 0.25",
    "langevin": "--rule langevin --temperature 0.2",
}
OPTIONS = {
    "waiting": "--waiting 0,3,7",
    "replicas": "--replicas 2 --temperature 0.1",
    "momentum": "--momentum 0.8 --dampening 0.1 --waiting 4",
    "nesterov": "--momentum 0.8 --nesterov yes --momentum-schedule cosine",
    "clip": "--clip 0.2",
    "privacy": "--clip-example 0.4 --privacy-noise 0.5",
    "average": "--average tail:4",
    "ema": "--average ema:0.9 --rate-schedule wsd:2,4",
    "schedules": "--rate-steps 4=0.05 --batch-steps 6=0.6 --temperature 0.3 --temperature-steps 5=0.1",
    "cycles": "--rate-cycle 2=0.2,4=0.1 --batch-cycle 1=0.5,3=0.3",
    "sum": "--gradient sum --rate 0.3",
    "sharpness": "--sharpness-at 2,12 --margins-at 0,6",
    "sphere": "--constraint sphere",
    "every": "--every 5 --waiting 2 --margins-at none",
    "double": "--precision double",
    "full": "--full-matrices yes",
}
FLOWS = ("--rule flow --rate 0.2", "--rule stochastic_flow --batch 0.4 --persistence 0.5 --rate 0.2")
STATIONARY = "--seed 5 --paths 64 --groups 2 --rate 0.2 --ridge 0.3"


def joined(command, *parts):
    """A command with the flags of all parts, of which the last that gives a flag counts."""
    words = f"{command} {' '.join(parts)}".split()
    first = next(i for i, word in enumerate(words) if word.startswith("--"))
    flags = dict(zip(words[first::2], words[first + 1 :: 2]))
    return words[:first] + [word for flag in flags.items() for word in flag]


def every(command, models=tuple(MODELS)):
    """Runs of these models with all rules, and of all options with some of them."""
    plain = [(model, rule, "") for model in models for rule in RULES]
    pairs = (("logistic", "sgd"), ("square", "persistent"), ("door", "sgd"), ("phase", "persistent"))
    special = [(*pair, option) for pair in pairs if pair[0] in models for option in OPTIONS.values()]
    if "logistic" in models:
        special.append(("logistic", "sgd", "--paths 3000 --groups 3 --steps 40 --dim 800 --runs 2 --waiting 10"))
    return [joined(command, SMALL, MODELS[model], RULES[rule], option) for model, rule, option in plain + special]


def observed(command, models=("square", "logistic", "hinge2", "huber", "spectrum")):
    """Runs of a command that measures."""
    pairs = [(model, rule) for model in models for rule in ("sgd", "persistent", "reshuffle")]
    return [joined(command, SMALL, "--steps 80", MODELS[model], RULES[rule]) for model, rule in pairs]


def stationary():
    """Few runs: a state takes seconds even with few paths."""
    runs = [("square", rule, "") for rule in ("sgd", "persistent", "reshuffle", "langevin")]
    runs += [("logistic", "sgd", ""), ("hinge2", "langevin", "--alpha 3")]
    runs += [("square", "sgd", more) for more in ("--temperature 0.1", "--gradient sum --rate 0.3", "--replicas 2")]
    return [
        joined("solve --engine stationary", MODELS[model], STATIONARY, RULES[rule], more)
        for model, rule, more in runs
    ]


def online(command):
    return [joined(command, SMALL, model, "--rule online") for model in MODELS.values()]


def flows(command):
    return [joined(command, SMALL, MODELS["logistic"], flow) for flow in FLOWS]


# Models whose curvature allows modes that alternate at these rates.
ALTERNATING = ("huber_hinge", "exponential", "door", "door_teacher", "phase", "phase_ridge", "links", "quadratic")
CLASSES = ("logistic", "hinge2", "huber_hinge")
# Models with probes of finite size in the engine conditional: their forces jump, or they are not convex.
PROBED = ("hinge", "sigmoid", "absolute", "door", "door_teacher", "phase", "phase_ridge", "links", "quadratic")


def conditional(models, replicas):
    """Runs of the engine conditional, with or without two replicas."""
    runs = (
        every("solve --engine conditional", models)
        + every("solve --engine conditional --extrapolation sizes --paths 1280 --groups 2", models)[::5]
        + every("simulate --matrix implicit", models)
    )
    return [run for run in runs if ("--replicas" in run) == replicas]


SMOOTH = [model for model in MODELS if model not in PROBED]
LONG = "--dim 40 --steps 150 --runs 2"
RUNS = {
    "dense": every("solve --engine dense") + flows("solve --engine dense"),
    "hierarchical": every("solve --engine hierarchical", [model for model in MODELS if model not in ALTERNATING])
    + [joined("solve --engine hierarchical", SMALL, "--steps 300 --paths 96 --waiting 40", MODELS["logistic"])],
    "alternating": every("solve --engine hierarchical", ALTERNATING)
    + [
        joined(
            "solve --engine hierarchical", SMALL, "--rate 0.5 --steps 300 --paths 96", MODELS["square"], RULES["gd"]
        )
    ],
    "stationary": stationary(),
    "conditional": conditional(SMOOTH, False)
    + [joined("simulate --matrix implicit", SMALL, LONG, rule) for rule in RULES.values()],
    "probes": conditional(PROBED, False) + conditional(MODELS, True) + observed("boundary", ("door",)),
    "online": online("solve"),
    "simulator": every("simulate --matrix stored")
    + flows("simulate")
    + online("simulate")
    + [joined("simulate", SMALL, MODELS["hinge2"], rule, "--replicas 3") for rule in RULES.values()],
    "real data": [
        joined(
            "solve", SMALL.replace("--dim 120 ", ""), "--data file --dataset data.csv --loss", loss, RULES[rule], more
        )
        for loss in ("logistic", "square")
        for rule in ("sgd", "gd")
        for more in ("", "--standardise no", "--whiten yes", "--label-column y")
    ]
    + [["simulate", "--data", "file", "--dataset", "data.csv", "--runs", "2", "--steps", "12"]],
    "verdict": observed("validate"),
    "temperatures": observed("teff") + observed("teff --by simulate"),
    "replicas": observed("replicas") + observed("replicas --by simulate"),
    "boundary": observed("boundary", CLASSES) + observed("boundary --by simulate", (*CLASSES, "door")),
}
FORMS = "closed forms"
OUTSIDE = re.compile(r"second|time$|command|version|hash|host|created|threads|parameters$|reason$")


def numbers(value):
    """A document without what names the moment, the machine or the build."""
    if isinstance(value, dict):
        return {key: numbers(part) for key, part in value.items() if not OUTSIDE.search(key)}
    return [numbers(part) for part in value] if isinstance(value, list) else value


def forms(build):
    """(digest, number) of closed forms of linear models and of minima."""
    library, digest, count = Library(build), hashlib.sha256(), 0
    for rule in ("gd", "sgd", "langevin"):
        for more in ({}, {"constraint": "sphere"}, {"alpha": 0.6, "label_noise": 0.3}, {"rate_steps": "9=0.05"}):
            noise = {"temperature": 0.2} if rule == "langevin" else {}
            texts = dict(teacher="linear", loss="square", rule=rule, steps=60, overlap0=0.3, **more, **noise)
            try:
                found = library.linear(**texts)
            except RuntimeError as refusal:
                found = str(refusal)
            digest.update(f"{texts} {found}".encode())
            count += 1
    for loss in ({"loss": "logistic"}, {"loss": "hinge2", "kappa": 1}):
        for more in ({}, {"data": "random", "alpha": 2}, {"data": "mixture2", "cluster_variance": 0.5}):
            digest.update(str(library.minimum(ridge=0.3, rule="gd", **loss, **more)).encode())
            count += 1
    return digest.hexdigest()[:16], count


def table(path):
    """Writes examples with names, labels and correlated features."""
    with open(path, "w") as out:
        print(*(f"x{i}" for i in range(8)), "y", sep=",", file=out)
        for row in range(160):
            x = [math.sin(0.7 * row * (i + 1)) + 0.4 * math.cos(1.3 * row) * i for i in range(8)]
            print(*x, 1 if x[0] + 0.5 * math.sin(5.1 * row) > 0 else -1, sep=",", file=out)


def arrays(path, digest):
    """Adds all datasets of a result file, in the order of their names."""
    import h5py

    with h5py.File(path) as result:
        found = []
        result.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in sorted(found):
            value = result[name][()]
            digest.update(name.encode())
            digest.update(value.tobytes() if hasattr(value, "tobytes") else bytes(str(value), "utf8"))


def fingerprint(program, runs):
    """(digest, number of runs that are refused)"""
    digest, refused = hashlib.sha256(), 0
    with tempfile.TemporaryDirectory() as folder:
        table(os.path.join(folder, "data.csv"))
        for run in runs:
            words, path = list(run), os.path.join(folder, "result.h5")
            if words[0] in ("solve", "simulate"):
                words += ["--out", path]
            done = subprocess.run(
                [program, *words, "--format", "json", "--progress", "none", "--threads", "1"],
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                cwd=folder,
            )
            digest.update(f"{' '.join(run)}: {done.returncode}".encode())
            if done.returncode == 2:
                refused += 1
                continue
            digest.update(json.dumps(numbers(json.loads(done.stdout)) if done.stdout else "").encode())
            if os.path.exists(path):
                arrays(path, digest)
                os.remove(path)
    return digest.hexdigest()[:16], refused


def machine(program):
    """Processor and compiler: numbers are the same to the last bit on the same only."""
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    with open("/proc/cpuinfo") as lines:
        flags = next((line for line in lines if line.startswith("flags")), platform.machine())
    compiler = re.search(r"^compiler: (.*)$", version, re.MULTILINE).group(1)
    return f"{compiler}, processor {hashlib.sha256(flags.encode()).hexdigest()[:8]}"


def main(build, *words):
    program, record = Program(build), BitRecord(HERE)
    commit, where = program.commit(), machine(program.path)
    if "--record" in words and commit.endswith("-dirty"):
        sys.exit(f"bits.py: {build} was built with changes that are not committed")
    for name in [word for word in words if word in (*RUNS, FORMS)] or (*RUNS, FORMS):
        if name == FORMS:
            digest, count, refused = *forms(build), 0
        else:
            (digest, refused), count = fingerprint(os.path.abspath(program.path), RUNS[name]), len(RUNS[name])
        differ = [
            row.commit for row in record.read() if (row.engine, row.machine) == (name, where) and row.bits != digest
        ]
        print(f"{name:14} {digest} {count:4} runs, {refused} refused", end="", flush=True)
        print(f"; differs from {', '.join(differ)}" if differ else "", flush=True)
        if "--record" in words:
            record.keep(commit, where, name, digest)


if __name__ == "__main__":
    main(*(sys.argv[1:] or sys.exit(__doc__)))
