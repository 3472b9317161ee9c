/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Level lines: where an observable takes a value along the last varied parameter, for each combination of the others.
 */
#ifndef SOLVER_CLI_SWEEP_LEVEL_H
#define SOLVER_CLI_SWEEP_LEVEL_H

#include "solver/cli/sweep/points.h"
#include "solver/observe/scalar.h"

struct level {
    char observable[80];
    double value;
    double tolerance; /* relative width of the last bracket */
};

#define LEVEL_TOLERANCE 0.01

/* The approximate number of points of a row between these ends: the two ends, and one for each halving down to the
 * tolerance. */
double level_points(const struct level *level, double low, double high);

/* Parses OBSERVABLE=VALUE. USAGE: unknown observable, or no number. */
enum sgdmft_status level_parse(const char *words, struct level *level, struct sgdmft_error *error);

/* The observable at one value of the refined parameter; NaN where the point has none. */
struct level_entry {
    double x;
    struct scalar y;
};

/* The crossing of one row with the level. */
struct level_crossing {
    bool found;
    double x, se;     /* by linear interpolation in the bracket; NaN without a crossing. se combines the errors of
                       * the observable and of the interpolation, from the curvature that neighbours show. At a jump
                       * or without neighbours, the latter is that of a uniform position in the bracket. */
    double low, high; /* the bracket */
    size_t first;     /* its lower end among the entries */
    double noise;     /* the part of se that comes from the errors of the observable */
};

/* Finds the first crossing between neighbours that have a value. entry: [count], ascending in x. */
void level_cross(const struct level *level, const struct level_entry *entry, size_t count,
                 struct level_crossing *crossing);
/* The next x to compute; NaN when the bracket is narrower than the tolerance or than the noise. Without a crossing
 * it is a value of grid[grid_count] (ascending): first the ends, then in the middle of the widest gap. */
double level_next(const struct level *level, const struct level_entry *entry, size_t count, const double *grid,
                  size_t grid_count);

#endif
