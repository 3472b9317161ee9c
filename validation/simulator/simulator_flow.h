/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule flow: the gradient flow dw/dt = -(lambda w + sum_mu l'(r_mu,y_mu) x_mu/sqrt(N)) of all examples; and rule
 * stochastic_flow (simulator_chain.h). */
#ifndef VALIDATION_SIMULATOR_SIMULATOR_FLOW_H
#define VALIDATION_SIMULATOR_SIMULATOR_FLOW_H

#include "validation/simulator/simulator_step.h"

/* Local error control of weights of order 1: far below the 1/sqrt(N) scatter of a run, and far above the rounding
 * of rows in single precision, which an integrator of high order would otherwise follow. */
#define FLOW_RELATIVE 1e-5
#define FLOW_ABSOLUTE 1e-6

struct flow; /* one integration; opaque */

double flow_bytes(const struct sgdmft_run *run);
/* Starts at t = 0 from step->weights, which it advances in place. owner and finer are those of chain_open. INTERNAL
 * without memory. */
enum sgdmft_status flow_open(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, double finer,
                             struct step *step, struct flow **flow, struct sgdmft_error *error);
/* Integrates step->weights to the time t_{k+1} of sgdmft_time and sets *norm to |w|^2/N. Called with k = 0, 1, ... in
 * order. NOT_CONVERGED if the integrator fails. */
enum sgdmft_status flow_advance(struct flow *flow, long k, double *norm, struct sgdmft_error *error);
void flow_close(struct flow *flow);

#endif
