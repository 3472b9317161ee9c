/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths of a group: the variables that are drawn once for each (component c, label y, field u of the signal), and
 * the batch membership s^k, drawn at each step. Draws are balanced and quasi-random (THEORY 5.3, 5.4). With two
 * replicas every example has two paths, i and paths + i, with the same (c, u, y) and batches of their own. */
#ifndef SOLVER_PATHS_PATHS_H
#define SOLVER_PATHS_PATHS_H

#include "solver/paths/basis.h"
#include "models/base/state.h"
#include "solver/run/engine.h"
#include <stdbool.h>

struct paths {
    const struct sgdmft_run *run;
    struct engine_group group;
    double variance;         /* Delta */
    size_t replicas;         /* paths of each example, 1 or 2 */
    size_t all;              /* replicas * paths */
    double *centre, *u, *y;  /* [all] */
    unsigned char *flipped;  /* [all] the label was flipped (classes) */
    bool overlap_vanishes;   /* a symmetry keeps m = 0: leave m and d out (THEORY 5.5) */
    size_t drawn;            /* paths drawn on their own: all, or the first half where the second mirrors it:
                               * (c,u) -> -(c,u) with the same label, field and batches (THEORY 5.5) */
    unsigned char *selected; /* [all] s^k */
    uint32_t *place;         /* [all] place in the epoch (reshuffle), or s^{k-1} */
    uint32_t *order;         /* [paths] scratch of the balanced draws */
    struct ranked *ranked;   /* [paths] scratch of the stratified draws */
    double *sigma;           /* [all] sigma^k = weight s^k */
    double *mean_sigma;      /* [all] its mean given the past where the rule allows it, else sigma^k */
    double *mean_sigma2;     /* [all] the same for its square */
    struct basis basis;
    struct quasi *quasi; /* low-discrepancy points for the first draws */
    size_t innovations;  /* drawn so far */
};

/* True if labels are even: they do not change when an example changes its sign. */
bool paths_have_even_labels(const struct sgdmft_run *run);
/* Table of the arrays of the paths. */
struct state_table paths_arrays(size_t replicas, size_t paths);
/* Replicas of the theory: at most two, which determine the distance for any number. */
static inline size_t paths_replicas(const struct sgdmft_run *run)
{
    return run->replicas > 1 ? 2 : 1;
}

size_t paths_bytes(const struct sgdmft_run *run, size_t paths, size_t max_innovations);
/* Draws the examples; false without memory. Release with paths_free in either case. */
bool paths_create(struct paths *paths, const struct engine_group *group, size_t max_innovations);
void paths_free(struct paths *paths);
/* Copies the drawn paths' values x[paths] to their mirror images. */
void paths_mirror(const struct paths *paths, double sign, double *x);
/* Draws s^k and fills sigma, mean_sigma and mean_sigma2. key (one number a path and replica, or NULL) stratifies the
 * draw: the share b of paths with neighbouring keys is selected. */
void paths_select(struct paths *paths, long k, const double *key);

/* A path in the order of its key, ties at random. */
struct ranked {
    double key;
    uint32_t tie, path;
};
/* Draws the next innovation, orthogonal to all rows of the basis (to its window of them), appends it and returns its
 * row. */
const double *paths_innovation(struct paths *paths);

/* Low-discrepancy normals, in paths_quasi.c: column `dimension` of a shifted Sobol sequence. */
struct quasi *quasi_create(uint64_t seed, uint32_t owner, size_t paths, const unsigned char *stratum);
void quasi_free(struct quasi *quasi);
bool quasi_uniforms(struct quasi *quasi, double *out);            /* the next dimension; false when they are used up */
bool quasi_archive(struct quasi *quasi, struct archive *archive); /* how many are used up */

#endif
