/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements along one simulated run: overlap, norm, losses and errors over all training and test examples,
 * the mini-batch gradient, C(t_w + lag, t_w) and chi(t_w + lag, t_w). Means over its replicas, and their distance. */
#ifndef VALIDATION_SIMULATOR_OBSERVE_H
#define VALIDATION_SIMULATOR_OBSERVE_H

#include "models/result/memorization.h"
#include "validation/simulator/simulator_step.h"
#include <sgdmft/result.h>

/* Largest number of weights that are measured together, with one read of each row from memory; and the number of them
 * whose products are taken in one call. A rest of one weight has sums of another order, so that this number decides
 * last bits, and the first does not. */
#define OBSERVE_WEIGHTS 54
#define OBSERVE_TOGETHER 18

struct observer {
    const struct sgdmft_run *run;
    const struct sgdmft_result *result; /* its axes; samples are written through the quantities */
    const struct dataset *train, *test;
    const double *signal;
    size_t sample;
    size_t measured;                /* measured steps seen so far   */
    size_t pending;                 /* weights without losses yet    */
    size_t place[OBSERVE_WEIGHTS];  /* their measured steps */
    bool averaged[OBSERVE_WEIGHTS]; /* averages of weights (A3) */
    struct memorization by_kind;    /* of the replicas of one measured step */
    size_t replicas_seen;           /* of that step */
    void *weights;                  /* [OBSERVE_WEIGHTS][stride] in the type of the rows */
    int threads;                    /* number that measure losses */
    double *block;                  /* [threads], fields and losses of a block of rows */
    double *sum;                    /* [blocks][2][OBSERVE_WEIGHTS], losses and errors of each block */
    struct memorization *kinds;     /* [blocks][OBSERVE_WEIGHTS]; NULL where no label is flipped */
    double *waiting;                /* [waitings][replicas][dim] copies of w^{t_w} */
    size_t *lags_seen;              /* [waitings] */
};

double observe_bytes(const struct sgdmft_run *run, int threads);
bool observe_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                    const struct dataset *test, const double *signal, int threads, struct observer *observer);
void observe_free(struct observer *observer);

/* Begins the run that is sample `sample` of the result. */
void observe_begin(struct observer *observer, size_t sample);
/* Measures at step k if it is due. Called at every k = 0, 1, ..., in order. */
void observe_step(struct observer *observer, long k, const struct step *step);
/* True if step k, that of the last call of observe_step, is a measured one. */
bool observe_due(const struct observer *observer, long k);
/* Measures the gradient of the step made from k, if k is a measured one. */
void observe_gradient(struct observer *observer, long k, const struct step *step);
/* Measures what is pending; returns the last measured step. */
long observe_end(struct observer *observer);

#endif
