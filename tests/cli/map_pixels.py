# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps of sgdmft plot against their data: colours of pixels beside the borders of each cell, and room of the labels.

    map_pixels.py cells STEM...      pixels of STEM.png, drawn by STEM.gp from STEM.dat
    map_pixels.py cells STEM.py...   pixels of what the matplotlib script draws
    map_pixels.py labels STEM.py...  room of the labels that it draws
Prints the number of cells with a value, of those without one, and of labels."""
import re
import runpy
import subprocess
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.image
import matplotlib.pyplot
import numpy

BESIDE = 2.5  # pixels from the border of a cell
MARKS = 18  # pixels from the frame, where the marks of the axes are


def blocks(path):
    """The blocks of a file of data: comment, rows."""
    for text in open(path, encoding="utf-8").read().split("\n\n\n"):
        lines = text.strip("\n").split("\n")
        at = max(i for i, line in enumerate(lines) if line.startswith("#"))
        yield lines[at][2:], [[float(x) for x in line.split()] for line in lines[at + 1 :] if line]


def gnuplot_frame(stem):
    """The frame in pixels (left, right, bottom, top of a picture from above), its ranges, and the scales."""
    script = open(stem + ".gp").read()
    words = ["set print '-'", "print GPVAL_TERM_XMIN, GPVAL_TERM_XMAX, GPVAL_TERM_YMIN, GPVAL_TERM_YMAX"]
    done = subprocess.run(
        ["gnuplot", stem + ".gp", "-e", "; ".join(words)], capture_output=True, text=True, check=True
    )
    left, right, bottom, top = (float(word) for word in done.stdout.split())
    ranges = [float(x) for a in "xy" for x in re.search(rf"set {a}range .(.*):(.*).\n", script).groups()]
    logs = [f"set logscale {a}\n" in script for a in "xy"]
    picture = matplotlib.image.imread(stem + ".png")
    return picture, (left, right, picture.shape[0] - bottom, picture.shape[0] - top), ranges, logs


def drawn(script):
    """The figure of a matplotlib script."""
    sys.argv = [script]
    figure = runpy.run_path(script)["figure"]
    figure.canvas.draw()
    return figure


def matplotlib_frame(script):
    figure = drawn(script)
    axes = figure.axes[0]
    picture = numpy.asarray(figure.canvas.buffer_rgba()) / 255
    box, height = axes.get_window_extent(), picture.shape[0]
    frame = (box.x0, box.x1, height - box.y0, height - box.y1)
    return (
        picture,
        frame,
        [*axes.get_xlim(), *axes.get_ylim()],
        [axes.get_xscale() == "log", axes.get_yscale() == "log"],
    )


def place(value, low, high, log, start, end):
    if log:
        value, low, high = numpy.log([value, low, high])
    return start + (end - start) * (value - low) / (high - low)


def palette(stem, values):
    """The colours of values, by the gnuplot script of the same map."""
    script = open(stem + ".gp").read()
    stops = re.findall(r"\d '(#[0-9a-f]{6})'", re.search("set palette defined .*", script).group(0))
    colours = matplotlib.colors.LinearSegmentedColormap.from_list("palette", stops, 1024)
    norm = matplotlib.colors.LogNorm if "set logscale cb" in script else matplotlib.colors.Normalize
    return colours(norm(min(values), max(values))(values))


def check_cells(stem, script):
    picture, frame, ranges, logs = matplotlib_frame(script) if script else gnuplot_frame(stem)
    with_value = without = 0
    for comment, rows in blocks(stem + ".dat"):
        valued = comment == "left right low high value"
        rows = [row for row in rows if not valued or row[4] == row[4]]
        grey = {"diverges": 0x55 / 255}.get(comment)
        if valued:
            colours = palette(stem, [row[4] for row in rows])
            with_value = len(rows)
        elif grey is not None:
            colours = numpy.full((len(rows), 3), grey)
            without += len(rows)
        else:
            continue
        for row, colour in zip(rows, colours):
            x = [place(v, *ranges[:2], logs[0], *frame[:2]) for v in row[:2]]
            y = [place(v, *ranges[2:], logs[1], *frame[2:]) for v in row[2:4]]
            for a in (x[0] + BESIDE, sum(x) / 2, x[1] - BESIDE):
                for b in (y[0] - BESIDE, sum(y) / 2, y[1] + BESIDE):
                    found = picture[int(b), int(a), :3]
                    inside = min(a - frame[0], frame[1] - a, frame[2] - b, b - frame[3]) > MARKS
                    assert not inside or max(abs(found - colour[:3])) < 0.03, (comment, row, a, b, found, colour)
    return with_value, without


def check_labels(script):
    figure = drawn(script)
    axes = figure.axes[0]
    frame = axes.get_window_extent()
    boxes = [text.get_bbox_patch().get_window_extent() for text in axes.texts]
    for i, box in enumerate(boxes):
        assert frame.x0 < box.x0 and box.x1 < frame.x1 and frame.y0 < box.y0 and box.y1 < frame.y1, (box, frame)
        for other in boxes[:i]:
            apart = box.x0 > other.x1 or other.x0 > box.x1 or box.y0 > other.y1 or other.y0 > box.y1
            assert apart, (box, other)
    return len(boxes)


what, *names = sys.argv[1:]
for name in names:
    if what == "cells":
        print(*check_cells(name[:-3] if name.endswith(".py") else name, name if name.endswith(".py") else None))
    else:
        print(check_labels(name))
