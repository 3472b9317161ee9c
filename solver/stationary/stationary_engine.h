/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary engine: no transient, the state that a run forgets its start in (THEORY 7). */
#ifndef SOLVER_STATIONARY_STATIONARY_ENGINE_H
#define SOLVER_STATIONARY_STATIONARY_ENGINE_H

#include "solver/stationary/fixed_point.h"
#include <sgdmft/result.h>
#include <sgdmft/watch.h>

extern const struct engine engine_stationary;

/* The memory that the run's kernels need and a first estimate of them, from a small sample. */
struct stationary_pilot {
    struct stationary_shape shape;
    double *vector; /* kernels of that shape */
};

/* NOT_CONVERGED with the residuals where no kernels that decay are found; INTERRUPTED where the watch stops. Free
 * pilot->vector in either case. */
enum sgdmft_status stationary_pilot_find(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                         struct stationary_pilot *pilot, struct sgdmft_error *error);
/* Writes NOT_CONVERGED with what a causal run shows against a stationary state, what failed, and the residuals of the
 * turns made; status, if it is INTERNAL or INTERRUPTED, and INTERRUPTED where the watch stops. */
enum sgdmft_status stationary_fail(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                   enum sgdmft_status status, const char *what,
                                   const struct fixed_point_history *history, struct sgdmft_error *error);

/* An empty result: one measured step, the last of the run, and the run's waiting times but 0, which all have the same
 * values; without one, a memory before the last step. No samples: its shapes, for an estimate. NULL without memory. */
struct sgdmft_result *stationary_result(const struct sgdmft_run *run, size_t memory, size_t samples);
/* Fills sample `group` from a converged turn. False without memory. */
bool stationary_record(const struct stationary_turn *turn, const struct stationary_kernels *kernels, size_t group,
                       struct sgdmft_result *result);
/* Means and errors; those of the frequencies exact. */
void stationary_reduce(struct sgdmft_result *result);

#endif
