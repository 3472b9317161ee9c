# SPDX-License-Identifier: GPL-3.0-or-later
"""Record of fingerprints (bits.py), a table in Markdown: commit of the build, machine, engine, digest of numbers."""
import os
import typing

HEAD = "| commit | machine | engine | bits |\n|---|---|---|---|"


class Bits(typing.NamedTuple):
    commit: str
    machine: str
    engine: str
    bits: str


class BitRecord:
    def __init__(self, folder):
        self.path = f"{folder}/bits.md"

    def read(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path) as lines:
            cells = [line.strip().strip("|").split("|") for line in lines if line.startswith("|")]
        return [Bits(*(cell.strip() for cell in row)) for row in cells[2:]]

    def keep(self, *row):
        """Adds a row, in place of that of the same commit, machine and engine."""
        row = Bits(*row)
        rows = [old for old in self.read() if old[:3] != row[:3]] + [row]
        with open(self.path + ".new", "w") as out:
            print("# bits.py\n", HEAD, *(f"| {' | '.join(old)} |" for old in rows), sep="\n", file=out)
        os.replace(self.path + ".new", self.path)

    def same(self, engine, first, last, link):
        """True if the numbers of an engine are the same with a build that `first` accepts and with one that `last`
        accepts, callables of a commit: by steps between commits of one machine with equal fingerprints, and between
        commits of two machines that `link`, a callable of both, says have the same code."""
        rows = [row for row in self.read() if row.engine == engine]
        known = {row.commit for row in rows}
        reached, new = set(), {commit for commit in known if first(commit)}
        while new:
            reached |= new
            prints = {(row.machine, row.bits) for row in rows if row.commit in new}
            equal = {row.commit for row in rows if (row.machine, row.bits) in prints}
            linked = {commit for commit in known - reached - equal if any(link(old, commit) for old in new)}
            new = (equal | linked) - reached
        return any(last(commit) for commit in reached)
