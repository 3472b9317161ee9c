/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The replica-symmetric minimum against the Marchenko-Pastur closed form, against exact relations that hold for any
 * loss, and against minima found by Newton's method at N = 1000. */
#include "tests/given.h"
#include "validation/closed_forms/static_average.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <sgdmft/closed_forms.h>
#include <string.h>

static void quiet_gsl(void)
{
    gsl_set_error_handler_off();
}
TestSuite(replica_symmetric, .init = quiet_gsl, .timeout = 30);

static struct sgdmft_minimum minimum_of(const struct sgdmft_run *run)
{
    struct sgdmft_minimum minimum;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_replica_symmetric(run, &minimum, &error), SGDMFT_OK, "%s", error.text);
    cr_assert(minimum.residual <= 1e-10);
    return minimum;
}

/* Ridge regression: m = 1 - lambda G, q = 1 - 2 lambda G - lambda^2 G', V = G = <1/(s + lambda)>; the loss per
 * example is (lambda^2/(2 alpha)) <s/(s + lambda)^2>. */
Test(replica_symmetric, ridge_regression)
{
    static const struct {
        const char *alpha, *ridge;
    } cases[] = {{"3", "0.5"}, {"0.6", "0.1"}, {"1", "0.2"}};
    for (int i = 0; i < 3; i++) {
        const struct sgdmft_run run =
            given_run("teacher", "linear", "loss", "square", "alpha", cases[i].alpha, "ridge", cases[i].ridge, NULL);
        const struct sgdmft_minimum minimum = minimum_of(&run);
        const double lambda = run.ridge, b = lambda + run.alpha - 1, root = sqrt(b * b + 4 * lambda);
        const double g = (root - b) / (2 * lambda), slope = -(g * g + g) / (2 * lambda * g + b); /* dG/dlambda */
        cr_expect_float_eq(minimum.response, g, 1e-9);
        cr_expect_float_eq(minimum.overlap, 1 - lambda * g, 1e-9);
        cr_expect_float_eq(minimum.norm, 1 - 2 * lambda * g - lambda * lambda * slope, 1e-9);
        cr_expect_float_eq(minimum.train_loss, lambda * lambda / (2 * run.alpha) * (g + lambda * slope), 1e-9);
        cr_expect(isnan(minimum.train_error));
    }
    const struct sgdmft_run known =
        given_run("teacher", "linear", "loss", "square", "alpha", "3", "ridge", "0.5", NULL);
    cr_expect_float_eq(minimum_of(&known).overlap, .813859, 5e-7);
}

/* Pure noise as labels, variance 1 + a^2: q = (1 + a^2) <s/(s + lambda)^2>, m = 0. */
Test(replica_symmetric, ridge_regression_of_noise)
{
    const struct sgdmft_run run = given_run("data", "random", "targets", "gaussian", "loss", "square", "alpha", "2",
                                            "ridge", "0.4", "label_noise", "0.5", NULL);
    const struct sgdmft_minimum minimum = minimum_of(&run);
    const double lambda = .4, b = lambda + 1, root = sqrt(b * b + 4 * lambda);
    const double g = (root - b) / (2 * lambda), slope = -(g * g + g) / (2 * lambda * g + b);
    cr_expect_float_eq(minimum.response, g, 1e-9);
    cr_expect_float_eq(minimum.norm, 1.25 * (g + lambda * slope), 1e-9);
    cr_expect_float_eq(minimum.overlap, 0, 1e-15);
}

/* Random labels, quadratic hinge: y r < 0 where y h < -Delta V kappa, h ~ N(0, q); and the loss and q by hand from
 * y r = (y h + V kappa)/(1 + V) below the margin. */
Test(replica_symmetric, training_error)
{
    const struct sgdmft_run run =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "3", "ridge", "0.1", NULL);
    const struct sgdmft_minimum minimum = minimum_of(&run);
    const double v = minimum.response, sd = sqrt(minimum.norm), x = 1 / sd; /* in contact below h = 1 */
    const double below = .5 * erfc(-x * M_SQRT1_2), density = exp(-.5 * x * x) / sqrt(2 * M_PI);
    const double square = below * (1 + sd * sd) + sd * density; /* E[(1 - h)_+^2] */
    cr_expect_float_eq(minimum.train_error, .5 * erfc(v / sd * M_SQRT1_2), 1e-9);
    cr_expect_float_eq(minimum.train_loss, .5 * square / ((1 + v) * (1 + v)), 1e-9);
    cr_expect_float_eq(minimum.norm, v * v * 3 * square / ((1 + v) * (1 + v)), 1e-8);
    cr_expect_float_eq(1 / v, .1 + 3 * below / (1 + v), 1e-9);
}

Test(replica_symmetric, no_ridge_and_a_perfect_fit)
{
    const struct sgdmft_run run = given_run("teacher", "linear", "loss", "square", "alpha", "3", "ridge", "0", NULL);
    const struct sgdmft_minimum minimum = minimum_of(&run);
    cr_expect_float_eq(minimum.overlap, 1, 1e-8);
    cr_expect_float_eq(minimum.norm, 1, 1e-8);
    cr_expect_float_eq(minimum.response, .5, 1e-8);
}

/* The lowest energy per dimension, alpha loss + lambda q/2, has the derivative q/2 in lambda (envelope theorem), for
 * any loss and data: a relation between q and the loss that no error in V, the averages or the overlap survives. */
Test(replica_symmetric, envelope_theorem)
{
    struct sgdmft_run runs[] = {
        given_run("teacher", "sign", "loss", "logistic", "ridge", "0.1", NULL),
        given_run("teacher", "sign", "loss", "logistic", "ridge", "0.1", "label_noise", "0.1", NULL),
        given_run("teacher", "sign", "loss", "hinge2", "kappa", "1", "ridge", "0.1", NULL),
        given_run("teacher", "door", "teacher_width", "0.5", "loss", "hinge2", "kappa", "0.5", "ridge", "0.2",
                  "overlap0", "0.1", NULL),
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "0.7", "ridge", "0.1", NULL),
        given_run("data", "random", "targets", "gaussian", "loss", "square", "alpha", "2", "ridge", "0.1",
                  "label_noise", "0.3", NULL),
        given_run("data", "mixture2", "loss", "logistic", "cluster_variance", "0.5", "label_noise", "0.05", "ridge",
                  "0.1", NULL),
        given_run("data", "mixture3", "loss", "square", "cluster_variance", "0.3", "ridge", "0.1", NULL),
        given_run("teacher", "abs", "loss", "square", "ridge", "0.3", "overlap0", "0.1", NULL),
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct sgdmft_run *run = &runs[i];
        const double ridge = run->ridge, h = 1e-3 * ridge;
        double energy[2];
        const struct sgdmft_minimum here = minimum_of(run);
        for (int side = 0; side < 2; side++) {
            run->ridge = ridge + (side ? h : -h);
            const struct sgdmft_minimum minimum = minimum_of(run);
            energy[side] = run->alpha * minimum.train_loss + 0.5 * run->ridge * minimum.norm;
        }
        cr_expect_float_eq((energy[1] - energy[0]) / h / here.norm, 1.0, 3e-6, "run %zu: %.9f", i,
                           (energy[1] - energy[0]) / h / here.norm);
    }
}

/* Minima of H by Newton's method on random data, N = 1000, 6 systems each: mean and standard error of m, q, V and
 * training loss. Made with numpy; the data laws are those of the theory notes section 1. */
Test(replica_symmetric, direct_minimisation)
{
    const struct sgdmft_run runs[] = {
        given_run("teacher", "sign", "loss", "logistic", "ridge", "0.1", NULL),
        given_run("teacher", "sign", "loss", "logistic", "ridge", "0.1", "label_noise", "0.1", NULL),
        given_run("teacher", "sign", "loss", "hinge2", "kappa", "1", "ridge", "0.1", NULL),
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "ridge", "0.1", NULL),
        given_run("data", "mixture2", "loss", "logistic", "cluster_variance", "0.5", "label_noise", "0.05", "ridge",
                  "0.1", NULL),
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "0.7", "ridge", "0.1", NULL),
    };
    static const double found[][4] = {{2.16855, 5.73215, 2.98327, .1776},  {1.59357, 4.1867, 2.52634, .30215},
                                      {1.42574, 2.42757, 1.42011, .03285}, {-.00174, .55962, .5316, .3263},
                                      {1.65595, 4.46947, 4.20589, .24339}, {-.01345, .89458, 4.98032, .02538}};
    static const double error[][4] = {{.00357, .02086, .00904, .00129}, {.02602, .08312, .01612, .0057},
                                      {.00831, .01745, .0105, .0007},   {.00724, .01564, .00386, .00263},
                                      {.0093, .01767, .00977, .00144},  {.00996, .01566, .01482, .00132}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const struct sgdmft_minimum minimum = minimum_of(&runs[i]);
        const double value[4] = {minimum.overlap, minimum.norm, minimum.response, minimum.train_loss};
        for (int j = 0; j < 4; j++)
            cr_expect(fabs(value[j] - found[i][j]) < 4 * error[i][j] + 2e-3 * fabs(value[j]),
                      "run %zu, number %d: %.5f and %.5f(%.5f)", i, j, value[j], found[i][j], error[i][j]);
    }
}

Test(replica_symmetric, proximal_point)
{
    const struct sgdmft_run runs[] = {given_run("loss", "logistic", NULL),
                                      given_run("loss", "hinge2", "kappa", "1", NULL),
                                      given_run("teacher", "linear", "loss", "square", NULL)};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        for (int n = -30; n <= 30; n++)
            for (int s = 0; s < 4; s++) {
                const double h = 0.7 * n + 0.01, y = n % 2 ? 1 : -1, strength = s == 0 ? 0 : pow(10, s - 1);
                const double r = proximal_point(&runs[i], h, y, strength);
                double first;
                sgdmft_loss_evaluate(&runs[i], 1, &r, &y, NULL, &first, NULL);
                cr_expect_float_eq(r + strength * first, h, 1e-12 * (1 + fabs(h)), "run %zu, h %g, strength %g", i, h,
                                   strength);
            }
}

Test(replica_symmetric, refuses)
{
    struct sgdmft_minimum minimum;
    struct sgdmft_error error = {0};
    const struct sgdmft_run phase =
        given_run("teacher", "linear", "loss", "phase", "rate", "0.001", "overlap0", "0.1", NULL);
    cr_expect_eq(sgdmft_replica_symmetric(&phase, &minimum, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "convex"), "%s", error.text);
    const struct sgdmft_run door = given_run("link", "door", "overlap0", "0.1", NULL);
    cr_expect_eq(sgdmft_replica_symmetric(&door, &minimum, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "door"), "%s", error.text);
    const struct sgdmft_run modes = given_run("covariance_spectrum", "0.5:0.5,1.5:0.5", NULL);
    cr_expect_eq(sgdmft_replica_symmetric(&modes, &minimum, &error), SGDMFT_USAGE);
    cr_expect_not_null(strstr(error.text, "covariance_spectrum"), "%s", error.text);
    const struct sgdmft_run sphere = given_run("constraint", "sphere", NULL);
    cr_expect_eq(sgdmft_replica_symmetric(&sphere, &minimum, &error), SGDMFT_USAGE);
    /* more weights than examples and no ridge: a flat valley of minima */
    const struct sgdmft_run flat =
        given_run("data", "random", "loss", "hinge2", "kappa", "1", "alpha", "0.7", "ridge", "0", NULL);
    cr_expect_eq(sgdmft_replica_symmetric(&flat, &minimum, &error), SGDMFT_NOT_CONVERGED);
    cr_expect_not_null(strstr(error.text, "ridge"), "%s", error.text);
}
