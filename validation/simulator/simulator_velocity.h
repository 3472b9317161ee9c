/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Velocity of the gradient flow. */
#ifndef VALIDATION_SIMULATOR_SIMULATOR_VELOCITY_H
#define VALIDATION_SIMULATOR_SIMULATOR_VELOCITY_H

#include "validation/simulator/simulator_step.h"

/* Computes rate[dim] = dw/dt at w, with the sum over the examples of `task` at the weights step->rounded; on the sphere
 * its part along w is taken away. point: [stride] to work in, zero from dim on. */
void flow_velocity(const struct sgdmft_run *run, const struct dataset *set, struct step *step,
                   const struct pieces_task *task, const double *w, double *point, double *rate);

#endif
