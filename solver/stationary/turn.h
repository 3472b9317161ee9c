/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One turn of the fixed point: paths in the field that the order parameters prescribe, (T3) with stationary memory, and
 * the averages over paths and time that are the next kernels (T4), (T7). */
#ifndef SOLVER_STATIONARY_TURN_H
#define SOLVER_STATIONARY_TURN_H

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

size_t stationary_turn_bytes(const struct sgdmft_run *run, const struct stationary_shape *shape, size_t paths,
                             int threads);
bool stationary_turn_create(struct stationary_turn *turn, const struct engine_group *group,
                            const struct stationary_shape *shape, const struct stationary_transforms *transforms);
void stationary_turn_free(struct stationary_turn *turn);
/* Computes next = G(now). INTERRUPTED if the watch stops; DIVERGED if the order parameters or the paths of `now` are
 * not finite. */
enum sgdmft_status stationary_turn_make(struct stationary_turn *turn, const struct stationary_kernels *now,
                                        struct stationary_kernels *next);

/* Number of floating-point operations of a turn in its large parts: reaction to the past, products of forces, and
 * probes of the response. */
double stationary_turn_operations(const struct stationary_turn *turn);

/* Measured steps in units of the memory. */
static inline size_t stationary_segments(const struct stationary_shape *shape)
{
    return (shape->steps - shape->burn) / shape->memory;
}

/* Adds the forces of the paths begin .. begin + width - 1 to M, M0, M_inf, d and Gamma0, in correlate.c. */
void stationary_correlate(const struct stationary_turn *turn, size_t begin, size_t width,
                          struct stationary_scratch *scratch, struct stationary_sums *sums);
/* The response of the paths of one block to kicks (T7), in kicks.c. */
void stationary_kicks(const struct stationary_turn *turn, size_t width, struct stationary_scratch *scratch,
                      size_t first, struct stationary_sums *sums);

#endif
