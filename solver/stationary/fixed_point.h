/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels that reproduce themselves: x = G(x) by Anderson's acceleration (KINSOL). */
#ifndef SOLVER_STATIONARY_FIXED_POINT_H
#define SOLVER_STATIONARY_FIXED_POINT_H

#include "solver/stationary/turn.h"

#define FIXED_POINT_TURNS 40

struct fixed_point_history {
    size_t turns;
    double residual[FIXED_POINT_TURNS + 1]; /* largest |G(x) - x| in units of stationary_scale */
};

/* Moves `kernels` to the fixed point. OK: the last residual, taken at the kernels that are returned, is at most
 * `tolerance`, and turn->order and turn->averages belong to them. NOT_CONVERGED; DIVERGED if a turn is not finite;
 * INTERNAL without memory. */
enum sgdmft_status fixed_point_find(struct stationary_turn *turn, struct stationary_kernels *kernels, double tolerance,
                                    struct fixed_point_history *history);
/* `turns` steps of length `factor` towards G(x), which come near the fixed point from afar. */
enum sgdmft_status fixed_point_relax(struct stationary_turn *turn, struct stationary_kernels *kernels, double factor,
                                     size_t turns);

#endif
