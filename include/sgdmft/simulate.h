/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The direct simulation of a run at finite N = dim, P = round(alpha N): (T1) on real data, `runs` times. It shares
 * nothing but models/ with the theory. */
#ifndef SGDMFT_SIMULATE_H
#define SGDMFT_SIMULATE_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/watch.h>

/* Simulates the runs first_run .. first_run + run->runs - 1. Their random streams are keyed by these numbers, so
 * that more runs can be added to a result later. *result is set on OK, on DIVERGED and, if there are values, on
 * INTERRUPTED (by watch->stop). USAGE: memory_limit. */
SGDMFT_API enum sgdmft_status sgdmft_simulate(const struct sgdmft_run *run, long first_run,
                                              const struct sgdmft_watch *watch, struct sgdmft_result **result,
                                              struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_simulate_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                                       struct sgdmft_error *error);

#endif
