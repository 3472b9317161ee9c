/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fixed point of the kernels, x = G(x), by Anderson's acceleration (KINSOL). */
#ifndef SOLVER_STATIONARY_FIXED_POINT_H
#define SOLVER_STATIONARY_FIXED_POINT_H

#include "solver/stationary/turn.h"

#define FIXED_POINT_TURNS 40

struct fixed_point_history {
    size_t turns;
    double residual[FIXED_POINT_TURNS + 1]; /* largest |G(x) - x| in units of stationary_scale */
};

/* Moves `kernels` to the fixed point. OK: the residual at the returned kernels is at most `tolerance`, and turn->order
 * and turn->averages belong to them. NOT_CONVERGED; DIVERGED if a turn is not finite; INTERNAL without memory. */
enum sgdmft_status fixed_point_find(struct stationary_turn *turn, struct stationary_kernels *kernels, double tolerance,
                                    struct fixed_point_history *history);
/* Makes `turns` damped steps of length `factor` towards G(x), to approach the fixed point from a distant start. */
enum sgdmft_status fixed_point_relax(struct stationary_turn *turn, struct stationary_kernels *kernels, double factor,
                                     size_t turns);

#endif
