/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bulk of the Hessian's spectrum from the law of l'' (T12). */
#ifndef SOLVER_OBSERVE_HESSIAN_BULK_H
#define SOLVER_OBSERVE_HESSIAN_BULK_H

#include <sgdmft/result.h>

struct sharpness_bulk {
    double trace;        /* tr H/N = lambda + alpha Delta E[t]                       */
    double upper, lower; /* edges of the bulk; NaN where l'' is not bounded on that side */
};

/* Edges of lambda + (1/N) sum t_mu x_mu x_mu^T, x ~ N(0, Delta Sigma), with t drawn from t[0..n-1] and Sigma of this
 * spectrum, for N -> infinity. t may have both signs. The smallest eigenvalue of the bulk is ridge itself where t >= 0
 * and alpha P(t > 0) <= 1 or some eigenvalue of Sigma is 0. */
struct sharpness_bulk sharpness_bulk(size_t n, const double *t, double alpha, double variance, double ridge,
                                     const struct sgdmft_spectrum *spectrum);
/* Sets above (below) to true if l'' has no upper (lower) bound as |r| grows. */
void sharpness_unbounded(const struct sgdmft_run *run, bool *above, bool *below);
/* Records trace, edges and condition number (edges' ratio) at a place of the axis, from fields r and labels y of n
 * examples; scratch has n numbers. */
void sharpness_record(const struct sgdmft_result *result, size_t sample, size_t place, size_t n, const double *r,
                      const double *y, double *scratch);

#endif
