/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Square loss: l = (phi - y)^2 / 2. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void square_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                        double width, double *restrict value, double *restrict first,
                                        double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double difference = phi[i] - y[i];
        value[i] = 0.5 * difference * difference;
        first[i] = difference;
        second[i] = 1;
    }
}

const struct sgdmft_loss loss_square = {
    .entry = {.name = "square", .summary = "l = (phi - y)^2 / 2", .reference = ""},
    .classes_only = false,
    .uses_kappa = false,
    .even = false,
    .convex = true,
    .linear_force = true,
    .evaluate = square_evaluate,
};
