/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Template: the loops over the paths of one lane, for REAL = float or double. Included once by each of tangent_single.c
 * and tangent_double.c. */
#include "solver/hierarchical/hierarchical_tangent.h"

#include "models/base/simd.h"
#include <math.h>
#include <string.h>

#define LANES TANGENT_LANES
typedef REAL vector __attribute__((vector_size(64), aligned(64), may_alias));
#define VECTORS (LANES / (sizeof(vector) / sizeof(REAL)))
_Static_assert(VECTORS == 2 || VECTORS == 4, "tile_add is written for two or four vectors");

static inline REAL *present_of(const struct block_tangent *tangent, size_t lane)
{
    return (REAL *)tangent->present + lane * tangent->n * LANES;
}

static inline size_t tile_length(const struct block_tangent *tangent)
{
    return tangent->width * tangent->width * LANES;
}

static inline REAL *tile_of(const struct block_tangent *tangent, size_t lane, size_t time, size_t probe)
{
    const size_t slots = tangent->slots;
    return (REAL *)tangent->history + ((lane * slots + time) * slots + probe) * tile_length(tangent);
}

SIMD_CLONES static void average(const struct block_tangent *tangent, size_t lane, const double *mean_curvature,
                                double *out)
{
    const REAL *present = present_of(tangent, lane);
    const double *weight = mean_curvature + lane * LANES;
    for (size_t b = 0; b < tangent->n; b++) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < LANES; i++)
            sum += weight[i] * (double)present[b * LANES + i];
        out[b] = sum;
    }
}

/* Sum over l of D(k,l): 1 for the own step, and the sum over the units of each block. Of polynomials only the constant
 * one has a sum that is not zero. */
static void answer(const struct block_tangent *tangent, const struct blocks *blocks, size_t lane, double *out)
{
    const REAL *present = present_of(tangent, lane);
    const size_t order = blocks->order;
    for (size_t i = 0; i < LANES; i++)
        out[i] = 1;
    for (size_t j = tangent->first; j < blocks->count; j++) {
        const struct block *block = &blocks->block[j];
        for (size_t f = 0; f < blocks->phases; f++) {
            const long steps = block_steps(block, blocks->phases, f);
            const bool projected = steps > (long)order;
            const double factor = projected ? sqrt((double)steps) : 1;
            for (size_t a = 0; a < (projected ? 1 : order); a++)
                for (size_t i = 0; i < LANES; i++)
                    out[i] += factor * (double)present[(block->slot * tangent->width + f * order + a) * LANES + i];
        }
    }
}

/* sum[b] += Gamma(k, block of time) . tile, for the probes b of a tile. */
static inline void tile_add(size_t width, const REAL *Gamma, const REAL *tile, REAL *sum)
{
    for (size_t b = 0; b < width; b++) {
        vector *out = (vector *)(sum + b * LANES);
        const vector *x = (const vector *)(tile + b * width * LANES);
        vector s0 = out[0], s1 = out[1], s2 = out[VECTORS - 2], s3 = out[VECTORS - 1];
        for (size_t a = 0; a < width; a++, x += VECTORS) {
            const REAL c = Gamma[a];
            s0 += c * x[0];
            s1 += c * x[1];
            if (VECTORS == 4) {
                s2 += c * x[VECTORS - 2];
                s3 += c * x[VECTORS - 1];
            }
        }
        out[0] = s0;
        out[1] = s1;
        if (VECTORS == 4) {
            out[VECTORS - 2] = s2;
            out[VECTORS - 1] = s3;
        }
    }
}

/* Computes D~(k+1,.) of the probes of one block, from the blocks of time from it on. */
static inline void advance_block(const struct block_tangent *tangent, const struct blocks *blocks,
                                 const struct tangent_step *step, size_t lane, size_t probe)
{
    const size_t width = tangent->width, slot = blocks->block[probe].slot;
    REAL sum[width * LANES] SIMD_ALIGNED, Gamma[width];
    memset(sum, 0, width * LANES * sizeof *sum);
    for (size_t time = probe; time < blocks->count; time++) {
        const size_t from = blocks->block[time].slot;
        for (size_t a = 0; a < width; a++)
            Gamma[a] = (REAL)step->Gamma[from * width + a];
        tile_add(width, Gamma, tile_of(tangent, lane, from, slot), sum);
    }
    REAL *present = present_of(tangent, lane) + slot * width * LANES, kick[LANES];
    for (size_t i = 0; i < LANES; i++)
        kick[i] = (REAL)(step->variance * step->curvature[lane * LANES + i]);
    const REAL keep = (REAL)(step->rho * step->keep), rate = (REAL)(step->rho * step->rate);
    for (size_t b = 0; b < width; b++) {
        const REAL own = slot * width + b == step->at ? 1 : 0;
        for (size_t i = 0; i < LANES; i++) {
            REAL *x = &present[b * LANES + i];
            *x = keep * *x - rate * (sum[b * LANES + i] + kick[i] * (*x + own));
        }
    }
}

SIMD_CLONES static void advance(const struct block_tangent *tangent, const struct blocks *blocks,
                                const struct tangent_step *step, size_t lane)
{
    for (size_t probe = tangent->first; probe < blocks->count; probe++)
        advance_block(tangent, blocks, step, lane, probe);
}

/* Copies D~ of the present step into the history; a new block starts from zero. */
static void append(const struct block_tangent *tangent, const struct blocks *blocks, size_t at, size_t lane)
{
    const size_t width = tangent->width, slot = at / width, a = at % width;
    for (size_t i = tangent->first; i < blocks->count; i++) {
        const size_t probe = blocks->block[i].slot;
        const REAL *present = present_of(tangent, lane) + probe * width * LANES;
        REAL *tile = tile_of(tangent, lane, slot, probe);
        if (blocks_opened(blocks))
            memset(tile, 0, tile_length(tangent) * sizeof *tile);
        for (size_t b = 0; b < width; b++)
            memcpy(tile + (b * width + a) * LANES, present + b * LANES, LANES * sizeof *tile);
    }
}

/* x <- matrix applied to the order rows of x and of y, `stride` rows apart; y is left as it is. */
static inline __attribute__((always_inline)) void merge_row(const struct merge *merge, size_t phase, size_t stride,
                                                            REAL *x, const REAL *y)
{
    const size_t p = merge->order;
    const double *matrix = merge_of_phase(merge, phase);
    REAL out[BLOCKS_ORDER_MAX][LANES] SIMD_ALIGNED;
    for (size_t a = 0; a < p; a++) {
        const double *row = matrix + a * 2 * p;
        for (size_t i = 0; i < LANES; i++)
            out[a][i] = 0;
        for (size_t c = 0; c < p; c++) {
            const REAL older = (REAL)row[c], newer = (REAL)row[p + c];
            for (size_t i = 0; i < LANES; i++)
                out[a][i] += older * x[c * stride * LANES + i] + newer * y[c * stride * LANES + i];
        }
    }
    for (size_t a = 0; a < p; a++)
        memcpy(x + a * stride * LANES, out[a], sizeof out[a]);
}

/* Probes of two tiles of one time: tile[probe][time]. */
static inline __attribute__((always_inline)) void merge_probes(const struct merge *merge, REAL *older,
                                                               const REAL *newer)
{
    const size_t p = merge->order, width = p * merge->phases;
    for (size_t f = 0; f < merge->phases; f++)
        for (size_t a = 0; a < width; a++) {
            const size_t first = (f * p * width + a) * LANES;
            merge_row(merge, f, width, older + first, newer + first);
        }
}

/* Times of two tiles of one block of probes. */
static inline __attribute__((always_inline)) void merge_times(const struct merge *merge, REAL *older, const REAL *newer)
{
    const size_t p = merge->order, width = p * merge->phases;
    for (size_t b = 0; b < width; b++)
        for (size_t f = 0; f < merge->phases; f++) {
            const size_t first = (b * width + f * p) * LANES;
            merge_row(merge, f, 1, older + first, newer + first);
        }
}

static inline void clear_tile(const struct block_tangent *tangent, size_t lane, size_t time, size_t probe)
{
    memset(tile_of(tangent, lane, time, probe), 0, tile_length(tangent) * sizeof(REAL));
}

/* The partition has merged already: blocks older than the pair have tiles for both as times, later ones as probes. With
 * `forgotten` the older of the pair is forgotten, and counts as zero. */
SIMD_CLONES static void merge_lane(const struct block_tangent *tangent, const struct blocks *blocks,
                                   const struct merge *merge, bool forgotten, size_t lane)
{
    const size_t width = tangent->width, older = merge->older, newer = merge->newer;
    size_t i = tangent->first;
    for (; blocks->block[i].slot != older; i++)
        merge_times(merge, tile_of(tangent, lane, older, blocks->block[i].slot),
                    tile_of(tangent, lane, newer, blocks->block[i].slot));
    if (forgotten) {
        clear_tile(tangent, lane, older, older);
        clear_tile(tangent, lane, newer, older);
        for (size_t j = i + 1; j < blocks->count; j++)
            clear_tile(tangent, lane, blocks->block[j].slot, older);
    }
    /* their own: (older, older), (newer, older), (newer, newer); responses to later probes vanish */
    clear_tile(tangent, lane, older, newer);
    merge_times(merge, tile_of(tangent, lane, older, older), tile_of(tangent, lane, newer, older));
    merge_times(merge, tile_of(tangent, lane, older, newer), tile_of(tangent, lane, newer, newer));
    merge_probes(merge, tile_of(tangent, lane, older, older), tile_of(tangent, lane, older, newer));
    for (i++; i < blocks->count; i++)
        merge_probes(merge, tile_of(tangent, lane, blocks->block[i].slot, older),
                     tile_of(tangent, lane, blocks->block[i].slot, newer));
    REAL *present = present_of(tangent, lane);
    for (size_t f = 0; f < merge->phases; f++) {
        REAL *x = present + (older * width + f * merge->order) * LANES;
        merge_row(merge, f, 1, x, present + (newer * width + f * merge->order) * LANES);
    }
    memset(present + newer * width * LANES, 0, width * LANES * sizeof(REAL));
}

static double size(const struct block_tangent *tangent, size_t slot, size_t lane)
{
    const REAL *present = present_of(tangent, lane) + slot * tangent->width * LANES;
    double sum = 0;
    for (size_t i = 0; i < tangent->width * LANES; i++)
        sum += fabs((double)present[i]);
    return sum;
}

const struct tangent_lane LANE = {average, answer, advance, append, merge_lane, size};
