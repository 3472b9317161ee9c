/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Storage capacity of the spherical perceptron: alpha_c(kappa) = 1/int_{-kappa}^inf Dt (t + kappa)^2, and by parts the
 * integral is (1 + kappa^2) Phi(kappa) + kappa phi(kappa). */
#include <sgdmft/closed_forms.h>

#include <gsl/gsl_cdf.h>
#include <math.h>

double sgdmft_gardner_capacity(double kappa)
{
    if (!(kappa >= 0))
        return (double)NAN;
    const double density = exp(-0.5 * kappa * kappa) / sqrt(2 * M_PI);
    return 1 / ((1 + kappa * kappa) * gsl_cdf_ugaussian_P(kappa) + kappa * density);
}
