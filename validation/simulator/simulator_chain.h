/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule stochastic_flow: dw/dt = -(lambda w + sum_mu sigma_mu(t) l'(r_mu,y_mu) x_mu/sqrt(N)), s_mu(t) the two-state
 * process in continuous time. Its jumps are exact; the weights go in midpoint steps of length h in which an example has
 * the fraction of h that it is in the batch. The error is of order h^2: an example jumps in a finite number of steps,
 * and in each the fractions miss only the order of what happens within it, of order h^2. */
#ifndef VALIDATION_SIMULATOR_SIMULATOR_CHAIN_H
#define VALIDATION_SIMULATOR_SIMULATOR_CHAIN_H

#include "validation/simulator/simulator_step.h"

struct chain; /* one integration; opaque */

double chain_bytes(const struct sgdmft_run *run);
/* Substeps of output step k -> k+1: a power of two, 2 at least, from the curvature and from b tau. */
long chain_substeps(const struct sgdmft_run *run, long k);
/* Starts at t = 0 from step->weights, which it advances in place, and draws s(0). owner: number of the run; finer:
 * substeps over chain_substeps, a power of two, 1/2 at least; the jumps do not depend on it. INTERNAL without
 * memory. */
enum sgdmft_status chain_open(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, double finer,
                              struct step *step, struct chain **chain, struct sgdmft_error *error);
/* Brings step->weights and step->selected to t_{k+1}; returns |w|^2/N before any projection. Calls come with k = 0, 1,
 * ... */
double chain_advance(struct chain *chain, long k);
void chain_close(struct chain *chain);

#endif
