/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits of powers to values with errors. */
#ifndef VALIDATION_COMPARISON_POWER_FIT_H
#define VALIDATION_COMPARISON_POWER_FIT_H

#include <stdbool.h>
#include <stddef.h>

/* A value with its standard error. */
struct measured {
    double value, se;
};

/* y = limit + factor x^exponent */
struct fit_power {
    size_t count; /* points of the fit */
    struct measured exponent, factor, limit;
    double chi2; /* per degree of freedom */
};

/* y = factor x^exponent by weighted least squares in the logarithms, from the points with x > 0, y > 0 and an error
 * (with `equal`: all of one weight). Errors are the larger of those from the weights and those from the residuals
 * (with `equal`: from the residuals alone). False with fewer than three points. */
bool fit_power(size_t count, const double *x, const struct measured *y, bool equal, struct fit_power *fit);

/* y = limit + factor x^exponent with an exponent between -4 and -0.1, by weighted least squares. known: a value of the
 * limit with its error, which is one more point (NULL: none). False with fewer points than four, or without a minimum
 * inside the range of exponents. */
bool fit_approach(size_t count, const double *x, const struct measured *y, const struct measured *known,
                  struct fit_power *fit);

/* The limit y at x^exponent = 0 of a straight line in x^exponent, exponent < 0; NaN with fewer than three points. */
struct measured fit_limit(size_t count, const double *x, const struct measured *y, double exponent);

#endif
