# SPDX-License-Identifier: GPL-3.0-or-later
"""A run and its computations."""
import copy
import ctypes
import json
import numbers
import pathlib
import tempfile
import warnings
import weakref

import numpy

from ._fixed import Fixed
from ._library import Error, Handle, call, described, lib, take, unknown
from ._work import compute, find_alpha
from .result import Comparison, Document, Result, analysis_document, analysis_text

_PARAMETERS = {row["name"]: row for row in described()["parameters"]}


def as_text(value):
    """A value as it would be typed: yes and no, numbers to the last bit, lists and schedules (500: 0.05) by commas."""
    if isinstance(value, (bool, numpy.bool_)):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ",".join(f"{step}={as_text(entry)}" for step, entry in value.items())
    if isinstance(value, numpy.generic):
        value = value.item()
    if isinstance(value, numbers.Number):
        return repr(value)
    if isinstance(value, (list, tuple, range, numpy.ndarray)):
        return ",".join(as_text(entry) for entry in value)
    return str(value)


def _is_simulation(by):
    if by not in ("solve", "simulate"):
        raise ValueError(f"by: '{by}' is not solve or simulate")
    return by == "simulate"


class Run(Fixed):
    """A run: data, model, algorithm, start and steps, given by the names of the parameters.

    Its parameters are attributes (`run.rate`), checked when the run is made: an unknown name, a value out of range or
    a contradiction is a ValueError with the program's message. `run.steps` and all others can be read, not assigned:
    `run.replace(rate=0.2)` is another run.
    """

    _instead, _kind = "run.replace({name}=...) is another run", "parameter"

    def __init__(self, **parameters):
        self._take(lib.sgdmft_settings_create(), parameters, None)

    @classmethod
    def from_ini(cls, path, **parameters):
        """The run of FILE.ini; parameters replace those of the file."""
        run = cls.__new__(cls)
        run._take(lib.sgdmft_settings_create(), parameters, path)
        return run

    @classmethod
    def _of_result(cls, result):
        """The run of a result, whose parameters are known. Resolving it may read a dataset, or compile a formula or a
        plugin: that is left to what needs more than parameters."""
        run = cls.__new__(cls)
        run._config = take(lib.sgdmft_run_config(lib.sgdmft_result_run(result._handle)))
        vars(run)["parameters"] = copy.deepcopy(result.parameters)
        return run

    def _read_now(self, name):
        if name == "_handle":
            self._resolve()
            return self._handle
        self._settings = lib.sgdmft_settings_create()
        weakref.finalize(self, lib.sgdmft_settings_free, self._settings)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "run.ini")
            path.write_text(self._config)
            call("settings_read", self._settings, str(path).encode())
        return self._settings

    def replace(self, **parameters):
        """The same run but for these parameters."""
        run = Run.__new__(Run)
        run._take(lib.sgdmft_settings_copy(self._settings), parameters, None)
        return run

    def _take(self, settings, parameters, path):
        if not settings:
            raise MemoryError("no memory")
        self._settings = settings
        weakref.finalize(self, lib.sgdmft_settings_free, settings)
        for name, value in parameters.items():
            call("settings_set", settings, name.encode(), as_text(value).encode())
        if path is not None:
            call("settings_read", settings, str(path).encode())
        self._resolve()

    def _resolve(self):
        handle, doubt = Handle(), Error()
        call("run_create", self._settings, ctypes.byref(handle), ctypes.byref(doubt))
        self._handle = handle
        weakref.finalize(self, lib.sgdmft_run_free, handle)
        if str(doubt):
            warnings.warn(str(doubt), RuntimeWarning, stacklevel=4)
        vars(self)["parameters"] = json.loads(take(lib.sgdmft_run_document(handle)))

    def __getattr__(self, name):
        if name in ("_handle", "_settings") and "_config" in vars(self):
            return self._read_now(name)
        if name.startswith("_") or name == "parameters":
            raise AttributeError(name)
        if name in self.parameters:
            return self.parameters[name]
        raise unknown("parameter", name, list(self.parameters))

    def __dir__(self):
        return [*super().__dir__(), *self.parameters]

    def _given(self):
        texts = {name: lib.sgdmft_settings_get(self._settings, name.encode()) for name in _PARAMETERS}
        return {name: text.decode() for name, text in texts.items() if text is not None}

    def __repr__(self):
        return "sgdmft.Run(" + ", ".join(f"{name}={text!r}" for name, text in self._given().items()) + ")"

    def __reduce__(self):
        return _run_of, (self._given(),)

    @property
    def ini(self):
        """A configuration file that gives the same run, as --print-config prints it."""
        return self._config if "_config" in vars(self) else take(lib.sgdmft_run_config(self._handle))

    def estimate(self, by="solve"):
        """What solve(), or simulate() with by="simulate", will take on this machine, as --dry-run tells it: a Document
        with engine, memory_bytes, seconds, disk_bytes. Nothing is computed, but for a search for the stationary state
        (engine stationary), which raises as solve() does if there is none."""
        text = Handle()
        call("run_estimate", self._handle, _is_simulation(by), ctypes.byref(text))
        return Document(json.loads(take(text)))

    def solve(self):
        """The theory: a Result."""
        return Result(compute("job_solve", self._handle, "theory", self.progress))

    def simulate(self):
        """The direct simulation: a Result."""
        return Result(compute("job_simulate", self._handle, "simulation", self.progress))

    def validate(self):
        """Theory compared with simulation: a Comparison. With `out` both results are written."""
        if self.checkpoint:
            raise ValueError("checkpoint: a validation keeps none; solve() and simulate() do")
        own = Handle()
        parts = self.replace(out="none") if self.out else self
        call("job_check_of", parts._handle, ctypes.byref(own))
        try:
            theory = parts.solve()
            simulation = Result(compute("job_simulate", own, "simulation", self.progress))
        finally:
            lib.sgdmft_run_free(own)
        if self.out:
            stem = self.out[:-3] if self.out.endswith(".h5") else self.out
            theory.save(stem + "-theory.h5")
            simulation.save(stem + "-simulation.h5")
        return Comparison(theory, simulation)

    def find_alpha(self, by="solve", tolerance=described()["alpha_tolerance"]):
        """The largest alpha at which the run reaches zero within its steps, by bisection from its own alpha: a
        Document, as the program prints it with boundary --find-alpha. tolerance: relative width of the last bracket.
        NotConverged: the run reaches zero at every alpha that was tried, or at none."""
        return Document(json.loads(find_alpha(self._handle, _is_simulation(by), tolerance, self.progress)))

    def _analyse(self, name, by, options):
        simulate = _is_simulation(by)
        run = Run.__new__(Run)
        run._settings = lib.sgdmft_settings_copy(self._settings)
        weakref.finalize(run, lib.sgdmft_settings_free, run._settings)
        call("analysis_defaults", name.encode(), run._settings, simulate)
        run._resolve()
        call("analysis_check", name.encode(), run._handle, simulate)
        result = run.simulate() if simulate else run.solve()
        document = analysis_document(name, result, run._handle, options)
        vars(document)["result"] = result
        return document


def _run_of(given):
    """The run of a copy or pickle."""
    return Run(**given)


def _add_analyses():
    def method(analysis):
        def analyse(self, by="solve", **options):
            return self._analyse(analysis["name"], by, options)

        analyse.__name__ = analyse.__qualname__ = analysis["name"]
        analyse.__doc__ = analysis_text(analysis, " A document, whose `result` is the result; by: solve or simulate.")
        return analyse

    for analysis in described()["analyses"]:
        setattr(Run, analysis["name"], method(analysis))


def parameter_text(name):
    """The row of a parameter as a text: meaning, default, unit, values, reference."""
    if name not in _PARAMETERS:
        raise unknown("parameter", name, list(_PARAMETERS))
    row = _PARAMETERS[name]
    parts = [f"{row['name']} ({row['section']}): {row['meaning']}", f"default {row['default'] or 'none'}"]
    parts += [f"unit {row['unit']}"] if row["unit"] else []
    parts += ["one of " + ", ".join(row["choices"])] if row["choices"] else []
    parts += [f"takes {row['with']}"] if row["with"] else []
    parts += [row["reference"]] if row["reference"] else []
    return "; ".join(parts)


Run.__doc__ += "\nParameters:\n" + "\n".join(f"  {parameter_text(name)}" for name in _PARAMETERS)
_add_analyses()
