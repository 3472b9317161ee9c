/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Averages over the forces of a block of paths (T4). */
#ifndef SOLVER_STATIONARY_CORRELATE_H
#define SOLVER_STATIONARY_CORRELATE_H

#include "solver/stationary/turn_sums.h"

/* Adds the forces of the paths begin .. begin + width - 1 to M, M0, M_inf, d and Gamma0. */
void stationary_correlate(const struct stationary_turn *turn, size_t begin, size_t width,
                          struct stationary_scratch *scratch, struct stationary_sums *sums);

#endif
