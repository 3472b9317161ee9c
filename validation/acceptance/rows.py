# SPDX-License-Identifier: GPL-3.0-or-later
"""File of measured rows, a table in Markdown that is changed row by row, and the line that a table of another form has.

A unit is what is measured at once: a callable with a name, which adds one row or several. Until it has ended, one row
says so: a run that is killed loses nothing and hides nothing.
"""
import contextlib
import fcntl
import os
import re
import typing

UNFINISHED = "(not finished)"
HEAD = "| unit | item | measured | bound | holds | engines | commit | s | note |\n" + "|---" * 9 + "|"


class Row(typing.NamedTuple):
    unit: str
    item: str
    measured: str
    bound: str
    holds: str  # yes or NO
    engines: str
    commit: str  # of the build, with -dirty if its tree was not committed
    seconds: str
    note: str = ""


def _line(row):
    cells = (re.sub(r"\s+", " ", cell).strip().replace("\\", "\\\\").replace("|", "\\|") for cell in row)
    return "| " + " | ".join(cells) + " |"


def _row(line):
    cells = re.findall(r" ((?:[^|\\]|\\.)*) \|", line[1:])
    return Row(*(re.sub(r"\\(.)", r"\1", cell).strip() for cell in cells))


class RowFile:
    def __init__(self, path, title=""):
        self.path, self.title = path, title

    def read(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path) as lines:
            table = [line.rstrip("\n") for line in lines if line.startswith("|")]
        return [_row(line) for line in table[2:]]

    @contextlib.contextmanager
    def _changed(self):
        """The rows, to be changed in place; written as a whole, so that no reader finds half of them."""
        folder = os.open(os.path.dirname(self.path), os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # two tables may be measured at once
            rows = self.read()
            yield rows
            with open(self.path + ".new", "w") as out:
                print(f"# {self.title}\n", HEAD, *map(_line, rows), sep="\n", file=out)
            os.replace(self.path + ".new", self.path)
        finally:
            os.close(folder)

    def put(self, row):
        """In the place of the row of this unit and item, or behind the last of the unit."""
        with self._changed() as rows:
            for i, old in enumerate(rows):
                if (old.unit, old.item) == (row.unit, row.item):
                    rows[i] = row
                    return
            last = max((i + 1 for i, old in enumerate(rows) if old.unit == row.unit), default=len(rows))
            rows.insert(last, row)

    def finish(self, unit, items):
        """Keeps these items of the unit and no other."""
        with self._changed() as rows:
            rows[:] = [row for row in rows if row.unit != unit or row.item in items]

    def drop(self, unit, item):
        with self._changed() as rows:
            rows[:] = [row for row in rows if (row.unit, row.item) != (unit, item)]

    def keep(self, units):
        """Drops rows of units that no longer exist, and sorts the rest as the units are."""
        order = {unit: i for i, unit in enumerate(units)}
        with self._changed() as rows:
            rows[:] = sorted((row for row in rows if row.unit in order), key=lambda row: order[row.unit])


# ---- tables of another form: one line says how they were measured ----

LINE = re.compile(r"^Commit (\S+), engines ([^:]+): `([^`]*)`", re.MULTILINE)


def provenance(commit, engines, command):
    return f"Commit {commit}, engines {engines}: `{command}`"


def provenances(path):
    """[(commit, engines, command)] of a table; empty if it does not say."""
    with open(path) as text:
        return LINE.findall(text.read())


def sections(path):
    """{title: text} of the sections of a table that is there already."""
    if not os.path.exists(path):
        return {}
    with open(path) as text:
        parts = text.read().split("\n## ")[1:]
    return {part.split("\n", 1)[0]: "## " + part.rstrip("\n") + "\n" for part in parts}
