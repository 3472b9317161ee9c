/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary linear model: where the exact dynamics ends, sums over its own two-time functions, and limits. */
#include "tests/given.h"
#include "tests/linear_form.h"

#include <math.h>
#include <string.h>

#define LINEAR "data", "teacher", "teacher", "linear", "link", "linear", "loss", "square"
enum { STEPS = 1500 };

static struct sgdmft_linear_stationary stationary(const struct sgdmft_run *run, size_t lags, const long *lag, double *c,
                                                  double *chi, size_t omegas, const double *omega, double *teff)
{
    struct sgdmft_linear_stationary summary;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_linear_stationary(run, &summary, lags, lag, c, chi, omegas, omega, teff, &error), SGDMFT_OK,
                 "%s", error.text);
    return summary;
}

/* Noise of the batch, of labels and of a bath, both normalisations, fewer and more examples than dimensions. */
static size_t cases(struct sgdmft_run run[5])
{
    run[0] = given_run(LINEAR, "rule", "sgd", "ridge", "0.5", "steps", "1500", NULL);
    run[1] = given_run(LINEAR, "rule", "sgd", "ridge", "0.3", "alpha", "0.6", "label_noise", "0.5", "batch", "0.2",
                       "steps", "1500", NULL);
    run[2] = given_run(LINEAR, "rule", "sgd", "gradient", "sum", "label_noise", "0.3", "rate", "0.3", "temperature",
                       "0.02", "ridge", "0.2", "steps", "1500", NULL);
    run[3] = given_run(LINEAR, "rule", "langevin", "temperature", "0.3", "rate", "0.2", "steps", "1500", NULL);
    run[4] = given_run(LINEAR, "rule", "gd", "label_noise", "0.4", "ridge", "0.3", "steps", "1500", NULL);
    return 5;
}

Test(linear_stationary, is_where_the_dynamics_ends, .timeout = 20)
{
    struct sgdmft_run run[5];
    const size_t count = cases(run);
    for (size_t i = 0; i < count; i++) {
        const struct sgdmft_linear_stationary end = stationary(&run[i], 0, NULL, NULL, NULL, 0, NULL, NULL);
        const struct linear_form dynamics = linear_form(&run[i]);
        cr_expect_float_eq(end.variance + end.plateau, dynamics.norm[STEPS], 1e-10, "case %zu", i);
        cr_expect_float_eq(end.train_loss, dynamics.loss[STEPS], 1e-10, "case %zu", i);
    }
}

/* T_short by its definition and by the identity (T13), chord from long lags, T_eff(omega) by summing (T10) as it
 * stands. */
Test(linear_stationary, hangs_together, .timeout = 120)
{
    enum { LAGS = 1200 };
    static long lag[LAGS];
    static double c[LAGS], chi[LAGS];
    static const double omega[] = {0.05, 0.3, 1, 2.5};
    struct sgdmft_run run[5];
    const size_t count = cases(run);
    for (long l = 0; l < LAGS; l++)
        lag[l] = l;
    for (size_t i = 0; i < count; i++) {
        double teff[4];
        const double rate = run[i].rate;
        const struct sgdmft_linear_stationary s = stationary(&run[i], LAGS, lag, c, chi, 4, omega, teff);
        cr_expect_float_eq(c[0], s.variance + s.plateau, 1e-12);
        cr_expect_float_eq(c[LAGS - 1], s.plateau, 1e-9);
        cr_expect_float_eq(chi[LAGS - 1], s.response, 1e-9);
        cr_expect_float_eq(chi[1], rate, 1e-12);
        cr_expect_float_eq(s.teff_short, (c[0] - c[1]) / chi[1], 1e-9);
        cr_expect_float_eq(s.teff_chord, (c[0] - c[LAGS - 1]) / chi[LAGS - 1], 1e-9);
        cr_expect_float_eq(s.gradient_overlap, 0.5 * rate * s.gradient_norm + run[i].temperature, 1e-12);
        cr_expect_float_eq(s.gradient_overlap, (c[0] - c[1]) / rate, 1e-9);
        for (int j = 0; j < 4; j++) {
            double up = c[0] - s.plateau, down = 0;
            for (int l = 1; l < LAGS; l++) {
                up += 2 * (c[l] - s.plateau) * cos(omega[j] * l);
                down += (chi[l] - chi[l - 1]) * sin(omega[j] * l);
            }
            cr_expect_float_eq(teff[j], sin(omega[j]) * up / (2 * down), 1e-7, "case %zu, omega %g: %g", i, omega[j],
                               teff[j]);
        }
        if (i == 3)
            for (int j = 0; j < 4; j++)
                cr_expect_float_eq(teff[j], .3, 1e-12, "langevin has its temperature at every frequency");
        if (i == 4)
            cr_expect_eq(s.variance, 0, "gd rests");
    }
}

/* alpha -> infinity at fixed alpha eta and ridge/alpha: one curvature, so one temperature eta (1-b)/b E-ish/(1 - eta
 * kappa/2). */
Test(linear_stationary, one_mode_has_one_temperature, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run(LINEAR, "rule", "sgd", "alpha", "10000", "rate", "1e-4", "ridge", "100", "label_noise", "1", NULL);
    const double one = 1, gain = 1 - .5e-4 * 10100;
    const struct sgdmft_linear_stationary s = stationary(&run, 0, NULL, NULL, NULL, 1, &one, &(double){0});
    const double expected = 1e-4 * (.7 / .3) * s.train_loss * 10000 / gain;
    cr_expect_float_eq(s.teff_short, expected, .02 * expected, "%g %g", s.teff_short, expected);
    cr_expect_float_eq(s.teff_chord, expected, .02 * expected);
    cr_expect_float_eq(s.teff_late, expected, .05 * expected, "the slowest mode is 2 %% below the mean");
}

/* The slope at long lags approaches that of the slowest mode from above, as 1/lag. */
Test(linear_stationary, late_slope_is_that_of_the_slowest_mode, .timeout = 20)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "ridge", "0.5", "label_noise", "0.5", NULL);
    double previous = (double)INFINITY;
    for (long start = 20; start <= 160; start *= 2) {
        const long lag[2] = {start, start + 1};
        double c[2], chi[2];
        const struct sgdmft_linear_stationary s = stationary(&run, 2, lag, c, chi, 0, NULL, NULL);
        const double slope = (c[0] - c[1]) / (chi[1] - chi[0]);
        cr_expect(slope > s.teff_late && slope < previous, "lag %ld: %g, limit %g", start, slope, s.teff_late);
        if (start >= 80)
            cr_expect_float_eq((slope - s.teff_late) / (previous - s.teff_late), .5, .07, "lag %ld", start);
        previous = slope;
    }
}

Test(linear_stationary, refuses, .timeout = 10)
{
    const struct sgdmft_run bad[] = {
        given_run(LINEAR, "rule", "flow", NULL),
        given_run(LINEAR, "rule", "persistent", NULL),
        given_run(LINEAR, "rule", "sgd", "rate_steps", "50=0.05", NULL),
        given_run(LINEAR, "rule", "gd", "rate", "0.5", NULL),
        given_run(LINEAR, "rule", "sgd", "rate", "0.2", "batch", "0.02", NULL),
        given_run(LINEAR, "rule", "sgd", "alpha", "0.5", "ridge", "0", NULL),
        given_run("loss", "logistic", NULL),
    };
    static const char *const named[] = {"flow",       "persistent", "schedules", "rate: 0.5",
                                        "batch 0.02", "ridge",      "logistic"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct sgdmft_error error = {0};
        cr_expect_eq(sgdmft_linear_stationary(&bad[i], NULL, 0, NULL, NULL, NULL, 0, NULL, NULL, &error), SGDMFT_USAGE,
                     "%zu", i);
        cr_expect_not_null(strstr(error.text, named[i]), "%s", error.text);
    }
}
