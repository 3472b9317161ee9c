/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Per-path responses of the local form (T8) in the coordinates of the blocks: D~ of probe fields shaped like each
 * polynomial, and the history of D~ on the blocks, whose memory is Gamma. Paths come in lanes, so that one load of
 * Gamma serves many paths; sums over the past run tile by tile, a tile being one block of time and one of probes. The
 * time is that of reading the tiles, which are in single precision if that is enough for the order.
 *
 * Blocks to whose probes the response of all paths is below a tolerance, which falls with the order, are dropped,
 * oldest first: their Gamma is zero from then on. So a run with a decaying response has a bounded number of blocks. */
#ifndef SOLVER_HIERARCHICAL_HIERARCHICAL_TANGENT_H
#define SOLVER_HIERARCHICAL_HIERARCHICAL_TANGENT_H

#include "solver/hierarchical/blocks.h"
#include "solver/paths/paths.h"

#define TANGENT_LANES 32 /* divides ENGINE_PATH_UNIT */
/* Largest order in single precision: Gamma is exact to about 1e-7, and the polynomials no better. */
#define TANGENT_SINGLE_ORDER 4

struct block_tangent {
    size_t paths, lanes; /* lanes: groups of TANGENT_LANES paths */
    size_t slots, width, n;
    size_t first; /* blocks before this one are dropped */
    bool single;  /* precision of the next two: float, else double */
    double tolerance;
    int threads;
    void *present;   /* [lanes][n][TANGENT_LANES] D~(k,.) */
    void *history;   /* [lanes][slot of time][slot of probe][width probe][width time][TANGENT_LANES] */
    double *partial; /* [lanes][n] */
    double *size;    /* [lanes] */
};

/* One step of all paths. */
struct tangent_step {
    const double *Gamma;              /* [n] */
    const double *curvature;          /* [paths] sigma^k l'' */
    double keep, rate, variance, rho; /* 1 - eta lambda, eta, Delta, the sphere's factor */
    size_t at;                        /* coordinate of step k */
};

size_t block_tangent_bytes(size_t paths, size_t slots, size_t order, size_t phases);
/* False without memory; block_tangent_free in either case. */
bool block_tangent_create(struct block_tangent *tangent, size_t paths, const struct blocks *blocks, int threads);
void block_tangent_free(struct block_tangent *tangent);
/* gamma[b] = mean over the paths of mean_curvature D(k,b), the own term [k = l] at the coordinate `at` included. */
void block_tangent_average(struct block_tangent *tangent, const double *mean_curvature, size_t at, double *gamma);
/* answer[i] = sum_l D_i(k,l), l <= k, of each path. */
void block_tangent_answer(const struct block_tangent *tangent, const struct blocks *blocks, double *answer);
/* D~(k,.) -> D~(k+1,.), (T8). */
void block_tangent_advance(struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step);
/* Writes D~ of the present step at its coordinate. */
void block_tangent_append(struct block_tangent *tangent, const struct blocks *blocks, size_t at);
/* Applies a merge of the partition. */
void block_tangent_merge(struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge);
/* Drops the oldest blocks within the tolerance. */
void block_tangent_forget(struct block_tangent *tangent, const struct blocks *blocks);

/* Loops over one lane, in either precision (tangent_lane.h). */
struct tangent_lane {
    void (*average)(const struct block_tangent *tangent, size_t lane, const double *mean_curvature, double *out);
    void (*answer)(const struct block_tangent *tangent, const struct blocks *blocks, size_t lane, double *out);
    void (*advance)(const struct block_tangent *tangent, const struct blocks *blocks, const struct tangent_step *step,
                    size_t lane);
    void (*append)(const struct block_tangent *tangent, const struct blocks *blocks, size_t at, size_t lane);
    void (*merge)(const struct block_tangent *tangent, const struct blocks *blocks, const struct merge *merge,
                  bool forgotten, size_t lane);
    double (*size)(const struct block_tangent *tangent, size_t slot,
                   size_t lane); /* sum over paths and probes of |D~| */
};
extern const struct tangent_lane tangent_lane_single, tangent_lane_double;

#endif
