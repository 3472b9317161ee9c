/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places where the integral of a function with kinks over a standard normal is cut into panels. */
#ifndef MODELS_BASE_CUTS_H
#define MODELS_BASE_CUTS_H

#include <stddef.h>

#define CUTS_MAX 512
#define CUTS_REACH 9.0 /* standard deviations kept of a Gaussian: the rest is below 1e-18 */
#define CUTS_LEVELS 14

/* Ascending. */
struct cuts {
    size_t count;
    double at[CUTS_MAX];
};

/* Density of N(0,1). */
double field_density(double x);
/* Panels of 1.5 standard deviations. */
struct cuts cuts_start(void);
/* Panels of 3 up to `reach`, for functions that are evaluated on many of them. */
struct cuts cuts_wide(double reach);
/* One more cut, if it is within reach and there is room. */
void cuts_add(struct cuts *cuts, double x);
/* A cut where phi is 0, and nearer and nearer to it where a loss that turns over within r of order 1 does so within
 * a small x; sd is that of r. What the last level leaves out is below 1e-9 of the loss. */
void cuts_around(struct cuts *cuts, double x, double sd);

#endif
