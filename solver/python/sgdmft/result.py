# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of theory and simulation, comparisons, and documents of analyses."""
import ctypes
import json
import pathlib
import tempfile
import weakref

import numpy

from ._fixed import Fixed
from ._library import Error, Handle, Text, call, described, exception, lib, take, unknown
from .quantity import Quantity


class Document(Fixed, dict):
    """Document of an analysis, as the program prints it: a dictionary whose names are attributes too, with arrays for
    lists of numbers and nan for what is not known. dict(document) prints all of it."""

    _instead, _kind = "document['{name}'] = ... changes an entry", "name"

    def __init__(self, values):
        super().__init__({name: _arrays(value) for name, value in values.items()})

    def __getattr__(self, name):
        if name in self:
            return self[name]
        raise unknown("name", name, list(self))

    def __dir__(self):
        return [*super().__dir__(), *self]

    def __repr__(self):
        return "<sgdmft.Document: " + ", ".join(f"{name}={_brief(value)}" for name, value in self.items()) + ">"


def _brief(value):
    """A value of a document in a few words."""
    if isinstance(value, Document):
        return f"{{{len(value)} names}}"
    if isinstance(value, (list, numpy.ndarray)):
        return f"[{len(value)} values]"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= 60 else text[:56] + " ..."


def _arrays(value):
    if isinstance(value, dict):
        return Document(value)
    if not isinstance(value, list):
        return value
    if value and all(isinstance(row, dict) for row in value):
        return [Document(row) for row in value]
    if all(row is None or isinstance(row, (int, float)) for row in value):
        whole = value and all(isinstance(row, int) for row in value)
        return numpy.array([numpy.nan if row is None else row for row in value], dtype=int if whole else float)
    return value


class Result(Fixed):
    """A result. Its quantities are attributes: `result.norm` is an array with `se`, `axes`, `units`; `result.norm_se`
    and `result.norm_samples` are plain arrays. So are the axes (`result.step`, `result.time`, `result.lag`).
    `result.run` is its Run.
    str(result) is the table that the program prints."""

    _instead, _kind = "numpy.array(result.{name}) is a copy that can be changed", "quantity"

    def __init__(self, handle):
        self._handle = handle
        weakref.finalize(self, lib.sgdmft_result_free, handle)
        self._read()

    def _read(self):
        about = json.loads(take(lib.sgdmft_result_document(self._handle)))
        plain = ("source", "status", "last_step", "samples", "provenance", "parameters")
        vars(self).update({name: about[name] for name in plain})
        vars(self)["axes"] = {name: numpy.array(values) for name, values in about["axes"].items()}
        self._about = {f"{row['group']}/{row['name']}": row for row in about["quantities"]}
        for row in self._about.values():
            row["axes"] = row["axes"].split(",")

    @property
    def run(self):
        """The Run with the parameters of the result: `result.run.rate`, `result.run.replace(seed=2).solve()`. Reading
        its parameters executes nothing; what computes takes dataset, formula and plugin as they are now."""
        from .run import Run

        if "_run" not in vars(self):
            self._run = Run._of_result(self)
        return self._run

    @property
    def quantities(self):
        """The names of all quantities, GROUP/NAME."""
        return list(self._about)

    def _find(self, name):
        if name in self._about:
            return self._about[name]
        found = [row for row in self._about.values() if row["name"] == name]
        return found[0] if found else None

    def _values(self, row, part):
        length = ctypes.c_size_t()
        values = lib.sgdmft_result_values(
            self._handle, row["group"].encode(), row["name"].encode(), part.encode(), ctypes.byref(length)
        )
        if not values:
            return None
        rows = self.samples if part == "sample" else 1
        array = numpy.ctypeslib.as_array(values, (rows * length.value,)).copy()
        return array.reshape([self.samples, *row["shape"]] if part == "sample" else row["shape"])

    def _coords(self, row):
        coords = {}
        for axis, size in zip(row["axes"], row["shape"]):
            values = self.axes.get(axis)
            if axis == "bin":
                edges = self.axes["edges_raw" if row["name"].startswith("raw") else "edges"]
                values = (edges[:-1] + edges[1:]) / 2
            coords[axis] = values if values is not None and len(values) == size else numpy.arange(size)
        return coords

    def __getitem__(self, name):
        for ending, part in (("", None), ("_se", "se"), ("_samples", "sample")):
            row = self._find(name[: -len(ending)] if ending and name.endswith(ending) else name)
            if row is None or not name.endswith(ending):
                continue
            if part:
                return self._values(row, part)
            samples = None if row["group"] == "derived" else self._values(row, "sample")
            return Quantity(self._values(row, "mean"), self._values(row, "se"), samples, self._coords(row), row)
        if name in self.axes:
            return self.axes[name]
        raise unknown("quantity", name, [row["name"] for row in self._about.values()] + list(self.axes))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __dir__(self):
        return [*super().__dir__(), *(row["name"] for row in self._about.values()), *self.axes]

    def shown(self, format):
        """The output of the program in this format: text, csv or json."""
        text = Handle()
        call("result_shown", self._handle, format.encode(), ctypes.byref(text))
        return take(text)

    def __str__(self):
        return self.shown(self.parameters["format"])

    def __repr__(self):
        return f"<sgdmft.Result of {self.source}, {self.status}, {self.samples} samples, steps 0 to {self.last_step}>"

    def __reduce__(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "result.h5")
            self.save(path)
            return _result_of, (path.read_bytes(),)

    def save(self, path):
        """Writes FILE.h5."""
        call("result_write", self._handle, str(path).encode())

    def derive(self):
        """Adds the group `derived`: effective temperatures, and fractions of samples in which training reaches zero, as
        far as the result allows. Returns the result."""
        error = Error()
        status = lib.sgdmft_result_derive(self._handle, ctypes.byref(error))
        if status not in (0, described()["status"]["NOT_CONVERGED"]):
            raise exception(status, str(error))
        self._read()
        return self

    def to_pandas(self):
        """The series as a pandas.DataFrame with the columns of the program's csv and all other series."""
        import pandas

        columns = {"step": self.step, "time": self.time}
        for row in self._about.values():
            if row["axes"] == ["step"]:
                columns[row["name"]] = self._values(row, "mean")
                columns[row["name"] + "_se"] = self._values(row, "se")
        return pandas.DataFrame(columns)

    def to_xarray(self):
        """Quantities without bins as an xarray.Dataset, NAME and NAME_se; of two groups with one name the first."""
        import xarray

        arrays = {}
        for row in self._about.values():
            name = row["name"]
            if name in arrays or "bin" in row["axes"]:
                continue
            mean, axes = self._values(row, "mean"), self._coords(row)
            attributes = {"units": row["units"], "description": row["description"]}
            arrays[name] = xarray.DataArray(mean, axes, row["axes"], name, attributes)
            arrays[name + "_se"] = xarray.DataArray(self._values(row, "se"), axes, row["axes"], attrs=attributes)
        return xarray.Dataset(arrays, attrs={"source": self.source, "status": self.status})

    def plot(self, *names, axes=None):
        """Draws series against the step with matplotlib: theory as lines with a band, simulation as points. Without
        names those that every result has. Without `axes` it makes a figure with a panel for each series. Returns the
        array of the axes that it drew on; axes.flat[0].figure is their figure."""
        from ._plot import plot_series

        return plot_series([self], names, axes)


def analysis_document(name, result, asked, options):
    """The document of an analysis of a result."""
    import warnings

    words = [option for option, on in options.items() if on]
    texts = (Text * (len(words) + 1))(*[word.encode() for word in words], None)
    text, doubt, error = Handle(), Error(), Error()
    status = lib.sgdmft_analysis_document(
        name.encode(), result._handle, asked, texts, ctypes.byref(text), ctypes.byref(doubt), ctypes.byref(error)
    )
    if str(doubt):
        warnings.warn(str(doubt), RuntimeWarning, stacklevel=4)
    if text:
        document = Document(json.loads(take(text)))
        if status:
            warnings.warn(str(error), RuntimeWarning, stacklevel=4)
        return document
    reason = exception(status, str(error))
    reason.result = result
    raise reason


def analysis_text(analysis, more=""):
    """The documentation of an analysis, from the library."""
    options = "".join(f"\n{row['name']}: {row['meaning']}." for row in analysis["options"])
    return f"{analysis['summary']}{more}{options}"


def _add_analyses():
    def method(analysis):
        def analyse(self, **options):
            return analysis_document(analysis["name"], self, None, options)

        analyse.__name__ = analyse.__qualname__ = analysis["name"]
        analyse.__doc__ = analysis_text(analysis)
        return analyse

    for analysis in described()["analyses"]:
        setattr(Result, analysis["name"], method(analysis))


_add_analyses()


class Comparison(Fixed):
    """Theory beside simulation: `theory`, `simulation` (results), `verdict` (agree, undecided, disagree), `passed`,
    `reason`, and `table`: arrays name, step, theory, theory_se, simulation, simulation_se, z. str(comparison) is what
    the program prints."""

    _instead = "sgdmft.compare(a, b) is another comparison"

    def __init__(self, a, b):
        for name, given in (("a", a), ("b", b)):
            if not isinstance(given, Result):
                raise TypeError(f"{name}: {given!r} is not a sgdmft.Result; sgdmft.open(path) reads one")
        handle, doubt, error = Handle(), Error(), Error()
        call("compare", a._handle, b._handle, ctypes.byref(handle))
        swapped = a.source == "simulation" and b.source == "theory"
        theory, simulation = (b, a) if swapped else (a, b)
        self._handle = handle
        weakref.finalize(self, lib.sgdmft_comparison_free, handle)
        lib.sgdmft_comparison_judge(
            theory._handle, simulation._handle, handle, ctypes.byref(doubt), ctypes.byref(error)
        )
        vars(self).update(theory=theory, simulation=simulation, reason=str(error) or str(doubt))
        document = json.loads(self.shown("json"))
        rows = document["observables"]
        table = {name: _arrays([row[name] for row in rows]) for name in (rows[0] if rows else ())}
        vars(self).update(verdict=document["verdict"], passed=document["pass"], table=table)
        vars(self)["document"] = Document(document)

    def __reduce__(self):
        return Comparison, (self.theory, self.simulation)

    def shown(self, format):
        """The output of the program in this format: text, csv or json."""
        text = Handle()
        call("comparison_shown", self._handle, self.theory._handle, format.encode(), ctypes.byref(text))
        return take(text)

    def __str__(self):
        return self.shown("text")

    def __repr__(self):
        return f"<sgdmft.Comparison: {self.verdict}>"

    def to_pandas(self):
        """The table as a pandas.DataFrame."""
        import pandas

        return pandas.DataFrame(self.table)

    def plot(self, *names, axes=None):
        """Draws both, as Result.plot does, and returns the array of the axes."""
        from ._plot import plot_series

        return plot_series([self.theory, self.simulation], names, axes)


def _result_of(content):
    """The result of a copy or pickle."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "result.h5")
        path.write_bytes(content)
        return open_result(path)


def open_result(path):
    """Reads a result that was written by the program, or by Result.save: sgdmft.open("result.h5")."""
    handle = Handle()
    call("result_read", str(path).encode(), ctypes.byref(handle))
    return Result(handle)


def compare(a, b):
    """Compares two results of the same run."""
    return Comparison(a, b)
