/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions and samplers that several rules share. */
#include "models/rule/rule_check.h"

#include <string.h>

/* The fractions of a run: batch, then those of batch_steps, then those of batch_cycle. */
static size_t check_batches(const struct sgdmft_run *run)
{
    return 1 + run->batch_steps.count + run->batch_cycle.count;
}

static const char *check_batch_name(const struct sgdmft_run *run, size_t i)
{
    return i == 0 ? "batch" : i <= run->batch_steps.count ? "batch_steps" : "batch_cycle";
}

static double check_batch(const struct sgdmft_run *run, size_t i)
{
    return i == 0                        ? run->batch
           : i <= run->batch_steps.count ? run->batch_steps.value[i - 1]
                                         : run->batch_cycle.value[i - 1 - run->batch_steps.count];
}

enum sgdmft_status rule_check_fraction(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    for (size_t i = 0; i < check_batches(run); i++)
        if (!(check_batch(run, i) > 0 && check_batch(run, i) <= 1))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.15g is not a fraction of the examples (0 < batch <= 1, rule %s)",
                               check_batch_name(run, i), check_batch(run, i), run->rule->entry.name);
    return SGDMFT_OK;
}

enum sgdmft_status rule_check_full(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    for (size_t i = 0; i < check_batches(run); i++)
        if (!(check_batch(run, i) >= 1 && check_batch(run, i) <= 1))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.15g, but rule %s uses all examples at every step: batch must be 1",
                               check_batch_name(run, i), check_batch(run, i), run->rule->entry.name);
    return SGDMFT_OK;
}

enum sgdmft_status rule_check_cold(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!(run->temperature <= 0))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "temperature: %.15g, but rule %s has no thermal noise (see rule langevin)", run->temperature,
                           run->rule->entry.name);
    if (run->temperature_steps.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "temperature_steps: %ld=%.15g, but rule %s has no thermal noise (see rule langevin)",
                           run->temperature_steps.from[0], run->temperature_steps.value[0], run->rule->entry.name);
    return SGDMFT_OK;
}

double rule_full_probability(const struct sgdmft_run *run, long k, int previous)
{
    (void)run, (void)k, (void)previous;
    return 1;
}

void rule_full_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                      unsigned char *restrict selected, uint32_t *restrict place)
{
    (void)run, (void)stream, (void)k, (void)place;
    memset(selected, 1, n);
}

void rule_select(const struct sgdmft_run *run, struct sgdmft_stream *stream, long k, size_t n,
                 unsigned char *restrict selected, uint32_t *restrict place)
{
    (void)place;
    const double chance[2] = {run->rule->probability(run, k, 0), run->rule->probability(run, k, 1)};
    double uniform[8 * SGDMFT_RANDOM_BLOCK];
    const size_t length = sizeof uniform / sizeof *uniform;
    if (chance[0] >= 1 && chance[1] >= 1) { /* independent of the draw */
        memset(selected, 1, n);
        return;
    }
    if (k == 0)
        memset(selected, 0, n);
    for (size_t start = 0; start < n; start += length) {
        const size_t count = n - start < length ? n - start : length;
        sgdmft_uniforms(stream, count, uniform);
        for (size_t i = 0; i < count; i++)
            selected[start + i] = uniform[i] < chance[selected[start + i]];
    }
}
