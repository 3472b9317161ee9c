/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Responses of all lanes, and the blocks to which they are not negligible. */
#include "solver/hierarchical/hierarchical_tangent.h"
#include "models/base/state.h"

#include <math.h>
#include <string.h>

static const struct tangent_lane *lane_of(const struct block_tangent *tangent)
{
    return tangent->single ? &tangent_lane_single : &tangent_lane_double;
}

static size_t real_bytes(size_t order)
{
    return order <= TANGENT_SINGLE_ORDER ? sizeof(float) : sizeof(double);
}

/* Arrays of elements whose size follows from the order. */
static struct state_table block_tangent_arrays(size_t lanes, size_t slots, size_t order, size_t phases)
{
    const size_t n = slots * order * phases;
    struct state_table table = {{STATE_RAW(block_tangent, present, lanes * n * TANGENT_LANES),
                                 STATE_RAW(block_tangent, history, lanes * n * n * TANGENT_LANES),
                                 STATE_RAW(block_tangent, partial, lanes * n), STATE_RAW(block_tangent, size, lanes)}};
    table.array[0].size = table.array[1].size = real_bytes(order);
    return table;
}

size_t block_tangent_bytes(size_t paths, size_t slots, size_t order, size_t phases)
{
    const struct state_table arrays = block_tangent_arrays(paths / TANGENT_LANES, slots, order, phases);
    return (size_t)state_bytes(&arrays);
}

bool block_tangent_create(struct block_tangent *tangent, size_t paths, const struct blocks *blocks, int threads)
{
    const size_t lanes = paths / TANGENT_LANES, n = blocks_coordinates(blocks);
    *tangent = (struct block_tangent){.paths = paths,
                                      .lanes = lanes,
                                      .slots = blocks->slots,
                                      .width = blocks->width,
                                      .n = n,
                                      .single = blocks->order <= TANGENT_SINGLE_ORDER,
                                      .tolerance = pow(10, -3 - (double)blocks->order),
                                      .threads = threads};
    const struct state_table arrays = block_tangent_arrays(lanes, blocks->slots, blocks->order, blocks->phases);
    const bool good = state_create(&arrays, tangent);
    if (good)
        memset(tangent->present, 0, lanes * n * TANGENT_LANES * real_bytes(blocks->order));
    return good;
}

void block_tangent_free(struct block_tangent *tangent)
{
    const struct state_table arrays = block_tangent_arrays(0, 0, 1, 0);
    state_free(&arrays, tangent);
    *tangent = (struct block_tangent){0};
}

void block_tangent_average(struct block_tangent *tangent, const double *mean_curvature, size_t at, double *gamma)
{
    const size_t n = tangent->n;
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        lane_of(tangent)->average(tangent, lane, mean_curvature, tangent->partial + lane * n);
    memset(gamma, 0, n * sizeof *gamma);
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        for (size_t b = 0; b < n; b++)
            gamma[b] += tangent->partial[lane * n + b];
    for (size_t i = 0; i < tangent->paths; i++)
        gamma[at] += mean_curvature[i];
    for (size_t b = 0; b < n; b++)
        gamma[b] /= (double)tangent->paths;
}

void block_tangent_answer(const struct block_tangent *tangent, const struct blocks *blocks, double *answer)
{
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        lane_of(tangent)->answer(tangent, blocks, lane, answer + lane * TANGENT_LANES);
}

void block_tangent_advance(struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step)
{
#pragma omp parallel for num_threads(tangent->threads) schedule(dynamic) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        lane_of(tangent)->advance(tangent, blocks, step, lane);
}

void block_tangent_append(struct block_tangent *tangent, const struct blocks *blocks, size_t at)
{
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        lane_of(tangent)->append(tangent, blocks, at, lane);
}

void block_tangent_merge(struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge)
{
    size_t merged = 0; /* place of the pair, which was places merged and merged + 1 */
    while (blocks->block[merged].slot != merge->older)
        merged++;
    const bool forgotten = merged + 1 == tangent->first; /* the older, but not the newer */
    if (merged < tangent->first)
        tangent->first--;
    if (merged < tangent->first)
        return;
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        lane_of(tangent)->merge(tangent, blocks, merge, forgotten, lane);
}

/* Bound on the share of a block in a sum over the past, in units of that of the present step: for histories x of the
 * present one's size, |sum over the block of D~ x| <= |D~| |x|. */
static double weight(struct block_tangent *tangent, const struct block *block, size_t phases)
{
    double sum = 0;
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        sum += lane_of(tangent)->size(tangent, block->slot, lane);
    return sum / (double)tangent->paths * sqrt((double)(block->units * (long)phases));
}

void block_tangent_forget(struct block_tangent *tangent, const struct blocks *blocks)
{
    while (tangent->first + 2 < blocks->count
           && weight(tangent, &blocks->block[tangent->first], blocks->phases) < tangent->tolerance) {
        const size_t slot = blocks->block[tangent->first++].slot,
                     real = tangent->single ? sizeof(float) : sizeof(double);
        for (size_t lane = 0; lane < tangent->lanes; lane++)
            memset((char *)tangent->present + (lane * tangent->n + slot * tangent->width) * TANGENT_LANES * real, 0,
                   tangent->width * TANGENT_LANES * real);
    }
}
