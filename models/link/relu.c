/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rectifier: phi(r) = max(r, 0). phi' jumps at r = 0; it is given as 0 there. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void relu_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                      double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        phi[i] = r[i] <= 0 ? 0 : r[i]; /* this order keeps a NaN */
        first[i] = r[i] > 0 ? 1 : 0;
        second[i] = 0;
    }
}

/* All r <= 0 have phi = 0; their end is 0. */
static size_t relu_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    r[0] = phi;
    return phi >= 0;
}

static size_t relu_kinks(double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    r[0] = 0;
    return 1;
}

const struct sgdmft_link link_relu = {
    .entry = {.name = "relu",
              .summary = "phi(r) = max(r, 0)",
              .reference = "Yehudai and Shamir, COLT 2020, arXiv:2001.05205"},
    .jumps = true,
    .evaluate = relu_evaluate,
    .inverse = relu_inverse,
    .kinks = relu_kinks,
};
