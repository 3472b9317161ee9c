/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reliability of the mean of the tangents of a run. Where l'' can be negative, the response of a path at distance e
 * from a separatrix is of order 1/e, so that P(|D| > x) ~ 1/x, and the mean Gamma (T7) depends on single paths at any
 * number of them. Errors from the spread of groups are then not reliable. The measure is the share of the largest path
 * of a group in the sum of |sigma l'' sum_l D(k,l)|: of order 1/paths with light tails, independent of the number of
 * paths with heavy ones. */
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
