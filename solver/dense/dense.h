/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine: one group of paths with its whole past, (T3) to (T7). Its state is public for tests, which read and
 * break it. */
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
    bool controls; /* true if surprises are subtracted */
    struct surprise surprise;
    double *r;                             /* [steps + 1][all] pre-activations */
    double *g;                             /* [steps + 1][all] sigma l' */
    double *covariance, *cross_covariance; /* [steps + 2] row k+1 of the field's covariances */
};

extern const struct engine engine_dense;

/* First half of advance: computes Gamma, M and d of the present step from the paths. */
void dense_moments(struct dense *dense);
/* Second half of advance: computes the order parameters of the next step from them. Errors as of dyson_advance. */
enum sgdmft_status dense_extend(struct dense *dense);
/* Residual of (T6) for the step k just made: largest |A(k,l) - alpha E[g^k r^l]| over l <= k, relative to the largest
 * |A(k,l)|. Called between advance and the next evaluate. */
double dense_identity_residual(const struct dense *dense);

#endif
