/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rule stochastic_flow against its two limits, gradient flow in closed form, and against persistent sgd at small rates,
 * extrapolated. */
#include "solver/run/flow_limit.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/solver/solved.h"

#include <math.h>

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "ridge", "0.2", "waiting", "none"
#define SMALL "steps", "4", "threads", "1", "groups", "8"

/* Largest distance of overlap, norm and training loss from the closed form of flow with the same output times, in
 * standard errors, and by itself. */
static double score(const struct sgdmft_run *run, double *distance)
{
    double worst = 0;
    struct sgdmft_run flow = *run;
    flow.rule = given_run("rule", "flow", NULL).rule;
    flow.batch = 1;
    const struct linear_form exact = linear_form(&flow);
    scoped_result *result = solved(run);
    *distance = 0;
    for (int i = 0; i < 3; i++)
        for (long k = 1; k <= run->steps; k++) {
            const struct sgdmft_quantity *quantity = series(result, linear_form_names[i]);
            const double apart = fabs(quantity->mean[k] - exact.series[i][k]);
            worst = fmax(worst, apart / quantity->se[k]);
            *distance = fmax(*distance, apart);
        }
    return worst;
}

Test(stochastic_flow, with_all_examples_is_flow, .timeout = 60)
{
    double distance;
    const struct sgdmft_run run =
        given_run(LINEAR, SMALL, "rule", "stochastic_flow", "batch", "1", "rate", "0.5", "paths", "256", NULL);
    score(&run, &distance);
    cr_expect_lt(distance, 2e-4, "%g", distance);
}

/* The noise is of order tau, and what the fields of a group of paths feel of it by chance is part of the errors. */
Test(stochastic_flow, of_short_persistence_is_flow, .timeout = 60)
{
    double distance, apart;
    const struct sgdmft_run run = given_run(LINEAR, SMALL, "rule", "stochastic_flow", "persistence", "0.003", "rate",
                                            "0.05", "paths", "2000", NULL);
    const struct sgdmft_run slow =
        given_run(LINEAR, SMALL, "rule", "stochastic_flow", "persistence", "1", "rate", "0.5", "paths", "2000", NULL);
    const double away = score(&run, &distance);
    cr_expect_lt(away, 5, "%g errors", away);
    cr_expect_lt(distance, 0.02, "%g", distance);
    score(&slow, &apart);
    cr_expect_gt(apart, 0.03, "the noise of the batches has no effect: %g", apart);
}

/* 2 X(h/2) - X(h) of persistent sgd, h = 1/40, with the error of both. */
Test(stochastic_flow, is_the_limit_of_persistent, .timeout = 60)
{
    const struct sgdmft_run run =
        given_run(LINEAR, SMALL, "rule", "stochastic_flow", "persistence", "0.5", "rate", "0.4", "paths", "4000", NULL);
    const struct sgdmft_run coarse = given_run(LINEAR, "rule", "persistent", "persistence", "0.5", "rate", "0.02",
                                               "steps", "80", "threads", "1", "paths", "4000", NULL);
    const struct sgdmft_run fine = given_run(LINEAR, "rule", "persistent", "persistence", "0.5", "rate", "0.01",
                                             "steps", "160", "threads", "1", "paths", "4000", NULL);
    scoped_result *limit = solved(&run), *one = solved(&coarse), *half = solved(&fine);
    for (int i = 0; i < 3; i++)
        for (size_t k = 1; k <= 4; k++) {
            const struct sgdmft_quantity *x = series(limit, linear_form_names[i]),
                                         *a = series(one, linear_form_names[i]);
            const struct sgdmft_quantity *b = series(half, linear_form_names[i]);
            const double expected = 2 * b->mean[40 * k] - a->mean[20 * k];
            const double error = hypot(x->se[k], hypot(2 * b->se[40 * k], a->se[20 * k]));
            cr_expect_lt(fabs(x->mean[k] - expected), 5 * error, "%s at %zu: %g, not %g(%g)", linear_form_names[i], k,
                         x->mean[k], expected, error);
            cr_expect_lt(error, 0.03, "%s at %zu: %g", linear_form_names[i], k, error);
        }
}

/* Steps of the coarsest level are short beside the chain, and a chain that is too fast is refused. */
Test(stochastic_flow, too_short_a_persistence_is_refused)
{
    struct sgdmft_estimate estimate;
    struct sgdmft_error error = {0};
    const char *engine;
    struct sgdmft_run run = given_run(LINEAR, SMALL, "rule", "stochastic_flow", "rate", "0.1", NULL);
    cr_assert_eq(flow_estimate(&run, &estimate, &engine, &error), SGDMFT_OK, "%s", error.text);
    run.persistence = 1e-5;
    cr_assert_eq(flow_estimate(&run, &estimate, &engine, &error), SGDMFT_USAGE);
    cr_assert(strstr(error.text, "persistence: 1e-05") && strstr(error.text, "rule stochastic_flow"), "%s", error.text);
}
