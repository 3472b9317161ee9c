/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results that table and plot read: files named one by one, and the points of sweeps. */
#ifndef SOLVER_CLI_VIEW_GATHER_H
#define SOLVER_CLI_VIEW_GATHER_H

#include "solver/cli/sweep/points.h"
#include "solver/observe/scalar.h"

#include <sgdmft/result.h>

struct gathered {
    char *theory, *simulation; /* paths of the result files; NULL where there is none (known only after loading, for a
                                  result named by itself: it is in `theory`) */
    char *origin;              /* folder or file as the user named it */
    const struct point *point; /* of a sweep, NULL for a result */
    const struct points *points;
};

struct gathering {
    size_t count;
    struct gathered *item;
    size_t sweep_count;
    struct points **sweep;
};

/* Files and folders in their order, the points of a folder in the order of its manifest. FILE: a folder without
 * manifest, a missing file. Free with gather_free, also after an error. */
enum sgdmft_status gather(size_t count, const char *const *words, struct gathering *gathering,
                          struct sgdmft_error *error);
void gather_free(struct gathering *gathering);

/* Reads the results of an item, theory and simulation; NULL where there is none: always one for a result named by
 * itself; points of a sweep that failed or are pending have none. */
enum sgdmft_status gather_load(const struct gathered *item, struct sgdmft_result *result[2],
                               struct sgdmft_error *error);

/* A level_reader whose context is a gathering: of a theory and a simulation the theory counts. */
struct scalar gather_level(void *context, const struct points *points, const struct point *point,
                           const char *observable);

#endif
