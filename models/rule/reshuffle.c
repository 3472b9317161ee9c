/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random reshuffling: an epoch is 1/b steps; in each epoch an example is used once, at a uniform place that is
 * drawn afresh and independently for each example. The place is kept in place[] through the epoch. */
#include "models/registry.h"
#include "models/rule/check.h"

#include <math.h>

/* Steps of an epoch with batch fraction b; 0 if 1/b is no integer. */
static long reshuffle_epoch(double batch)
{
    const double steps = 1 / batch;
    if (!(steps >= 1 && steps <= 0x1p31) || fabs(steps - rint(steps)) > 1e-9 * steps)
        return 0;
    return lrint(steps);
}

static enum sgdmft_status reshuffle_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (rule_check_fraction(run, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    const struct sgdmft_schedule *schedule = &run->batch_steps;
    double batch = run->batch;
    long start = 0;
    for (size_t i = 0; i <= schedule->count; i++) {
        const long epoch = reshuffle_epoch(batch);
        if (epoch == 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: %.15g, but rule reshuffle needs 1/batch an integer",
                               i == 0 ? "batch" : "batch_steps", batch);
        if (i == schedule->count)
            break;
        if ((schedule->from[i] - start) % epoch != 0)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "batch_steps: %ld=%.15g is inside an epoch (rule reshuffle changes batch only a "
                               "multiple of %ld steps after step %ld)",
                               schedule->from[i], schedule->value[i], epoch, start);
        batch = schedule->value[i];
        start = schedule->from[i];
    }
    return SGDMFT_OK;
}

static double reshuffle_probability(const struct sgdmft_run *run, long k, int previous)
{
    (void)previous;
    return sgdmft_batch(run, k);
}

static void reshuffle_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                             unsigned char *restrict selected, uint32_t *restrict place)
{
    long start = 0; /* of the stretch of constant b */
    for (size_t i = 0; i < run->batch_steps.count && run->batch_steps.from[i] <= k; i++)
        start = run->batch_steps.from[i];
    const uint32_t epoch = (uint32_t)reshuffle_epoch(sgdmft_batch(run, k));
    const uint32_t now = (uint32_t)((k - start) % (long)epoch);
    if (now == 0)
        for (size_t i = 0; i < n; i++)
            place[i] = sgdmft_below(stream, epoch);
    for (size_t i = 0; i < n; i++)
        selected[i] = place[i] == now;
}

const struct sgdmft_rule rule_reshuffle = {
    .entry = { .name = "reshuffle",
               .summary = "each example once in every 1/b steps (1/b an integer), at an independent uniform place",
               .reference = "" },
    .default_batch = 0.25,
    .averages_selection = false,
    .epochs = true,
    .check = reshuffle_check,
    .probability = reshuffle_probability,
    .select = reshuffle_select,
};
