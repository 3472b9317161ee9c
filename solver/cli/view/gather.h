/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The results that table and plot read: files named by themselves, and the points of sweeps. */
#ifndef SOLVER_CLI_VIEW_GATHER_H
#define SOLVER_CLI_VIEW_GATHER_H

#include "solver/cli/sweep/points.h"
#include "solver/observe/scalar.h"

#include <sgdmft/result.h>

struct gathered {
    char *theory, *simulation; /* paths of the result files; NULL without one. A result named by itself is in
                                * `theory`; its source is known after loading. */
    char *origin;              /* folder or file as the user named it */
    const struct point *point; /* point of a sweep; NULL for a result */
    const struct points *points;
};

struct gathering {
    size_t count;
    struct gathered *item;
    size_t sweep_count;
    struct points **sweep;
};

/* Gathers files and folders in their order, the points of a folder in the order of its manifest. Free with
 * gather_free, also after an error. FILE: a folder without manifest, or a missing file. */
enum sgdmft_status gather(size_t count, const char *const *words, struct gathering *gathering,
                          struct sgdmft_error *error);
void gather_free(struct gathering *gathering);

/* True if two runs differ in a parameter. */
bool gather_differ(const struct sgdmft_run *a, const struct sgdmft_run *b, const struct sgdmft_parameter *parameter);
/* True for the result of an engine that does not step: a stationary state, which has neither step nor time. */
bool gather_is_stationary(const struct sgdmft_result *result);

/* Reads the results of an item, theory and simulation; NULL without one. A result named by itself is one of the two.
 * Failed and pending points of a sweep have none. */
enum sgdmft_status gather_load(const struct gathered *item, struct sgdmft_result *result[2],
                               struct sgdmft_error *error);

/* Reads an observable from the results of a gathering (level_reader); from the theory if there are two. context: the
 * gathering. */
struct scalar gather_level(void *context, const struct points *points, const struct point *point,
                           const char *observable);

#endif
