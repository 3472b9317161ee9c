/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in the batch of each step, over the paths of a group: drawn by the rule's probabilities but with the
 * number of members fixed to its mean, up to the random rounding of a fraction (THEORY 5.4). */
#include "solver/paths.h"

#include <math.h>

/* Step k's place in its epoch of n steps; a new batch fraction starts a new epoch. */
static long epoch_place(const struct sgdmft_run *run, long k, long *n)
{
    long start = 0;
    for (size_t i = 0; i < run->batch_steps.count && run->batch_steps.from[i] <= k; i++)
        start = run->batch_steps.from[i];
    *n = lround(1 / sgdmft_batch(run, k));
    return (k - start) % *n;
}

static void select_epoch(struct paths *paths, struct sgdmft_stream *stream, long k)
{
    const uint32_t n = (uint32_t)paths->drawn;
    long length;
    const long place = epoch_place(paths->run, k, &length);
    if (place == 0) {
        for (uint32_t i = 0; i < n; i++)
            paths->order[i] = i;
        sgdmft_shuffle(stream, n, paths->order);
        for (uint32_t i = 0; i < n; i++)
            paths->place[paths->order[i]] = i % (uint32_t)length;
    }
    for (uint32_t i = 0; i < n; i++)
        paths->selected[i] = paths->place[i] == (uint32_t)place;
}

/* Of the `count` paths in order[], selects p count at random. */
static void select_share(struct paths *paths, struct sgdmft_stream *stream, size_t count, double p)
{
    double uniform;
    sgdmft_uniforms(stream, 1, &uniform);
    const double members = p * (double)count + uniform;
    sgdmft_shuffle(stream, count, paths->order);
    for (size_t i = 0; i < count; i++)
        paths->selected[paths->order[i]] = (double)(i + 1) <= members;
}

static void select_chain(struct paths *paths, struct sgdmft_stream *stream, long k, const double probability[2])
{
    const size_t n = paths->drawn;
    const bool memory = k > 0 && probability[0] != probability[1];
    for (unsigned char previous = 0; previous < (memory ? 2 : 1); previous++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (!memory || paths->place[i] == previous)
                paths->order[count++] = (uint32_t)i;
        select_share(paths, stream, count, probability[previous]);
    }
}

void paths_select(struct paths *paths, long k)
{
    const struct sgdmft_run *run = paths->run;
    const struct sgdmft_rule *rule = run->rule;
    const size_t n = paths->group.paths;
    const double weight = sgdmft_batch_weight(run, k);
    struct sgdmft_stream stream =
        sgdmft_stream_open(run->seed, SGDMFT_PATH_BATCH, paths->group.number, (uint32_t)k);
    double probability[2] = {1, 1};
    if (!rule->full_batch && !rule->epochs)
        for (int previous = 0; previous < 2; previous++)
            probability[previous] = rule->probability(run, k, previous);

    if (rule->full_batch)
        for (size_t i = 0; i < n; i++)
            paths->selected[i] = 1;
    else if (rule->epochs)
        select_epoch(paths, &stream, k);
    else {
        for (size_t i = 0; i < n; i++)
            paths->place[i] = paths->selected[i]; /* s^{k-1} */
        select_chain(paths, &stream, k, probability);
    }
    for (size_t i = paths->drawn; i < n; i++) {
        paths->selected[i] = paths->selected[i - paths->drawn];
        paths->place[i] = paths->place[i - paths->drawn];
    }
    for (size_t i = 0; i < n; i++) {
        paths->sigma[i] = paths->selected[i] ? weight : 0;
        const double mean = rule->averages_selection ? probability[k > 0 ? paths->place[i] & 1u : 0]
                                                     : (double)paths->selected[i];
        paths->mean_sigma[i] = weight * mean;
        paths->mean_sigma2[i] = weight * weight * mean;
    }
}
