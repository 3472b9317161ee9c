/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The averaged weights of the simulator against averages of the slow twin's weights, kept by definition: all weights of
 * the past, and their sums. */
#include "tests/validation/simulator_twin.h"
#include "tests/validation/simulated.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { STEPS = 14 };

static double found(const struct sgdmft_result *result, const char *name, size_t at)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity->sample[at];
}

/* beta^k w^0 + sum (1 - beta) beta^{k-l} w^l, or the mean of w^from ... w^k. */
static void average_of(const double (*past)[TWIN_DIM_MAX], long k, double beta, long from, double *out)
{
    for (size_t i = 0; i < TWIN_DIM_MAX; i++) {
        double sum = 0, weights = 0;
        for (long l = 0; l <= k; l++) {
            const double weight = beta > 0   ? (l == 0 ? pow(beta, (double)k) : (1 - beta) * pow(beta, (double)(k - l)))
                                  : k < from ? l == k
                                             : l >= from;
            sum += weight * past[l][i];
            weights += weight;
        }
        out[i] = sum / weights;
    }
}

static void compare(const char *text, double beta, long from)
{
    static const char *const names[] = {"averaged_overlap",     "averaged_norm",      "averaged_train_loss",
                                        "averaged_train_error", "averaged_test_loss", "averaged_test_error"};
    static double past[STEPS + 1][TWIN_DIM_MAX];
    const struct sgdmft_run run = twin_run("dim 67 runs 1 steps 14 precision double rate 0.3", text);
    SCOPED_BY(twin_free) struct twin twin;
    scoped_result *result = simulated(&run, 3);
    twin_create(&run, 3, &twin);
    for (long k = 0; k <= STEPS; k++) {
        memcpy(past[k], twin.weights, sizeof past[k]);
        average_of((const double(*)[TWIN_DIM_MAX])past, k, beta, from, twin.weights);
        const struct twin_values values = twin_measure(&run, &twin);
        memcpy(twin.weights, past[k], sizeof past[k]);
        for (size_t i = 0; i < 6; i++)
            cr_expect_float_eq(found(result, names[i], (size_t)k), values.series[i], 1e-12, "%s, %s, step %ld", text,
                               names[i], k);
        if (k < STEPS)
            twin_step(&run, 3, k, &twin);
    }
}

Test(simulator_average, is_that_of_the_slow_twin, .timeout = 20)
{
    compare("average ema:0.8 momentum 0.5", 0.8, 0);
    compare("average tail:5", 0, 5);
    compare("average tail:0 data mixture2 cluster_variance 0.5", 0, 0);
    compare("average tail:14", 0, 14);
}
