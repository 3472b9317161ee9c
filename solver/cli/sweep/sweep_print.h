/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of sweep. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_PRINT_H
#define SOLVER_CLI_SWEEP_SWEEP_PRINT_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/level_rows.h"

/* In run.format: the points of this process, after the work (state: complete, not_converged) or, with --dry-run, before
 * it (known: points that were there before). */
enum sgdmft_status sweep_print(const struct invocation *invocation, const struct points *points, size_t known,
                               const char *state, struct sgdmft_error *error);
/* As text, with --dry-run: what the points of this process will take. level and grid: those of a level line, or
 * NULL. */
void sweep_print_dry(const struct invocation *invocation, const struct points *points, const struct level *level,
                     const struct vary *grid);
/* In run.format: the crossings of all rows. *found: how many rows have one. */
enum sgdmft_status sweep_print_level(const struct invocation *invocation, const struct points *points,
                                     const struct level *level, const struct level_rows *rows, size_t *found,
                                     struct sgdmft_error *error);

#endif
