# SPDX-License-Identifier: GPL-3.0-or-later
"""Computations in a thread of their own; the calling thread shows progress and handles Ctrl-C."""
import ctypes
import signal
import sys
import threading
import time
import warnings

from ._library import Error, Handle, Stopped, call, described, exception, lib, one_blas_thread, take


def _in_notebook():
    return type(sys.stderr).__module__.startswith("ipykernel")


class Progress:
    """Progress on stderr as in the program: a bar on a terminal or in a notebook, otherwise occasional lines."""

    def __init__(self, label, style):
        self.label, self.silent = label.encode(), style == "none" or sys.stderr is None
        self.bar = style == "auto" and not self.silent and (sys.stderr.isatty() or _in_notebook())
        self.start, self.begin, self.shown = time.monotonic(), None, False
        self.last = self.start
        self.pause = described()["progress_bar_seconds" if self.bar else "progress_line_seconds"]

    def show(self, fraction):
        now = time.monotonic()
        if self.begin is None and fraction > 0:  # done before this process, after a resume
            self.begin = fraction if now - self.start < 0.1 else 0.0
        if self.silent or now - self.last < self.pause:
            return
        self.last, self.shown = now, True
        text = ctypes.create_string_buffer(described()["progress_text"])
        lib.sgdmft_progress_text(self.label, fraction, self.begin or 0.0, now - self.start, self.bar, text)
        words = text.value.decode()
        print(f"\r{words} " if self.bar else f"sgdmft: {words}\n", end="", file=sys.stderr, flush=True)

    def end(self):
        if self.bar and self.shown:
            print("\r" + " " * 100 + "\r", end="", file=sys.stderr, flush=True)


class _Stop:
    """Stops the job between two steps after Ctrl-C, which only the main thread receives."""

    def __init__(self, job):
        self.job, self.asked, self.before = job, False, None

    def _ask(self, *_):
        self.asked = True
        lib.sgdmft_job_stop(self.job)

    def __enter__(self):
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_):
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)


def _watched(what, run, label, style, *arguments):
    """Runs a job of a run handle with these arguments and a handle to be filled: its status, message and handle, and
    True after Ctrl-C."""
    job, doubt, error = Handle(), Error(), Error()
    call("job_open", run, ctypes.byref(job), ctypes.byref(doubt))
    if str(doubt):
        warnings.warn(str(doubt), stacklevel=5)
    made, status, over = Handle(), None, threading.Event()

    def work():
        nonlocal status
        try:
            status = getattr(lib, "sgdmft_" + what)(job, *arguments, ctypes.byref(made), ctypes.byref(error))
        finally:
            over.set()

    progress = Progress(label, style)
    with one_blas_thread, _Stop(job) as stop:
        threading.Thread(target=work, daemon=True).start()
        while not over.wait(0.05):
            progress.show(lib.sgdmft_job_done(job))
    progress.end()
    trouble = Error()
    closed = lib.sgdmft_job_close(job, status == 0, ctypes.byref(trouble))
    if closed and not status:
        status, error = closed, trouble
    return status, str(error), made, stop.asked


def compute(what, run, label, style):
    """Runs job_solve or job_simulate of a run handle; the result's handle. A result that is not complete comes with a
    warning, and without a result its status is raised."""
    return _ended(*_watched(what, run, label, style))


def find_alpha(run, simulate, tolerance, style):
    """Runs job_find_alpha of a run handle; its document as text."""
    label = "simulation, search for alpha" if simulate else "theory, search for alpha"
    status, message, text, stopped = _watched("job_find_alpha", run, label, style, simulate, tolerance)
    document = take(text) if text else None
    if stopped:
        raise Stopped("stopped")
    if status:
        raise exception(status, message)
    return document


def _ended(status, text, result, stopped):
    codes = described()["status"]
    kept = (codes["OK"], codes["NOT_CONVERGED"], codes["DIVERGED"], codes["INTERRUPTED"])
    if stopped:
        from .result import Result

        reason = Stopped("stopped")
        reason.result = Result(result) if result else None
        raise reason
    if not result or status not in kept:
        if result:
            lib.sgdmft_result_free(result)
        raise exception(status, text)
    if status:
        warnings.warn(text, RuntimeWarning, stacklevel=5)
    return result
