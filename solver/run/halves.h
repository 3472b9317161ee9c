/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of infinitely many paths from groups that are runs of finite size. Observables differ from their limits by
 * a term of order 1/paths; the two runs over the halves of a group have twice that term. They share the random numbers
 * of the whole, and so its fluctuation up to order 1/paths. X = 2 X(whole) - [X(first) + X(second)]/2 has no term of
 * order 1/paths and no more noise than X(whole). */
#ifndef SOLVER_RUN_HALVES_H
#define SOLVER_RUN_HALVES_H

#include "models/result/samples.h"
#include <sgdmft/result.h>

/* A result with the quantities of `result` and `items` samples: whole, first and second half of each group. NULL
 * without memory. */
struct sgdmft_result *result_of_parts(const struct sgdmft_result *result, size_t items);
/* Fills the samples of result from those of parts, and reached[g] from that of its parts: the earliest of their last
 * steps. A value that the halves lack is that of the whole. */
void fold_halves(const struct sgdmft_result *parts, struct sgdmft_result *result, struct samples_reached *reached);

#endif
