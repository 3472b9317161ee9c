/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many groups a wanted error takes (parameter target_error). */
#ifndef SOLVER_RUN_TARGET_H
#define SOLVER_RUN_TARGET_H

#include <sgdmft/result.h>

/* The largest standard error of the series at any step, each in units of the largest value that its series takes.
 * Infinite where the result has no errors. */
double target_reached(const struct sgdmft_result *result);
/* Gives run the groups that should bring the error from `reached` to its target_error, each as large as before. False
 * if those are more than a run may have. */
bool target_grow(struct sgdmft_run *run, double reached);

#endif
