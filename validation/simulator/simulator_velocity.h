/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Velocity of the gradient flow. */
#ifndef VALIDATION_SIMULATOR_SIMULATOR_VELOCITY_H
#define VALIDATION_SIMULATOR_SIMULATOR_VELOCITY_H

#include "validation/simulator/simulator_step.h"

/* rate: [dim] dw/dt at w with the sum that `task` takes at step->rounded, tangent to the sphere where there is one;
 * point: [stride] to work in, zero from dim on. */
void flow_velocity(const struct sgdmft_run *run, const struct dataset *set, struct step *step,
                   const struct pieces_task *task, const double *w, double *point, double *rate);

#endif
