/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighted fits along the curve (GSL): a limit with an exponential on its way to it, and slopes. */
#include "solver/observe/fdt_internal.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_min.h>
#include <math.h>

struct decay {
    size_t n;
    const long *lag;
    const double *y, *weight;
};

/* The best limit and amplitude for a given tau: normal equations of two parameters. Returns the weighted sum of squared
 * residuals. */
static double fit_linear_part(const struct decay *decay, double tau, struct fdt_tail *tail)
{
    double w = 0, we = 0, wee = 0, wy = 0, wey = 0;
    for (size_t i = 0; i < decay->n; i++) {
        const double e = exp(-(double)(decay->lag[i] - decay->lag[0]) / tau), weight = decay->weight[i];
        w += weight;
        we += weight * e;
        wy += weight * decay->y[i];
    }
    const double e_mean = we / w, y_mean = wy / w;
    for (size_t i = 0; i < decay->n; i++) {
        const double e = exp(-(double)(decay->lag[i] - decay->lag[0]) / tau) - e_mean, weight = decay->weight[i];
        wee += weight * e * e;
        wey += weight * e * (decay->y[i] - y_mean);
    }
    const double amplitude = wee > 0 ? wey / wee : 0;
    *tail = (struct fdt_tail){.limit = y_mean - amplitude * e_mean, .amplitude = amplitude, .tau = tau};
    double left = 0;
    for (size_t i = 0; i < decay->n; i++) {
        const double e = exp(-(double)(decay->lag[i] - decay->lag[0]) / tau) - e_mean;
        const double rest = decay->y[i] - y_mean - amplitude * e;
        left += decay->weight[i] * rest * rest;
    }
    return left;
}

static double squares_left(double log_tau, void *context)
{
    struct fdt_tail tail;
    return fit_linear_part(context, exp(log_tau), &tail);
}

/* Refines the minimum of a coarse scan between its neighbours. */
struct fdt_tail fdt_tail_fit(size_t n, const long *lag, const double *y, const double *weight)
{
    enum { SCAN = 40, TURNS = 60 };
    struct decay decay = {n, lag, y, weight};
    struct fdt_tail tail;
    const double low = log(0.25 * (double)(lag[1] - lag[0])), high = log(2.0 * (double)(lag[n - 1] - lag[0]));
    const double step = (high - low) / SCAN;
    double best = low, least = (double)INFINITY;
    for (int i = 0; i <= SCAN; i++) {
        const double left = squares_left(low + i * step, &decay);
        if (left < least) {
            least = left;
            best = low + i * step;
        }
    }
    double from = fmax(low, best - step), to = fmin(high, best + step);
    gsl_function function = {squares_left, &decay};
    gsl_min_fminimizer *search = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    if (search && best > from && best < to
        && gsl_min_fminimizer_set(search, &function, best, from, to) == GSL_SUCCESS) {
        for (int i = 0; i < TURNS && gsl_min_test_interval(from, to, 1e-9, 0) == GSL_CONTINUE; i++) {
            if (gsl_min_fminimizer_iterate(search) != GSL_SUCCESS)
                break;
            best = gsl_min_fminimizer_x_minimum(search);
            from = gsl_min_fminimizer_x_lower(search);
            to = gsl_min_fminimizer_x_upper(search);
        }
    }
    gsl_min_fminimizer_free(search);
    fit_linear_part(&decay, exp(best), &tail);
    return tail;
}

double fdt_tail_left(const struct fdt_tail *tail, long first, long lag)
{
    return tail->amplitude * exp(-(double)(lag - first) / tail->tau);
}

double fdt_slope(size_t n, const double *x, const double *correlation, const double *response, const double *weight)
{
    double constant, correlation_slope, response_slope, cov[3], squares;
    if (n < 2
        || gsl_fit_wlinear(x, 1, weight, 1, correlation, 1, n, &constant, &correlation_slope, &cov[0], &cov[1], &cov[2],
                           &squares)
               != GSL_SUCCESS
        || gsl_fit_wlinear(x, 1, weight, 1, response, 1, n, &constant, &response_slope, &cov[0], &cov[1], &cov[2],
                           &squares)
               != GSL_SUCCESS)
        return (double)NAN;
    const double slope = -correlation_slope / response_slope;
    return isfinite(slope) ? slope : (double)NAN;
}
