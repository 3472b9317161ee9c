/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random reshuffling: an epoch is 1/b steps; in each epoch an example is used once, at a uniform place that is
 * drawn afresh and independently for each example. The place is kept in place[] through the epoch. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

#include <math.h>

/* Steps of an epoch with batch fraction b; 0 if 1/b is no integer. */
static long reshuffle_epoch(double batch)
{
    const double steps = 1 / batch;
    if (!(steps >= 1 && steps <= 0x1p31) || fabs(steps - rint(steps)) > 1e-9 * steps)
        return 0;
    return lrint(steps);
}

/* Pieces of a schedule that begins with `batch` are whole epochs; the last piece may end anywhere. */
static enum sgdmft_status reshuffle_check_pieces(const char *name, double batch, const struct sgdmft_schedule *schedule,
                                                 struct sgdmft_error *error)
{
    long start = 0;
    for (size_t i = 0; i <= schedule->count; i++) {
        const long epoch = reshuffle_epoch(batch);
        if (epoch == 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: %.15g, but rule reshuffle needs 1/batch an integer",
                               i == 0 ? "batch" : name, batch);
        if (i == schedule->count)
            break;
        if ((schedule->from[i] - start) % epoch != 0)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %ld=%.15g is inside an epoch (rule reshuffle changes batch only a "
                               "multiple of %ld steps after step %ld)",
                               name, schedule->from[i], schedule->value[i], epoch, start);
        batch = schedule->value[i];
        start = schedule->from[i];
    }
    return SGDMFT_OK;
}

static enum sgdmft_status reshuffle_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    const struct sgdmft_schedule *cycle = &run->batch_cycle;
    if (rule_check_fraction(run, error) != SGDMFT_OK
        || reshuffle_check_pieces("batch_steps", run->batch, &run->batch_steps, error) != SGDMFT_OK
        || reshuffle_check_pieces("batch_cycle", run->batch, cycle, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    return cycle->count == 0 ? SGDMFT_OK
                             : reshuffle_check_pieces("batch_cycle", cycle->value[cycle->count - 1], cycle, error);
}

static double reshuffle_probability(const struct sgdmft_run *run, long k, int previous)
{
    (void)previous;
    return sgdmft_batch(run, k);
}

static void reshuffle_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                             unsigned char *restrict selected, uint32_t *restrict place)
{
    const uint32_t epoch = (uint32_t)reshuffle_epoch(sgdmft_batch(run, k));
    const uint32_t now = (uint32_t)((k - sgdmft_batch_since(run, k)) % (long)epoch);
    if (now == 0)
        for (size_t i = 0; i < n; i++)
            place[i] = sgdmft_below(stream, epoch);
    for (size_t i = 0; i < n; i++)
        selected[i] = place[i] == now;
}

const struct sgdmft_rule rule_reshuffle = {
    .entry = {.name = "reshuffle",
              .summary = "each example once in every 1/b steps (1/b an integer), at an independent uniform place",
              .reference = ""},
    .default_batch = 0.25,
    .averages_selection = false,
    .epochs = true,
    .check = reshuffle_check,
    .probability = reshuffle_probability,
    .select = reshuffle_select,
};
