/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranks: the processes of one `mpirun -n R`, which share the work of a run or of a sweep. Without `make MPI=1`, or when
 * not started by mpirun, there is one. Every function but ranks_start is called by all ranks, in the same order, from
 * the thread that called ranks_start; NULL ranks are one rank. A lost rank ends all of them. */
#ifndef MODELS_BASE_RANKS_H
#define MODELS_BASE_RANKS_H

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>

struct ranks {
    int index; /* of this process, 0 .. count - 1 */
    int count;
    bool started; /* MPI runs until ranks_stop */
};

/* Ranks where there is only one. */
#define RANKS_ONE ((struct ranks){.index = 0, .count = 1, .started = false})

/* Joins the other processes. INTERNAL if MPI does not start. USAGE: one of several processes of mpirun, in a build
 * without MPI. */
enum sgdmft_status ranks_start(struct ranks *ranks, struct sgdmft_error *error);
void ranks_stop(struct ranks *ranks);

static inline int ranks_count(const struct ranks *ranks)
{
    return ranks ? ranks->count : 1;
}
static inline int ranks_index(const struct ranks *ranks)
{
    return ranks ? ranks->index : 0;
}
/* The rank that prints and writes results. */
static inline bool ranks_first(const struct ranks *ranks)
{
    return ranks_index(ranks) == 0;
}
/* The rank that does piece number `piece` of a work whose pieces are distributed one by one. */
static inline int ranks_owner(const struct ranks *ranks, size_t piece)
{
    return (int)(piece % (size_t)ranks_count(ranks));
}

/* Calls work(context, i) for each of `count` pieces that is one of this rank, the next on the next free one of
 * `threads` threads. One thread makes the calls in a plain loop: within a parallel region, even of one thread, each
 * region of the work would start its threads again, which takes longer than a step of a small run. */
static inline void ranks_each(const struct ranks *ranks, int threads, size_t count,
                              void (*work)(void *context, size_t i), void *context)
{
    const size_t first = (size_t)ranks_index(ranks), stride = (size_t)ranks_count(ranks);
    if (threads <= 1)
        for (size_t i = first; i < count; i += stride)
            work(context, i);
    else
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
        for (size_t i = first; i < count; i += stride)
            work(context, i);
}

/* Copies data[bytes] of rank `from` to every rank. */
void ranks_broadcast(const struct ranks *ranks, int from, void *data, size_t bytes);
/* Returns the same status on all ranks: that of the first rank whose status is not OK, with its error; else OK. */
enum sgdmft_status ranks_agree(const struct ranks *ranks, enum sgdmft_status status, struct sgdmft_error *error);

#endif
