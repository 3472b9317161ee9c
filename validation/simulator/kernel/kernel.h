/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of the simulator: dot products of rows with weights, and sums of rows. Two instances, with rows,
 * weights and products in single or in double precision; long sums are in double. */
#ifndef VALIDATION_SIMULATOR_KERNEL_KERNEL_H
#define VALIDATION_SIMULATOR_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#define KERNEL_ROWS 8    /* rows of a group: they stay in L2 between the two loops     */
#define KERNEL_BLOCK 32  /* rows of a block                                            */
#define KERNEL_LINE 64   /* bytes; rows start on lines and fill them with zeros        */
#define KERNEL_VECTOR 32 /* bytes                                                      */
#define KERNEL_CHUNK 512 /* columns summed in the arithmetic type before a double takes over */

/* Rows in the batches of replicas, different for each weight vector. */
struct kernel_block {
    size_t vectors, pitch; /* weight vector j begins at column j * pitch */
    size_t rows, asked, next_rows;
    const void *row[KERNEL_BLOCK];
    const void *ask[KERNEL_BLOCK];         /* those of its rows that some vector has */
    const void *next[KERNEL_BLOCK];        /* to be prefetched */
    unsigned char *count;                  /* [vectors] rows that it has */
    unsigned char (*member)[KERNEL_BLOCK]; /* [vectors][count] their places in row */
    void *partial;                         /* [vectors][KERNEL_BLOCK] lines to work in */
};

struct kernel {
    size_t size; /* bytes of an element of a row or of a weight vector */
    /* out[KERNEL_ROWS * j + i] = row i . weight j over stride columns; weight j begins at column j * stride.
     * Meanwhile the rows `next` (NULL: none) are asked for from memory. */
    void (*dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const void *weights,
                 const void *const next[KERNEL_ROWS], double *out);
    /* sum j [0..stride-1] += sum_i slope[KERNEL_ROWS * j + i] row i; sum j, in the type of the rows, begins at column
     * j * stride. Empty them into doubles every KERNEL_TERMS rows. With one sum, meanwhile asks for the rows `next`
     * (NULL: none). */
    void (*spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const double *slope,
                   const void *const next[KERNEL_ROWS], void *sums);
    /* As dots and spread, for the rows that each vector has: out and slope run over vectors, then over their rows. */
    void (*block_dots)(size_t stride, const struct kernel_block *block, const void *weights, double *out);
    void (*block_spread)(size_t stride, const struct kernel_block *block, const double *slope, void *sums);
    /* to[i] += from[i], from[i] = 0, i < n; from is in the type of the rows. */
    void (*empty)(size_t n, void *from, double *to);
    /* Rounds n doubles to the type of the weights. */
    void (*round)(size_t n, const double *from, void *to);
};
#define KERNEL_TERMS 240 /* rows added in the arithmetic type before a double takes over; whole groups */

/* Kernels for this CPU, the fastest first; NULL from their number on. They differ in the order of their
 * sums. Relative rounding error of a dot product in single precision: about 1e-7 times the root of the sum of squares
 * of its terms. */
const struct kernel *kernel_single(size_t i);
const struct kernel *kernel_double(size_t i);

/* Columns of a padded row, n >= 1. */
size_t kernel_stride(size_t n, size_t size);

#endif
