/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control variates from exact means of an example. Its field without its own reaction, f = Delta^(1/2) (u rho + omega)
 * (rho the overlap that the field has, m without a spectrum), is Gaussian with a variance and a correlation with u that
 * are order parameters, and independent of c, and of y given u. So the means are known of the products of any two of 1,
 * y, c, u, f, of f^4, and of f^3, f^2 u, f u^2 times the centre c or the label y. Orthogonal innovations make the
 * products of two exact, but not the others. At each step the paths get weights that make all of them exact: 1 plus the
 * combination of these functions of least squares. A weighted average is then the regression estimate (C.-E. Sarndal,
 * B. Swensson, J. Wretman, Model Assisted Survey Sampling, 1992): its noise is that of the residuals, and its bias is
 * of order 1/paths. Linear models have exact second moments without weights. */
#ifndef SOLVER_PATHS_CALIBRATION_H
#define SOLVER_PATHS_CALIBRATION_H

#include "solver/paths/paths.h"

/* The function y^y c^c u^u f^f. */
struct calibration_function {
    int y, c, u, f;
};

#define CALIBRATION_FUNCTIONS 22 /* at most */
#define CALIBRATION_POWERS 4     /* of u and f together, at most */

struct calibration {
    const struct paths *paths;
    size_t count; /* of functions */
    struct calibration_function function[CALIBRATION_FUNCTIONS];
    double moment[3][3][CALIBRATION_POWERS + 1]; /* E[y^a c^b u^n] */
    double *field;                               /* [paths] f of the present step, to be filled by the engine */
    double *weight;                              /* [paths] mean 1 */
    double *base, *value;                        /* [functions][paths] without f and with it */
    double *power;                               /* [CALIBRATION_POWERS + 1][paths] f^n */
    double *weighted;                            /* [paths] forces whose Gram matrix is the weighted one */
};

/* True if the paths of this group are weighted: the loss is smooth in r and the label no even function of the example,
 * as for the logistic loss; one replica; not too few paths. For other models the bias was close to the remaining error
 * (quadratic hinge, phase) or the error did not fall (door links, linear models). */
bool calibration_applies(const struct paths *paths);
size_t calibration_bytes(size_t paths);
/* False without memory; calibration_free in either case. No state passes from step to step. */
bool calibration_create(struct calibration *calibration, const struct paths *paths);
void calibration_free(struct calibration *calibration);
/* Fills weight from field. variance is E f^2, correlation that of f with u. All weights are 1 if there is no solution
 * (a field of variance 0). */
void calibration_weigh(struct calibration *calibration, double variance, double correlation);
/* Fills weighted[i] = (1 + weight)/2 g[i] times a factor. <weighted^k weighted^l> weights g^k g^l by the mean of the
 * weights of both steps: to first order for k != l, exactly for k = l. Returns weighted. */
const double *calibration_weighted(struct calibration *calibration, const double *g);

#endif
