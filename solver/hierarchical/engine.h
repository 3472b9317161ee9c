/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine: the dense engine's equations with the past compressed on blocks (THEORY 6), cost K log^2 K.
 * Open to tests, which look inside. */
#ifndef SOLVER_HIERARCHICAL_ENGINE_H
#define SOLVER_HIERARCHICAL_ENGINE_H

#include "solver/paths/calibration.h"
#include "solver/hierarchical/kernels.h"
#include "solver/hierarchical/noise.h"
#include "solver/hierarchical/tangent.h"
#include "solver/paths/reaction.h"

struct hierarchical {
    struct engine_group group;
    long k;                 /* present step */
    size_t at;              /* its coordinate */
    size_t all, n;          /* paths of all replicas; coordinates */
    double scale;           /* of the field at the present step */
    struct paths paths;
    struct reaction reaction;
    bool weighs;            /* whether averages are calibrated */
    struct calibration calibration;
    struct blocks blocks;
    struct noise noise;
    struct kernels kernels;
    struct block_tangent tangent;
    long *jump;
    double *omega, *push;   /* [all] field, and what the examples' own forces add to r */
    double *r, *g, *nu;     /* [all] */
    double *omegas, *pushes; /* [n][all] histories */
    double *frozen;         /* [waiting times][all] push at each waiting time */
    double *block_sum;      /* [blocks of paths][n] */
};

extern const struct engine engine_hierarchical;

/* Bytes of path arrays that the present step reads at least: responses on the blocks, histories of field and reaction, and the
 * orthogonal rows of forces and innovations. */
double hierarchical_step_bytes(const struct hierarchical *h);

#endif
