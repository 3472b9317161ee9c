# SPDX-License-Identifier: GPL-3.0-or-later
"""The module sgdmft held against the program: unittest, run by tests/python/test_python.c with $P (the program) and
PYTHONPATH (the module)."""
import copy
import csv
import ctypes
import importlib.util
import io
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
import warnings

import numpy
import sgdmft
from sgdmft import _library

PROGRAM = os.environ["P"]
SPHERE = {"data": "random", "loss": "hinge2", "kappa": 0.5, "constraint": "sphere", "rule": "gd", "rate": 0.5}
SPHERE.update(contact_tolerance=0.02, paths=512, groups=2, dim=60, runs=2, progress="none")
QUICK = {"steps": 20, "paths": 400, "progress": "none"}


def program(command, code=0, **parameters):
    """What the program prints for the same parameters."""
    flags = [f"--{name.replace('_', '-')}={sgdmft.run.as_text(value)}" for name, value in parameters.items()]
    done = subprocess.run([PROGRAM, command, *flags], capture_output=True, text=True)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stderr if code else done.stdout


def columns(text):
    rows = list(csv.reader(io.StringIO(text)))
    return {name: numpy.array([float(row[i]) for row in rows[1:]]) for i, name in enumerate(rows[0])}


def same(a, b):
    """Equal to the last bit, nan included."""
    a, b = numpy.asarray(a, dtype=float), numpy.asarray(b, dtype=float)
    return a.shape == b.shape and numpy.array_equal(a, b, equal_nan=True)


def without_provenance(text):
    document = json.loads(text)
    document.pop("provenance", None)
    document.get("parameters", {}).pop("format", None)
    return document


class Numbers(unittest.TestCase):
    def test_series_equal_the_program_to_the_last_bit(self):
        for command in ("solve", "simulate"):
            given = {**QUICK, "dim": 100, "runs": 2, "rate": 0.1 + 1e-17, "loss": "hinge2"}
            result = getattr(sgdmft.Run(**given), command)()
            printed = columns(program(command, format="csv", **given))
            self.assertEqual(len(printed["step"]), 21)
            for name, values in printed.items():
                self.assertTrue(same(result[name], values), name)
            self.assertFalse(same(result.norm, numpy.nextafter(printed["norm"], 9)))

    @unittest.skipUnless(importlib.util.find_spec("sympy"), "python3-sympy is not installed")
    def test_a_formula_equals_the_program_and_the_built_in_loss(self):
        formula = {"loss_formula": "max(kappa-y*phi,0)**p/2", "formula_constants": "p=2", "kappa": 0.5}
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict(os.environ, XDG_CACHE_HOME=folder):
            run = sgdmft.Run(**formula, **QUICK)
            expected = columns(program("solve", format="csv", **formula, **QUICK))
            self.assertTrue(same(run.solve().norm, expected["norm"]))
            built_in = sgdmft.Run(loss="hinge2", kappa=0.5, **QUICK).solve()
            numpy.testing.assert_allclose(numpy.asarray(run.solve().norm), numpy.asarray(built_in.norm), rtol=1e-12)
            with self.assertRaisesRegex(ValueError, "position 1, '__import__"):
                sgdmft.Run(loss_formula="__import__('os')")

    def test_two_time_functions_equal_the_program(self):
        given = {**QUICK, "waiting": [5, 10]}
        document = json.loads(program("solve", format="json", **given))["two_time"]
        result = sgdmft.Run(**given).solve()
        for name in ("correlation", "correlation_se", "response"):
            values = numpy.array([[numpy.nan if x is None else x for x in row] for row in document[name]])
            self.assertTrue(same(result[name], values), name)

    def test_documents_of_analyses_equal_the_program(self):
        cases = (
            ("teff", {**QUICK, "steps": 200, "rule": "langevin", "temperature": 0.3, "data": "random", "alpha": 0.5}),
            ("replicas", QUICK),
            ("boundary", {**QUICK, "loss": "hinge2"}),
        )
        for command, given in cases:
            options = ["--force"] if command == "teff" else []
            flags = [f"--{name}={value}" for name, value in given.items()]
            done = subprocess.run(
                [PROGRAM, command, *options, *flags, "--format=json"], capture_output=True, text=True
            )
            expected = sgdmft.Document(json.loads(done.stdout))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = getattr(sgdmft.Run(**given), command)(**({"force": True} if options else {}))
            self.assertEqual(set(found), set(expected))
            self._same_documents(found, expected, command)

    def _same_documents(self, found, expected, where):
        for name, value in expected.items():
            if isinstance(value, sgdmft.Document):
                self._same_documents(found[name], value, f"{where}.{name}")
            elif isinstance(value, numpy.ndarray):
                self.assertTrue(same(found[name], value), f"{where}.{name}")
            elif name not in ("provenance", "format"):
                self.assertEqual(found[name], value, f"{where}.{name}")

    def test_validate_equals_the_program(self):
        given = {**QUICK, "paths": 2000, "dim": 200, "runs": 4}
        comparison = sgdmft.Run(**given).validate()
        flags = [f"--{name}={value}" for name, value in given.items()]
        done = subprocess.run([PROGRAM, "validate", *flags, "--format=json"], capture_output=True, text=True)
        document = json.loads(done.stdout)
        self.assertEqual(comparison.verdict, document["verdict"])
        self.assertEqual(done.returncode, 6 if comparison.verdict == "disagree" else 0)
        self.assertIn(comparison.reason, done.stderr)
        self.assertTrue(same(comparison.table["z"], [row["z"] for row in document["observables"]]))
        self.assertEqual(comparison.passed, document["pass"])

    def test_estimates_equal_the_program(self):
        cases = (
            ("solve", {**QUICK, "engine": "dense"}, "dense"),
            ("solve", {**QUICK, "rule": "online", "engine": "online"}, "online"),
            ("simulate", {"dim": 100, "steps": 10, "runs": 3}, "simulator"),
            ("simulate", {"dim": 100, "steps": 10, "runs": 3, "matrix": "implicit"}, "implicit"),
        )
        for command, given, engine in cases:
            for more in ({}, {"out": "estimate.h5"}):
                flags = [f"--{name}={value}" for name, value in {**given, **more}.items()]
                done = [PROGRAM, command, "--dry-run", "--format=csv", *flags]
                text = subprocess.run(done, check=True, capture_output=True, text=True).stdout
                row = next(csv.DictReader(io.StringIO(text)))
                found = sgdmft.Run(**given, **more).estimate(by=command)
                self.assertEqual(found.engine, engine)
                self.assertEqual(found.engine, row["engine"])
                for name in ("memory_bytes", "seconds", "disk_bytes"):
                    self.assertEqual(found[name], float(row[name]), f"{command} {name}")
                self.assertEqual(found.disk_bytes > 0, bool(more))
        self.assertFalse(os.path.exists("estimate.h5"))
        with self.assertRaisesRegex(ValueError, "not solve or simulate"):
            sgdmft.Run(**QUICK).estimate(by="simulation")
        with self.assertRaisesRegex(ValueError, "at least 4"):
            sgdmft.Run(**{**QUICK, "engine": "conditional", "paths": 32, "groups": 1, "alpha": 30}).estimate()

    def test_the_largest_alpha_equals_the_program(self):
        given = {**SPHERE, "steps": 60}
        for by in ("solve", "simulate"):
            flags = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
            more = ["--find-alpha", f"--by={by}", "--alpha-tolerance=0.2", "--format=json"]
            done = subprocess.run([PROGRAM, "boundary", *more, *flags], capture_output=True, text=True)
            expected = sgdmft.Document(json.loads(done.stdout))
            found = sgdmft.Run(**given).find_alpha(by=by, tolerance=0.2)
            self.assertEqual(list(found), list(expected))
            self._same_documents(found, expected, by)
            self.assertEqual([point.alpha for point in found.points], [point.alpha for point in expected.points])
            self.assertGreater(found.alpha_high, found.alpha_low)
        self.assertEqual(sgdmft.find_alpha(by=by, tolerance=0.2, **given).alpha, found.alpha)

    def test_numbers_go_as_bits(self):
        for value in (0.1, 1 / 3, 1e-7, numpy.float64(2) / 7, numpy.nextafter(0.3, 1)):
            self.assertEqual(sgdmft.Run(rate=value).rate, value)


class Names(unittest.TestCase):
    def test_wrong_names_and_values_have_the_words_of_the_program(self):
        for given in ({"raet": 1}, {"eta": 1}, {"rate": -1}, {"loss": "logistc"}, {"rule": "gd", "batch": 0.5}):
            with self.assertRaises(ValueError) as caught:
                sgdmft.Run(**given)
            words = str(caught.exception)
            if list(given) not in (["raet"], ["eta"]):  # the program speaks of flags there
                self.assertIn(words, program("solve", 2, **given))
            else:
                self.assertIn("did you mean 'rate'", words)

    def test_a_validation_keeps_no_checkpoint(self):
        with self.assertRaises(ValueError) as caught:
            sgdmft.Run(checkpoint="ck", steps=2).validate()
        self.assertIn("checkpoint", str(caught.exception))

    def test_wrong_names_of_results_offer_the_nearest(self):
        result = sgdmft.solve(**QUICK)
        for call in (lambda: result.nrom, lambda: result["nrom"]):
            with self.assertRaisesRegex(ValueError, "did you mean 'norm'"):
                call()
        self.assertFalse(hasattr(result, "nrom"))
        with self.assertRaisesRegex(ValueError, "did you mean 'spectrum'"):
            result.teff(spectrm=True)
        with self.assertRaises(ValueError):
            sgdmft.Run().rat

    def test_what_is_fixed_cannot_be_assigned(self):
        run = sgdmft.Run(**QUICK)
        result = run.solve()
        document, comparison = run.estimate(), sgdmft.compare(result, run.replace(dim=60, runs=2).simulate())
        cases = (
            (run, "rate", r"rate cannot be assigned: a run is fixed; run\.replace\(rate=\.\.\.\) is another run"),
            (run, "rat", r"unknown parameter 'rat', did you mean 'rate'\?; .*run\.replace\(NAME=\.\.\.\)"),
            (run, "parameters", "parameters cannot be assigned"),
            (result, "norm", r"norm cannot be assigned: a result is fixed; numpy\.array\(result\.norm\)"),
            (result, "nrom", "unknown quantity 'nrom', did you mean 'norm'"),
            (result, "status", "status cannot be assigned"),
            (document, "seconds", r"seconds cannot be assigned.*document\['seconds'\]"),
            (document, "secnds", "did you mean 'seconds'"),
            (comparison, "verdict", "verdict cannot be assigned"),
        )
        for thing, name, words in cases:
            with self.assertRaisesRegex(AttributeError, words):
                setattr(thing, name, 0.5)
            with self.assertRaisesRegex(AttributeError, words.replace("assigned", "deleted")):
                delattr(thing, name)
        self.assertEqual((run.rate, run.parameters["rate"]), (0.1, 0.1))
        run._own = 1
        self.assertEqual(run._own, 1)
        self.assertEqual(run.boundary().result.derive().status, "complete")

    def test_the_run_of_a_result_is_the_run(self):
        run = sgdmft.Run(waiting=[5, 10], rate_steps={10: 0.05}, dim=60, runs=2, **QUICK)
        for result in (run.solve(), run.simulate(), run.boundary().result):
            self.assertEqual(result.run.parameters, run.parameters)
            self.assertEqual((result.run.rate_steps, result.run.seed), ([[10, 0.05]], 1))
            self.assertIs(result.run, result.run)
            with self.assertRaisesRegex(AttributeError, "rate cannot be assigned: a run is fixed"):
                result.run.rate = 0.2
            with self.assertRaisesRegex(AttributeError, "run cannot be assigned: a result is fixed"):
                result.run = run
        solved = run.solve()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.h5")
            solved.save(path)
            found = sgdmft.open(path).run
        self.assertEqual(found.ini, run.ini)
        self.assertTrue(same(found.solve().norm, solved.norm))
        self.assertTrue(same(found.replace(seed=2).solve().norm, run.replace(seed=2).solve().norm))
        self.assertEqual(pickle.loads(pickle.dumps(found)).parameters, run.parameters)
        self.assertIn("rate_steps='10=0.05'", repr(found))

    def test_the_parameters_of_a_result_execute_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            table, path = os.path.join(folder, "t.csv"), os.path.join(folder, "a.h5")
            with open(table, "w") as file:
                file.write("".join(f"{i % 7},{i % 5},{1 if i % 3 else -1}\n" for i in range(40)))
            sgdmft.Run(data="file", dataset=table, **QUICK).solve().save(path)
            os.remove(table)
            run = sgdmft.open(path).run
            self.assertEqual((run.dataset, run.data, run.dim), (table, "file", 2))
            with self.assertRaisesRegex(OSError, "t.csv"):
                run.solve()

    def test_only_results_are_compared(self):
        result = sgdmft.solve(**QUICK)
        for a, b, words in ((result, 3, "^b: 3 is not a sgdmft.Result"), ("x.h5", result, "^a: 'x.h5' is not")):
            with self.assertRaisesRegex(TypeError, words):
                sgdmft.compare(a, b)

    def test_a_document_is_shown_in_brief(self):
        document = sgdmft.boundary(loss="hinge2", **QUICK)
        shown = repr(document)
        self.assertLess(len(shown), 1500)
        self.assertIn(f"width={document.width:.6g}", shown)
        self.assertIn(f"parameters={{{len(document.parameters)} names}}", shown)
        self.assertEqual(str(document), shown)

    def test_documentation_comes_from_the_table(self):
        listed = subprocess.run([PROGRAM, "list", "parameters"], capture_output=True, text=True).stdout
        for name, row in sgdmft.parameters.items():
            self.assertIn(row["meaning"], sgdmft.Run.__doc__)
            self.assertIn(name.replace("_", "-"), listed.replace("_", "-"))
        self.assertEqual(set(sgdmft.parameters), set(sgdmft.Run().parameters))

    def test_a_run_is_its_ini(self):
        run = sgdmft.Run(rate_steps={10: 0.05, 15: 0.01}, waiting=[3, 4], **QUICK)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.ini")
            with open(path, "w") as file:
                file.write(run.ini)
            again = sgdmft.Run.from_ini(path)
            self.assertEqual(again.parameters, run.parameters)
            self.assertEqual(sgdmft.Run.from_ini(path, seed=7).seed, 7)
            with self.assertRaises(OSError):
                sgdmft.Run.from_ini(path + ".not")
        self.assertEqual(run.rate_steps, [[10, 0.05], [15, 0.01]])
        self.assertEqual(run.replace(seed=3).seed, 3)

    def test_errors_have_kinds(self):
        given = {**QUICK, "steps": 60}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with self.assertRaisesRegex(sgdmft.NotConverged, "not stationary") as caught:
                sgdmft.teff(**given)
        self.assertEqual(caught.exception.result.last_step, 60)
        with self.assertRaisesRegex(sgdmft.NotConverged, "no bracket") as caught:
            sgdmft.find_alpha(**SPHERE, steps=1, tolerance=0.2)
        for given, words in (({"out": "x.h5"}, "out: 'x.h5'"), ({"tolerance": 3}, "alpha-tolerance: 3 is not from")):
            with self.assertRaisesRegex(ValueError, words):
                sgdmft.find_alpha(**SPHERE, steps=1, **given)
        with self.assertRaises(OSError):
            sgdmft.open("/nowhere.h5")
        with self.assertRaises(OSError):
            sgdmft.Run(out="/nowhere/result.h5", **QUICK).solve()
        with self.assertRaisesRegex(ValueError, "replicas"):
            sgdmft.Run(**QUICK).solve().replicas()
        with self.assertWarns(RuntimeWarning):
            result = sgdmft.solve(**{**QUICK, "steps": 200, "rate": 50, "loss": "square"})
        self.assertEqual(result.status, "diverged")


class Files(unittest.TestCase):
    def test_a_file_of_the_program_and_one_of_the_module_have_the_same_values(self):
        given = {**QUICK, "waiting": [5, 10]}
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs, saved = (os.path.join(folder, name) for name in ("a.h5", "b.h5", "c.h5"))
            result = sgdmft.Run(out=ours, **given).solve()
            result.save(saved)
            program("solve", out=theirs, **given)
            for path in (ours, theirs, saved):
                read = sgdmft.open(path)
                self.assertEqual(set(read.quantities), set(result.quantities))
                for name in result.quantities:
                    self.assertTrue(same(read[name], result[name]), name)
                    self.assertTrue(same(read[name].se, result[name].se), name)
                    self.assertTrue(same(read[name].samples, result[name].samples), name)

    def test_copies_and_pickles_are_the_same(self):
        run = sgdmft.Run(waiting=[5, 10], rate_steps={10: 0.05}, **QUICK)
        result = run.solve().derive()
        theory, simulation = result, run.replace(dim=60, runs=2).simulate()
        comparison = sgdmft.compare(simulation, theory)
        for again in (copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))):
            self.assertEqual(again(run).parameters, run.parameters)
            self.assertEqual(repr(again(run)), repr(run))
            found = again(result)
            self.assertEqual((found.status, found.samples, found.provenance), ("complete", 8, result.provenance))
            self.assertEqual(set(found.quantities), set(result.quantities))
            for name in result.quantities:
                for ending in ("", "_se", "_samples"):
                    if result[name + ending] is not None:
                        self.assertTrue(same(found[name + ending], result[name + ending]), name + ending)
            quantity = again(result.correlation)
            self.assertEqual((quantity.axes, quantity.units), (("waiting", "lag"), result.correlation.units))
            self.assertTrue(same(quantity.sel(waiting=10).se, result.correlation.sel(waiting=10).se))
            self.assertTrue(same(again(result.norm[3:]), result.norm[3:]))
            self.assertEqual(again(comparison).shown("json"), comparison.shown("json"))
            self.assertEqual(repr(again(run.estimate())), repr(run.estimate()))
        document = copy.deepcopy(run.boundary())
        self.assertEqual(document.result.last_step, 20)

    def test_a_sweep_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "sweep")
            command = [PROGRAM, "sweep", "--vary", "alpha=1,2", "--vary", "loss=square,logistic", "--what", "solve"]
            command += ["--steps", "20", "--paths", "400", "--out", out, "--quiet"]
            subprocess.run(command, check=True, capture_output=True)
            sweep = sgdmft.open_sweep(out)
            data, frame = sweep.to_xarray(), sweep.to_pandas()
            self.assertEqual((sweep.what, sweep.vary, len(sweep)), ("solve", ["alpha", "loss"], 4))
            expected = sgdmft.solve(alpha=2, loss="square", **QUICK)
            found = data.norm.sel(alpha=2, loss="square")
            self.assertEqual(float(found), float(expected.norm[-1]))
            self.assertEqual(float(data.norm_se.sel(alpha=2, loss="square")), expected.norm_se[-1])
            self.assertEqual(len(frame), 4)
            self.assertEqual(set(frame["status"]), {"complete"})
            with self.assertRaises(OSError):
                sgdmft.open_sweep(folder)

    def test_provenance_is_that_of_info(self):
        with tempfile.TemporaryDirectory() as folder:
            table, out = os.path.join(folder, "table.csv"), os.path.join(folder, "result.h5")
            draw = numpy.random.default_rng(1)
            numpy.savetxt(
                table, numpy.c_[draw.normal(size=(60, 5)), draw.choice([-1, 1], 60)], delimiter=",", fmt="%.6g"
            )
            for given in ({}, {"data": "file", "dataset": table}):
                sgdmft.Run(**{**QUICK, **given}, out=out).solve()
                done = subprocess.run([PROGRAM, "info", out, "--format=json"], capture_output=True, text=True)
                told = json.loads(done.stdout)["provenance"]
                self.assertEqual(sgdmft.open(out).provenance, told)
                self.assertEqual(told["dataset"] is not None, bool(given))
            self.assertEqual((told["dataset"]["rows"], told["dataset"]["path"]), (60, table))


class Arrays(unittest.TestCase):
    def test_values_are_selected_by_axes(self):
        result = sgdmft.solve(waiting=[5, 10], **QUICK)
        correlation = result.correlation
        self.assertEqual(correlation.axes, ("waiting", "lag"))
        part = correlation.sel(waiting=10)
        self.assertEqual(part.axes, ("lag",))
        self.assertTrue(same(part, numpy.asarray(correlation)[1]))
        self.assertTrue(same(part.se, correlation.se[1]))
        self.assertTrue(same(part.samples, correlation.samples[:, 1]))
        self.assertEqual(float(part.sel(lag=0)), float(result.norm.sel(step=10)))
        self.assertEqual(float(correlation.sel(waiting=9, lag=0, method="nearest")), float(part.sel(lag=0)))
        with self.assertRaisesRegex(ValueError, "waiting: 7 is not one of"):
            correlation.sel(waiting=7)
        with self.assertRaises(ValueError):
            correlation.sel(wating=10)
        self.assertEqual(result.norm.units, sgdmft.observables["norm"]["units"])
        self.assertEqual(type(result.norm + 1), numpy.ndarray)
        self.assertIsInstance(float(result.norm.mean()), float)

    def test_means_and_errors_are_those_of_the_samples(self):
        norm = sgdmft.solve(**QUICK).norm
        self.assertTrue(numpy.allclose(norm.samples.mean(0), norm, rtol=1e-12))
        spread = norm.samples.std(0, ddof=1) / numpy.sqrt(len(norm.samples))
        self.assertTrue(numpy.allclose(spread, norm.se, rtol=1e-9, atol=1e-14))

    def test_xarray_and_pandas(self):
        result = sgdmft.solve(waiting=[5, 10], **QUICK)
        self.assertEqual(result.to_xarray().norm.attrs["units"], result.norm.units)
        self.assertTrue(same(result.to_pandas()["norm_se"], result.norm_se))
        array = result.correlation.to_xarray()
        self.assertTrue(same(array.sel(waiting=5), result.correlation.sel(waiting=5)))
        self.assertTrue(same(array.se.sel(waiting=5), result.correlation.sel(waiting=5).se))


class Work(unittest.TestCase):
    def test_solves_in_threads_give_the_bits_of_solves_one_by_one(self):
        runs = [sgdmft.Run(loss=loss, seed=seed, **QUICK) for loss in ("square", "logistic") for seed in (1, 2, 3)]
        alone = [run.solve() for run in runs]
        together = [None] * len(runs)

        def work(index):
            together[index] = runs[index].solve()

        threads = [threading.Thread(target=work, args=(index,)) for index in range(len(runs))]
        before = 2  # what numpy had
        self.addCleanup(_library.lib.openblas_set_num_threads, _library.lib.openblas_get_num_threads())
        _library.lib.openblas_set_num_threads(before)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for a, b in zip(alone, together):
            self.assertTrue(same(a.norm, b.norm))
            self.assertTrue(same(a.train_loss.samples, b.train_loss.samples))
        self.assertFalse(same(alone[0].norm, alone[1].norm))
        self.assertEqual(_library.lib.openblas_get_num_threads(), before)

    def test_other_threads_go_on_during_a_solve(self):
        ticks, over = [], threading.Event()

        def tick():
            while not over.wait(0.001):
                ticks.append(1)

        thread = threading.Thread(target=tick)
        thread.start()
        sgdmft.solve(steps=100, paths=2000, progress="none")
        over.set()
        thread.join()
        self.assertGreater(len(ticks), 10)

    def test_ctrl_c_stops_a_solve_and_keeps_the_process(self):
        script = (
            "import sgdmft, os, sys\n"
            "print('ready', flush=True)\n"
            "try:\n    sgdmft.solve(steps=100000, paths=20000, engine='hierarchical', progress='none')\n"
            "except KeyboardInterrupt as stopped:\n    print('stopped', type(stopped).__name__)\n"
            "print(sgdmft.solve(steps=5, paths=400, progress='none').last_step)\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)  # of one that does not stop
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.7)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
        self.assertEqual(out.split(), ["stopped", "Stopped", "5"])
        self.assertEqual(process.returncode, 0)

    def test_ctrl_c_stops_a_search_whose_progress_grows(self):
        seen = []

        class Watched(sgdmft._work.Progress):
            def show(self, fraction):
                seen.append(fraction)
                if len(seen) == 5:
                    os.kill(os.getpid(), signal.SIGINT)

        with unittest.mock.patch("sgdmft._work.Progress", Watched), self.assertRaises(sgdmft.Stopped):
            sgdmft.find_alpha(**{**SPHERE, "paths": 20000}, steps=400)
        self.assertEqual(seen, sorted(seen))
        self.assertTrue(0 < seen[-1] < 1, seen)
        self.assertLess(len(seen), 60)

    def test_a_stopped_job_leaves_what_was_done(self):
        run = sgdmft.Run(**{**QUICK, "steps": 20000, "engine": "hierarchical", "paths": 4000})
        job, result, error = _library.Handle(), _library.Handle(), _library.Error()
        _library.call("job_open", run._handle, ctypes.byref(job), ctypes.byref(error))
        threading.Timer(0.5, _library.lib.sgdmft_job_stop, (job,)).start()
        status = _library.lib.sgdmft_job_solve(job, ctypes.byref(result), ctypes.byref(error))
        self.assertEqual(status, _library.described()["status"]["INTERRUPTED"])
        _library.call("job_close", job, False)
        if result:
            part = sgdmft.Result(result)
            self.assertEqual(part.status, "interrupted")
            self.assertLess(part.last_step, 20000)

    def test_progress_is_that_of_the_shell(self):
        text = ctypes.create_string_buffer(200)
        _library.lib.sgdmft_progress_text(b"theory", 0.5, 0.0, 61.0, True, text)
        self.assertEqual(text.value.decode(), f"theory [{'#' * 15}{'.' * 15}]  50 %  1:01 gone, about 1:01 left")
        _library.lib.sgdmft_progress_text(b"theory", 0.25, 0.0, 30.0, False, text)
        self.assertEqual(text.value.decode(), "theory: 25 % done in 0:30, about 1:30 left")

    def test_a_figure_in_one_line(self):
        import matplotlib

        matplotlib.use("Agg")
        panels = sgdmft.solve(loss="hinge2", batch=0.2, **QUICK).plot()
        self.assertEqual(panels.ravel()[1].get_ylabel(), "norm")
        line = panels.ravel()[1].lines[0]
        self.assertEqual(len(line.get_xdata()), 21)
        self.assertGreaterEqual(set(panels.ravel()), set(panels.flat[0].figure.axes))
        result = sgdmft.simulate(dim=50, runs=2, **QUICK)
        self.assertEqual(len(result.plot("norm", "train_loss").ravel()), 2)
        own = panels.ravel()[0]
        self.assertIs(result.plot("norm", axes=own)[0], own)
        with self.assertRaisesRegex(ValueError, "^axes: 1, but there are 2 series"):
            result.plot("norm", "train_loss", axes=own)


if __name__ == "__main__":
    unittest.main()
