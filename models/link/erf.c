/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error function: phi(r) = erf(r/sqrt(2)), the output of Saad and Solla's units. */
#include "models/registry.h"
#include "models/base/simd.h"

#include <gsl/gsl_cdf.h>

static SIMD_CLONES void erf_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                     double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        const double slope = M_2_SQRTPI * M_SQRT1_2 * exp(-0.5 * r[i] * r[i]);
        phi[i] = erf(r[i] * M_SQRT1_2);
        first[i] = slope;
        second[i] = -r[i] * slope;
    }
}

static size_t erf_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    if (!(fabs(phi) < 1))
        return 0;
    r[0] = phi > 0 ? gsl_cdf_ugaussian_Qinv(0.5 * (1 - phi)) : gsl_cdf_ugaussian_Pinv(0.5 * (1 + phi));
    return 1;
}

const struct sgdmft_link link_erf = {
    .entry = {.name = "erf",
              .summary = "phi(r) = erf(r/sqrt(2))",
              .reference = "Saad and Solla, Phys. Rev. E 52, 4225 (1995), doi:10.1103/PhysRevE.52.4225"},
    .evaluate = erf_evaluate,
    .inverse = erf_inverse,
};
