/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Huber's loss: with d = phi - y and the width a, l = d^2/2 for |d| < a, a |d| - a^2/2 beyond. At the kinks of l' the
 * second derivative is given as 0. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void huber_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                       double width, double *restrict value, double *restrict first,
                                       double *restrict second)
{
    (void)kappa;
    for (size_t i = 0; i < n; i++) {
        const double difference = phi[i] - y[i];
        const double force = difference < -width ? -width : difference > width ? width : difference;
        value[i] = force * (difference - 0.5 * force);
        first[i] = force;
        second[i] = difference > -width && difference < width ? 1 : 0;
    }
}

static size_t huber_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)kappa;
    phi[0] = y - width;
    phi[1] = y + width;
    return 2;
}

const struct sgdmft_loss loss_huber = {
    .entry = {.name = "huber",
              .summary = "with d = phi - y, a = loss_width: l = d^2/2 for |d| < a, a |d| - a^2/2 beyond",
              .reference = "Huber, Ann. Math. Stat. 35, 73 (1964), doi:10.1214/aoms/1177703732"},
    .convex = true,
    .evaluate = huber_evaluate,
    .kinks = huber_kinks,
};
