# SPDX-License-Identifier: GPL-3.0-or-later
"""Temperatures of one run, by the stationary engine, by the dense engine and by simulation, in one form.

A temperature is a pair (value, standard error). The simulation's curve is taken from the symmetric form
|w(t_w+lag) - w(t_w)|^2/(2N) = [C(t,t) + C(t_w,t_w)]/2 - C(t,t_w), which has the stationary mean C(0) - C(lag) and,
unlike
C(0) - C(lag) itself, no fluctuation of first order in the static part of w. Errors: jackknife over runs.
"""
import os
import tempfile
import time

import h5py
import numpy

from harness import flags

OMEGAS = (0.1, 0.3, 1.0, 2.0)  # per step
SETTLED = 0.995  # of chi(inf) is reached at lag M, the unit of time of what follows,
SETTLED_CORRELATION = 0.985  # and this much of C(0) - C(inf)


def jackknife(estimate, *samples):
    """(value, error) arrays of estimate(means of the samples)."""
    count = len(samples[0])
    whole = numpy.asarray(estimate(*(s.mean(axis=0) for s in samples)))
    parts = numpy.array([estimate(*((s.sum(axis=0) - s[i]) / (count - 1) for s in samples)) for i in range(count)])
    return whole, numpy.sqrt((count - 1) / count * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))


def teff(program, path=None, **texts):
    """The document of `sgdmft teff --spectrum` of a run or of a result file, with the seconds it took."""
    begun = time.time()
    document = program.document("teff", *([path] if path else []), "--spectrum", **texts)
    document["seconds"] = time.time() - begun
    return document


def pair(document, name):
    value, error = document[name], document[name + "_se"]
    return (float("nan") if value is None else value, float("nan") if error is None else error)


def temperatures(document):
    """short, chord, late, C(0), chi(inf) and T_eff at OMEGAS of a teff document."""
    out = {name: pair(document, "teff_" + name) for name in ("short", "chord", "late")}
    first = (
        lambda name: document[name][0] if not isinstance(document[name][0], list) else document[name][0][0]
    )  # noqa: E731
    out["norm"] = (first("correlation"), first("correlation_se"))
    out["response"] = pair(document, "response_limit")
    if "omega" in document:
        for omega, value, error in zip(document["omega"], document["teff"], document["teff_se"]):
            if omega in OMEGAS:
                out[omega] = (value, error)
    return out


def stationary(program, path=None, **texts):
    """Of a run, or of the result file of one."""
    document = teff(program, path) if path else teff(program, engine="stationary", **texts)
    out = temperatures(document)
    out["seconds"] = document["seconds"]
    count = document["waiting"].count(document["waiting"][0])
    limit, level = document["response_limit"], document["correlation_limit"]
    rest = (1 - SETTLED_CORRELATION) * (document["correlation"][0] - level)
    settled = [
        lag
        for lag, c, chi in zip(document["lag"][:count], document["correlation"][:count], document["response"][:count])
        if chi >= SETTLED * limit and c - level <= rest
    ]
    out["settled"] = settled[0] if settled else document["lag"][:count][-1]
    return out


def resolved(program, fractions=(), **texts):
    """stationary() from a result file, with what measured() has more: losses, and the curve at lags of `fractions` of
    M."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.h5")
        program.output("solve", "--quiet", *flags(out=path, engine="stationary", **texts))
        out = stationary(program, path)
        with h5py.File(path) as f:
            lag = f["two_time/lag"][:]
            correlation, response = (f["samples/two_time/" + name][:, 0] for name in ("correlation", "response"))
            series = {name: f["samples/series/" + name][:, 0] for name in ("train_loss", "test_loss")}
    for name, rows in series.items():
        out[name] = (float(rows.mean()), float(rows.std(ddof=1) / len(rows) ** 0.5))
    out["lags"] = [int(lag[numpy.abs(lag - x * out["settled"]).argmin()]) for x in fractions]
    at = [lag.tolist().index(x) for x in out["lags"]]
    out.update(on_curve(out["lags"], correlation[:, :1] - correlation[:, at], response[:, at]))
    return out


def on_curve(lags, curve, response):
    """(name, i) -> C(0) - C(lag), chi(lag) and their ratio at the i-th of the lags."""
    value, error = jackknife(lambda c, chi: numpy.stack([c, chi, c / chi]), curve, response)
    return {
        (name, i): (float(value[j, i]), float(error[j, i]))
        for i in range(len(lags))
        for j, name in enumerate(("C(0) - C", "chi", "ratio"))
    }


def plan(settled, waitings=8, phases=1):
    """(steps, waiting times) of a run that is measured in its stationary state: start forgotten after 2 M, waiting
    times
    from there to 4 M, lags of 2 M to the end. With phases > 1 every waiting time is a whole epoch of them."""
    m = max(int(settled), 6) // phases * phases + (phases if phases > 1 else 0)
    first = [
        2 * m + round(2 * m * i / max(waitings // phases - 1, 1)) // phases * phases
        for i in range(max(waitings // phases, 2))
    ]
    waiting = sorted({w + p for w in first for p in range(phases)})
    return waiting[-1] + 2 * m, waiting, m


def samples(program, command, settled, waitings=8, phases=1, **texts):
    """lags, C(0) - C(lag) and chi(lag) for every sample, and the series' samples after the start is forgotten."""
    steps, waiting, m = plan(settled, waitings, phases)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.h5")
        texts = dict(texts, out=path, steps=steps, every=1, waiting=",".join(map(str, waiting)))
        program.output(command, "--quiet", *flags(**texts))
        with h5py.File(path) as f:
            lag, norm = f["two_time/lag"][:], f["samples/series/norm"][:]
            keep = lag <= 2 * m
            lag = lag[keep]
            correlation = f["samples/two_time/correlation"][:][:, :, keep]
            response = f["samples/two_time/response"][:][:, :, keep]
            series = {
                name: f["samples/series/" + name][:][:, 2 * m : -1].mean(axis=1)
                for name in ("overlap", "norm", "train_loss", "test_loss", "gradient_overlap", "gradient_norm")
                if "samples/series/" + name in f
            }
    at = numpy.array(waiting)[:, None]
    curve = (norm[:, at + lag] + norm[:, at]) / 2 - correlation
    return lag, curve.mean(axis=1), response.mean(axis=1), series, m


def measured(program, command, settled, waitings=8, phases=1, lags=(), **texts):
    """The temperatures of `simulate` (or of the dense engine by `solve`), in the form of stationary(), and the curve
    at lags."""
    begun = time.time()
    lag, curve, response, series, m = samples(program, command, settled, waitings, phases, **texts)
    late = lag >= 1.3 * m
    use = lag[~late]
    if not numpy.array_equal(use, numpy.arange(len(use))):  # log-spaced lags: interpolate to single steps
        grid = numpy.arange(int(use[-1]) + 1)
        fill = lambda rows: numpy.array([numpy.interp(grid, lag, row) for row in rows])  # noqa: E731
    else:
        grid, fill = use, lambda rows: rows[:, ~late]

    def estimate(curve, response, curve_limit, response_limit):
        out = [curve[1] / response[1], curve_limit / response_limit, response_limit, curve_limit]
        step = numpy.diff(response)
        for omega in OMEGAS:
            power = curve_limit + 2 * numpy.sum((curve_limit - curve[1:]) * numpy.cos(omega * grid[1:]))
            out.append(numpy.sin(omega) * power / (2 * numpy.sum(step * numpy.sin(omega * grid[1:]))))
        return out

    value, error = jackknife(
        estimate, fill(curve), fill(response), curve[:, late].mean(axis=1), response[:, late].mean(axis=1)
    )
    out = dict(zip(("short", "chord", "response", "variance") + OMEGAS, zip(value.tolist(), error.tolist())))
    at_lags = lambda rows: numpy.array([numpy.interp(lags, lag, row) for row in rows])  # noqa: E731
    if len(lags):
        out.update(on_curve(lags, at_lags(curve), at_lags(response)))
    for name, rows in series.items():
        out[name] = (float(rows.mean()), float(rows.std(ddof=1) / len(rows) ** 0.5))
    out["seconds"] = time.time() - begun
    return out


def brief(value, error=None):
    """0.123(4): one digit of the error, two if it is 1."""
    if error is None:
        value, error = value
    if not (numpy.isfinite(value) and numpy.isfinite(error)):
        return "-"
    if error <= 0:
        return f"{value:.4g}"
    place = int(numpy.floor(numpy.log10(error)))
    if error < 1.95 * 10.0**place:
        place -= 1
    digits = max(-place, 0)
    return f"{value:.{digits}f}({round(error / 10.0 ** place) if place < 0 else f'{error:.0f}'})"
