/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses and errors on clean and on flipped labels: parts of the whole, and theory against simulation. */
#include "tests/given.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <math.h>
#include <sgdmft/compare.h>

#define NOISY                                                                                                          \
    "label_noise", "0.2", "loss", "hinge2", "kappa", "1", "ridge", "0.02", "alpha", "1.5", "steps", "40", "rate", "0.2"

static double value(const struct sgdmft_result *result, const char *name, size_t sample, size_t at)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity->sample[sample * quantity->length + at];
}

/* The share of flipped labels that makes the whole of its parts; the same for loss and error, and near to label_noise.
 */
static void expect_parts(const struct sgdmft_result *result, double tolerance)
{
    for (size_t s = 0; s < result->samples; s++)
        for (size_t i = 5; i < result->steps; i += 7) {
            const double clean = value(result, "train_loss_clean", s, i),
                         flipped = value(result, "train_loss_flipped", s, i);
            const double share = (value(result, "train_loss", s, i) - clean) / (flipped - clean);
            const double errors = (1 - share) * value(result, "train_error_clean", s, i)
                                  + share * value(result, "train_error_flipped", s, i);
            cr_expect_float_eq(share, 0.2, tolerance, "share %g", share);
            cr_expect_float_eq(errors, value(result, "train_error", s, i), 1e-6, "sample %zu, step %zu", s, i);
        }
}

Test(memorization, clean_and_flipped_are_the_whole, .timeout = 60)
{
    const struct sgdmft_run run[2] = {given_run(NOISY, "paths", "1024", "groups", "2", NULL),
                                      given_run(NOISY, "dim", "300", "runs", "2", "replicas", "3", NULL)};
    scoped_result *theory = solved(&run[0]);
    scoped_result *simulation = simulated(&run[1], 0);
    expect_parts(theory, 0.02);
    expect_parts(simulation, 0.08);
}

/* A flipped label is against what the rest teaches: learning it by heart lags behind, in both the same. */
Test(memorization, theory_is_the_simulation, .timeout = 120)
{
    static const char *const names[] = {"train_loss_clean", "train_loss_flipped", "train_error_clean",
                                        "train_error_flipped"};
    const struct sgdmft_run run =
        given_run(NOISY, "paths", "16000", "groups", "16", "dim", "1200", "runs", "24", "batch", "0.4", NULL);
    scoped_result *theory = solved(&run);
    scoped_result *simulation = simulated(&run, 0);
    for (size_t j = 0; j < 4; j++)
        for (size_t i = 10; i <= 40; i += 10) {
            const struct sgdmft_quantity *a = sgdmft_result_find(theory, "series", names[j]);
            const struct sgdmft_quantity *b = sgdmft_result_find(simulation, "series", names[j]);
            const double se = sqrt(a->se[i] * a->se[i] + b->se[i] * b->se[i]);
            cr_expect_lt(fabs(a->mean[i] - b->mean[i]), 3.5 * se + 0.002, "%s at step %zu: %g (%g) against %g (%g)",
                         names[j], i, a->mean[i], a->se[i], b->mean[i], b->se[i]);
            cr_expect_lt(se, 0.04 * (0.1 + a->mean[i]), "%s: errors %g are too large to tell", names[j], se);
        }
    cr_expect_gt(sgdmft_result_find(theory, "series", "train_error_flipped")->mean[40],
                 2 * sgdmft_result_find(theory, "series", "train_error_clean")->mean[40]);
}
