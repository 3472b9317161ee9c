/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples of a result, one by one. */
#include "models/result/samples.h"

#include <math.h>
#include <string.h>

double samples_uncertainty(size_t samples)
{
    return samples > 1 ? 1 / sqrt(2 * ((double)samples - 1)) : (double)INFINITY;
}

bool samples_archive(struct sgdmft_result *result, size_t sample, struct archive *archive)
{
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *quantity = &result->quantity[q];
        archive_doubles(archive, quantity->sample + sample * quantity->length, quantity->length);
    }
    return !archive->failed;
}

void samples_share(const struct ranks *ranks, struct sgdmft_result *result, size_t sample,
                   struct samples_reached *reached)
{
    const int owner = ranks_owner(ranks, sample);
    ranks_broadcast(ranks, owner, reached, sizeof *reached);
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *quantity = &result->quantity[q];
        ranks_broadcast(ranks, owner, quantity->sample + sample * quantity->length, quantity->length * sizeof(double));
    }
}

bool samples_done(const struct samples_reached *reached, size_t count)
{
    bool done = true;
    for (size_t s = 0; s < count; s++)
        done = done && reached[s].done;
    return done;
}

static void keep_samples(struct sgdmft_result *result, const bool *keep)
{
    size_t kept = 0;
    for (size_t s = 0; s < result->samples; s++) {
        if (!keep[s])
            continue;
        for (size_t q = 0; q < result->quantities; q++) {
            struct sgdmft_quantity *quantity = &result->quantity[q];
            memmove(quantity->sample + kept * quantity->length, quantity->sample + s * quantity->length,
                    quantity->length * sizeof(double));
        }
        kept++;
    }
    result->samples = kept;
}

bool samples_interrupt(struct sgdmft_result *result, const struct samples_reached *reached, bool *keep)
{
    bool any_done = false, any = false;
    for (size_t s = 0; s < result->samples; s++)
        any_done = any_done || reached[s].done;
    result->last_step = result->run.steps;
    for (size_t s = 0; s < result->samples; s++) {
        keep[s] = reached[s].step >= 0 && (reached[s].done || !any_done);
        any = any || keep[s];
        if (keep[s] && reached[s].step < result->last_step)
            result->last_step = reached[s].step;
    }
    if (!any)
        return false;
    result->status = SGDMFT_INTERRUPTED;
    keep_samples(result, keep);
    return true;
}
