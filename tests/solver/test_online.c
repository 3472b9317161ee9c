/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule online: its engine against the closed form of the linear model, its averages against derivatives of the test
 * loss, and all of it against the simulation. */
#include "solver/observe/generalization.h"
#include "solver/run/engine.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <math.h>
#include <sgdmft/implicit.h>
#include <sgdmft/simulate.h>
#include <string.h>

#define LINEAR                                                                                                         \
    "rule", "online", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04", "ridge", "0.3",       \
        "rate", "0.05", "steps", "30", "groups", "1"

Test(online, linear_model_is_exact, .timeout = 20)
{
    const struct sgdmft_run runs[] = {
        given_run(LINEAR, NULL),
        given_run(LINEAR, "label_noise", "0.5", "batch_steps", "9=0.6", "temperature", "0.1", NULL),
        given_run(LINEAR, "gradient", "sum", "momentum", "0.8", "nesterov", "yes", NULL),
        given_run(LINEAR, "momentum", "0.7", "dampening", "0.4", "rate_schedule", "cosine", NULL),
        given_run(LINEAR, "momentum", "0.7", "momentum_schedule", "halving:9", "temperature", "0.2", NULL),
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        const struct linear_form exact = linear_form(&runs[i]);
        scoped_result *result = solved(&runs[i]);
        for (int k = 0; k <= 30; k++)
            for (int n = 0; n < 3; n++)
                cr_expect_float_eq(series(result, linear_form_names[n])->mean[k], exact.series[n][k], 1e-12,
                                   "run %zu, %s at %d", i, linear_form_names[n], k);
    }
}

/* Two steps by hand: d = alpha (m - 1), Gamma = alpha, M = (alpha/b) (|w - v|^2/N + s^2); C and chi as well. */
Test(online, two_steps_of_the_linear_model_by_hand, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run("rule", "online", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04", "ridge",
                  "0.3", "rate", "0.05", "alpha", "2", "batch", "0.25", "label_noise", "0.5", "steps", "2", "groups",
                  "1", "waiting", "0,1", NULL);
    double m[3] = {0.2}, square[3] = {1};
    for (int k = 0; k < 2; k++) {
        const double distance = (1 - m[k]) * (1 - m[k]) + square[k] + 0.25, keep = 1 - 0.05 * (0.3 + 2);
        m[k + 1] = (1 - 0.05 * 0.3) * m[k] - 0.05 * 2 * (m[k] - 1);
        square[k + 1] = keep * keep * square[k] + 0.05 * 0.05 * 2 / 0.25 * distance;
    }
    const struct linear_form exact = linear_form(&run);
    scoped_result *result = solved(&run);
    const double *C = sgdmft_result_find(result, "two_time", "correlation")->mean;
    const double *chi = sgdmft_result_find(result, "two_time", "response")->mean;
    const size_t lags = result->lags;
    for (int k = 0; k <= 2; k++) {
        cr_expect_float_eq(exact.overlap[k], m[k], 1e-14);
        cr_expect_float_eq(exact.norm[k], m[k] * m[k] + square[k], 1e-14);
        cr_expect_float_eq(exact.loss[k], ((1 - m[k]) * (1 - m[k]) + square[k] + 0.25) / 2, 1e-14);
        cr_expect_float_eq(series(result, "norm")->mean[k], exact.norm[k], 1e-12);
        cr_expect_float_eq(C[k], m[k] * m[0] + pow(0.885, k), 1e-12, "C(%d,0): %.12g", k, C[k]);
        cr_expect_float_eq(chi[k], k == 0 ? 0 : 0.05 * (k == 1 ? 1 : 1.885), 1e-12, "chi(%d,0)", k);
    }
    cr_expect_float_eq(C[lags + 1], m[2] * m[1] + 0.885 * square[1], 1e-12, "C(2,1): %.12g", C[lags + 1]);
    cr_expect_float_eq(chi[lags + 1], 0.05, 1e-12);
}

/* On the sphere the weights are rescaled after the step, and the response with them. */
Test(online, response_on_the_sphere_by_hand, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run("rule", "online", "teacher", "linear", "loss", "square", "constraint", "sphere", "overlap0", "0.2",
                  "rate", "0.2", "alpha", "2", "batch", "0.25", "steps", "2", "groups", "1", NULL);
    scoped_result *result = solved(&run);
    double m = 0.2, square = 0.96, chi = 0;
    for (int k = 0; k < 2; k++) {
        const double distance = (1 - m) * (1 - m) + square, keep = 1 - 0.2 * 2;
        m -= 0.2 * 2 * (m - 1);
        square = keep * keep * square + 0.2 * 0.2 * 2 / 0.25 * distance;
        const double scale = 1 / sqrt(m * m + square);
        m *= scale;
        square *= scale * scale;
        chi = scale * (keep * chi + 0.2);
        cr_expect_float_eq(series(result, "overlap")->mean[k + 1], m, 1e-12);
        cr_expect_float_eq(sgdmft_result_find(result, "two_time", "response")->mean[k + 1], chi, 1e-12);
    }
}

static double test_loss(const struct sgdmft_run *run, double m, double p)
{
    double loss, error;
    sgdmft_generalization(run, m, m * m + p * p, &loss, &error);
    return loss;
}

/* dE/dm = E[l'(c + sqrt(Delta) u)] and dE/dp = sqrt(Delta) E[l' z], E the test loss at overlap m and p^2 across it; and
 * E[l'^2], for which E of another loss is known. */
Test(online, averages_are_derivatives_of_the_test_loss, .timeout = 60)
{
    static const char *const records[][4] = {
        {"teacher", "linear", "loss", "square"},  {"teacher", "sign", "loss", "logistic"},
        {"teacher", "door", "loss", "hinge2"},    {"teacher", "sign", "loss", "hinge"},
        {"teacher", "abs", "loss", "phase"},      {"data", "mixture2", "loss", "logistic"},
        {"data", "mixture3", "loss", "sigmoid"},  {"teacher", "tanh", "loss", "absolute"},
        {"teacher", "relu", "loss", "huber"},     {"data", "random", "loss", "hinge2"},
        {"teacher", "quadratic", "link", "tanh"},
    };
    const double m = 0.4, p = 0.7, h = 1e-4;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        for (int noisy = 0; noisy < 2; noisy++) {
            const char *const *r = records[i];
            struct sgdmft_run run = given_run("rule", "online", "rate", "0.001", "loss", "square", r[0], r[1], r[2],
                                              r[3], "label_noise", noisy ? "0.2" : "0", NULL);
            struct generalization *g = generalization_create_forces(&run);
            cr_assert_not_null(g);
            const struct fresh_sums means = generalization_forces(g, m, m * m + p * p);
            const double root = sqrt(sgdmft_variance(&run)), signal = means.centre + root * means.signal;
            const double by_m = (test_loss(&run, m + h, p) - test_loss(&run, m - h, p)) / (2 * h);
            const double by_p = (test_loss(&run, m, p + h) - test_loss(&run, m, p - h)) / (2 * h);
            cr_expect_float_eq(means.loss, test_loss(&run, m, p), 1e-9);
            cr_expect_float_eq(signal, run.data->signal ? by_m : signal, 3e-6, "%s %s, noise %d: %.9g, %.9g", r[1],
                               r[3], noisy, signal, by_m);
            cr_expect_float_eq((means.field - m * signal) / p, by_p, 3e-6, "%s %s, noise %d: %.9g, %.9g", r[1], r[3],
                               noisy, (means.field - m * signal) / p, by_p);
            if (strcmp(run.loss->entry.name, "square") == 0 && run.link->linear)
                cr_expect_float_eq(means.square, 2 * means.loss, 1e-9);
            if (strcmp(run.loss->entry.name, "hinge2") == 0)
                cr_expect_float_eq(means.square, 2 * means.loss, 1e-7, "l'^2 = 2 l with kappa - y r cut at 0");
            if (strcmp(run.loss->entry.name, "absolute") == 0)
                cr_expect_float_eq(means.square, 1, 1e-9);
            generalization_free(g);
        }
}

/* Largest distance of theory and simulation over all measured numbers, in units of 5 errors of the simulation and 1/N
 * of the scale. */
static double apart(const struct sgdmft_result *theory, const struct sgdmft_result *simulation, const char *group,
                    const char *name)
{
    const struct sgdmft_quantity *a = sgdmft_result_find(theory, group, name),
                                 *b = sgdmft_result_find(simulation, group, name);
    double worst = 0, scale = 0;
    cr_assert(a && b, "%s", name);
    for (size_t i = 0; i < a->length; i++)
        scale = isnan(a->mean[i]) ? scale : fmax(scale, fabs(a->mean[i]));
    for (size_t i = 0; i < a->length; i++)
        if (!isnan(a->mean[i]) && !isnan(b->mean[i])) {
            cr_assert(b->se[i] < 0.03 * scale, "%s, %s: the error %g of %g is too large", theory->run.loss->entry.name,
                      name, b->se[i], scale);
            worst = fmax(worst, fabs(a->mean[i] - b->mean[i]) / (5 * b->se[i] + 2 * scale / (double)theory->run.dim));
        }
    return worst;
}

Test(online, agrees_with_the_simulation, .timeout = 120)
{
#define COMMON "rule", "online", "dim", "300", "runs", "24", "steps", "20", "groups", "1", "test_examples", "600"
    const struct sgdmft_run runs[] = {
        given_run(COMMON, "momentum", "0.8", "rate", "0.03", "average", "ema:0.8", "waiting", "0,5", "force_directions",
                  "4", NULL),
        given_run(COMMON, "data", "mixture3", "link", "door", "overlap0", "0.6", "replicas", "2", NULL),
        given_run(COMMON, "teacher", "tanh", "loss", "square", "link", "tanh", "constraint", "sphere", "overlap0",
                  "0.5", "rate", "0.1", "waiting", "0,5", "force_directions", "4", NULL),
        given_run(COMMON, "loss", "hinge", "kappa", "1", "label_noise", "0.1", "clip", "0.6", "temperature", "0.05",
                  "rate_schedule", "cosine", "batch_cycle", "4=0.6,6=0.3", NULL),
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        static const char *const names[] = {"overlap",      "norm",     "train_loss",    "train_error",
                                            "test_loss",    "distance", "averaged_norm", "averaged_train_loss",
                                            "gradient_norm"};
        scoped_result *theory = solved(&runs[i]);
        scoped_result *simulation = simulated(&runs[i], 0);
        for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
            const bool present = sgdmft_result_find(theory, "series", names[n])
                                 && (sgdmft_has_classes(&runs[i]) || !strstr(names[n], "error"));
            const double worst = present ? apart(theory, simulation, "series", names[n]) : 0;
            cr_expect_lt(worst, 1, "run %zu, %s: %g", i, names[n], worst);
        }
        const bool forces = runs[i].force_directions > 0;
        cr_expect_lt(apart(theory, simulation, "two_time", "correlation"), 1, "run %zu, C: %g", i,
                     apart(theory, simulation, "two_time", "correlation"));
        cr_expect_lt(forces ? apart(theory, simulation, "two_time", "response") : 0, 1, "run %zu, chi: %g", i,
                     forces ? apart(theory, simulation, "two_time", "response") : 0);
    }
}

/* The examples of a step are new, and those of the replicas their own: with one set for all steps, or for both
 * replicas, the series of the first run agree and these do not. */
Test(online, examples_are_drawn_anew, .timeout = 60)
{
    const struct sgdmft_run run = given_run("rule", "online", "dim", "100", "runs", "2", "steps", "3", "replicas", "2",
                                            "alpha", "2", "loss", "square", "teacher", "linear", "ridge", "0", NULL);
    scoped_result *result = simulated(&run, 0);
    const double *loss = series(result, "train_loss")->sample, *distance = series(result, "distance")->sample;
    cr_expect_gt(distance[1], 0.01, "replicas have examples of their own");
    /* test and training loss differ by fluctuations of independent sets, not by a fit */
    cr_expect_float_eq(loss[3], series(result, "test_loss")->sample[3], 0.25 * loss[3]);
}

Test(online, other_engines_and_data_refuse, .timeout = 20)
{
    static const char *const others[] = {"dense", "hierarchical", "stationary", "conditional"};
    struct sgdmft_error error = {0};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const struct sgdmft_run run = given_run("rule", "online", "engine", others[i], NULL);
        cr_expect_null(engine_choose(&run, &error), "%s", others[i]);
        cr_expect(strstr(error.text, others[i]) && strstr(error.text, "online"), "%s", error.text);
    }
    const struct sgdmft_run sgd = given_run("engine", "online", NULL),
                            cut = given_run("rule", "online", "clip_example", "1", NULL);
    cr_expect_null(engine_choose(&sgd, &error));
    cr_expect(strstr(error.text, "sgd"), "%s", error.text);
    cr_expect_null(engine_choose(&cut, &error));
    cr_expect(strstr(error.text, "clip_example"), "%s", error.text);
    const struct sgdmft_run implicit = given_run("rule", "online", "matrix", "implicit", NULL);
    struct sgdmft_estimate estimate;
    cr_expect_eq(sgdmft_simulate_implicit_estimate(&implicit, &estimate, &error), SGDMFT_USAGE);
    cr_expect(strstr(error.text, "online"), "%s", error.text);
}
