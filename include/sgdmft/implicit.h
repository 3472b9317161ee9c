/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulation without its data matrix: runs of dim weights and P = round(alpha dim) examples. Only the directions
 * of the matrix that the run uses are drawn. The law is that of sgdmft_simulate at the same dim, up to the rounding
 * of single precision; memory is 8 P K bytes for K steps. Source: (D1) to (D8) of solver/THEORY.md; Lu,
 * arXiv:2101.07464. */
#ifndef SGDMFT_IMPLICIT_H
#define SGDMFT_IMPLICIT_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/watch.h>

/* True if a simulation of the run is implicit: matrix is implicit; or matrix is auto, the matrix is large, steps <
 * dim/2.5, and no requested observable needs a stored matrix. */
SGDMFT_API bool sgdmft_is_implicit(const struct sgdmft_run *run);
/* Simulates the runs first_run .. first_run + run->runs - 1, whose random streams are keyed by these numbers.
 * *result and status are those of sgdmft_simulate. USAGE: a dataset, rule flow, more than two replicas, precision
 * double, memory_limit. */
SGDMFT_API enum sgdmft_status sgdmft_simulate_implicit(const struct sgdmft_run *run, long first_run,
                                                       const struct sgdmft_watch *watch, struct sgdmft_result **result,
                                                       struct sgdmft_error *error);
/* Estimates memory in bytes and time in seconds of sgdmft_simulate_implicit. */
SGDMFT_API enum sgdmft_status sgdmft_simulate_implicit_estimate(const struct sgdmft_run *run,
                                                                struct sgdmft_estimate *estimate,
                                                                struct sgdmft_error *error);

#endif
