/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Door link: phi(r) = r^2 - L^2, which separates a slab |r| < L from its outside. */
#include "models/registry.h"
#include "models/base/simd.h"

static SIMD_CLONES void door_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                      double *restrict first, double *restrict second)
{
    for (size_t i = 0; i < n; i++) {
        phi[i] = r[i] * r[i] - width * width;
        first[i] = 2 * r[i];
        second[i] = 2;
    }
}

static size_t door_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    const double square = phi + width * width;
    if (!(square >= 0))
        return 0;
    r[0] = -sqrt(square);
    r[1] = -r[0];
    if (square > 0)
        return 2;
    r[0] = 0;
    return 1;
}

const struct sgdmft_link link_door = {
    .entry = {.name = "door",
              .summary = "phi(r) = r^2 - L^2, L = door_width",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .even = true,
    .linear = false,
    .evaluate = door_evaluate,
    .inverse = door_inverse,
};
