/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A turn of the fixed point and what it sums: arrays of the run, of a block of paths and of a thread. */
#ifndef SOLVER_STATIONARY_TURN_SUMS_H
#define SOLVER_STATIONARY_TURN_SUMS_H

#include "solver/stationary/sample.h"

/* Averages of a turn besides the kernels. */
struct stationary_averages {
    double train_loss, train_error; /* train_error is NaN for real labels */
    double force;                   /* E[g r]: alpha times it is w.F/N (T6) */
    double tangent_share;           /* largest share of a path in the responses to kicks (solver/observe/tails.h) */
};

/* Sums of one block of paths. */
struct stationary_sums {
    double *Gamma;  /* [n][L] by the phase of the earlier time, lags from 1 */
    double *Gamma0; /* [n] */
    double *M;      /* [n][L] by the phase of the later time */
    double *M0;     /* [n] lag 0 */
    double *M_inf;  /* [n][n] */
    double *d;      /* [n] */
    double loss, wrong, force;
    double *kicks;                 /* [n] times probed, by phase */
    double answer, largest_answer; /* of all paths: |sum over the lags of l'' D|, summed over the probes of a path */
};

/* Scratch memory of one thread. */
struct stationary_scratch {
    double *r, *g, *mean_g, *curvature, *mean_curvature; /* [steps][PATH_BLOCK] */
    double *products;                                    /* [block][L + block] */
    double *normals, *spectral;
    double *gains, *weights, *tangent; /* [steps] twice, [L] */
    double *segment;                   /* [segments][n][PATH_BLOCK] sums of the forces */
    double *level, *total;             /* [2][n][PATH_BLOCK] and [n], their means and sums */
    double *later, *earlier;           /* [L][PATH_BLOCK], [2L][PATH_BLOCK] forces less a level */
    double *value, *second, *phi;      /* [PATH_BLOCK] */
};

struct stationary_turn {
    struct stationary_shape shape;
    const struct sgdmft_run *run;
    const struct sgdmft_watch *watch; /* may be NULL */
    int threads;
    size_t blocks;
    struct stationary_sample sample;
    struct stationary_order order;
    double *reaction;                   /* [block][L] -Delta eta R of a block's steps to the steps before it */
    double *near;                       /* [n][block] -Delta eta R(k, k - lag) by the phase of k */
    size_t stride;                      /* steps between probes of the response of a path */
    struct stationary_sums *sums;       /* [blocks] */
    struct stationary_scratch *scratch; /* [threads] */
    struct stationary_averages averages;
};

/* Measured steps in units of the memory. */
static inline size_t stationary_segments(const struct stationary_shape *shape)
{
    return (shape->steps - shape->burn) / shape->memory;
}

#endif
