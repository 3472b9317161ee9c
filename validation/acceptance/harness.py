# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the program, asking the library for closed forms, and the table of what was measured."""
import csv
import ctypes
import glob
import io
import json
import math
import subprocess
import sys
import time


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

    def series(self, command, *arguments):
        """Columns of the csv as lists of floats; a run that fails is an error."""
        code, out, err = self.run(command, *arguments, "--format", "csv")
        if code:
            raise RuntimeError(f"sgdmft {command} {' '.join(map(str, arguments))}: exit {code}: {err.strip()}")
        rows = list(csv.reader(io.StringIO(out)))
        return {name: [float(row[i]) for row in rows[1:]] for i, name in enumerate(rows[0])}

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

    def _resolve(self, **texts):
        settings = ctypes.c_void_p(self.lib.sgdmft_settings_create())
        run, error = ctypes.create_string_buffer(1 << 18), ctypes.create_string_buffer(1 << 12)
        status = 0
        for name, text in texts.items():
            status = status or self.lib.sgdmft_settings_set(settings, name.encode(), str(text).encode(), error)
        status = status or self.lib.sgdmft_run_resolve(settings, run, None, error)
        self.lib.sgdmft_settings_free(settings)
        if status:
            raise RuntimeError(error.raw[4:].split(b"\0")[0].decode())
        return run

    def linear(self, **texts):
        """overlap, norm, train_loss at every step (sgdmft_linear_dynamics)."""
        run, error = self._resolve(**texts), ctypes.create_string_buffer(1 << 12)
        count = int(texts["steps"]) + 1
        arrays = [(ctypes.c_double * count)() for _ in range(3)]
        if self.lib.sgdmft_linear_dynamics(run, *arrays, error):
            raise RuntimeError(error.raw[4:].split(b"\0")[0].decode())
        return dict(zip(("overlap", "norm", "train_loss"), map(list, arrays)))

    def minimum(self, **texts):
        """overlap, norm, train_loss, train_error (sgdmft_replica_symmetric)."""
        run, error, out = self._resolve(**texts), ctypes.create_string_buffer(1 << 12), (ctypes.c_double * 6)()
        if self.lib.sgdmft_replica_symmetric(run, out, error):
            raise RuntimeError(error.raw[4:].split(b"\0")[0].decode())
        return {"overlap": out[0], "norm": out[1], "train_loss": out[3], "train_error": out[4]}


class Table:
    """One line an item, printed as soon as it is known."""

    def __init__(self):
        self.failed = self.count = 0
        self.begun = time.time()
        print(f"{'item':<74} {'measured':>22} {'bound':>20}  pass", flush=True)

    def add(self, item, measured, bound, passed):
        self.count += 1
        self.failed += not passed
        text = measured if isinstance(measured, str) else f"{measured:.3g}"
        limit = bound if isinstance(bound, str) else f"<= {bound:g}"
        print(f"{item:<74} {text:>22} {limit:>20}  {'yes' if passed else 'NO'}", flush=True)

    def note(self, text):
        """What the lines that follow have in common."""
        print(text, flush=True)

    def below(self, item, measured, bound):
        """A NaN does not pass."""
        self.add(item, measured, bound, measured <= bound)

    def close(self):
        print(f"{self.count - self.failed} of {self.count} items hold ({time.time() - self.begun:.0f} s)", flush=True)
        return 1 if self.failed else 0


def flags(**texts):
    """--name value ..., with dashes for underscores."""
    return [word for name, text in texts.items() for word in ("--" + name.replace("_", "-"), str(text))]


def rms(values):
    return math.sqrt(sum(v * v for v in values) / len(values))


def guarded(table, item, function):
    """An item that stops with an error is an item that fails."""
    try:
        function()
    except Exception as problem:  # noqa: BLE001: whatever it was, the table must say so and go on
        table.add(item, "error", str(problem)[:200], False)


if __name__ == "__main__":
    sys.exit("harness.py is used by the other scripts of this folder")
