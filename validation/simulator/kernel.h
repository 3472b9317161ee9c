/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inner loops of the simulator over groups of KERNEL_ROWS rows: dot products with weights, and sums of rows; one
 * group serves any number of weight vectors.
 * Two instances, with rows, weights and products in single or in double precision; what is long is summed in double. */
#ifndef SGDMFT_SIMULATOR_KERNEL_H
#define SGDMFT_SIMULATOR_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#define KERNEL_ROWS 8   /* rows of a group: they stay in L2 between the two loops */
#define KERNEL_LINE 64  /* bytes; rows start on lines and fill them with zeros     */
#define KERNEL_CHUNK 512 /* columns summed in the arithmetic type before a double takes over */

struct kernel {
    size_t size; /* bytes of an element of a row or of a weight vector */
    /* out[KERNEL_ROWS * j + i] = row i . weight j over stride columns; weight j begins at column j * stride.
     * Meanwhile the rows `next` (NULL: none) are asked for from memory. */
    void (*dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const void *weights,
                 const void *const next[KERNEL_ROWS], double *out);
    /* One group of a descent step: out[i] = row i . weights, and sum[0..stride-1] += sum_i slope[i] old[i], old being
     * the group before. Meanwhile the rows `next` are asked for from memory. Weights and sum begin on a line. */
    void (*pass)(size_t stride, const void *const rows[KERNEL_ROWS], const void *weights,
                 const void *const old[KERNEL_ROWS], const double slope[KERNEL_ROWS],
                 const void *const next[KERNEL_ROWS], double *restrict sum, double out[KERNEL_ROWS]);
    /* sum j [0..stride-1] += sum_i slope[KERNEL_ROWS * j + i] row i; sum j begins at column j * stride, on a line. */
    void (*spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const double *slope,
                   double *restrict sums);
    /* Rounds n doubles to the type of the weights. */
    void (*round)(size_t n, const double *from, void *to);
};

/* Relative rounding error of a dot product: about 1e-7 times the root of the sum of squares of its terms. */
extern const struct kernel kernel_single;
extern const struct kernel kernel_double;

/* Columns of a padded row, n >= 1. */
size_t kernel_stride(size_t n, size_t size);

#endif
