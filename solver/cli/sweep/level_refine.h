/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep that refines a level line instead of filling a grid. */
#ifndef SOLVER_CLI_SWEEP_LEVEL_REFINE_H
#define SOLVER_CLI_SWEEP_LEVEL_REFINE_H

#include "models/base/ranks.h"
#include "solver/cli/sweep/level_rows.h"
#include "solver/cli/sweep/manifest.h"
#include "solver/cli/frame/cli.h"

/* Computes the points of this process, then in rounds the next point of each of its rows, those with r % of ==
 * index. grid: the values of the last --vary, from which level_next chooses. */
enum sgdmft_status level_refine(const struct invocation *invocation, const char *folder, const struct level *level,
                                const struct vary *grid, struct points *points, struct manifest_part part,
                                struct sgdmft_error *error);

/* Reads an observable from the files of a folder. context: the name of the folder. */
level_reader level_read_folder;

#endif
