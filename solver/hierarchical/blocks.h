/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The partition of the past into blocks whose length grows with their distance, and the coordinates of a history on
 * them (THEORY 6). A block of at most `order` units keeps the history itself, a longer one its projections on the
 * `order` lowest orthonormal polynomials of its units (Gram, or discrete Chebyshev, polynomials). A unit is one step,
 * or with phases a period of `phases` steps, each phase with polynomials of its own. Neighbouring blocks merge exactly
 * inside this space by a matrix of order x 2 order.
 *
 * A block owns one slot: the coordinates slot * width .. slot * width + width - 1 with width = order * phases, where
 * polynomial (or unit) a of phase f has place f * order + a. Coordinates without content are zero in every history. */
#ifndef SOLVER_HIERARCHICAL_BLOCKS_H
#define SOLVER_HIERARCHICAL_BLOCKS_H

#include "models/base/archive.h"
#include <stdbool.h>
#include <stddef.h>

#define BLOCKS_ORDER_MAX 16

struct block {
    size_t slot;
    long units;   /* length; the newest block may be incomplete */
    long missing; /* phases without a step in the last unit, which a jump or the present cuts short */
    long segment; /* number of jumps before it: blocks of different segments stay apart */
};

struct blocks {
    size_t order, phases, width, slots;
    long steps;  /* appended so far: the next one is step `steps` */
    long filled; /* steps in the newest block */
    size_t count;
    struct block *block; /* [slots] oldest first */
    bool *used;          /* [slots] */
    const long *jump;    /* [jumps] ascending steps at which kernels jump: no block reaches across */
    size_t jumps, passed;
};

/* The two slots of a merge and its matrices: within each phase, x_older[a] <- sum_c matrix[a][c] x_older[c] +
 * sum_c matrix[a][order + c] x_newer[c], x_newer <- 0. The second one is for the phases from `full` on, which have no
 * step in the newer block's last unit. */
struct merge {
    size_t older, newer;
    size_t order, phases, full;
    double matrix[2][BLOCKS_ORDER_MAX * 2 * BLOCKS_ORDER_MAX];
};
static inline const double *merge_of_phase(const struct merge *merge, size_t phase)
{
    return merge->matrix[phase >= merge->full];
}

/* Slots that a run of `steps` steps fills at most. */
size_t blocks_slots(size_t order, size_t phases, long steps, const long *jump, size_t jumps);
/* 1 <= order <= BLOCKS_ORDER_MAX; jump is kept. False without memory; blocks_free in either case. */
bool blocks_create(struct blocks *blocks, size_t order, size_t phases, size_t slots, const long *jump, size_t jumps);
void blocks_free(struct blocks *blocks);
bool blocks_archive(struct blocks *blocks, struct archive *archive);
static inline size_t blocks_coordinates(const struct blocks *blocks)
{
    return blocks->slots * blocks->width;
}
/* Steps of a block in a phase. */
static inline long block_steps(const struct block *block, size_t phases, size_t phase)
{
    return block->units - ((long)phase >= (long)phases - block->missing);
}
/* Makes the next merge that is due in the partition, and returns it for the histories. False if none is due before the
 * next step. */
bool blocks_merge(struct blocks *blocks, struct merge *merge);
/* Appends the next step and returns the coordinate of its value. All merges that are due must have been made. */
size_t blocks_append(struct blocks *blocks);
/* True if the step appended last opened its block: all its slot's coordinates are new. */
static inline bool blocks_opened(const struct blocks *blocks)
{
    return blocks->filled == 1;
}

/* Values at x[-(units-1)/2 .. (units-1)/2] of the orthonormal polynomials 0..count-1 on `units` points at distance 1
 * around 0. */
void polynomial_values(long units, size_t count, double x, double *out);
/* The matrix of a merge of blocks of `older` and `newer` units; newer may be 0. */
void merge_matrix(size_t order, long older, long newer, double *matrix);

/* Merges rows: x[coordinates][length]; the part begin <= i < end of each row. */
void merge_rows(const struct merge *merge, double *x, size_t length, size_t begin, size_t end);
/* Merges columns: x[rows][stride], stride coordinates or more. */
void merge_columns(const struct merge *merge, double *x, size_t rows, size_t stride);

#endif
