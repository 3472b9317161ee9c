#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the acceptance tables that are older than the last change of their engines (sources.py), rows of a build that
was not committed, and units that have never run. A change that moved no bit in the runs of bits.py does not count. Exit
code 1 if there are any.

    /usr/bin/python3 stale.py
    /usr/bin/python3 stale.py --scripts | --tables [--stale | WORD ...]     (names, for acceptance.sh)
"""
import importlib
import os
import re
import subprocess
import sys

from bit_record import BitRecord
from rows import UNFINISHED, RowFile, provenances
from sources import pathspecs, split

HERE = os.path.dirname(os.path.abspath(__file__))
# Scripts whose rows are in results-NAME.md, in the order in which they run.
SCRIPTS = (
    "conditional",
    "prediction",
    "temperature",
    "replicas",
    "over_parametrized",
    "records",
    "finite_size",
    "capacity",
)
# Tables of another form: NAME.py writes NAME.md.
TABLES = ("real_data", "temperature_tables", "over_parametrized_tables")


def git(folder, *words):
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


# A comment of C, or a text, which may hold what looks like one.
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\])*")', re.DOTALL)


class History:
    """Faults of commits in the repository that holds a folder."""

    def __init__(self, folder):
        self.root = (git(folder, "rev-parse", "--show-toplevel") or folder).strip()
        self.bits, self.known, self.faults = BitRecord(folder), {}, {}

    def fault(self, commit, engines):
        """Text if a result of these engines at this commit is stale, or "" if nothing has changed since."""
        if (commit, engines) not in self.faults:
            self.faults[commit, engines] = self._fault(commit, engines)
        return self.faults[commit, engines]

    def _code(self, commit, path):
        """Text of a file without comments and spaces; None where it does not exist."""
        text = git(self.root, "show", f"{commit}:{path}")
        return text and "".join(COMMENT.sub(lambda found: found.group(1) or " ", text).split())

    def _changed(self, old, new, engines):
        """Files of engines whose code differs between two commits; None if one is not known."""
        if (old, new, engines) not in self.known:
            names = git(self.root, "diff", "--name-only", old, new, "--", *pathspecs(engines))
            paths = None if names is None else names.split()
            self.known[old, new, engines] = paths and [
                path for path in paths if self._code(old, path) != self._code(new, path)
            ]
        return self.known[old, new, engines]

    def _same_bits(self, commit, engine):
        """True if a fingerprint (bits.py) says that the change since moved no bit of the engine's numbers."""

        def same_code(old, new):
            return self._changed(old, new, engine) == []

        return same_code(commit, "HEAD") or self.bits.same(
            engine, lambda at: same_code(commit, at), lambda at: same_code(at, "HEAD"), same_code
        )

    def _fault(self, commit, engines):
        if not re.fullmatch(r"[0-9a-f]{7,40}", commit):
            return f"commit {commit or '-'}" + (
                ": changes that were not committed" if commit.endswith("-dirty") else ""
            )
        files = self._changed(commit, "HEAD", engines)
        if files is None:
            return f"commit {commit} is not known"
        if all(self._same_bits(commit, engine) for engine in split(engines)):
            return ""
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        return f"{commit}: {files[0]}{more} changed since"


def unit_faults(folder, name, units):
    """{unit: fault} of the units of a script whose rows are in folder."""
    history, rows, faults = History(folder), {}, {}
    for row in RowFile(f"{folder}/results-{name}.md").read():
        rows.setdefault(row.unit, []).append(row)
    for unit in units:
        own = rows.get(unit.name, [])
        if not own:
            faults[unit.name] = "never run"
        elif any(row.item == UNFINISHED for row in own):
            faults[unit.name] = "not finished"
        else:
            found = [fault for fault in (history.fault(row.commit, unit.engines) for row in own) if fault]
            if found:
                faults[unit.name] = found[0]
    return faults


def table_faults(folder, name):
    """[(fault, command)] of a table of another form, one for each stale line that says how it was measured."""
    path, history = f"{folder}/{name}.md", History(folder)
    lines = provenances(path) if os.path.exists(path) else []
    if not lines:
        return [("does not say its commit", f"{name}.py BUILD")]
    faults = [(history.fault(commit, engines), command) for commit, engines, command in lines]
    return [(fault, command) for fault, command in faults if fault]


def scripts():
    """{name: units}"""
    found = {}
    for name in SCRIPTS:
        module = importlib.import_module(name)
        found[name] = module.Check.units()
    return found


def tables(words):
    """Commands of the tables of another form: all, those that are stale, those with a word in their names."""
    if words == ["--stale"]:
        return sorted({command for name in TABLES for _, command in table_faults(HERE, name)})
    return [f"{name}.py BUILD" for name in TABLES if not words or any(word in name for word in words)]


def main(words):
    if words[:1] == ["--scripts"]:
        print(*SCRIPTS)
        return 0
    if words[:1] == ["--tables"]:
        print(*tables(words[1:]), sep="\n")
        return 0
    count, total = 0, 0
    for name, units in scripts().items():
        faults = unit_faults(HERE, name, units)
        count, total = count + len(faults), total + len(units)
        for unit, fault in faults.items():
            print(f"{name}: {unit}: {fault}")
    for name in TABLES:
        faults = table_faults(HERE, name)
        count, total = count + bool(faults), total + 1
        for fault, command in faults:
            print(f"{name}: {command}: {fault}")
    print(f"{count} of {total} are stale" + ("; make acceptance STALE=1 runs these alone" if count else ""))
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
