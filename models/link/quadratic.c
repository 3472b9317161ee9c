/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadratic link: phi(r) = r^2, the intensity of phase retrieval. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void quadratic_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                           double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        phi[i] = r[i] * r[i];
        first[i] = 2 * r[i];
        second[i] = 2;
    }
}

static size_t quadratic_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    if (!(phi >= 0))
        return 0;
    r[0] = phi > 0 ? -sqrt(phi) : 0;
    r[1] = -r[0];
    return phi > 0 ? 2 : 1;
}

const struct sgdmft_link link_quadratic = {
    .entry = {.name = "quadratic",
              .summary = "phi(r) = r^2",
              .reference = "Sarao Mannelli, Vanden-Eijnden, Zdeborova, NeurIPS 2020, arXiv:2006.15459"},
    .even = true,
    .evaluate = quadratic_evaluate,
    .inverse = quadratic_inverse,
};
