/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-path responses of the local form (T8) in the coordinates of the blocks: D~ of probe fields shaped like each
 * polynomial, and the history of D~ on the blocks, whose memory is Gamma. Paths come in lanes, so that one load of Gamma
 * serves many paths; sums over the past run tile by tile, a tile being one block of time and one of probes. */
#ifndef SOLVER_HIERARCHICAL_TANGENT_H
#define SOLVER_HIERARCHICAL_TANGENT_H

#include "solver/hierarchical/blocks.h"
#include "solver/paths.h"

#define TANGENT_LANES 32 /* divides ENGINE_PATH_UNIT */

struct block_tangent {
    size_t paths, lanes;   /* lanes: groups of TANGENT_LANES paths */
    size_t slots, width, n;
    int threads;
    double *present;       /* [lanes][n][TANGENT_LANES] D~(k,.) */
    double *history;       /* [lanes][slot of time][slot of probe][width probe][width time][TANGENT_LANES] */
    double *partial;       /* [lanes][n] */
};

/* One step of all paths. */
struct tangent_step {
    const double *Gamma;     /* [n] */
    const double *curvature; /* [paths] sigma^k l'' */
    double keep, rate, variance, rho; /* 1 - eta lambda, eta, Delta, the sphere's factor */
    size_t at;               /* coordinate of step k */
};

size_t block_tangent_bytes(size_t paths, const struct blocks *blocks);
/* False without memory; block_tangent_free in either case. */
bool block_tangent_create(struct block_tangent *tangent, size_t paths, const struct blocks *blocks, int threads);
void block_tangent_free(struct block_tangent *tangent);
/* gamma[b] = mean over the paths of mean_curvature D(k,b), the own term [k = l] at the coordinate `at` included. */
void block_tangent_average(struct block_tangent *tangent, const double *mean_curvature, size_t at, double *gamma);
/* D~(k,.) -> D~(k+1,.), (T8). */
void block_tangent_advance(struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step);
/* Puts D~ of the present step at its coordinate. */
void block_tangent_append(struct block_tangent *tangent, const struct blocks *blocks, size_t at);
void block_tangent_merge(struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge);

#endif
