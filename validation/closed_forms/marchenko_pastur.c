/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gauss quadrature for the Marchenko-Pastur law itself. Its density has square-root edges (and an inverse square-root
 * one at s = 0 for alpha = 1), but its orthogonal polynomials are known: their three-term recurrence has the
 * constant coefficients 1 + alpha and sqrt(alpha) from the second row on, and the first diagonal entry is the mean. So
 * nodes are the eigenvalues of that tridiagonal matrix and weights the squared first components of its eigenvectors
 * (Golub and Welsch, Math. Comp. 23, 221 (1969)): no singularity is ever integrated.
 *
 * For alpha < 1 the law is (1 - alpha) delta(s) + alpha times the law of the P x P Gram matrix x x^T/N, whose mean is
 * 1 and whose recurrence is otherwise the same. */
#include "validation/closed_forms/marchenko_pastur.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

size_t marchenko_pastur_nodes(double alpha, size_t nodes, double *value, double *weight)
{
    if (!(alpha > 0.0) || !isfinite(alpha) || nodes == 0 || nodes > 20000)
        return 0;
    const size_t atom = alpha < 1.0;
    const double mass = fmin(alpha, 1.0);
    double *diagonal = value + atom;
    double *off_diagonal = malloc(nodes * sizeof *off_diagonal);
    double *vectors = malloc(nodes * nodes * sizeof *vectors);
    size_t count = 0;

    if (off_diagonal && vectors) {
        for (size_t j = 0; j < nodes; j++) {
            diagonal[j] = 1.0 + alpha;
            off_diagonal[j] = sqrt(alpha);
        }
        diagonal[0] = fmax(alpha, 1.0);
        const lapack_int n = (lapack_int)nodes;
        if (LAPACKE_dsteqr(LAPACK_COL_MAJOR, 'I', n, diagonal, off_diagonal, vectors, n) == 0)
            count = nodes + atom;
    }
    if (count) {
        const double lower = (1.0 - sqrt(alpha)) * (1.0 - sqrt(alpha));
        for (size_t j = 0; j < nodes; j++) {
            const double first = vectors[j * nodes];
            weight[atom + j] = mass * first * first;
            value[atom + j] = fmax(diagonal[j], lower); /* rounding must not give s < 0 */
        }
        if (atom) {
            value[0] = 0.0;
            weight[0] = 1.0 - alpha;
        }
    }
    free(off_diagonal);
    free(vectors);
    return count;
}
