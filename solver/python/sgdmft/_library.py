# SPDX-License-Identifier: GPL-3.0-or-later
"""The shared library: its path, its functions, its errors."""
import ctypes
import functools
import json
import os
import pathlib
import threading

SONAME = "libsgdmft.so.0"
Handle, Text = ctypes.c_void_p, ctypes.c_char_p


class NotConverged(RuntimeError):
    """Not converged, not stationary or no bracket. `result` is the incomplete result, or None."""

    result = None


class Diverged(RuntimeError):
    """The dynamics diverged before the first measured step."""

    result = None


class Stopped(KeyboardInterrupt):
    """A computation stopped by Ctrl-C. `result` is the incomplete result, or None."""

    result = None


class UnknownName(AttributeError, ValueError):
    """An unknown name; the message offers the nearest."""


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("text", ctypes.c_char * 1024)]

    def __str__(self):
        return self.text.decode(errors="replace")


def _places():
    """Path of the library: beside the module in the build folder or the prefix, else in the path of the loader."""
    if os.environ.get("SGDMFT_LIBRARY"):
        yield os.environ["SGDMFT_LIBRARY"]
        return
    for folder in list(pathlib.Path(__file__).resolve().parents)[1:5]:
        if (folder / SONAME).exists():
            yield str(folder / SONAME)
    yield SONAME


def _load():
    for place in _places():
        try:
            return ctypes.CDLL(place)
        except OSError as error:
            trouble = error
    raise ImportError(f"{SONAME} is not found: install libsgdmft, or set SGDMFT_LIBRARY to its path ({trouble})")


lib = _load()
E_, P = ctypes.POINTER(Error), ctypes.POINTER
_TEXTS = {  # functions whose text the caller frees
    "describe": [],
    "run_document": [Handle],
    "run_config": [Handle],
    "result_document": [Handle],
}
_STATUS = {
    "settings_set": [Handle, Text, Text, E_],
    "settings_read": [Handle, Text, E_],
    "run_create": [Handle, P(Handle), E_, E_],
    "run_estimate": [Handle, ctypes.c_bool, P(Handle), E_],
    "result_read": [Text, P(Handle), E_],
    "result_write": [Handle, Text, E_],
    "result_derive": [Handle, E_],
    "result_append": [Handle, Handle, P(Handle), E_],
    "result_shown": [Handle, Text, P(Handle), E_],
    "compare": [Handle, Handle, P(Handle), E_],
    "comparison_judge": [Handle, Handle, Handle, E_, E_],
    "comparison_shown": [Handle, Handle, Text, P(Handle), E_],
    "analysis_defaults": [Text, Handle, ctypes.c_bool, E_],
    "analysis_check": [Text, Handle, ctypes.c_bool, E_],
    "analysis_document": [Text, Handle, Handle, P(Text), P(Handle), E_, E_],
    "job_open": [Handle, P(Handle), E_, E_],
    "job_solve": [Handle, P(Handle), E_],
    "job_simulate": [Handle, P(Handle), E_],
    "job_find_alpha": [Handle, ctypes.c_bool, ctypes.c_double, P(Handle), E_],
    "job_check_of": [Handle, P(Handle), E_],
    "job_close": [Handle, ctypes.c_bool, E_],
}
_OTHERS = {
    "text_free": (None, [Handle]),
    "settings_create": (Handle, []),
    "settings_copy": (Handle, [Handle]),
    "settings_free": (None, [Handle]),
    "settings_get": (Text, [Handle, Text]),
    "run_free": (None, [Handle]),
    "result_free": (None, [Handle]),
    "result_run": (Handle, [Handle]),
    "result_values": (P(ctypes.c_double), [Handle, Text, Text, Text, P(ctypes.c_size_t)]),
    "comparison_free": (None, [Handle]),
    "job_stop": (None, [Handle]),
    "job_done": (ctypes.c_double, [Handle]),
    "nearest": (Text, [Text, P(Text), ctypes.c_size_t]),
    "progress_text": (None, [Text, ctypes.c_double, ctypes.c_double, ctypes.c_double, ctypes.c_bool, Text]),
}


def _declare(names):
    for name, (result, arguments) in names.items():
        function = getattr(lib, "sgdmft_" + name)
        function.restype, function.argtypes = result, arguments


_declare({name: (Handle, arguments) for name, arguments in _TEXTS.items()})
_declare({name: (ctypes.c_int, arguments) for name, arguments in _STATUS.items()})
_declare(_OTHERS)

# Errors of these libraries are returned as values.
lib.gsl_set_error_handler_off()
lib.H5Eset_auto2.argtypes = [ctypes.c_int64, Handle, Handle]
lib.H5Eset_auto2(0, None, None)


class _OneBlasThread:
    """Sets OpenBLAS to one thread during a computation, so that the bits do not depend on their number."""

    def __init__(self):
        self.lock, self.users, self.before = threading.Lock(), 0, 1

    def __enter__(self):
        with self.lock:
            if self.users == 0:
                self.before = lib.openblas_get_num_threads()
                lib.openblas_set_num_threads(1)
            self.users += 1

    def __exit__(self, *_):
        with self.lock:
            self.users -= 1
            if self.users == 0:
                lib.openblas_set_num_threads(self.before)


one_blas_thread = _OneBlasThread()


def take(pointer):
    """The text behind a pointer, which is freed."""
    if not pointer:
        raise MemoryError("no memory")
    try:
        return ctypes.string_at(pointer).decode(errors="replace")
    finally:
        lib.sgdmft_text_free(pointer)


@functools.lru_cache(maxsize=None)
def described():
    """Description of the library: parameters, observables, analyses, engines, status codes."""
    return json.loads(take(lib.sgdmft_describe()))


def exception(status, message):
    """The exception of a status of the library."""
    codes = described()["status"]
    kind = {
        codes["USAGE"]: ValueError,
        codes["FILE"]: OSError,
        codes["NOT_CONVERGED"]: NotConverged,
        codes["DIVERGED"]: Diverged,
        codes["INTERRUPTED"]: Stopped,
    }.get(status, RuntimeError)
    return kind(message)


def call(name, *arguments):
    """Calls a function whose last argument is the error, which is added here. Raises unless its status is OK."""
    error = Error()
    status = getattr(lib, "sgdmft_" + name)(*arguments, ctypes.byref(error))
    if status:
        raise exception(status, str(error))


def unknown(what, name, names, more=""):
    """The exception for a name that is not in names; more: end of its message."""
    texts = (Text * len(names))(*[text.encode() for text in names])
    near = lib.sgdmft_nearest(name.encode(), texts, len(names))
    nearest = f", did you mean '{near.decode()}'?" if near else ""
    return UnknownName(f"unknown {what} '{name}'{nearest}{more}")
