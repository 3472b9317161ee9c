/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hyperbolic tangent: phi(r) = tanh(r). */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void tanh_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                      double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        const double value = tanh(r[i]), decay = exp(-2 * fabs(r[i]));
        const double slope = 4 * decay / ((1 + decay) * (1 + decay)); /* keeps its precision where |phi| is near to 1 */
        phi[i] = value;
        first[i] = slope;
        second[i] = -2 * value * slope;
    }
}

static size_t tanh_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    r[0] = atanh(phi);
    return fabs(phi) < 1;
}

const struct sgdmft_link link_tanh = {
    .entry = {.name = "tanh",
              .summary = "phi(r) = tanh(r)",
              .reference = "Mei, Bai, Montanari, Ann. Stat. 46, 2747 (2018), arXiv:1607.06534"},
    .evaluate = tanh_evaluate,
    .inverse = tanh_inverse,
};
