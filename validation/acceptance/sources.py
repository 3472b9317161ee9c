# SPDX-License-Identifier: GPL-3.0-or-later
"""Record of the code that a result depends on: engine -> pathspecs of git. A row of a table names its engines; it is
stale if the code of one of their files, comments and spaces apart, has changed since the commit that measured it.

Left out is what moves no number: texts, formats of files, commands, lists of parameters and observables, estimates.
"""
# Included, but in no number of a table: estimates of time, sharpness, the way from a run to its engine, identities.
IN_NO_TABLE = (
    "solver/run/machine_speed.h",
    "solver/observe/hessian_bulk.h",
    "solver/run/batch_curvature.h",
    "solver/run/solve_internal.h",
    "solver/run/simulated_run.h",
    "solver/paths/reaction.h",
)
MODELS = (
    ":(glob)models/data/*.c",
    "models/link",
    "models/loss",
    "models/rule",
    "models/label.c",
    "models/loss_evaluate.c",
    "models/base/random_streams.c",
    "models/base/lanczos.c",
    "models/run/schedule.c",
    "models/run/spectrum.c",
    "models/run/window.c",
    "models/result/result_reduce.c",
)
GROUPS = MODELS + ("solver/paths", ":(glob)solver/run/group*", ":(glob)solver/run/halves.*", "solver/run/engine.h")
GENERALIZATION = (
    "solver/observe/tails.h",
    ":(glob)solver/observe/generalization*",
    ":(glob)solver/observe/distance.*",
)
CONDITIONAL = (
    GROUPS
    + GENERALIZATION
    + ("solver/conditional", ":(glob)solver/run/sizes.*", "solver/run/implicit.c", "solver/run/equivalent.h")
)
ENGINES = {
    "dense": GROUPS + GENERALIZATION + ("solver/dense",),
    "hierarchical": GROUPS + GENERALIZATION + ("solver/hierarchical",),
    # the same where a mode may change its sign in every step, with polynomials for even and odd steps
    "alternating": GROUPS + GENERALIZATION + ("solver/hierarchical",),
    "stationary": GROUPS + GENERALIZATION + ("solver/dense", "solver/stationary"),
    "conditional": CONDITIONAL,
    # the same where the response is that to a force of finite size, and with two replicas
    "probes": CONDITIONAL,
    "online": GROUPS + GENERALIZATION + ("solver/online",),
    "simulator": MODELS + ("validation/simulator",),
    "closed forms": MODELS + ("validation/closed_forms", "validation/linear_map"),
    "verdict": ("validation/comparison",),
    "temperatures": (
        ":(glob)solver/observe/fdt*",
        ":(glob)solver/observe/teff*",
        "solver/run/engine.h",
        "models/result/samples.c",
    ),
    "replicas": (":(glob)solver/observe/replicas.*", ":(glob)solver/observe/distance.*", "models/result/samples.c"),
    "boundary": (
        ":(glob)solver/observe/boundary*",
        ":(glob)solver/run/alpha_limit.*",
        "solver/run/engine.h",
        "models/result/margins.c",
    ),
    "real data": ("models/data/dataset", ":(glob)solver/run/equivalent.*"),
}


def split(engines):
    """Names in "dense, simulator"; an unknown one is an error."""
    names = [name.strip() for name in engines.split(",")]
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        raise KeyError(f"{unknown[0]} is not an engine of {__file__}")
    return names


def pathspecs(engines):
    return sorted({path for name in split(engines) for path in ENGINES[name]})
