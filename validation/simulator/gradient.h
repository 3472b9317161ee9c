/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of rows over a batch: the gradient, and its change along tangents. */
#ifndef SGDMFT_SIMULATOR_GRADIENT_H
#define SGDMFT_SIMULATOR_GRADIENT_H

#include "validation/simulator/dataset.h"

/* gradient[0..stride-1] = sum of l'(x.weights/sqrt(N), y) x over the rows batch[0..count-1], or, with batch NULL, over
 * rows 0..count-1. One pass: a row is used twice while it is in cache. Neither ridge nor 1/sqrt(N). weights are in the
 * type of the rows. */
void gradient_single(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                     const void *weights, double *gradient);

/* The same for the weights w in column 0 and tangents dw in columns 1..columns-1, column j beginning at j * stride:
 * the sum of l''(x.w/sqrt(N), y) (x.dw/sqrt(N)) x for each of these. slope: [columns][KERNEL_ROWS], overwritten. */
void gradient_columns(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                      size_t columns, const void *weights, double *slope, double *gradient);

#endif
