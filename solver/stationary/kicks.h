/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The response of paths to kicks (T7). */
#ifndef SOLVER_STATIONARY_KICKS_H
#define SOLVER_STATIONARY_KICKS_H

#include "solver/stationary/turn_sums.h"

/* The response of the paths of one block to kicks (T7). */
void stationary_kicks(const struct stationary_turn *turn, size_t width, struct stationary_scratch *scratch,
                      size_t first, struct stationary_sums *sums);

#endif
