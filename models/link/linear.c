/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear link: phi(r) = r. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void linear_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                        double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        phi[i] = r[i];
        first[i] = 1;
        second[i] = 0;
    }
}

static size_t linear_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    r[0] = phi;
    return 1;
}

const struct sgdmft_link link_linear = {
    .entry = {.name = "linear", .summary = "phi(r) = r", .reference = ""},
    .even = false,
    .linear = true,
    .evaluate = linear_evaluate,
    .inverse = linear_inverse,
};
