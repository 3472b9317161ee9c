/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary engine: the stationary state of a run, without the transient (THEORY 7). */
#ifndef SOLVER_STATIONARY_STATIONARY_ENGINE_H
#define SOLVER_STATIONARY_STATIONARY_ENGINE_H

#include "solver/stationary/fixed_point.h"
#include <sgdmft/result.h>
#include <sgdmft/watch.h>

extern const struct engine engine_stationary;

/* Length of the memory of the kernels and a first estimate of them, from a small sample. */
struct stationary_pilot {
    struct stationary_shape shape;
    double *vector; /* kernels of that shape */
    size_t turns;   /* of the last search */
};

/* Finds both. NOT_CONVERGED, with the residuals, if no kernels that decay are found; INTERRUPTED if the watch stops.
 * Free pilot->vector in either case. */
enum sgdmft_status stationary_pilot_find(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                         struct stationary_pilot *pilot, struct sgdmft_error *error);
/* Writes the error of a failed search and returns its status: NOT_CONVERGED with the diagnosis of a causal run, the
 * failure `what`, and the residuals of the turns; `status` itself if it is INTERNAL or INTERRUPTED; INTERRUPTED if the
 * watch stops. */
enum sgdmft_status stationary_fail(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                   enum sgdmft_status status, const char *what,
                                   const struct fixed_point_history *history, struct sgdmft_error *error);

/* Makes an empty result: one measured step, the last of the run, and the waiting times of the run without 0, all with
 * the same values; if none is left, one memory before the last step. samples = 0: shapes only, for an estimate. NULL
 * without memory. */
struct sgdmft_result *stationary_result(const struct sgdmft_run *run, size_t memory, size_t samples);
/* Fills sample `group` from a converged turn. False without memory. */
bool stationary_record(const struct stationary_turn *turn, const struct stationary_kernels *kernels, size_t group,
                       struct sgdmft_result *result);
/* Computes means and errors; frequencies have no error. */
void stationary_reduce(struct sgdmft_result *result);

#endif
