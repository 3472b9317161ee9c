/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hinge: l = (kappa - y phi)_+, labels y = +1/-1; the perceptron's loss at kappa = 0. At the kink y phi = kappa the
 * force jumps; it is given as 0 there. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void hinge_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                       double width, double *restrict value, double *restrict first,
                                       double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        const double gap = kappa - y[i] * phi[i];
        value[i] = gap <= 0 ? 0 : gap; /* this order keeps a NaN */
        first[i] = gap <= 0 ? 0 : -y[i] + 0 * gap;
        second[i] = 0;
    }
}

static size_t hinge_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)width;
    phi[0] = y * kappa;
    return 1;
}

const struct sgdmft_loss loss_hinge = {
    .entry = {.name = "hinge",
              .summary = "l = max(kappa - y phi, 0), y = +1/-1; the perceptron with margin kappa",
              .reference = "Cortes and Vapnik, Mach. Learn. 20, 273 (1995), doi:10.1007/BF00994018; "
                           "Rosenblatt, Psychol. Rev. 65, 386 (1958), doi:10.1037/h0042519"},
    .classes_only = true,
    .uses_kappa = true,
    .convex = true,
    .jumps = true,
    .evaluate = hinge_evaluate,
    .kinks = hinge_kinks,
};
