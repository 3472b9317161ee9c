/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of sweep. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_PRINT_H
#define SOLVER_CLI_SWEEP_SWEEP_PRINT_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/level_rows.h"

/* Prints the points of this process in run.format, after the work or, with --dry-run, before it. known: number of
 * points that existed before. state: complete or not_converged. */
enum sgdmft_status sweep_print(const struct invocation *invocation, const struct points *points, size_t known,
                               const char *state, struct sgdmft_error *error);
/* Prints as text, with --dry-run, the cost of the points of this process. level and grid: those of a level line, or
 * NULL. */
void sweep_print_dry(const struct invocation *invocation, const struct points *points, const struct level *level,
                     const struct vary *grid);
/* Prints the crossings of all rows in run.format. *found: number of rows with a crossing. */
enum sgdmft_status sweep_print_level(const struct invocation *invocation, const struct points *points,
                                     const struct level *level, const struct level_rows *rows, size_t *found,
                                     struct sgdmft_error *error);

#endif
