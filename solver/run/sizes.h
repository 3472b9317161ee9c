/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit N -> infinity from groups of two sizes, the alternative to the halves of each group (halves.h). With r the
 * ratio of the sizes, X = [X(large) - r mean X(small)]/(1 - r) has no term of order 1/N. The small groups have random
 * numbers of their own: their noise enters with the weight r, whatever the correlation of a group with its halves. */
#ifndef SOLVER_RUN_SIZES_H
#define SOLVER_RUN_SIZES_H

#include "solver/run/engine.h"
#include <sgdmft/result.h>

#define SIZES_FIRST ((uint32_t)1 << 18) /* number of the first small group: more than there can be groups */

#define SIZES_PATHS_LEAST 256 /* fewest paths of a group: small groups of an eighth have one unit of paths */

/* True if the engine's groups are corrected by small groups. */
bool sizes_wanted(const struct engine *engine, const struct sgdmft_run *run);
/* The run of the small groups: as many as run has, of 1/8 of the size, or of 1/16 for N >= 8000. */
struct sgdmft_run sizes_run(const struct sgdmft_run *run);
/* Extrapolates the samples of result, entry by entry. Their mean is X, and their spread includes the error of the small
 * groups. small has the same quantities. An entry whose X is not finite stays as it is. Sets the status of result to
 * DIVERGED, and last_step, if small groups diverge earlier than it. */
enum sgdmft_status sizes_correct(struct sgdmft_result *result, const struct sgdmft_result *small);

#endif
