# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of the program, closed forms of the library, and the table of what was measured."""
import csv
import ctypes
import functools
import glob
import io
import json
import math
import os
import re
import subprocess
import sys
import time
import typing

from rows import UNFINISHED, Row, RowFile
from stale import unit_faults

HERE = os.path.dirname(os.path.abspath(__file__))


def columns(text):
    """{name: floats} of a csv."""
    rows = list(csv.reader(io.StringIO(text)))
    return {name: [float(row[i]) for row in rows[1:]] for i, name in enumerate(rows[0])}


class Program:
    """The command line of build/sgdmft."""

    def __init__(self, build):
        self.path = f"{build}/sgdmft"

    def run(self, command, *arguments):
        """(exit code, stdout, stderr)"""
        done = subprocess.run(
            [self.path, command, *map(str, arguments), "--progress", "none"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, done.stdout, done.stderr

    def commit(self):
        """Commit that was built; ends in -dirty if the tree had changes."""
        done = subprocess.run([self.path, "--version"], capture_output=True, text=True, check=True)
        found = re.search(r"\(([^)]+)\)", done.stdout.splitlines()[0])
        return found.group(1) if found else "unknown"

    def output(self, command, *arguments, good=(0,)):
        """stdout; an exit code that is not good is an error."""
        code, out, err = self.run(command, *arguments)
        if code not in good:
            reason = (err.strip().splitlines() or [""])[-1]
            raise RuntimeError(f"exit {code}: {reason}: sgdmft {command} {' '.join(map(str, arguments))}")
        return out

    def series(self, command, *arguments):
        """Columns of the csv as lists of floats."""
        return columns(self.output(command, *arguments, "--format", "csv"))

    def document(self, command, *arguments, good=(0,), **texts):
        """The json of a command with flags(texts)."""
        return json.loads(self.output(command, *arguments, *flags(**texts), "--format", "json", good=good))

    def validate(self, *arguments):
        """(exit code, json document or None, stderr)"""
        code, out, err = self.run("validate", *arguments, "--format", "json")
        return code, (json.loads(out) if code in (0, 6) and out else None), err


class Library:
    """Closed forms of build/libsgdmft.so, reached through the same texts as the command line."""

    def __init__(self, build):
        self.lib = ctypes.CDLL(sorted(glob.glob(f"{build}/libsgdmft.so.*"))[-1])
        self.lib.sgdmft_settings_create.restype = ctypes.c_void_p
        self.lib.sgdmft_settings_free.argtypes = [ctypes.c_void_p]

    @staticmethod
    def call(function, *arguments):
        """A function of the library whose last argument is the error, and whose result the status."""
        error = ctypes.create_string_buffer(1 << 12)
        if function(*arguments, error):
            raise RuntimeError(error.raw[4:].split(b"\0")[0].decode())

    def resolve(self, **texts):
        settings = ctypes.c_void_p(self.lib.sgdmft_settings_create())
        run = ctypes.create_string_buffer(1 << 18)
        try:
            for name, text in texts.items():
                self.call(self.lib.sgdmft_settings_set, settings, name.encode(), str(text).encode())
            self.call(self.lib.sgdmft_run_resolve, settings, run, None)
        finally:
            self.lib.sgdmft_settings_free(settings)
        return run

    def linear(self, **texts):
        """overlap, norm, train_loss at every step (sgdmft_linear_dynamics)."""
        count = int(texts["steps"]) + 1
        arrays = [(ctypes.c_double * count)() for _ in range(3)]
        self.call(self.lib.sgdmft_linear_dynamics, self.resolve(**texts), *arrays)
        return dict(zip(("overlap", "norm", "train_loss"), map(list, arrays)))

    def minimum(self, **texts):
        """overlap, norm, train_loss, train_error (sgdmft_replica_symmetric)."""
        out = (ctypes.c_double * 6)()
        self.call(self.lib.sgdmft_replica_symmetric, self.resolve(**texts), out)
        return {"overlap": out[0], "norm": out[1], "train_loss": out[3], "train_error": out[4]}


class Unit(typing.NamedTuple):
    """What is measured at once: a name, the engines it depends on (sources.py), and a callable that adds rows."""

    name: str
    engines: str
    measure: typing.Callable  # of the object that holds program and table


class Table:
    """Rows of results-NAME.md, each printed and kept as soon as it is known."""

    def __init__(self, name, commit, folder=None):
        self.file, self.commit = RowFile(f"{folder or HERE}/results-{name}.md", f"{name}.py"), commit
        self.failed = self.count = 0
        self.begun = time.time()

    def _keep(self, item, measured, bound, passed, note=""):
        now = time.time()
        holds, seconds = "yes" if passed else "NO", f"{now - self.last:.1f}"
        row = Row(self.unit.name, item, measured, bound, holds, self.unit.engines, self.commit, seconds, note)
        self.file.put(row)
        self.last = now
        return row

    def add(self, item, measured, bound, passed, note=""):
        self.count += 1
        self.failed += not passed
        text = measured if isinstance(measured, str) else f"{measured:.3g}"
        row = self._keep(item, text, bound if isinstance(bound, str) else f"<= {bound:g}", passed, note)
        self.items.append(item)
        print(f"{row.unit}: {item:<60} {text:>22} {row.bound:>20}  {row.holds}  {note}", flush=True)

    def below(self, item, measured, bound):
        """A NaN does not pass."""
        self.add(item, measured, bound, measured <= bound)

    def lines(self, *command):
        """Rows that a program of tests/acceptance prints: `item TAB measured TAB bound TAB yes|NO`."""
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        for line in done.stdout.splitlines():
            item, measured, bound, holds = line.split("\t")
            self.add(item, measured, bound, holds == "yes")
        if done.returncode or not done.stdout:
            raise RuntimeError(f"{command[0]}: exit {done.returncode}: {done.stderr.strip()[-200:]}")

    def measure(self, unit, check):
        """The rows of one unit. One that stops with an error fails, and keeps the rows that it had before."""
        self.unit, self.items, self.last = unit, [], time.time()
        self._keep(UNFINISHED, "", "", False)
        try:
            unit.measure(check)
        except Exception as problem:  # noqa: BLE001: whatever it was, the table must say so and go on
            self.add("(stopped)", "error", "-", False, str(problem)[:300])
            self.file.drop(unit.name, UNFINISHED)
        else:
            self.file.finish(unit.name, self.items)

    def close(self):
        print(f"{self.count - self.failed} of {self.count} items hold ({time.time() - self.begun:.0f} s)", flush=True)
        return 1 if self.failed else 0


class Measuring:
    """What the units of a script measure with."""

    def __init__(self, build, table):
        self.build, self.table, self.program = build, table, Program(build)

    @functools.cached_property
    def library(self):
        return Library(self.build)


def chosen(name, units, words):
    """Units to run: all, those that are stale, those with one of the words in their names."""
    if words == ["--stale"]:
        stale = unit_faults(HERE, name, units)
        return [unit for unit in units if unit.name in stale]
    return [unit for unit in units if not words or any(word in f"{name}: {unit.name}" for word in words)]


def run_table(name, check, arguments):
    """BUILD [--stale | WORD ...]: measures units() of the class `check`, whose objects are made of BUILD and a table.
    A whole run drops the rows of units that no longer exist."""
    build, words = arguments[0], arguments[1:]
    units, table = check.units(), Table(name, Program(build).commit())
    if not words:
        table.file.keep([unit.name for unit in units])
    held = check(build, table)
    for unit in chosen(name, units, words):
        table.measure(unit, held)
    return table.close()


def flags(**texts):
    """--name value ..., with dashes for underscores; a text that is None is a switch."""
    pairs = [("--" + name.replace("_", "-"), text) for name, text in texts.items()]
    return [str(word) for pair in pairs for word in pair if word is not None]


def rms(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


if __name__ == "__main__":
    sys.exit("harness.py is used by the other scripts of this folder")
