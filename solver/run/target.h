/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number of groups for a wanted error (parameter target_error). */
#ifndef SOLVER_RUN_TARGET_H
#define SOLVER_RUN_TARGET_H

#include <sgdmft/result.h>

/* The largest standard error of the series at any step, each in units of the largest value that its series takes.
 * Infinite where the result has no errors. */
double target_reached(const struct sgdmft_result *result);
/* Sets the groups of run, each as large as before, that bring the error from `reached` to target_error. False if a run
 * may not have so many. */
bool target_grow(struct sgdmft_run *run, double reached);

#endif
