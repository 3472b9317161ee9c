/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fits of powers against synthetic data: exact curves come back, and the scatter of the fits over samples of noise is
 * the error that they quote. */
#include "validation/comparison/power_fit.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

TestSuite(power_fit, .timeout = 20);

enum { POINTS = 9 };

/* limit + factor x^exponent at x = 100 2^i, with errors that are a share of the value. */
static void make(double limit, double factor, double exponent, double share, gsl_rng *rng, double *x,
                 struct measured *y)
{
    for (int i = 0; i < POINTS; i++) {
        x[i] = 100 * pow(2, i);
        const double value = limit + factor * pow(x[i], exponent);
        y[i] = (struct measured){value, share * value};
        if (rng)
            y[i].value += gsl_ran_gaussian(rng, y[i].se);
    }
}

Test(power_fit, exact_curves_come_back)
{
    double x[POINTS];
    struct measured y[POINTS];
    struct fit_power fit;
    make(0, 3, -0.75, 0.01, NULL, x, y);
    for (int equal = 0; equal < 2; equal++) {
        cr_assert(fit_power(POINTS, x, y, equal, &fit));
        cr_expect_float_eq(fit.exponent.value, -0.75, 1e-12);
        cr_expect_float_eq(fit.factor.value, 3, 1e-11);
        cr_expect_eq(fit.count, POINTS);
    }
    cr_expect_float_eq(fit.exponent.se, 0, 1e-9); /* equal weights: all of the error is the distance from the line */
    make(2, -5, -0.6, 1e-4, NULL, x, y);
    for (int known = 0; known < 2; known++) {
        cr_assert(fit_approach(POINTS, x, y, known ? &(struct measured){2, 1e-4} : NULL, &fit));
        cr_expect_float_eq(fit.exponent.value, -0.6, 1e-6);
        cr_expect_float_eq(fit.factor.value, -5, 1e-4);
        cr_expect_float_eq(fit.limit.value, 2, 1e-6);
        cr_expect_eq(fit.count, (size_t)(POINTS + known));
    }
    cr_expect_float_eq(fit_limit(POINTS, x, y, -0.6).value, 2, 1e-9);
}

/* Scatter over samples in units of the quoted error, and the mean deviation in units of its own error. */
struct tally {
    double sum, squares;
    int count;
};

static void score(struct tally *tally, struct measured value, double truth)
{
    const double z = (value.value - truth) / value.se;
    tally->sum += z;
    tally->squares += z * z;
    tally->count++;
}

/* With 1000 samples the root mean square of a score of error 1 is within 1 +- .1, in 4.5 errors; chi^2 per degree of
 * freedom above 1 enlarges the error, so that it may be up to a sixth too large. */
static void expect_honest(const struct tally *tally, const char *name)
{
    const double rms = sqrt(tally->squares / tally->count);
    cr_expect(rms > 0.78 && rms < 1.08, "%s: %g", name, rms);
    cr_expect_lt(fabs(tally->sum) / sqrt(tally->count), 5, "%s: %g", name, tally->sum);
}

Test(power_fit, quoted_errors_are_the_scatter)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    struct tally exponent = {0}, limit = {0}, approach = {0}, line = {0}, equal = {0};
    double x[POINTS];
    struct measured y[POINTS];
    struct fit_power fit;
    gsl_set_error_handler_off();
    gsl_rng_set(rng, 7);
    for (int i = 0; i < 1000; i++) {
        make(0, 3, -0.75, 0.02, rng, x, y);
        cr_assert(fit_power(POINTS, x, y, false, &fit));
        score(&exponent, fit.exponent, -0.75);
        cr_assert(fit_power(POINTS, x, y, true, &fit));
        score(&equal, fit.exponent, -0.75);
        make(1, 30, -0.9, 0.001, rng, x, y);
        const struct measured known = {1 + gsl_ran_gaussian(rng, 0.001), 0.001};
        cr_assert(fit_approach(POINTS, x, y, &known, &fit));
        score(&approach, fit.exponent, -0.9);
        score(&limit, fit.limit, 1);
        score(&line, fit_limit(POINTS, x, y, -0.9), 1);
    }
    expect_honest(&exponent, "exponent");
    expect_honest(&approach, "exponent of an approach");
    expect_honest(&limit, "limit");
    expect_honest(&line, "limit of a line");
    const double rms = sqrt(equal.squares / equal.count); /* Student's t with 7 degrees of freedom: sqrt(7/5) */
    cr_expect(rms > 1.05 && rms < 1.32, "%g", rms);
    gsl_rng_free(rng);
}

Test(power_fit, what_cannot_be_fitted_is_refused)
{
    const double x[] = {1, 2, 3, 4, 5};
    struct measured y[] = {{1, 0.1}, {0.5, 0.1}, {-0.3, 0.1}, {0.2, 0}, {(double)NAN, 0.1}};
    struct fit_power fit;
    gsl_set_error_handler_off();
    cr_expect_not(fit_power(5, x, y, false, &fit)); /* two points are left */
    cr_expect(fit_power(5, x, y, true, &fit));      /* three with the one without an error */
    cr_expect_eq(fit.count, 3);
    cr_expect_not(fit_approach(5, x, y, NULL, &fit));
    cr_expect(isnan(fit_limit(2, x, y, -1).value));
    for (int i = 0; i < 5; i++) /* no power: the best exponent is at an end */
        y[i] = (struct measured){i == 4 ? 2 : 1, 0.01};
    cr_expect_not(fit_approach(5, x, y, NULL, &fit));
}
