/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of one simulated run: rows x_mu and labels y_mu of solver/THEORY.md section 1. */
#ifndef VALIDATION_SIMULATOR_DATASET_H
#define VALIDATION_SIMULATOR_DATASET_H

#include "validation/simulator/kernel/kernel.h"
#include <sgdmft/run.h>
#include <sgdmft/watch.h>

struct dataset {
    size_t count, dim, stride;
    const struct kernel *kernel;      /* of the precision of the rows */
    unsigned char *rows;              /* count rows of stride elements, zero from dim on */
    double *label;                    /* [count] */
    unsigned char *flipped;           /* [count] the label was flipped (classes) */
    int threads;                      /* number that draw rows */
    const struct sgdmft_watch *watch; /* stops the drawing of rows; NULL: none */
    float *normal;                    /* [threads][dim] z of one row, times the root of Sigma */
    float *root;                      /* [dim] roots of Sigma, which is diagonal; NULL where it is the identity */
    double *draw;                     /* [4 count] random numbers of the labels */
};

/* Bytes that dataset_create allocates. */
double dataset_bytes(const struct sgdmft_run *run, size_t count, int threads);
/* Allocates count examples in the precision of the run, to be drawn by `threads` threads. False without memory. */
bool dataset_create(const struct sgdmft_run *run, size_t count, int threads, struct dataset *set);
void dataset_free(struct dataset *set);

/* Draws the examples: x = c v/sqrt(N) + sqrt(Delta) Sigma^(1/2) z, y from u = z.Sigma^(1/2) v/|Sigma^(1/2) v|. input
 * and label are the purposes of the streams, owner the number of the simulated run. z comes from stream (input, owner,
 * mu), in single precision in every run; the labels use streams (label, owner, 0..3): uniforms for component and flip,
 * normals for target and noise. So row mu and its label do not depend on count. signal: [dim], |signal|^2 = dim. */
void dataset_draw(const struct sgdmft_run *run, enum sgdmft_purpose input, enum sgdmft_purpose label, uint32_t owner,
                  const double *signal, struct dataset *set);

/* dataset_train_examples: number of training examples that a run holds at a time. dataset_draw_fresh: draws those of
 * step k for replica j, of a rule with new examples at every step; k may be the last step, whose examples are measured.
 * */
size_t dataset_train_examples(const struct sgdmft_run *run);
void dataset_draw_fresh(const struct sgdmft_run *run, uint32_t owner, long k, size_t j, const double *signal,
                        struct dataset *set);

/* Copies the rows index[0..count-1] of a dataset of the user, with their labels; labels are flipped with probability
 * label_noise, from stream (label, owner, 1). */
struct examples;
void dataset_take(const struct sgdmft_run *run, enum sgdmft_purpose label, uint32_t owner,
                  const struct examples *examples, const uint32_t *index, struct dataset *set);

static inline const void *dataset_row(const struct dataset *set, size_t mu)
{
    return set->rows + mu * set->stride * set->kernel->size;
}

#endif
