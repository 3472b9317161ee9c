# SPDX-License-Identifier: GPL-3.0-or-later
"""Dynamical mean-field theory of SGD on perceptrons, with a direct simulation that checks it.

    run = sgdmft.Run(data="teacher", loss="logistic", rate=0.1)
    result = run.solve()
    result.norm, result.norm_se
    sgdmft.validate(loss="hinge2", batch=0.2).plot()

The parameters are those of the program (help(sgdmft.Run)); sgdmft.parameters has the table.
"""
from ._library import Diverged, NotConverged, Stopped, UnknownName, described
from .quantity import Quantity
from .result import Comparison, Document, Result, compare
from .result import open_result as open
from .run import Run, parameter_text
from .sweep import Sweep, open_sweep

__version__ = described()["version"]
parameters = {row["name"]: row for row in described()["parameters"]}
observables = {row["name"]: row for row in described()["observables"]}


def _one_line(name):
    """NAME(**parameters): Run(**parameters).NAME()."""

    def call(**given):
        own = {option: given.pop(option) for option in _options(name) if option in given}
        return getattr(Run(**given), name)(**own)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"Run(**parameters).{name}(). {getattr(Run, name).__doc__}"
    return call


def _options(name):
    for analysis in described()["analyses"]:
        if analysis["name"] == name:
            return ["by", *(row["name"] for row in analysis["options"])]
    return ["by", "tolerance"] if name == "find_alpha" else []


for _name in ("solve", "simulate", "validate", "find_alpha", *(row["name"] for row in described()["analyses"])):
    globals()[_name] = _one_line(_name)
del _name
