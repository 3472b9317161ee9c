/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine: one group of paths with its whole past, (T3) to (T7). Open to tests, which look inside and
 * break it on purpose. */
#ifndef SOLVER_DENSE_DENSE_H
#define SOLVER_DENSE_DENSE_H

#include "solver/paths/calibration.h"
#include "solver/dense/dyson.h"
#include "solver/dense/field.h"
#include "solver/paths/reaction.h"
#include "solver/dense/surprise.h"
#include "solver/dense/tangent.h"

struct dense {
    struct engine_group group;
    long k;                      /* present step */
    struct paths paths;
    struct reaction reaction;    /* .averages: C comes from (T6), not from the field */
    struct field omega;
    struct dyson dyson;
    struct tangent tangent;
    bool controls;               /* whether there is a surprise */
    struct surprise surprise;
    bool weighs;                 /* whether there is a calibration */
    struct calibration calibration;
    size_t all;                  /* paths of all replicas */
    double *r;                   /* [steps + 1][all] pre-activations */
    double *g;                   /* [steps + 1][all] sigma l' */
    double *covariance, *cross_covariance; /* [steps + 2] row k+1 of the field's covariances */
    double *block_sum;           /* [blocks][steps + 1] */
};

extern const struct engine engine_dense;

/* Gamma, M and d of the present step from the paths: the first half of advance. */
void dense_moments(struct dense *dense);
/* From these to the order parameters of the next step: its second half. */
enum sgdmft_status dense_extend(struct dense *dense);
/* The free check of (T6), between advance and the next evaluate: largest |A(k,l) - alpha E[g^k r^l]| over l <= k,
 * relative to the largest |A(k,l)|, for the step k just made. */
double dense_identity_residual(const struct dense *dense);

#endif
