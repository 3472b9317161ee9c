/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Squared sigmoid: with p = 1/(1 + exp(y phi)), the probability that the model gives to the other class, l = p^2;
 * labels y = +1/-1. Bounded by 1 and not convex. Only exponentials of -|y phi| are taken: nothing overflows. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void sigmoid_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                         double width, double *restrict value, double *restrict first,
                                         double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double margin = y[i] * phi[i];
        const double decay = exp(-fabs(margin));
        const double share = 1 / (1 + decay);
        const double p = margin > 0 ? decay * share : share, slope = decay * share * share; /* p (1 - p) */
        value[i] = p * p;
        first[i] = -2 * y[i] * p * slope;
        second[i] = 2 * y[i] * y[i] * p * slope * (2 - 3 * p);
    }
}

const struct sgdmft_loss loss_sigmoid = {
    .entry = {.name = "sigmoid",
              .summary = "l = 1/(1 + exp(y phi))^2, y = +1/-1; the squared error of a probability (Brier score)",
              .reference = "Mei, Bai, Montanari, Ann. Stat. 46, 2747 (2018), arXiv:1607.06534"},
    .classes_only = true,
    .evaluate = sigmoid_evaluate,
};
