/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of infinitely many paths from groups that are runs of finite size. Observables differ from their limits by
 * a term of order 1/paths; the two runs over the halves of a group have twice that term, and with the random numbers
 * that they share with the whole the same fluctuation up to order 1/paths. X = 2 X(whole) - [X(first) + X(second)]/2
 * has neither the term nor more noise. */
#ifndef SOLVER_RUN_HALVES_H
#define SOLVER_RUN_HALVES_H

#include "models/result/samples.h"
#include <sgdmft/result.h>

/* A result with the quantities of `result` and `items` samples: whole, first and second half of each group. NULL
 * without memory. */
struct sgdmft_result *result_of_parts(const struct sgdmft_result *result, size_t items);
/* Fills the samples of result from those of parts, and reached[g] from that of its parts: the earliest of their last
 * steps. A value that the halves do not have is the whole's. */
void fold_halves(const struct sgdmft_result *parts, struct sgdmft_result *result, struct samples_reached *reached);

#endif
