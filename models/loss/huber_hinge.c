/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Smoothed hinge: with g = kappa - y phi and the width a, l = g^2/(2 a) for 0 < g < a, g - a/2 above and 0 below;
 * labels y = +1/-1. At the two kinks of l' the second derivative is given as 0. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void huber_hinge_evaluate(size_t n, const double *restrict phi, const double *restrict y,
                                             double kappa, double width, double *restrict value, double *restrict first,
                                             double *restrict second)
{
    for (size_t i = 0; i < n; i++) {
        const double gap = kappa - y[i] * phi[i];
        const double excess = gap < 0 ? 0 : gap > width ? width : gap; /* this order keeps a NaN */
        value[i] = excess / width * (gap - 0.5 * excess);
        first[i] = -y[i] * (excess / width);
        second[i] = gap > 0 && gap < width ? y[i] * y[i] / width : 0;
    }
}

static size_t huber_hinge_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    phi[0] = y > 0 ? kappa - width : -kappa;
    phi[1] = phi[0] + width;
    return 2;
}

const struct sgdmft_loss loss_huber_hinge = {
    .entry = {.name = "huber_hinge",
              .summary = "with g = kappa - y phi, a = loss_width: l = g^2/(2 a) for 0 < g < a, g - a/2 above, 0 below; "
                         "y = +1/-1",
              .reference = "Shalev-Shwartz and Zhang, J. Mach. Learn. Res. 14, 567 (2013), arXiv:1209.1873"},
    .classes_only = true,
    .uses_kappa = true,
    .convex = true,
    .evaluate = huber_hinge_evaluate,
    .kinks = huber_hinge_kinks,
};
