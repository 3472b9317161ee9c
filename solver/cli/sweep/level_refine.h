/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep that goes to a level line instead of filling a grid. */
#ifndef SOLVER_CLI_SWEEP_LEVEL_REFINE_H
#define SOLVER_CLI_SWEEP_LEVEL_REFINE_H

#include "models/base/ranks.h"
#include "solver/cli/sweep/level_rows.h"
#include "solver/cli/sweep/manifest.h"
#include "solver/cli/frame/cli.h"

/* Computes my points, then round by round what the rows need next (level_next over the values of `grid`, texts of the
 * last
 * --vary), each row by one process: rows r with r % of == index. */
enum sgdmft_status level_refine(const struct invocation *invocation, const char *folder, const struct level *level,
                                const struct vary *grid, struct points *points, struct manifest_part part,
                                struct sgdmft_error *error);

/* Reads observables from the files of a folder (context: its name). */
level_reader level_read_folder;

#endif
