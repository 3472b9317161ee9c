/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The response to a constant force by the exact linearised dynamics: tangents dw of the weights along the noisy
 * trajectory, same batches, with p^l = eta_l h added from step t_w on (T2). Then chi(k, t_w) of (T9) is the mean of
 * h.dw^k/N over random directions h of unit norm per component; here h = +1 or -1 in each. */
#ifndef VALIDATION_SIMULATOR_RESPONSE_H
#define VALIDATION_SIMULATOR_RESPONSE_H

#include <sgdmft/run.h>

/* Number of tangents of a run: one for each waiting time (outer) and direction; 0 with several replicas. */
static inline size_t response_tangents(const struct sgdmft_run *run)
{
    return run->rule->continuous || run->replicas > 1 ? 0 : run->waiting.count * (size_t)run->force_directions;
}

/* Number of tangents switched on at step k or before; they come first. */
size_t response_active(const struct sgdmft_run *run, long k);

/* Draws the forces, [tangents][dim]. Those of a waiting time do not depend on the others, nor a direction on the number
 * of directions. */
void response_draw(const struct sgdmft_run *run, uint32_t owner, double *force);

#endif
