/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The weights of one simulated run - of all its replicas, with the tangents of the response - and the step (T1). */
#ifndef VALIDATION_SIMULATOR_SIMULATOR_STEP_H
#define VALIDATION_SIMULATOR_SIMULATOR_STEP_H

#include "validation/simulator/pieces.h"

struct step {
    size_t dim, stride, examples;
    size_t replicas;         /* same data and start, own batches and thermal noise         */
    size_t columns;          /* replicas + tangents; only one replica has tangents          */
    double *weights;         /* [columns][stride], zero from dim on: the replicas, then tangents */
    double *gradient;        /* [columns][stride] */
    double *buffer;          /* [columns][stride] of momentum; NULL without */
    double *average;         /* [replicas][stride] averaged weights (A3); NULL without */
    const double *signal;    /* [dim] of the data; borrowed */
    void *rounded;           /* [columns][stride], weights in the type of the rows */
    double *force;           /* [tangents][dim] */
    double *noise;           /* [threads][dim] */
    double *moment;          /* [replicas][3]: w.g/N, |g|^2/N, |w|^2/N of the step made last */
    unsigned char *selected; /* [replicas][examples] */
    uint32_t *place;         /* [replicas][examples], the rule's own memory */
    uint32_t *batch;         /* [examples], rows of the batch in ascending order */
    struct pieces pieces;
    int threads; /* number that share a step */
    /* Of the step made last: w.g/N and |g|^2/N, g the mini-batch gradient with the ridge term (T13); means over
     * replicas. */
    double gradient_overlap, gradient_norm;
};

double step_bytes(const struct sgdmft_run *run, int threads);
/* stride: of the rows of the examples; threads: number that share a step. False without memory. */
bool step_create(const struct sgdmft_run *run, size_t stride, int threads, struct step *step);
void step_free(struct step *step);

/* weights = m0 v + sqrt(C0 - m0^2) times a random direction orthogonal to v of length sqrt(N): overlap and norm
 * are exact at every N. Tangents start at zero. */
void step_start(const struct sgdmft_run *run, uint32_t owner, const double *signal, struct step *step);

/* Makes the step k -> k+1. Called in order of k. With a rule that draws new examples, set holds those of replica 0 for
 * step k, and is filled with those of the other replicas in turn. Each replica draws from its own part of the streams
 * of the step: the first is equal to a run without replicas, and none depends on their number. Returns |w^{k+1}|^2/N,
 * the largest of all replicas; NaN if one has no projection onto the sphere. */
double step_advance(const struct sgdmft_run *run, struct dataset *set, uint32_t owner, long k, struct step *step);

/* True if the replicas of step k read their rows together: a row is used by two of them on average, and a block has
 * some rows for each. Otherwise one replica after the other is faster, since its rows are read at the full speed of
 * memory. */
bool step_shares(const struct sgdmft_run *run, long k);

/* The gradient of all examples at step->rounded, in step->gradient. */
void step_full_gradient(const struct sgdmft_run *run, const struct dataset *set, struct step *step);
/* Sets gradient_overlap and gradient_norm to those at the present weights: of all examples, or of the present batch of
 * a flow with batches. */
void step_measure_gradient(const struct sgdmft_run *run, const struct dataset *set, long k, struct step *step);

/* |w_a - w_b|^2/N, the mean over all pairs of replicas. */
double step_distance(const struct step *step);

/* a.b */
double step_product(size_t n, const double *a, const double *b);

#endif
