/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reliability of the mean of the tangents of a run. Where l'' can be negative, a path at distance e from a
 * separatrix answers a field by 1/e, so that P(|D| > x) ~ 1/x and the mean that Gamma is (T7) depends on single paths,
 * whatever their number; errors from the spread of groups then say nothing. Measured is the share of the largest path
 * of a group in the sum of |sigma l'' sum_l D(k,l)|: of order 1/paths where tails are light, the same for any number
 * where they are not. */
#ifndef SOLVER_OBSERVE_TAILS_H
#define SOLVER_OBSERVE_TAILS_H

#include <sgdmft/result.h>

/* Largest share that is trusted with so many paths in a group. */
double tails_limit(size_t paths);
/* Adds series/tangent_share to a result of a run that is not convex. False without memory. */
bool tails_add(struct sgdmft_result *result);
/* NOT_CONVERGED, also in the result, where the share of more than half of the groups is beyond the limit at the last
 * step; OK where it is not or there is none. */
enum sgdmft_status tails_judge(struct sgdmft_result *result, struct sgdmft_error *error);

#endif
