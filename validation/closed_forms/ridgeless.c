/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Late times of gradient descent on the linear model without a ridge. The modes of the data's Gram matrix with
 * eigenvalue s > 0 end at m = 1, n = 1/s (notation of linear_dynamics.c), the others stay at their start: with the
 * Marchenko-Pastur law <1/s> over s > 0 is 1/(alpha - 1) for alpha > 1 and alpha/(1 - alpha) for alpha < 1. */
#include <math.h>
#include <sgdmft/closed_forms.h>

enum sgdmft_status sgdmft_ridgeless(const struct sgdmft_run *run, struct sgdmft_ridgeless *limit,
                                    struct sgdmft_error *error)
{
    struct sgdmft_run probe = *run;
    probe.steps = 1;
    const enum sgdmft_status status = sgdmft_linear_dynamics(&probe, NULL, NULL, NULL, error);
    if (status)
        return status;
    if (run->ridge > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "ridge: the closed form of late times is that of ridge 0, not %.3g",
                           run->ridge);
    if (sgdmft_batch(run, 0) < 1 || run->batch_steps.count > 0 || run->batch_cycle.count > 0 || run->temperature > 0
        || run->temperature_steps.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "rule %s: the closed form of late times is that of full batches without thermal noise",
                           run->rule->entry.name);
    const double alpha = run->alpha, gap = fabs(alpha - 1), edge = 1 - sqrt(alpha);
    const double noise = run->label_noise * run->label_noise, start = run->norm0 - 2 * run->overlap0 + 1;
    const double unlearned = alpha < 1 ? 1 - alpha : 0;
    const double fitted = noise > 0 ? noise * (alpha > 1 ? 1 / gap : alpha / gap) : 0; /* D <1/s> */
    *limit = (struct sgdmft_ridgeless){.test_loss = (unlearned * start + fitted + noise) / 2,
                                       .train_loss = alpha > 1 ? noise * (1 - 1 / alpha) / 2 : 0,
                                       .plateau = unlearned,
                                       .relaxation = 1 / (edge * edge)};
    return SGDMFT_OK;
}
