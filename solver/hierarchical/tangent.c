/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums over the past of all paths' responses, in tiles. */
#include "solver/hierarchical/tangent.h"

#include "models/run/simd.h"
#include <stdlib.h>
#include <string.h>

typedef double vector __attribute__((vector_size(64), aligned(64), may_alias));
#define VECTOR_DOUBLES (sizeof(vector) / sizeof(double))
#define VECTORS (TANGENT_LANES / VECTOR_DOUBLES)
_Static_assert(VECTORS == 4, "loops below are written for four vectors");

static size_t tile_doubles(size_t width) { return width * width * TANGENT_LANES; }

size_t block_tangent_bytes(size_t paths, const struct blocks *blocks)
{
    const size_t lanes = paths / TANGENT_LANES, n = blocks_coordinates(blocks);
    return lanes * (n * TANGENT_LANES + n + blocks->slots * blocks->slots * tile_doubles(blocks->width)) * sizeof(double);
}

static double *aligned(size_t count) { return aligned_alloc(64, (count * sizeof(double) + 63) / 64 * 64); }

bool block_tangent_create(struct block_tangent *tangent, size_t paths, const struct blocks *blocks, int threads)
{
    const size_t lanes = paths / TANGENT_LANES, n = blocks_coordinates(blocks);
    *tangent = (struct block_tangent){.paths = paths,
                                      .lanes = lanes,
                                      .slots = blocks->slots,
                                      .width = blocks->width,
                                      .n = n,
                                      .threads = threads,
                                      .present = aligned(lanes * n * TANGENT_LANES),
                                      .history = aligned(lanes * blocks->slots * blocks->slots * tile_doubles(blocks->width)),
                                      .partial = aligned(lanes * n)};
    if (tangent->present)
        memset(tangent->present, 0, lanes * n * TANGENT_LANES * sizeof(double));
    return tangent->present && tangent->history && tangent->partial;
}

void block_tangent_free(struct block_tangent *tangent)
{
    free(tangent->present);
    free(tangent->history);
    free(tangent->partial);
    *tangent = (struct block_tangent){0};
}

static double *present_of(const struct block_tangent *tangent, size_t lane)
{
    return tangent->present + lane * tangent->n * TANGENT_LANES;
}

static double *tile_of(const struct block_tangent *tangent, size_t lane, size_t time, size_t probe)
{
    const size_t slots = tangent->slots;
    return tangent->history + ((lane * slots + time) * slots + probe) * tile_doubles(tangent->width);
}

SIMD_CLONES static void average_lane(const struct block_tangent *tangent, size_t lane, const double *mean_curvature, double *out)
{
    const double *present = present_of(tangent, lane), *weight = mean_curvature + lane * TANGENT_LANES;
    for (size_t b = 0; b < tangent->n; b++) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < TANGENT_LANES; i++)
            sum += weight[i] * present[b * TANGENT_LANES + i];
        out[b] = sum;
    }
}

void block_tangent_average(struct block_tangent *tangent, const double *mean_curvature, size_t at, double *gamma)
{
    const size_t n = tangent->n;
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        average_lane(tangent, lane, mean_curvature, tangent->partial + lane * n);
    for (size_t b = 0; b < n; b++) {
        double sum = 0;
        for (size_t lane = 0; lane < tangent->lanes; lane++)
            sum += tangent->partial[lane * n + b];
        gamma[b] = sum / (double)tangent->paths;
    }
    double own = 0;
    for (size_t i = 0; i < tangent->paths; i++)
        own += mean_curvature[i];
    gamma[at] += own / (double)tangent->paths;
}

/* sum[b] += Gamma(k, block of time) . tile, for the probes b of a tile. */
static inline void tile_add(size_t width, const double *Gamma, const double *tile, double *sum)
{
    for (size_t b = 0; b < width; b++) {
        vector *out = (vector *)(sum + b * TANGENT_LANES);
        vector s0 = out[0], s1 = out[1], s2 = out[2], s3 = out[3];
        const vector *x = (const vector *)(tile + b * width * TANGENT_LANES);
        for (size_t a = 0; a < width; a++, x += VECTORS) {
            const double c = Gamma[a];
            s0 += c * x[0];
            s1 += c * x[1];
            s2 += c * x[2];
            s3 += c * x[3];
        }
        out[0] = s0;
        out[1] = s1;
        out[2] = s2;
        out[3] = s3;
    }
}

/* D~(k+1,.) of the probes of one block: the blocks of time count from it on. */
static inline void advance_block(const struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step,
                                 size_t lane, size_t probe)
{
    const size_t width = tangent->width, slot = blocks->block[probe].slot;
    double sum[width * TANGENT_LANES] SIMD_ALIGNED;
    memset(sum, 0, sizeof sum);
    for (size_t time = probe; time < blocks->count; time++) {
        const size_t from = blocks->block[time].slot;
        tile_add(width, step->Gamma + from * width, tile_of(tangent, lane, from, slot), sum);
    }
    double *present = present_of(tangent, lane) + slot * width * TANGENT_LANES;
    const double *curvature = step->curvature + lane * TANGENT_LANES;
    for (size_t b = 0; b < width; b++) {
        const double own = slot * width + b == step->at ? 1 : 0;
        for (size_t i = 0; i < TANGENT_LANES; i++) {
            double *x = &present[b * TANGENT_LANES + i];
            const double kick = step->variance * curvature[i] * (*x + own);
            *x = step->rho * (step->keep * *x - step->rate * (sum[b * TANGENT_LANES + i] + kick));
        }
    }
}

SIMD_CLONES static void advance_lane(const struct block_tangent *tangent, const struct blocks *blocks,
                                     const struct tangent_step *step, size_t lane)
{
    for (size_t probe = 0; probe < blocks->count; probe++)
        advance_block(tangent, blocks, step, lane, probe);
}

void block_tangent_advance(struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step)
{
#pragma omp parallel for num_threads(tangent->threads) schedule(dynamic) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        advance_lane(tangent, blocks, step, lane);
}

/* A new block begins: nothing is known of it. */
static void clear_slot(const struct block_tangent *tangent, const struct blocks *blocks, size_t lane, size_t slot)
{
    const size_t bytes = tile_doubles(tangent->width) * sizeof(double);
    for (size_t i = 0; i < blocks->count; i++)
        memset(tile_of(tangent, lane, slot, blocks->block[i].slot), 0, bytes);
}

void block_tangent_append(struct block_tangent *tangent, const struct blocks *blocks, size_t at)
{
    const size_t width = tangent->width, slot = at / width, a = at % width;
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++) {
        if (blocks_opened(blocks))
            clear_slot(tangent, blocks, lane, slot);
        for (size_t i = 0; i < blocks->count; i++) {
            const size_t probe = blocks->block[i].slot;
            const double *present = present_of(tangent, lane) + probe * width * TANGENT_LANES;
            double *tile = tile_of(tangent, lane, slot, probe);
            for (size_t b = 0; b < width; b++)
                memcpy(tile + (b * width + a) * TANGENT_LANES, present + b * TANGENT_LANES, TANGENT_LANES * sizeof(double));
        }
    }
}

/* x <- matrix applied to the order rows of x and of y, each row `stride` vectors apart; y is left as it is. */
static inline void merge_row(const struct merge *merge, size_t stride, double *x, const double *y)
{
    const size_t p = merge->order;
    double out[BLOCKS_ORDER_MAX][TANGENT_LANES] SIMD_ALIGNED;
    for (size_t a = 0; a < p; a++) {
        const double *row = merge->matrix + a * 2 * p;
        for (size_t i = 0; i < TANGENT_LANES; i++)
            out[a][i] = 0;
        for (size_t c = 0; c < p; c++)
            for (size_t i = 0; i < TANGENT_LANES; i++)
                out[a][i] += row[c] * x[c * stride * TANGENT_LANES + i] + row[p + c] * y[c * stride * TANGENT_LANES + i];
    }
    for (size_t a = 0; a < p; a++)
        memcpy(x + a * stride * TANGENT_LANES, out[a], sizeof out[a]);
}

/* Probes of two tiles of one time: tile[probe][time]. */
static inline void merge_probes(const struct merge *merge, double *older, const double *newer)
{
    const size_t p = merge->order, width = p * merge->phases;
    for (size_t f = 0; f < merge->phases; f++)
        for (size_t a = 0; a < width; a++) {
            const size_t first = (f * p * width + a) * TANGENT_LANES;
            merge_row(merge, width, older + first, newer + first);
        }
}

/* Times of two tiles of one block of probes. */
static inline void merge_times(const struct merge *merge, double *older, const double *newer)
{
    const size_t p = merge->order, width = p * merge->phases;
    for (size_t b = 0; b < width; b++)
        for (size_t f = 0; f < merge->phases; f++) {
            const size_t first = (b * width + f * p) * TANGENT_LANES;
            merge_row(merge, 1, older + first, newer + first);
        }
}

/* The partition has merged already: blocks older than the pair have tiles for both as times, later ones as probes. */
SIMD_CLONES static void merge_lane(const struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge,
                                   size_t lane)
{
    const size_t width = tangent->width, older = merge->older, newer = merge->newer;
    size_t i = 0;
    for (; blocks->block[i].slot != older; i++)
        merge_times(merge, tile_of(tangent, lane, older, blocks->block[i].slot),
                    tile_of(tangent, lane, newer, blocks->block[i].slot));
    /* their own: (older, older), (newer, older), (newer, newer); there is no (older, newer) */
    double *corner = tile_of(tangent, lane, newer, older);
    merge_times(merge, tile_of(tangent, lane, older, older), corner);
    double *zero = tile_of(tangent, lane, older, newer);
    memset(zero, 0, tile_doubles(width) * sizeof(double));
    merge_times(merge, zero, tile_of(tangent, lane, newer, newer));
    merge_probes(merge, tile_of(tangent, lane, older, older), zero);
    for (i++; i < blocks->count; i++)
        merge_probes(merge, tile_of(tangent, lane, blocks->block[i].slot, older),
                     tile_of(tangent, lane, blocks->block[i].slot, newer));
    double *present = present_of(tangent, lane);
    for (size_t f = 0; f < merge->phases; f++) {
        double *x = present + (older * width + f * merge->order) * TANGENT_LANES;
        merge_row(merge, 1, x, present + (newer * width + f * merge->order) * TANGENT_LANES);
    }
    memset(present + newer * width * TANGENT_LANES, 0, width * TANGENT_LANES * sizeof(double));
}

void block_tangent_merge(struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge)
{
#pragma omp parallel for num_threads(tangent->threads) if (tangent->threads > 1)
    for (size_t lane = 0; lane < tangent->lanes; lane++)
        merge_lane(tangent, blocks, merge, lane);
}
