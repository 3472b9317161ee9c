/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine: the equations of the dense engine with the past compressed on blocks (THEORY 6), cost K
 * log^2 K. Its state is public for tests. */
#ifndef SOLVER_HIERARCHICAL_HIERARCHICAL_ENGINE_H
#define SOLVER_HIERARCHICAL_HIERARCHICAL_ENGINE_H

#include "solver/hierarchical/hierarchical_kernels.h"
#include "models/base/state.h"
#include "solver/hierarchical/noise.h"
#include "solver/hierarchical/hierarchical_tangent.h"
#include "solver/paths/ensemble.h"

struct hierarchical {
    struct ensemble ensemble;
    size_t at;     /* coordinate of the present step */
    size_t all, n; /* paths of all replicas; coordinates */
    double scale;  /* of the field at the present step */
    struct blocks blocks;
    struct noise noise;
    struct kernels kernels;
    struct block_tangent tangent;
    long *jump;
    double *omega, *memory;    /* [all] field, and what the examples' own forces add to r */
    double *r, *g, *nu;        /* [all] */
    double *omegas, *memories; /* [n][all] histories */
    double *frozen;            /* [waiting times][all] memory at each waiting time */
};

extern const struct engine engine_hierarchical;

/* Table of the arrays of `all` paths with n coordinates. */
struct state_table hierarchical_arrays(size_t all, size_t n, size_t waitings);
/* Least number of bytes of path arrays that the present step reads: responses on the blocks, histories of field and
 * reaction, and the orthogonal rows of forces and innovations. */
double hierarchical_step_bytes(const struct hierarchical *h);

#endif
