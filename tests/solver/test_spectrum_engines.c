/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data with a spectrum (T15): exact first steps, runs that are one and the same, the simulator, and the theory broken
 * on purpose. */
#include "solver/dense/dense.h"
#include "tests/given.h"
#include "tests/two_results.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <math.h>
#include <sgdmft/compare.h>
#include <sgdmft/solve.h>

TestSuite(spectrum, .timeout = 60);

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "rule", "gd", "paths", "256", "groups", "2"

static const double *mean_of(const struct sgdmft_result *result, const char *group, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity->mean;
}

/* <f(s, a)> for the powers that moments of Wishart matrices need. */
static double moment(const struct sgdmft_spectrum *spectrum, int power, bool of_signal)
{
    double sum = 0;
    for (size_t i = 0; i < spectrum->modes; i++)
        sum += spectrum->weight[i] * pow(spectrum->value[i], power) * (of_signal ? spectrum->signal[i] : 1);
    return sum;
}

/* H = X^T X/N has E H = alpha Sigma and E H^2 = alpha^2 Sigma^2 + alpha <s> Sigma; with y = u the gradient is H w - H
 * v/root, root = <s a>^(1/2). That gives m after one and two steps of gd, C and the loss after one. */
Test(spectrum, first_steps_of_linear_gd)
{
    static const char *const text[] = {"2", "0.2,1.8,3", "0:1:2,0.5:3:0.3,4:0.5:1", "0.01:0.7:4,10:0.1:0.2"};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "alpha", "1.7", "ridge", "0.4", "rate", "0.06", "overlap0", "0.3", "norm0", "1.2",
                      "steps", "3", "covariance_spectrum", text[i], NULL);
        const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(&run);
        scoped_result *result = solved(&run);
        const double *m = mean_of(result, "series", "overlap"), *C = mean_of(result, "series", "norm");
        const double s = moment(spectrum, 1, false), ss = moment(spectrum, 2, false), sa = moment(spectrum, 1, true),
                     ssa = moment(spectrum, 2, true), alpha = run.alpha, eta = run.rate, keep = 1 - eta * run.ridge;
        const double q = run.overlap0, across = run.norm0 - q * q,
                     off = q - 1 / sqrt(sa); /* v.delta = off a in a mode */
        const double vHd = alpha * sa * off, wHd = q * vHd + alpha * s * across;
        const double vHHd = (alpha * alpha * ssa + alpha * s * sa) * off;
        const double dHHd = off * vHHd + (alpha * alpha * ss + alpha * s * s) * across;
        const double m1 = keep * q - eta * vHd, C1 = keep * keep * run.norm0 - 2 * keep * eta * wHd + eta * eta * dHHd;
        const double m2 = keep * m1 - eta * (alpha * sa * (keep * q - 1 / sqrt(sa)) - eta * vHHd);
        const double loss0 = 0.5 * (sa * off * off + s * across);
        cr_assert(fabs(m[1] - m1) < 1e-13 && fabs(m[2] - m2) < 1e-13, "%s: %.15g %.15g, %.15g %.15g", text[i], m[1], m1,
                  m[2], m2);
        cr_assert(fabs(C[1] - C1) < 1e-13, "%s: %.15g %.15g", text[i], C[1], C1);
        cr_assert(fabs(mean_of(result, "series", "test_loss")[0] - loss0) < 1e-12 * loss0, "%s", text[i]);
        cr_assert(fabs(mean_of(result, "series", "train_loss")[0] - loss0) < 1e-12 * loss0, "%s", text[i]);
        /* (T9): <R> after one step is 1, after two <1 - eta lambda - eta alpha s> + 1 */
        const double *chi = mean_of(result, "two_time", "response");
        cr_assert(fabs(chi[2] - eta * (1 + keep - eta * alpha * s)) < 1e-13, "%s", text[i]);
    }
}

/* The free check of (T6) averaged over the modes, exact for linear gd. */
Test(spectrum, force_identity)
{
    const struct sgdmft_run run = given_run(LINEAR, "steps", "12", "rate", "0.05", "overlap0", "0.2",
                                            "covariance_spectrum", "0.2:2:3,1.8:1:0.2,3", NULL);
    const struct engine_group group = {.run = &run, .paths = 256, .threads = 1};
    struct dense *dense = engine_dense.start(&group);
    struct engine_values values;
    for (int k = 0; k < 12; k++) {
        engine_dense.evaluate(dense, &values);
        cr_assert_eq(engine_dense.advance(dense), SGDMFT_OK);
        cr_assert_lt(dense_identity_residual(dense), 1e-12);
    }
    engine_dense.finish(dense);
    dense = engine_dense.start(&group);
    dense->dyson.mode[1].value *= 1.02; /* a kernel that is wrong is noticed */
    for (int k = 0; k < 3; k++) {
        engine_dense.evaluate(dense, &values);
        cr_assert_eq(engine_dense.advance(dense), SGDMFT_OK);
    }
    cr_assert_gt(dense_identity_residual(dense), 1e-5, "%g", dense_identity_residual(dense));
    engine_dense.finish(dense);
}

/* All eigenvalues 2: w -> w sqrt(2) is the run without a spectrum at twice the rate and half the ridge. */
Test(spectrum, one_eigenvalue_is_a_scale)
{
    const struct sgdmft_run twice = given_run(LINEAR, "steps", "60", "rate", "0.03", "ridge", "0.4", "overlap0", "0.25",
                                              "norm0", "0.7", "covariance_spectrum", "2:5", NULL);
    struct sgdmft_run plain = given_run(LINEAR, "steps", "60", "rate", "0.06", "ridge", "0.2", NULL);
    plain.overlap0 = 0.25 * sqrt(2);
    plain.norm0 = 1.4;
    scoped_result *a = solved(&twice), *b = solved(&plain);
    for (size_t k = 0; k <= 60; k++) {
        cr_assert(fabs(mean_of(a, "series", "overlap")[k] * sqrt(2) - mean_of(b, "series", "overlap")[k]) < 1e-12);
        cr_assert(fabs(mean_of(a, "series", "norm")[k] * 2 - mean_of(b, "series", "norm")[k]) < 1e-12);
        cr_assert(fabs(mean_of(a, "series", "train_loss")[k] - mean_of(b, "series", "train_loss")[k]) < 1e-12);
        cr_assert(fabs(mean_of(a, "series", "test_loss")[k] - mean_of(b, "series", "test_loss")[k]) < 1e-12);
        cr_assert(fabs(mean_of(a, "two_time", "response")[k] * 2 - mean_of(b, "two_time", "response")[k]) < 1e-12);
    }
}

/* A mode in two pieces is the same mode; the draws are the same, so the runs agree to rounding, whatever the rule. */
Test(spectrum, a_mode_in_two_pieces)
{
    static const char *const rule[] = {"sgd", "persistent", "gd"};
    for (size_t i = 0; i < 3; i++) {
        struct sgdmft_result *result[2];
        for (int piece = 0; piece < 2; piece++) {
            const struct sgdmft_run run =
                given_run("rule", rule[i], "steps", "12", "paths", "512", "groups", "2", "overlap0", "0.2", "replicas",
                          "2", "covariance_spectrum", piece ? "0.5:0.5:2,0.5:1.5:2,2" : "0.5:2:2,2:1:1", NULL);
            result[piece] = solved(&run);
        }
        for (size_t q = 0; q < result[0]->quantities; q++) {
            const struct sgdmft_quantity *a = &result[0]->quantity[q], *b = &result[1]->quantity[q];
            for (size_t k = 0; k < a->length && strcmp(a->observable->group, "series") == 0; k++)
                cr_assert(isnan(a->mean[k]) ? isnan(b->mean[k])
                                            : fabs(a->mean[k] - b->mean[k]) < 1e-8 * (1 + fabs(a->mean[k])),
                          "%s, %s at %zu: %g %g", rule[i], a->observable->name, k, a->mean[k], b->mean[k]);
        }
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
}

static double verdict(const char *spectrum, const char *other, double *bound)
{
#define CLUSTERS                                                                                                       \
    "data", "mixture2", "cluster_variance", "0.5", "rate", "0.2", "steps", "20", "paths", "4000", "dim", "300",        \
        "runs", "16", "waiting", "0,5", "overlap0", "0.1", "covariance_spectrum"
    const struct sgdmft_run simulation = given_run(CLUSTERS, spectrum, NULL), theory = given_run(CLUSTERS, other, NULL);
    scoped_result *a = solved(&theory);
    strcpy(a->run.covariance_spectrum, simulation.covariance_spectrum);
    scoped_result *b = simulated(&simulation, 0);
    scoped_comparison *comparison = compared(a, b);
    const double z = comparison->max_abs_z_after;
    *bound = comparison->threshold;
    return z;
}

/* Clusters whose means lie mostly in the weak directions: theory and simulation agree, and do not when the theory takes
 * the signal for evenly spread, or one eigenvalue for its neighbour's. */
Test(spectrum, theory_and_simulation)
{
    double bound;
    const double z = verdict("0.2:1:2,1.5:2:0.5,4:1:0.2", "0.2:1:2,1.5:2:0.5,4:1:0.2", &bound);
    cr_assert(z < bound, "%g, %g", z, bound);
    const double even = verdict("0.2:1:2,1.5:2:0.5,4:1:0.2", "0.2:1,1.5:2,4:1", &bound);
    cr_assert(even > bound, "%g, %g", even, bound);
    const double other = verdict("0.2:1:2,1.5:2:0.5,4:1:0.2", "0.2:2:2,1.5:1:0.5,4:1:0.2", &bound);
    cr_assert(other > bound, "%g, %g", other, bound);
}

/* The signal of a power law has its square in each mode of each simulation: without that the loss, which hangs on one
 * mode, scatters by its own size and has twice the mean. */
Test(spectrum, power_law_in_theory_and_both_simulations)
{
    static const char *const matrix[] = {"stored", "implicit"};
    for (int i = 0; i < 2; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "alpha", "1", "ridge", "0", "rate", "0.5", "norm0", "1e-6", "steps", "30", "dim", "150",
                      "runs", "60", "covariance_spectrum", "powerlaw:1.5:1", "waiting", "none", "matrix", matrix[i],
                      "threads", "1", NULL);
        scoped_result *theory = solved(&run);
        scoped_result *simulation = simulated(&run, 0);
        const struct sgdmft_quantity *loss = sgdmft_result_find(simulation, "series", "train_loss");
        for (int k = 10; k <= 30; k += 10) {
            const double expected = mean_of(theory, "series", "train_loss")[k];
            cr_expect_lt(loss->se[k], 0.02 * expected, "%s, step %d: %g of %g", matrix[i], k, loss->se[k], expected);
            cr_expect_lt(fabs(loss->mean[k] - expected), 4 * loss->se[k], "%s, step %d: %g, %g", matrix[i], k,
                         loss->mean[k], expected);
        }
    }
}

Test(spectrum, stationary_engine_refuses)
{
    struct sgdmft_result *result;
    struct sgdmft_error error = {0};
    const struct sgdmft_run run = given_run("engine", "stationary", "covariance_spectrum", "1,2", NULL);
    cr_assert_eq(sgdmft_solve(&run, NULL, &result, &error), SGDMFT_USAGE);
    cr_assert_not_null(strstr(error.text, "covariance_spectrum"), "%s", error.text);
}
