/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-path response D(k,l) = d r^k / d theta^l of an example to a probe field (T7), and its average Gamma. D(k,.) is a
 * combination of the rows D(j,.) of the steps j < k with non-zero curvature g'^j = sigma^j l''; only those rows are
 * stored. */
#ifndef SOLVER_DENSE_DENSE_TANGENT_H
#define SOLVER_DENSE_DENSE_TANGENT_H

#include "solver/paths/paths.h"

struct tangent_path {
    double *arena; /* rows one after the other; row of step j has j + 1 entries, the last is D(j,j) = 1 */
    size_t used;   /* doubles of the arena in use */
    size_t rows;
    double *curvature; /* [rows] eta_j g'^j */
    uint32_t *step;    /* [rows] j */
};

struct tangent {
    size_t paths;
    size_t steps;
    int threads;
    struct tangent_path *path;
    double *arena; /* of all paths; memory is used only as far as it is filled */
    double *curvature;
    uint32_t *step;
    double *partial, *partial_surprise; /* [blocks][steps + 1] */
    double *scratch;                    /* [blocks][steps + 1] */
};

#define TANGENT_BLOCK 32

/* Bytes of the tangents. kept: the share of all rows, by memory, that tangent_step stores, 0..1. */
size_t tangent_bytes(size_t paths, size_t steps, double kept);
bool tangent_create(struct tangent *tangent, size_t paths, size_t steps, int threads);
void tangent_free(struct tangent *tangent);
/* Step k: D(k,l) of each path from the response row R(k,.) (with Delta), then gamma[l] = mean over paths of
 * mean_curvature[i] D_i(k,l), l = 0..k, and gamma_surprise likewise with surprise[i] in place of mean_curvature[i]
 * (NULL: not needed). The row is stored if curvature[i] = sigma^k l'' is not zero. rate is eta_k. answer[i] is sum_l
 * D_i(k,l) of the paths with curvature (NULL: not needed). */
void tangent_step(struct tangent *tangent, long k, double variance, double rate, const double *response,
                  const double *mean_curvature, const double *curvature, double *gamma, const double *surprise,
                  double *gamma_surprise, double *answer);

#endif
