/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Absolute loss: l = |phi - y|. At the kink phi = y the force jumps; it is given as 0 there. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void absolute_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                          double width, double *restrict value, double *restrict first,
                                          double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double difference = phi[i] - y[i];
        value[i] = fabs(difference);
        first[i] = difference > 0 ? 1 : difference < 0 ? -1 : difference; /* a NaN stays */
        second[i] = 0;
    }
}

static size_t absolute_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)kappa, (void)width;
    phi[0] = y;
    return 1;
}

const struct sgdmft_loss loss_absolute = {
    .entry = {.name = "absolute",
              .summary = "l = |phi - y|",
              .reference =
                  "Bassett and Koenker, J. Am. Stat. Assoc. 73, 618 (1978), doi:10.1080/01621459.1978.10480065"},
    .convex = true,
    .jumps = true,
    .evaluate = absolute_evaluate,
    .kinks = absolute_kinks,
};
