/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts of an integral over a standard normal into panels, for functions with kinks. */
#ifndef MODELS_BASE_CUTS_H
#define MODELS_BASE_CUTS_H

#include <stddef.h>

#define CUTS_MAX 512
#define CUTS_REACH 9.0 /* standard deviations kept of a Gaussian: the rest is below 1e-18 */
#define CUTS_LEVELS 14 /* distances of cuts_around */

/* Ascending points between panels. */
struct cuts {
    size_t count;
    double at[CUTS_MAX];
};

/* Density of N(0,1). */
double normal_density(double x);
/* Cuts into panels of 1.5 standard deviations. */
struct cuts cuts_start(void);
/* Cuts into panels of 3 standard deviations up to `reach`, for functions with many further cuts. */
struct cuts cuts_wide(double reach);
/* Adds a cut, if it is within reach and there is room. */
void cuts_add(struct cuts *cuts, double x);
/* Adds a cut at x, where phi is 0, and cuts at geometrically smaller distances from it, for a loss that changes over r
 * of order 1 and so over a small x. sd is the standard deviation of r. The error by the last level is below 1e-9 of the
 * loss. */
void cuts_around(struct cuts *cuts, double x, double sd);

#endif
