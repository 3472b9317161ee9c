/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second moments of one step w -> (1 - eta lambda) w - eta F + noise, common to the engines. A = w.F/N, Q = |F|^2/N at
 * the step, F the mini-batch gradient without the ridge term. */
#ifndef SOLVER_PATHS_STEP_H
#define SOLVER_PATHS_STEP_H

#include "models/run/bound.h"

/* C(k+1,k+1) of (T6), keep = 1 - eta lambda; heat: of the thermal noise that both sides share. */
static inline double step_square(double keep, double eta, double square, double A, double Q, double heat)
{
    return keep * keep * square - 2 * keep * eta * A + eta * eta * Q + heat;
}

/* w.g/N and |g|^2/N, g the gradient with the ridge term (T13). */
static inline void step_gradient(double ridge, double square, double A, double Q, double *overlap, double *norm)
{
    *overlap = A + ridge * square;
    *norm = Q + 2 * ridge * A + ridge * ridge * square;
}

/* Sets *rho to the rescaling onto the sphere after a step to |w|^2/N = square; 1 without the sphere. DIVERGED if square
 * is not finite or above the bound, or not positive on the sphere. */
static inline enum sgdmft_status step_end(const struct sgdmft_run *run, double square, double *rho)
{
    *rho = 1;
    if (!(square <= norm_bound(run)))
        return SGDMFT_DIVERGED;
    if (run->constraint != SGDMFT_CONSTRAINT_SPHERE)
        return SGDMFT_OK;
    *rho = 1 / sqrt(square);
    return square > 0 ? SGDMFT_OK : SGDMFT_DIVERGED;
}

#endif
