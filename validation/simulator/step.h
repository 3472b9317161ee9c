/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights of one simulated run with their tangents, and the step (T1). */
#ifndef SGDMFT_SIMULATOR_STEP_H
#define SGDMFT_SIMULATOR_STEP_H

#include "validation/simulator/dataset.h"

struct step {
    size_t dim, stride;
    size_t columns;   /* 1 + tangents of the response                                   */
    double *weights;  /* [columns][stride], zero from dim on: the weights, then tangents */
    double *gradient; /* [columns][stride] */
    void *rounded;    /* [columns][stride], weights in the type of the rows */
    double *slope;    /* [columns][KERNEL_ROWS] */
    double *force;    /* [columns - 1][dim] */
    double *noise;    /* [dim] */
    unsigned char *selected; /* [examples] */
    uint32_t *place;         /* [examples], the rule's own memory */
    uint32_t *batch;         /* [examples], rows of the batch in ascending order */
    /* Of the step made last: w.g/N and |g|^2/N, g the mini-batch gradient with the ridge term (T13). */
    double gradient_overlap, gradient_norm;
};

double step_bytes(const struct sgdmft_run *run);
/* stride: of the rows it will work on. False without memory. */
bool step_create(const struct sgdmft_run *run, size_t stride, struct step *step);
void step_free(struct step *step);

/* weights = m0 v + sqrt(C0 - m0^2) times a random direction orthogonal to v of length sqrt(N): overlap and norm
 * are exact at every N. Tangents start at zero. */
void step_start(const struct sgdmft_run *run, uint32_t owner, const double *signal, struct step *step);

/* Step k -> k+1; steps come in order. Returns |w^{k+1}|^2/N, NaN if it cannot be brought to the sphere. */
double step_advance(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, long k,
                    struct step *step);

/* Sets gradient_overlap and gradient_norm to those of all examples at the present weights. */
void step_measure_gradient(const struct sgdmft_run *run, const struct dataset *set, long k, struct step *step);

/* a.b */
double step_product(size_t n, const double *a, const double *b);

#endif
