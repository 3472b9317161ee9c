/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine: one group of paths with its whole past, (T3) to (T7). Open to tests, which look inside and
 * break it on purpose. */
#ifndef SOLVER_DENSE_DENSE_H
#define SOLVER_DENSE_DENSE_H

#include "solver/dense/dyson.h"
#include "solver/dense/field.h"
#include "solver/paths/ensemble.h"
#include "solver/dense/surprise.h"
#include "solver/dense/dense_tangent.h"

struct dense {
    struct ensemble ensemble; /* .reaction.averages: C comes from (T6), not from the field */
    struct field omega;
    struct dyson dyson;
    struct tangent tangent;
    bool controls; /* whether there is a surprise */
    struct surprise surprise;
    double *r;                             /* [steps + 1][all] pre-activations */
    double *g;                             /* [steps + 1][all] sigma l' */
    double *covariance, *cross_covariance; /* [steps + 2] row k+1 of the field's covariances */
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
