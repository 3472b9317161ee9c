/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The noise nu of (T8), Gaussian with the covariance M of the paths' forces, without forming M or inverting it. Its
 * state is an orthonormal basis over the paths i = 1..n, rows q_a with (1/n) sum_i q_a(i) q_b(i) = [a=b], which spans
 * the forces' history on the blocks, and one innovation z_a(i), independent N(0,1), for each row. A new force g^k has
 * the coefficients c_a^k = (1/n) sum_i g^k(i) q_a(i), and
 *
 *     nu^k(i) = (alpha Delta)^(1/2) sum_a c_a^k z_a(i),   E[nu^k nu^l] = alpha Delta sum_a c_a^k c_a^l = M(k,l).
 *
 * The remainder of g^k is a new row with a new innovation. A full basis is rotated, with its innovations, onto the span
 * of the history on the blocks. The covariance is that of the forces to rounding, at any rank.
 *
 * A rotation mixes rows with the innovations of earlier ones, to which they respond, so that a path's own force,
 * through its share in the coefficients, would act back on it. The coefficients for path i are therefore those of the
 * other paths (leave one out): with the remainder e q(i) of the regression of g^k(i) on the rows and the leverage h(i)
 * = (1/n) sum_a q_a(i)^2 they are c_a^k - q_a(i) e q(i)/(n (1 - h(i))). The same nu^k(i) has all c_a^k and, for the new
 * row q, the innovation z(i) = fresh(i) - q(i) sum_a q_a(i) z_a(i)/(n (1 - h(i))); the sum is the feedback. */
#ifndef SOLVER_HIERARCHICAL_NOISE_H
#define SOLVER_HIERARCHICAL_NOISE_H

#include "models/base/archive.h"
#include "solver/hierarchical/blocks.h"
#include "solver/paths/paths.h"

struct noise {
    struct paths *paths;
    size_t n;            /* coordinates of the blocks */
    size_t width;        /* capacity of the basis */
    struct basis forces; /* [width] rows over the paths */
    double *innovation;  /* [width][paths] */
    double *history;     /* [replicas][n][width] coefficients of the forces' history */
    double *row;         /* [replicas][width] coefficients of the present forces */
    double *packed;      /* [replicas n][width] of a rotation, with its work space */
    double *reflector, *work;
    double *rotated;  /* [replicas n][paths] */
    size_t *live;     /* [replicas n] */
    size_t rotations; /* so far */
    double *feedback; /* [paths] sum of row times innovation over the rows; 0 before the first rotation, where its mean
                         is 0 */
    double *leverage; /* [paths] mean square of the rows: (1/paths) sum of row^2 */
};

size_t noise_bytes(const struct sgdmft_run *run, size_t paths, size_t n);
/* Allocates for n coordinates. False without memory; noise_free in either case. */
bool noise_create(struct noise *noise, struct paths *paths, size_t n);
void noise_free(struct noise *noise);
/* Draws nu[replicas * paths] from the forces g[replicas * paths] of the present step. */
void noise_draw(struct noise *noise, const double *g, double *nu);
/* Writes the forces of the last draw at their coordinate. */
void noise_append(struct noise *noise, size_t at);
void noise_merge(struct noise *noise, const struct merge *merge);
/* Archives the state between two steps. */
bool noise_archive(struct noise *noise, struct archive *archive);

#endif
