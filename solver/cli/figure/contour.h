/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of equal value on a rectangular grid. */
#ifndef SOLVER_CLI_FIGURE_CONTOUR_H
#define SOLVER_CLI_FIGURE_CONTOUR_H

#include <stdbool.h>
#include <stddef.h>

/* Coordinates and values for linear interpolation: logarithms on a logarithmic axis. */
struct contour_grid {
    size_t columns, rows;
    const double *x, *y; /* [columns], [rows], ascending */
    const double *value; /* [columns][rows], NaN where there is none */
};

struct contour_point {
    double x, y;
    bool begins; /* a new line; other points continue the one before */
};

struct contour {
    size_t count;
    struct contour_point *point;
};

/* Traces all lines of a level. A closed line repeats its first point. Squares with a missing corner have no line.
 * Free with contour_free. False: out of memory. */
bool contour_trace(const struct contour_grid *grid, double level, struct contour *contour);
void contour_free(struct contour *contour);

#endif
