/* SPDX-License-Identifier: GPL-3.0-or-later */
/* T_eff(omega) from the two-time functions (T10), with eta R(lag) = chi(lag) - chi(lag - 1):
 *
 *     T_eff(omega) = sin(omega) [C_c(0) + 2 sum C_c(lag) cos(omega lag)]
 *                    / (2 sum (chi(lag) - chi(lag-1)) sin(omega lag)).
 *
 * Sums run over single steps up to the lag at which the fit of the tail has nearly decayed. Lags between measured ones
 * come from a monotone spline. Beyond, the exponential of the fit is summed in closed form. */
#include "solver/observe/fdt_internal.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DECAYED 0.002 /* of the response: rest at which the sums go over to the fit */

static const double omegas[] = {0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 2.5, 3};
#define OMEGAS (sizeof omegas / sizeof omegas[0])

struct spectrum {
    const struct fdt_plan *plan;
    size_t points, last;            /* measured lags in use, the last of them in steps */
    double *lag;                    /* [points] */
    double *correlation, *response; /* [last + 1] at single steps */
};

static void at_single_steps(const struct spectrum *x, const double *measured, double *out)
{
    const long *lag = x->plan->samples->lag;
    if (x->lag[x->points - 1] < (double)x->points) { /* all lags are measured */
        memcpy(out, measured, x->points * sizeof *out);
        return;
    }
    gsl_interp *spline = gsl_interp_alloc(gsl_interp_steffen, x->points);
    gsl_interp_accel *place = gsl_interp_accel_alloc();
    if (spline && place && gsl_interp_init(spline, x->lag, measured, x->points) == GSL_SUCCESS) {
        for (size_t n = 0; n <= x->last; n++)
            out[n] = gsl_interp_eval(spline, x->lag, measured, (double)n, place);
        for (size_t i = 0; i < x->points; i++)
            out[lag[i]] = measured[i];
    } else
        for (size_t n = 0; n <= x->last; n++)
            out[n] = (double)NAN;
    gsl_interp_free(spline);
    gsl_interp_accel_free(place);
}

/* sum over j >= 1 of exp(-j/tau) times cos(omega (last + j)), sin(omega (last + j)). */
static void beyond(double tau, double omega, size_t last, double *cosines, double *sines)
{
    const double p = exp(-1 / tau), now = omega * (double)last, next = omega * (double)(last + 1);
    const double scale = p / (1 - 2 * p * cos(omega) + p * p);
    *cosines = scale * (cos(next) - p * cos(now));
    *sines = scale * (sin(next) - p * sin(now));
}

static void spectrum_estimate(void *context, size_t omit, double *out)
{
    const struct spectrum *x = context;
    const double *correlation, *response;
    struct fdt_tail c, chi;
    fdt_mean(x->plan->samples, omit, &correlation, &response);
    fdt_limits(x->plan, correlation, response, &c, &chi);
    at_single_steps(x, correlation, x->correlation);
    at_single_steps(x, response, x->response);
    const long first = x->plan->samples->lag[x->plan->tail_first], last = (long)x->last;
    const double c_left = fdt_tail_left(&c, first, last), chi_left = fdt_tail_left(&chi, first, last);
    for (size_t i = 0; i < OMEGAS; i++) {
        const double omega = omegas[i];
        double up = x->correlation[0] - c.limit, down = 0;
        for (size_t n = 1; n <= x->last; n++) {
            up += 2 * (x->correlation[n] - c.limit) * cos(omega * (double)n);
            down += (x->response[n] - x->response[n - 1]) * sin(omega * (double)n);
        }
        double cosines, sines;
        beyond(c.tau, omega, x->last, &cosines, &sines);
        up += 2 * c_left * cosines;
        beyond(chi.tau, omega, x->last, &cosines, &sines);
        down -= chi_left * expm1(1 / chi.tau) * sines;
        out[i] = sin(omega) * up / (2 * down);
    }
}

bool fdt_spectrum(const struct fdt_plan *plan, struct sgdmft_fdt *fdt)
{
    const struct fdt_samples *samples = plan->samples;
    const double *correlation, *response;
    struct fdt_tail c, chi;
    struct spectrum x = {.plan = plan, .points = plan->tail_first + 2};
    fdt_mean(samples, FDT_NONE, &correlation, &response);
    fdt_limits(plan, correlation, response, &c, &chi);
    while (x.points <= plan->tail_last
           && fabs(fdt_tail_left(&chi, samples->lag[plan->tail_first], samples->lag[x.points - 1]))
                  > DECAYED * fabs(chi.limit))
        x.points++;
    x.last = (size_t)samples->lag[x.points - 1];
    x.lag = malloc(x.points * sizeof(double));
    x.correlation = malloc(2 * (x.last + 1) * sizeof(double));
    fdt->omega = malloc(3 * OMEGAS * sizeof(double));
    bool good = x.lag && x.correlation && fdt->omega;
    if (good) {
        x.response = x.correlation + x.last + 1;
        for (size_t i = 0; i < x.points; i++)
            x.lag[i] = (double)samples->lag[i];
        memcpy(fdt->omega, omegas, sizeof omegas);
        fdt->teff = fdt->omega + OMEGAS;
        fdt->teff_se = fdt->omega + 2 * OMEGAS;
        fdt->omegas = OMEGAS;
        good = fdt_jackknife(samples->samples, spectrum_estimate, &x, OMEGAS, fdt->teff, fdt->teff_se);
    }
    free(x.lag);
    free(x.correlation);
    return good;
}
