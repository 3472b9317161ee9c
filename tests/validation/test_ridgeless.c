/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late times of the linear model without a ridge: against the dynamics, mode by mode, at a long time, and against the
 * response of the theory. */
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <sgdmft/result.h>
#include <sgdmft/solve.h>
#include <string.h>

TestSuite(ridgeless, .timeout = 20);

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "ridge", "0"
enum { LONG = 2000 };

static double overlap[LONG + 1], norm[LONG + 1], train[LONG + 1];

static struct sgdmft_ridgeless limit_of(const struct sgdmft_run *run)
{
    struct sgdmft_ridgeless limit;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_ridgeless(run, &limit, &error), SGDMFT_OK, "%s", error.text);
    return limit;
}

static double test_loss(const struct sgdmft_run *run, long k)
{
    return (1 - 2 * overlap[k] + norm[k] + run->label_noise * run->label_noise) / 2;
}

Test(ridgeless, is_where_the_dynamics_end)
{
    static const char *const alphas[] = {"0.3", "0.5", "1.6", "3"};
    struct sgdmft_error error = {0};
    for (size_t i = 0; i < 4; i++)
        for (int with = 0; with < 2; with++) {
            const struct sgdmft_run run =
                given_run(LINEAR, "rule", "gd", "alpha", alphas[i], "rate", "0.2", "steps", "2000", "label_noise",
                          with ? "0.7" : "0", "norm0", "1.3", "overlap0", "0.2", NULL);
            const struct sgdmft_ridgeless limit = limit_of(&run);
            cr_assert_eq(sgdmft_linear_dynamics(&run, overlap, norm, train, &error), SGDMFT_OK);
            cr_expect_float_eq(test_loss(&run, LONG), limit.test_loss, 1e-9, "alpha %s: %.12g, %.12g", alphas[i],
                               test_loss(&run, LONG), limit.test_loss);
            cr_expect_float_eq(train[LONG], limit.train_loss, 1e-9, "alpha %s", alphas[i]);
            if (with || run.alpha < 1) /* the error decays as its slowest modes, times t^(-3/2) */
                continue;
            const long k = (long)(6 * limit.relaxation / 0.2);
            const double slope = log((1 - overlap[k]) / (1 - overlap[2 * k])) / (0.2 * (double)k);
            cr_expect(slope * limit.relaxation > 1 && slope * limit.relaxation < 1.3, "alpha %s: %g", alphas[i],
                      slope * limit.relaxation);
        }
}

Test(ridgeless, has_the_peak_of_the_literature)
{
    /* D/(1 - nu), and (nu - 1)/nu C0 + D nu/(nu - 1) with C0 = 2 at overlap 0: twice the loss */
    static const struct {
        const char *alpha;
        double test, train;
    } known[] = {{"2", 1, 0.25}, {"1.25", 2.5, 0.1}, {"0.8", 2.9, 0}, {"0.5", 2, 0}, {"0.25", 13.0 / 6, 0}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "alpha", known[i].alpha, "rate", "0.1",
                                                "label_noise", "0.7071067811865476", NULL);
        const struct sgdmft_ridgeless limit = limit_of(&run);
        cr_expect_float_eq(2 * limit.test_loss, known[i].test, 1e-12, "alpha %s", known[i].alpha);
        cr_expect_float_eq(2 * limit.train_loss, known[i].train, 1e-12, "alpha %s", known[i].alpha);
    }
    const struct sgdmft_run peak = given_run(LINEAR, "rule", "gd", "alpha", "1", "label_noise", "0.1", NULL);
    const struct sgdmft_run clean = given_run(LINEAR, "rule", "gd", "alpha", "1", NULL);
    cr_expect(isinf(limit_of(&peak).test_loss) && isinf(limit_of(&peak).relaxation));
    cr_expect_eq(limit_of(&clean).test_loss, 0);
}

Test(ridgeless, plateau_is_the_response_of_the_theory)
{
    static const char *const alphas[] = {"0.2", "4"};
    for (size_t i = 0; i < 2; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "rule", "gd", "alpha", alphas[i], "rate", "0.2", "steps", "200", "waiting", "0", "paths",
                      "200", "groups", "2", "engine", "dense", "threads", "1", NULL);
        scoped_result *result = solved(&run);
        const struct sgdmft_quantity *chi = sgdmft_result_find(result, "two_time", "response");
        const size_t last = chi->length - 1;
        const double time = 0.2 * (double)(result->lag[last] - result->lag[last - 10]);
        cr_expect_float_eq((chi->mean[last] - chi->mean[last - 10]) / time, limit_of(&run).plateau, 1e-4,
                           "alpha %s: %g", alphas[i], (chi->mean[last] - chi->mean[last - 10]) / time);
    }
}

Test(ridgeless, other_runs_are_refused)
{
    static const char *const other[][2] = {{"ridge", "0.1"}, {"rule", "sgd"}, {"loss", "logistic"}};
    for (size_t i = 0; i < 3; i++) {
        const bool linear = strcmp(other[i][0], "loss") != 0;
        const struct sgdmft_run run = linear ? given_run("data", "teacher", "teacher", "linear", "loss", "square",
                                                         "rule", "gd", "ridge", "0", other[i][0], other[i][1], NULL)
                                             : given_run("rule", "gd", "ridge", "0", "loss", "logistic", NULL);
        struct sgdmft_ridgeless limit;
        struct sgdmft_error error = {0};
        cr_expect_eq(sgdmft_ridgeless(&run, &limit, &error), SGDMFT_USAGE, "%s", other[i][0]);
    }
}
