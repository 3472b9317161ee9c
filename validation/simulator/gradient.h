/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of rows over batches: the gradient, its change along tangents, the gradients of replicas. All are
 *     gradient[0..stride-1] = sum over the batch of l'(x.weights/sqrt(N), y) x,
 * with neither ridge nor 1/sqrt(N); weights are in the type of the rows. */
#ifndef VALIDATION_SIMULATOR_GRADIENT_H
#define VALIDATION_SIMULATOR_GRADIENT_H

#include "validation/simulator/dataset.h"

/* Scratch memory of a thread for gradients of several columns. */
struct gradient_work {
    void *sums;            /* [columns][stride] in the type of the rows   */
    size_t *terms;         /* [columns] rows in a sum */
    double *slope, *label; /* [columns][KERNEL_BLOCK]                     */
    double *field;
    struct kernel_block block[2]; /* the present one and the next */
    double block_label[2][KERNEL_BLOCK];
};

/* Bytes that gradient_create allocates. */
double gradient_bytes(const struct sgdmft_run *run, size_t columns);
/* False without memory; gradient_free in either case. */
bool gradient_create(size_t columns, size_t stride, struct gradient_work *work);
void gradient_free(struct gradient_work *work);

/* Sums over the rows batch[first..first+count-1], or, with batch NULL, rows first..first+count-1. One pass: a row is
 * used twice while it is in cache. Later rows of the list, up to `all`, are prefetched at the end. share[mu] is the
 * weight of row mu; NULL: all 1. */
void gradient_single(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count, size_t all,
                     const uint32_t *batch, const float *share, const void *weights, struct gradient_work *work,
                     double *gradient);

/* The same for several columns, column j beginning at j * stride: the first `replicas` are weights; the others tangents
 * dw of the weights w in column 0, with the sum of l''(x.w/sqrt(N), y) (x.dw/sqrt(N)) x. With `selected` (batch NULL,
 * no tangents; otherwise NULL) row mu counts for replica j if selected[j * set->count + mu] is 1. */
void gradient_columns(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count,
                      const uint32_t *batch, const unsigned char *selected, size_t replicas, size_t columns,
                      const void *weights, struct gradient_work *work, double *gradient);

/* The gradients of replicas with batches of their own, over rows first..first+count-1; weights and gradient
 * [replicas][stride]. Row mu is in the batch of replica j if selected[j * set->count + mu] is 1. A row is read once for
 * all replicas, and the gradient of one does not depend on the others. Later rows, up to `all`, are prefetched at the
 * end. */
void gradient_replicas(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count, size_t all,
                       size_t replicas, const unsigned char *selected, const void *weights, struct gradient_work *work,
                       double *gradient);

#endif
