/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic loss: l = ln(1 + exp(-y phi)), labels y = +1/-1. Only exponentials of -|y phi| are taken: nothing
 * overflows, and small values keep their relative precision. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void logistic_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                          double width, double *restrict value, double *restrict first,
                                          double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double margin = y[i] * phi[i];
        const double decay = exp(-fabs(margin));
        const double share = 1 / (1 + decay);
        const double doubt = margin > 0 ? decay * share : share; /* 1 / (1 + exp(margin)) */
        value[i] = (margin < 0 ? -margin : 0) + log1p(decay);
        first[i] = -y[i] * doubt;
        second[i] = y[i] * y[i] * decay * share * share;
    }
}

const struct sgdmft_loss loss_logistic = {
    .entry = {.name = "logistic",
              .summary = "l = ln(1 + exp(-y phi)), y = +1/-1",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .classes_only = true,
    .uses_kappa = false,
    .even = false,
    .convex = true,
    .evaluate = logistic_evaluate,
};
