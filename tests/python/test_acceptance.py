# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of validation/acceptance in a repository made for the test: unittest, run by tests/python/test_python.c."""
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "validation", "acceptance"))

import bit_record  # noqa: E402
import harness  # noqa: E402
import rows  # noqa: E402
import sources  # noqa: E402
import stale  # noqa: E402


class Repository(unittest.TestCase):
    """A commit with a file of the dense engine and one of the simulator; results in a folder of it."""

    def setUp(self):
        self.held = tempfile.TemporaryDirectory()
        self.addCleanup(self.held.cleanup)
        self.folder = self.held.name
        self.git("init", "-q")
        self.first = self.change("solver/dense/dense.c", "one")
        self.second = self.change("validation/simulator/worker.c", "one")

    def git(self, *words):
        own = ("-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", "-C", self.folder, *own, *words], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def change(self, path, text):
        """Commit of this file with this text."""
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")
        return self.git("rev-parse", "--short=12", "HEAD")

    def table(self, commit):
        return harness.Table("one", commit, self.folder)

    def measure(self, table, unit):
        with contextlib.redirect_stdout(io.StringIO()):
            table.measure(unit, None)

    def unit(self, name, engines, table, *items, problem=None):
        """A unit that adds items, then stops with a problem if there is one."""

        def work(_):
            for item in items:
                table.add(item, 1.5, "<= 2", True)
            if problem:
                raise problem

        return harness.Unit(name, engines, work)

    def faults(self, *units):
        return stale.unit_faults(self.folder, "one", units)


class Stale(Repository):
    def test_a_change_of_an_engine_makes_its_rows_stale_and_no_other(self):
        table = self.table(self.second)
        dense = self.unit("a", "dense", table, "x")
        simulator = self.unit("b", "simulator", table, "x")
        for unit in (dense, simulator):
            self.measure(table, unit)
        self.assertEqual(self.faults(dense, simulator), {})
        self.change("README.md", "text")
        self.assertEqual(self.faults(dense, simulator), {})
        self.change("solver/dense/dense.c", "two")
        faults = self.faults(dense, simulator)
        self.assertEqual(list(faults), ["a"])
        self.assertIn("solver/dense/dense.c changed since", faults["a"])
        self.measure(self.table(self.git("rev-parse", "--short=12", "HEAD")), dense)
        self.assertEqual(list(self.faults(dense, simulator)), ["a"])  # its items went to the first table
        again = self.table(self.git("rev-parse", "--short=12", "HEAD"))
        self.measure(again, self.unit("a", "dense", again, "x"))
        self.assertEqual(self.faults(dense, simulator), {})

    def test_comments_and_spaces_are_no_change_and_texts_are(self):
        commit = self.change("solver/dense/dense.c", 'f("/* a */", 1); // one\n')
        table = self.table(commit)
        unit = self.unit("a", "dense", table, "x")
        self.measure(table, unit)
        self.change("solver/dense/dense.c", '/* Calls f. */\nf("/* a */",\n  1);\n')
        self.assertEqual(self.faults(unit), {})
        self.change("solver/dense/dense.c", 'f("/* b */", 1);\n')
        self.assertEqual(list(self.faults(unit)), ["a"])

    def test_a_change_that_moves_no_bit_makes_no_row_stale(self):
        table, record = self.table(self.second), bit_record.BitRecord(self.folder)
        dense = self.unit("a", "dense", table, "x")
        both = self.unit("b", "dense, simulator", table, "x")
        for unit in (dense, both):
            self.measure(table, unit)
        record.keep(self.change("README.md", "text"), "one", "dense", "1234")
        moved = self.change("solver/dense/dense.c", "two")
        self.assertEqual(list(self.faults(dense, both)), ["a", "b"])  # the bits of the new code are not known
        record.keep(moved, "two", "dense", "1234")
        self.assertEqual(list(self.faults(dense, both)), ["a", "b"])  # another machine
        record.keep(moved, "one", "dense", "1235")
        self.assertEqual(list(self.faults(dense, both)), ["a", "b"])
        record.keep(moved, "one", "dense", "1234")
        self.assertEqual(self.faults(dense, both), {})
        self.change("validation/simulator/worker.c", "two")
        self.assertEqual(list(self.faults(dense, both)), ["b"])  # the bits of the simulator are not known
        self.change("solver/dense/dense.c", "three")
        self.assertEqual(list(self.faults(dense, both)), ["a", "b"])

    def test_machines_are_linked_by_commits_of_the_same_code(self):
        table, record = self.table(self.second), bit_record.BitRecord(self.folder)
        unit = self.unit("a", "dense", table, "x")
        self.measure(table, unit)
        record.keep(self.second, "one", "dense", "1234")
        record.keep(self.change("solver/dense/dense.c", "two"), "one", "dense", "1234")
        between = self.change("README.md", "text")
        moved = self.change("solver/dense/dense.c", "three")
        record.keep(moved, "two", "dense", "5678")
        self.assertEqual(list(self.faults(unit)), ["a"])  # the second machine does not know the code before
        record.keep(between, "two", "dense", "5679")
        self.assertEqual(list(self.faults(unit)), ["a"])
        record.keep(between, "two", "dense", "5678")
        self.assertEqual(self.faults(unit), {})

    def test_one_old_row_makes_a_unit_stale(self):
        old, new = self.table(self.second), None
        self.measure(old, self.unit("a", "dense", old, "x", "y"))
        head = self.change("solver/dense/dense.c", "two")
        new = self.table(head)
        unit = self.unit("a", "dense", new, "x", problem=ValueError("no y"))
        self.measure(new, unit)
        self.assertIn("a", self.faults(unit))

    def test_units_without_a_commit_or_without_rows_are_stale(self):
        for commit, fault in (
            (self.second + "-dirty", "not committed"),
            ("unknown", "commit unknown"),
            ("0123456789ab", "not known"),
        ):
            table = self.table(commit)
            unit = self.unit("a", "simulator", table, "x")
            self.measure(table, unit)
            self.assertIn(fault, self.faults(unit)["a"])
        self.assertEqual(self.faults(self.unit("b", "dense", table))["b"], "never run")

    def test_a_table_of_another_form_says_its_commit(self):
        path = os.path.join(self.folder, "other.md")
        self.assertEqual(stale.table_faults(self.folder, "other")[0][0], "does not say its commit")
        with open(path, "w") as out:
            print("text\n\n" + rows.provenance(self.second, "dense, verdict", "other.py BUILD"), file=out)
        self.assertEqual(stale.table_faults(self.folder, "other"), [])
        self.change("validation/comparison/verdict.c", "two")
        (fault, command), *rest = stale.table_faults(self.folder, "other")
        self.assertIn("verdict.c changed", fault)
        self.assertEqual((command, rest), ("other.py BUILD", []))


class Rows(Repository):
    def read(self):
        return rows.RowFile(f"{self.folder}/results-one.md").read()

    def test_a_row_comes_back_as_it_was_written(self):
        row = rows.Row("|z| after", r"a \ b | c", "2.5", "<= 4", "yes", "dense", "abc", "1.0", "x | y")
        rows.RowFile(f"{self.folder}/results-one.md", "one.py").put(row)
        self.assertEqual(self.read(), [row])

    def test_a_run_that_is_killed_keeps_what_it_measured_and_says_so(self):
        table = self.table(self.first)
        self.measure(table, self.unit("a", "simulator", table, "x", "y"))
        self.measure(table, self.unit("b", "simulator", table, "x"))
        table = self.table(self.second)
        unit = self.unit("a", "simulator", table, "x", problem=KeyboardInterrupt())
        with self.assertRaises(KeyboardInterrupt):
            self.measure(table, unit)
        found = {(row.unit, row.item): row.commit for row in self.read()}
        self.assertEqual(
            found,
            {
                ("a", "x"): self.second,
                ("a", "y"): self.first,
                ("a", rows.UNFINISHED): self.second,
                ("b", "x"): self.first,
            },
        )
        self.assertEqual(self.faults(unit)["a"], "not finished")

    def test_items_that_a_unit_no_longer_has_go_when_it_has_ended(self):
        table = self.table(self.second)
        self.measure(table, self.unit("a", "simulator", table, "x", "y"))
        self.measure(table, self.unit("a", "simulator", table, "z"))
        self.assertEqual([row.item for row in self.read()], ["z"])

    def test_an_error_is_a_row_that_fails(self):
        table = self.table(self.second)
        self.measure(table, self.unit("a", "simulator", table, "x", problem=ValueError("it broke")))
        self.assertEqual([(row.item, row.holds) for row in self.read()], [("x", "yes"), ("(stopped)", "NO")])
        self.assertEqual(self.read()[1].note, "it broke")
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(table.close(), 1)

    def test_words_stale_and_whole_runs(self):
        folder, ran = self.folder, []

        class Check:
            def __init__(self, build, table):
                self.table = table

            @staticmethod
            def units():
                return [
                    harness.Unit(name, "simulator", lambda self, name=name: self.one(name)) for name in ("a", "b")
                ]

            def one(self, name):
                ran.append(name)
                self.table.add("x", 1.0, 2, True)

        def run(*words):
            ran.clear()
            with contextlib.redirect_stdout(io.StringIO()):
                harness.run_table("one", Check, ["build", *words])
            return list(ran)

        with (
            unittest.mock.patch.object(harness, "HERE", folder),
            unittest.mock.patch.object(harness.Program, "commit", lambda self: self.path and run.commit),
        ):
            run.commit = self.second
            self.assertEqual(run("b"), ["b"])
            self.assertEqual(run("--stale"), ["a"])
            self.assertEqual(run("--stale"), [])
            run.commit = self.change("validation/simulator/worker.c", "two")
            self.assertEqual(run("a"), ["a"])
            self.assertEqual(run("--stale"), ["b"])
            gone = rows.Row("gone", "x", "1", "2", "yes", "dense", self.second, "1.0")
            rows.RowFile(f"{folder}/results-one.md", "one.py").put(gone)
            run("a")
            self.assertIn("gone", [row.unit for row in self.read()])
            self.assertEqual(run(), ["a", "b"])
            self.assertEqual([row.unit for row in self.read()], ["a", "b"])


class Record(unittest.TestCase):
    def tracked(self, *paths):
        done = subprocess.run(["git", "-C", ROOT, "ls-files", "--", *paths], capture_output=True, text=True)
        return set(done.stdout.split())

    def test_every_path_has_files_and_an_engine_has_the_rooms_that_it_includes(self):
        if not self.tracked("Makefile"):
            self.skipTest("no repository")
        for name, paths in sources.ENGINES.items():
            for path in paths:
                self.assertTrue(self.tracked(path), f"{name}: {path}")
            own = self.tracked(*paths)
            for file in own:
                with open(os.path.join(ROOT, file)) as text:
                    for line in text:
                        if line.startswith('#include "solver/') and line.split('"')[1] not in sources.IN_NO_TABLE:
                            self.assertTrue(line.split('"')[1] in own, f"{name}: {file}: {line}")

    def test_units_have_names_of_their_own_and_engines_that_are_known(self):
        for name, units in stale.scripts().items():
            names = [unit.name for unit in units]
            self.assertEqual(len(names), len(set(names)), name)
            for unit in units:
                self.assertTrue(sources.pathspecs(unit.engines), unit.name)


if __name__ == "__main__":
    unittest.main()
