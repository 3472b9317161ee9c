/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The capacity of the spherical perceptron against its defining integral and known values. */
#include <criterion/criterion.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <sgdmft/closed_forms.h>

static double integrand(double t, void *context)
{
    const double kappa = *(double *)context;
    return (t + kappa) * (t + kappa) * exp(-0.5 * t * t) / sqrt(2 * M_PI);
}

Test(capacity, defining_integral, .timeout = 10)
{
    gsl_integration_workspace *work = gsl_integration_workspace_alloc(200);
    for (double kappa = 0; kappa <= 4; kappa += 0.25) {
        double integral, error;
        const gsl_function function = {integrand, &kappa};
        gsl_integration_qags(&function, -kappa, 40, 0, 1e-12, 200, work, &integral, &error);
        cr_expect_float_eq(sgdmft_gardner_capacity(kappa) * integral, 1, 1e-10, "kappa %g", kappa);
    }
    gsl_integration_workspace_free(work);
    cr_expect_float_eq(sgdmft_gardner_capacity(0), 2, 1e-15);
    cr_expect_float_eq(sgdmft_gardner_capacity(100), 1 / 10001.0, 1e-15);
    cr_expect(isnan(sgdmft_gardner_capacity(-0.1)));
}
