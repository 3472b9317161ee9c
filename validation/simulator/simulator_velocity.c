/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Velocity of the gradient flow. On the sphere it is projected, dw/dt = s (F - (F.e) e) with F taken at sqrt(N) e, e =
 * w/|w|, s = |w|/sqrt(N): then sqrt(N) e follows the exact projected flow however |w| drifts. */
#include "validation/simulator/simulator_velocity.h"

#include <math.h>

void flow_velocity(const struct sgdmft_run *run, const struct dataset *set, struct step *step,
                   const struct pieces_task *task, const double *w, double *point, double *rate)
{
    const size_t n = step->dim;
    const bool sphere = run->constraint == SGDMFT_CONSTRAINT_SPHERE;
    const double stretch = sphere ? sqrt(step_product(n, w, w) / (double)n) : 1;
    for (size_t i = 0; i < n; i++)
        point[i] = w[i] / stretch;
    set->kernel->round(step->stride, point, step->rounded);
    pieces_gradient(run, set, task, &step->pieces, step->gradient);
    const double pull = sgdmft_batch_weight(run, 0) / sqrt((double)n);
    for (size_t i = 0; i < n; i++)
        rate[i] = -run->ridge * point[i] - pull * step->gradient[i];
    if (sphere) {
        const double along = step_product(n, rate, point) / (double)n;
        for (size_t i = 0; i < n; i++)
            rate[i] = stretch * (rate[i] - along * point[i]);
    }
}
