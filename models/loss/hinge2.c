/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadratic hinge: l = (kappa - y phi)_+^2 / 2, labels y = +1/-1. At the kink y phi = kappa the second derivative
 * is given as 0. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void hinge2_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                        double width, double *restrict value, double *restrict first,
                                        double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        const double gap = kappa - y[i] * phi[i];
        const double excess = gap < 0 ? 0 : gap; /* this order keeps a NaN */
        value[i] = 0.5 * excess * excess;
        first[i] = -y[i] * excess;
        second[i] = gap > 0 ? y[i] * y[i] : 0;
    }
}

static size_t hinge2_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)width;
    phi[0] = y * kappa;
    return 1;
}

const struct sgdmft_loss loss_hinge2 = {
    .entry = {.name = "hinge2",
              .summary = "l = max(kappa - y phi, 0)^2 / 2, y = +1/-1",
              .reference = "Franz and Parisi, J. Phys. A 49, 145001 (2016), arXiv:1501.03397"},
    .classes_only = true,
    .uses_kappa = true,
    .even = false,
    .convex = true,
    .evaluate = hinge2_evaluate,
    .kinks = hinge2_kinks,
};
