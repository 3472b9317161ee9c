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

/* Points of a row that is sought between these ends, about: the two ends, and one for each halving down to the
 * tolerance. */
double level_points(const struct level *level, double low, double high);

/* OBSERVABLE=VALUE. USAGE: unknown observable, no number. */
enum sgdmft_status level_parse(const char *words, struct level *level, struct sgdmft_error *error);

/* The observable at one value of the refined parameter; NaN where the point has none. */
struct level_entry {
    double x;
    struct scalar y;
};

/* Where one row crosses the level. */
struct level_crossing {
    bool found;
    double x, se;     /* by linear interpolation in the bracket, with the errors of the observable and of the
                       * interpolation (from the bend that neighbours show; of a jump, or without neighbours, that of
                       * a place anywhere in the bracket); NaN if not found */
    double low, high; /* the bracket */
    size_t first;     /* its lower end among the entries */
    double noise;     /* the part of se that comes from the errors of the observable */
};

/* entry[count], ascending in x. The first crossing between neighbours that have a value. */
void level_cross(const struct level *level, const struct level_entry *entry, size_t count,
                 struct level_crossing *crossing);
/* The next x to look at, NaN when the row is done: the bracket is narrower than the tolerance or than the noise. While
 * there is no crossing, the values of grid[grid_count] (ascending) are tried, ends first, then in the middle of the
 * widest gap. */
double level_next(const struct level *level, const struct level_entry *entry, size_t count, const double *grid,
                  size_t grid_count);

#endif
