/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of one number an example, in single precision: the fields Z f of weight directions and the force directions q of
 * (D1). Examples are cut into chunks, and a chunk holds its part of all rows side by side, so that one pass over memory
 * forms the rows that are pending, gives the fields of all examples, and takes the products with the new forces. Sums
 * over a chunk are single, sums over chunks double and in index order: the bits do not depend on the number of threads.
 */
#ifndef SOLVER_CONDITIONAL_EXAMPLE_ROWS_H
#define SOLVER_CONDITIONAL_EXAMPLE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#define ROWS_CHUNK_MAX 1024
#define ROWS_CHANNELS_MAX 66 /* two replicas and a probe for each waiting time */

/* Slots of one kind, adjacent, so that a pass reads memory in order. */
struct row_slots {
    size_t used;         /* handed out so far */
    size_t *free, count; /* slots given back */
};

enum row_kind { ROW_FIELD, ROW_FORCE };

struct example_rows {
    size_t examples;      /* P */
    size_t chunk, chunks; /* examples of a full chunk, a multiple of 16; number of chunks */
    size_t stride;   /* from a row to the next in a chunk: not a power of two, so that rows do not share cache sets */
    size_t part[2];  /* examples of the first and of the second part; each begins with a chunk of its own */
    size_t channels; /* forces at a time, at most ROWS_CHANNELS_MAX */
    size_t capacity; /* rows that the store can hold; slots below half of it are for field rows, the others for force
                        rows */
    struct row_slots slots[2];       /* of field rows and of force rows */
    size_t fields, forces;           /* finished rows of either kind */
    size_t *field_slot, *force_slot; /* [capacity] of finished rows */
    float *store;                    /* [chunks][capacity][stride] */
    double *sum;                     /* [chunks][sums] */
    size_t sums;                     /* most columns of a chunk's sums */
    int threads;
};

/* Examples of a chunk for a store of `capacity` rows: such that the rows in use fit into half of a core's cache. */
size_t rows_chunk_size(size_t capacity);
/* Largest number of columns of a pass. */
size_t rows_sums(size_t channels, size_t capacity, size_t spare);
/* Bytes of rows_create. */
double rows_bytes(size_t examples, size_t channels, size_t capacity, size_t spare);
/* Allocates `capacity` rows and `spare` more of either kind, which do not change the bits of the others. The examples
 * form `parts` (1 or 2) parts; the first has the odd one. False without memory; rows_free in either case. */
bool rows_create(struct example_rows *rows, size_t examples, size_t parts, size_t channels, size_t capacity,
                 size_t spare, int threads);
void rows_free(struct example_rows *rows);

/* First example of chunk b, and the number of examples in it. */
size_t rows_first(const struct example_rows *rows, size_t b);
size_t rows_count(const struct example_rows *rows, size_t b);
/* Takes a free slot for a new row; there must be one. */
size_t rows_take(struct example_rows *rows, enum row_kind kind);
void rows_give_back(struct example_rows *rows, size_t slot);
static inline float *rows_at(const struct example_rows *rows, size_t b, size_t slot)
{
    return rows->store + (b * rows->capacity + slot) * rows->stride;
}

/* Mark of the present rows, to which rows_restore returns. */
struct rows_mark {
    size_t fields, forces, used[2], count[2];
    size_t *free[2]; /* [capacity] */
};
double rows_mark_bytes(size_t capacity);
bool rows_mark_create(struct rows_mark *mark, size_t capacity);
void rows_mark_free(struct rows_mark *mark);
void rows_save(const struct example_rows *rows, struct rows_mark *mark);
void rows_restore(struct example_rows *rows, const struct rows_mark *mark);

/* A row to be formed from raw numbers in its slot: scale * (raw - sum_j coefficient[j] q_j), j over the force rows that
 * are finished and, behind them, the new force rows before it. */
struct row_target {
    size_t slot;
    double *coefficient;
    double scale;
};

/* Forms the targets in chunk b from the first `old_forces` force rows; the first `new_forces` targets are force rows
 * themselves, which later targets may contain. */
void rows_form(const struct example_rows *rows, size_t b, size_t old_forces, size_t targets, size_t new_forces,
               const struct row_target *target);
/* out[c][i] = sum_a weight[c][a] (row a of the fields)[i] of chunk b, a < fields, c < channels; out has rows of
 * ROWS_CHUNK_MAX. */
void rows_fields(const struct example_rows *rows, size_t b, size_t channels, const double *const *weight,
                 float (*out)[ROWS_CHUNK_MAX]);
/* Products of chunk b's field rows (or force rows) with the rows in the slots x[0..count-1], in its sums from `column`
 * on: [row][count]. */
void rows_products(const struct example_rows *rows, size_t b, bool fields, size_t count, const size_t *x,
                   size_t column);
/* Product of two rows of chunk b. */
double rows_product(const struct example_rows *rows, size_t b, size_t x, size_t y);
/* Sums the columns 0..columns-1 over all chunks. */
void rows_total(const struct example_rows *rows, size_t columns, double *total);

#endif
