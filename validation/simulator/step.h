/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights of one simulated run and the step (T1). */
#ifndef SGDMFT_SIMULATOR_STEP_H
#define SGDMFT_SIMULATOR_STEP_H

#include "validation/simulator/dataset.h"

struct step {
    size_t dim, stride;
    double *weights;  /* [stride], zero from dim on */
    double *gradient; /* [stride] */
    void *rounded;    /* [stride], weights in the type of the rows */
    double *noise;    /* [dim] */
    unsigned char *selected; /* [examples] */
    uint32_t *place;         /* [examples], the rule's own memory */
    uint32_t *batch;         /* [examples], rows of the batch in ascending order */
};

double step_bytes(const struct sgdmft_run *run);
/* stride: of the rows it will work on. False without memory. */
bool step_create(const struct sgdmft_run *run, size_t stride, struct step *step);
void step_free(struct step *step);

/* weights = m0 v + sqrt(C0 - m0^2) times a random direction orthogonal to v of length sqrt(N): overlap and norm
 * are exact at every N. */
void step_start(const struct sgdmft_run *run, uint32_t owner, const double *signal, struct step *step);

/* gradient[0..stride-1] = sum of l'(x.weights/sqrt(N), y) x over the rows batch[0..count-1], or, with batch NULL, over
 * rows 0..count-1. One pass: a row is used twice while it is in cache. Neither ridge nor 1/sqrt(N). weights are in the
 * type of the rows. */
void step_gradient(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                   const void *weights, double *gradient);

/* Step k -> k+1; steps come in order. Returns |w^{k+1}|^2/N, NaN if it cannot be brought to the sphere. */
double step_advance(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, long k,
                    struct step *step);

/* a.b */
double step_product(size_t n, const double *a, const double *b);

#endif
