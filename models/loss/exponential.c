/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential loss of boosting: l = exp(-y phi), labels y = +1/-1. Its l'' has no bound. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void exponential_evaluate(size_t n, const double *restrict phi, const double *restrict y,
                                             double kappa, double width, double *restrict value, double *restrict first,
                                             double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double l = exp(-y[i] * phi[i]);
        value[i] = l;
        first[i] = -y[i] * l;
        second[i] = y[i] * y[i] * l;
    }
}

const struct sgdmft_loss loss_exponential = {
    .entry = {.name = "exponential",
              .summary = "l = exp(-y phi), y = +1/-1",
              .reference = "Freund and Schapire, J. Comput. Syst. Sci. 55, 119 (1997), doi:10.1006/jcss.1997.1504"},
    .classes_only = true,
    .convex = true,
    .evaluate = exponential_evaluate,
};
