/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Order parameters and kernels in the coordinates of the blocks, and the causal step (T5), (T6), (T11) that extends
 * them: matrices projected on both sides, rows of the present step projected on the past. */
#ifndef SOLVER_HIERARCHICAL_HIERARCHICAL_KERNELS_H
#define SOLVER_HIERARCHICAL_HIERARCHICAL_KERNELS_H

#include "models/base/archive.h"
#include "solver/hierarchical/blocks.h"
#include <sgdmft/run.h>

/* A correlation of weights. The term a(k,l) = - sum_{j<l} R(l,j) eta_j M(k,j) of (T6) is alpha E[g^k y^l], y^l the
 * reaction of an example to its own forces, y^l = - Delta sum_{j<l} R(l,j) eta_j g^j: neither M nor R is needed as a
 * matrix. */
struct kernel_pair {
    double *C;     /* [n][n] */
    double *next;  /* [n] row C(k+1,.), without the new diagonal */
    double *a;     /* [n] row a(k,.) of the present step, from the paths */
    double *A;     /* [n] row of the step made last (T6) */
    double force;  /* M(k,k) of the present step */
    double Q;      /* of the step made last */
    double square; /* C(k,k) of the present step */
};

/* The two-time functions of one waiting time t_w. */
struct kernel_waiting {
    long step;                    /* t_w */
    double overlap;               /* m^{t_w} */
    double a;                     /* a(k,t_w) of the present step k >= t_w, from the paths */
    double *C, *chi;              /* [n] C(.,t_w), chi(.,t_w) */
    double correlation, response; /* C(k,t_w), chi(k,t_w) of the present step */
};

struct kernels {
    const struct sgdmft_run *run;
    size_t n;                               /* coordinates */
    double *m;                              /* [n] */
    double overlap;                         /* m^k of the present step */
    double *Gamma;                          /* [n] row Gamma(k,.) of the present step */
    double d;                               /* d^k of the present step */
    double rho;                             /* rescaling of the step made last: 1 without the sphere */
    double gradient_overlap, gradient_norm; /* w.g/N and |g|^2/N of the step made last (T13) */
    struct kernel_pair own, cross;
    bool replicas;
    size_t waitings;
    struct kernel_waiting *waiting;
};

size_t kernels_bytes(const struct sgdmft_run *run, size_t n);
/* Starts before step 0. False without memory; kernels_free in either case. */
bool kernels_create(struct kernels *kernels, const struct sgdmft_run *run, size_t n, bool replicas);
void kernels_free(struct kernels *kernels);
bool kernels_archive(struct kernels *kernels, struct archive *archive);
/* Writes the values of the present step k at its coordinate. */
void kernels_append(struct kernels *kernels, long k, size_t at);
void kernels_merge(struct kernels *kernels, const struct merge *merge);
/* Computes the order parameters of step k+1 from Gamma, d, M(k,k) and the rows a of step k, whose coordinate is `at`.
 * DIVERGED as dyson_advance. */
enum sgdmft_status kernels_advance(struct kernels *kernels, long k, size_t at);
/* |w1 - w2|^2/N of two replicas at the present step; NaN without replicas. */
double kernels_distance(const struct kernels *kernels);

#endif
