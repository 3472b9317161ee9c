# SPDX-License-Identifier: GPL-3.0-or-later
"""Simple figures of results."""
import numpy


def _draw(ax, result, name, colour):
    quantity = result[name]
    x, known = quantity.coords["step"], numpy.isfinite(quantity)
    if result.source == "theory":
        ax.plot(x, quantity, color=colour, label="theory")
        ax.fill_between(x, quantity - quantity.se, quantity + quantity.se, color=colour, alpha=0.3, linewidth=0)
    else:
        shown = numpy.flatnonzero(known)[:: max(1, int(known.sum()) // 25)]
        ax.errorbar(
            x[shown],
            numpy.asarray(quantity)[shown],
            quantity.se[shown],
            fmt="o",
            ms=3,
            color=colour,
            label="simulation",
        )
    ax.set_xlabel("step")
    ax.set_ylabel(name)


def plot_series(results, names, axes):
    """Draws one panel a series; returns the array of the axes."""
    from matplotlib import pyplot

    first = results[0]
    if not names:
        series = [name.split("/")[1] for name in first.quantities if name.startswith("series/")]
        names = [name for name in series[:6] if numpy.isfinite(first[name]).any()]
    if axes is None:
        rows = (len(names) + 2) // 3
        columns = min(3, len(names))
        _, axes = pyplot.subplots(
            rows, columns, figsize=(4 * columns, 3 * rows), squeeze=False, constrained_layout=True
        )
    axes = numpy.atleast_1d(axes)
    flat = axes.ravel()
    if len(flat) < len(names):
        raise ValueError(f"axes: {len(flat)}, but there are {len(names)} series to draw: {', '.join(names)}")
    for ax, name in zip(flat, names):
        for index, result in enumerate(results):
            _draw(ax, result, name, f"C{index}")
    for ax in flat[len(names) :]:
        ax.set_visible(False)
    flat[0].legend()
    return axes
