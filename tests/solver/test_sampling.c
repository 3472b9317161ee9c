/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The care in drawing paths changes the noise of the theory and not its mean: against plain independent sampling. */
#include "solver/dense/dense.h"
#include "tests/given.h"

#include <math.h>

#define GROUPS 40
#define OBSERVABLES 3

/* Norm, training loss and overlap at the last step of one group. */
static void follow(const struct sgdmft_run *run, uint32_t number, unsigned plain, double out[OBSERVABLES])
{
    const struct engine_group group = {.run = run, .number = number, .paths = 256, .threads = 1, .plain = plain};
    void *state = engine_dense.start(&group);
    struct engine_values values = {0};
    cr_assert_not_null(state);
    for (long k = 0; k <= run->steps; k++) {
        engine_dense.evaluate(state, &values);
        if (k < run->steps)
            cr_assert_eq(engine_dense.advance(state), SGDMFT_OK);
    }
    engine_dense.finish(state);
    out[0] = values.norm;
    out[1] = values.train_loss;
    out[2] = values.overlap;
}

static void spread(const struct sgdmft_run *run, unsigned plain, double mean[OBSERVABLES], double variance[OBSERVABLES])
{
    double x[GROUPS][OBSERVABLES];
    for (uint32_t g = 0; g < GROUPS; g++)
        follow(run, g, plain, x[g]);
    for (size_t i = 0; i < OBSERVABLES; i++) {
        mean[i] = variance[i] = 0;
        for (size_t g = 0; g < GROUPS; g++)
            mean[i] += x[g][i] / GROUPS;
        for (size_t g = 0; g < GROUPS; g++)
            variance[i] += (x[g][i] - mean[i]) * (x[g][i] - mean[i]) / (GROUPS - 1);
    }
}

static void compare(const struct sgdmft_run *run, double least, const char *what)
{
    double plain_mean[OBSERVABLES], plain[OBSERVABLES], mean[OBSERVABLES], variance[OBSERVABLES];
    spread(run, ENGINE_PLAIN_ALL, plain_mean, plain);
    spread(run, 0, mean, variance);
    for (size_t i = 0; i < OBSERVABLES; i++) {
        if (plain[i] < 1e-20)
            continue; /* zero by symmetry */
        cr_expect_gt(plain[i], least * variance[i], "%s, observable %zu: only %.3g times less variance", what, i,
                     plain[i] / variance[i]);
        const double z = fabs(plain_mean[i] - mean[i]) / sqrt((plain[i] + variance[i]) / GROUPS);
        cr_expect_lt(z, 4.5, "%s, observable %zu: means differ by %.2f standard deviations", what, i, z);
    }
}

/* Fixed seeds; the bounds are far below the factors of validation/benchmarks/sampling.md. */
Test(sampling, care_pays_and_changes_no_mean, .timeout = 60)
{
    const struct sgdmft_run linear = given_run("teacher", "linear", "loss", "square", "ridge", "0.5", "overlap0", "0.2",
                                               "norm0", "1.04", "steps", "40", NULL);
    const struct sgdmft_run logistic = given_run("loss", "logistic", "steps", "40", NULL);
    const struct sgdmft_run reshuffle = given_run("data", "mixture2", "rule", "reshuffle", "steps", "40", NULL);
    compare(&linear, 40, "linear sgd");
    compare(&logistic, 12, "logistic sgd");
    compare(&reshuffle, 8, "mixture2 reshuffle");
}
