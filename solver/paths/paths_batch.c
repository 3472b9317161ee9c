/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch of each step, over the paths of a group: drawn by the rule's probabilities but with the number
 * of members fixed to its mean, up to the random rounding of a fraction (THEORY 5.4), and evenly along the order of
 * a key. Each path is still in the batch with the rule's probability, whatever its key, and the batches of two
 * replicas are independent given their keys. */
#include "solver/paths/paths.h"

#include <math.h>
#include <stdlib.h>

#define REPLICA_OWNERS (1u << 20) /* owners of streams: more than there can be groups */

/* Step k's place in its epoch of n steps; a new batch fraction starts a new epoch. */
static long epoch_place(const struct sgdmft_run *run, long k, long *n)
{
    *n = lround(1 / sgdmft_batch(run, k));
    return (k - sgdmft_batch_since(run, k)) % *n;
}

/* Batch membership of one replica. */
struct members {
    unsigned char *selected; /* [paths] */
    uint32_t *place;         /* [paths] */
    const double *key;       /* [paths] or NULL */
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->key != y->key ? (x->key > y->key) - (x->key < y->key) : (x->tie > y->tie) - (x->tie < y->tie);
}

/* Puts order[0..count-1] into random order, or into that of the key with ties at random. */
static void put_in_order(struct paths *paths, const struct members *members, struct sgdmft_stream *stream, size_t count)
{
    sgdmft_shuffle(stream, count, paths->order);
    if (!members->key)
        return;
    for (size_t i = 0; i < count; i++)
        paths->ranked[i] = (struct ranked){members->key[paths->order[i]], (uint32_t)i, paths->order[i]};
    qsort(paths->ranked, count, sizeof *paths->ranked, by_key);
    for (size_t i = 0; i < count; i++)
        paths->order[i] = paths->ranked[i].path;
}

static bool plainly(const struct paths *paths)
{
    return (paths->group.plain & ENGINE_PLAIN_BATCHES) != 0;
}

static void select_epoch(struct paths *paths, const struct members *members, struct sgdmft_stream *stream, long k)
{
    const uint32_t n = (uint32_t)paths->drawn;
    long length;
    const long place = epoch_place(paths->run, k, &length);
    if (place == 0) {
        for (uint32_t i = 0; i < n; i++)
            paths->order[i] = i;
        put_in_order(paths, members, stream, n);
        for (uint32_t i = 0; i < n && plainly(paths); i++)
            members->place[i] = sgdmft_below(stream, (uint32_t)length);
        /* neighbours get all places of the epoch, in random order */
        for (uint32_t first = 0; first < n && !plainly(paths); first += (uint32_t)length) {
            const uint32_t count = n - first < (uint32_t)length ? n - first : (uint32_t)length;
            const uint32_t shift = sgdmft_below(stream, (uint32_t)length);
            sgdmft_shuffle(stream, count, paths->order + first);
            for (uint32_t i = 0; i < count; i++)
                members->place[paths->order[first + i]] = (i + shift) % (uint32_t)length;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        members->selected[i] = members->place[i] == (uint32_t)place;
}

/* Systematic sampling: every 1/p-th path in order[] from one random start. */
static void select_every(const struct paths *paths, const struct members *members, size_t count, double p, double start)
{
    for (size_t i = 0; i < count; i++)
        members->selected[paths->order[i]] = floor(p * (double)(i + 1) + start) > floor(p * (double)i + start);
}

/* Ordered pivotal sampling (J.-C. Deville and Y. Tille, Biometrika 85, 89 (1998)). Two neighbours with fractional
 * inclusion probabilities compete: at random one of them is decided (in or out), and the rest of the probability passes
 * to the other, which competes with the next. */
static void select_by_meeting(const struct paths *paths, const struct members *members, size_t count, double p,
                              const double *uniform)
{
    unsigned char *selected = members->selected;
    uint32_t holder = paths->order[0];
    double held = p;
    for (size_t i = 1; i < count; i++) {
        const uint32_t next = paths->order[i];
        const double both = held + p;
        const bool full = both >= 1;
        const bool stays = full ? uniform[i] * (2 - both) >= 1 - p : uniform[i] * both < held;
        selected[stays ? next : holder] = full;
        holder = stays ? holder : next;
        held = full ? both - 1 : both;
    }
    selected[holder] = uniform[0] < held;
}

/* Selects p count of the `count` paths in order[], evenly along the order, each with probability p. Two replicas may
 * have the same order, in which their systematic samples would be correlated: they use pivotal sampling. */
static void select_share(struct paths *paths, const struct members *members, struct sgdmft_stream *stream, size_t count,
                         double p)
{
    double *uniform = paths->mean_sigma; /* unused until the batch is drawn */
    const bool meeting = paths->replicas > 1;
    for (size_t i = 0; i < count && plainly(paths); i++)
        members->selected[paths->order[i]] = sgdmft_below(stream, UINT32_MAX) < p * UINT32_MAX;
    if (plainly(paths) || count == 0)
        return;
    sgdmft_uniforms(stream, meeting ? count : 1, uniform);
    put_in_order(paths, members, stream, count);
    if (meeting)
        select_by_meeting(paths, members, count, p, uniform);
    else
        select_every(paths, members, count, p, uniform[0]);
}

static void select_chain(struct paths *paths, const struct members *members, struct sgdmft_stream *stream, long k,
                         const double probability[2])
{
    const size_t n = paths->drawn;
    const bool memory = k > 0 && probability[0] != probability[1];
    for (unsigned char previous = 0; previous < (memory ? 2 : 1); previous++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (!memory || members->place[i] == previous)
                paths->order[count++] = (uint32_t)i;
        select_share(paths, members, stream, count, probability[previous]);
    }
}

static void select_replica(struct paths *paths, size_t replica, long k, const double *key, const double probability[2])
{
    const struct sgdmft_run *run = paths->run;
    const size_t n = paths->group.paths;
    const struct members members = {paths->selected + replica * n, paths->place + replica * n,
                                    key ? key + replica * n : NULL};
    struct sgdmft_stream stream = sgdmft_stream_open(
        run->seed, SGDMFT_PATH_BATCH, paths->group.number + (uint32_t)replica * REPLICA_OWNERS, (uint32_t)k);
    if (run->rule->full_batch)
        for (size_t i = 0; i < n; i++)
            members.selected[i] = 1;
    else if (run->rule->epochs)
        select_epoch(paths, &members, &stream, k);
    else {
        for (size_t i = 0; i < n; i++)
            members.place[i] = members.selected[i]; /* s^{k-1} */
        select_chain(paths, &members, &stream, k, probability);
    }
    for (size_t i = paths->drawn; i < n; i++) {
        members.selected[i] = members.selected[i - paths->drawn];
        members.place[i] = members.place[i - paths->drawn];
    }
}

void paths_select(struct paths *paths, long k, const double *key)
{
    const struct sgdmft_run *run = paths->run;
    const struct sgdmft_rule *rule = run->rule;
    const double weight = sgdmft_batch_weight(run, k);
    const bool averages = rule->averages_selection && !(paths->group.plain & ENGINE_PLAIN_AVERAGES);
    double probability[2] = {1, 1};
    if (!rule->full_batch && !rule->epochs)
        for (int previous = 0; previous < 2; previous++)
            probability[previous] = rule->probability(run, k, previous);
    for (size_t replica = 0; replica < paths->replicas; replica++)
        select_replica(paths, replica, k, key, probability);
    for (size_t i = 0; i < paths->all; i++) {
        paths->sigma[i] = paths->selected[i] ? weight : 0;
        const double mean = averages ? probability[k > 0 ? paths->place[i] & 1u : 0] : (double)paths->selected[i];
        paths->mean_sigma[i] = weight * mean;
        paths->mean_sigma2[i] = weight * weight * mean;
    }
}
