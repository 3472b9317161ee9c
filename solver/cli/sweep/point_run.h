/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the values of a point to its runs. */
#ifndef SOLVER_CLI_SWEEP_POINT_RUN_H
#define SOLVER_CLI_SWEEP_POINT_RUN_H

#include "solver/cli/sweep/points.h"

/* Completes a point whose values are texts of the user: resolves and checks its runs, estimates them, normalises its
 * values, and computes its hash. */
enum sgdmft_status point_complete(const struct sgdmft_settings *settings, const struct points *points,
                                  struct point *point, struct sgdmft_error *warning, struct sgdmft_error *error);
/* Formats the values of a point, "alpha = 2, batch = 0.1". */
void point_describe(const struct points *points, const struct point *point, char out[256]);

#endif
