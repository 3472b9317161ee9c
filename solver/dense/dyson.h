/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Order parameters and kernels of all steps, and the causal step that extends them: (T5), (T6), for data with a
 * spectrum mode by mode (T15). A mode is the part of the weights along the eigenvectors of one eigenvalue s of the
 * data's covariance Sigma; a is the mean square of the signal's components in it. Without a spectrum there is one mode,
 * with s = a = 1, and the averages over the modes are its own numbers: the same arrays, the same bits. */
#ifndef SOLVER_DENSE_DYSON_H
#define SOLVER_DENSE_DYSON_H

#include <sgdmft/run.h>
#include <stdbool.h>
#include <stddef.h>

/* A correlation of weights and the force correlation that drives it, through the recursion (T6). */
struct correlation {
    size_t stride; /* row length of the matrices: steps + 1 */
    double *C;     /* [stride][stride] symmetric, both halves */
    double *M;     /* [stride][stride] lower half; in mode s, where it is s M, the one matrix M of all modes */
    double *A, *a; /* [stride] rows A(k,l), a(k,l) of the step made last */
    double Q;      /* Q^k of the step made last */
};

struct mode {
    double value, weight, signal; /* s, share of the dimensions, a */
    double *m;                    /* [stride] overlap with the signal inside the mode */
    double *R;                    /* [stride][stride] response, lower half without diagonal */
    struct correlation own, cross;
};

struct dyson {
    const struct sgdmft_run *run;
    size_t stride;
    size_t modes;
    struct mode *mode;  /* [modes], and their averages behind several */
    bool plain;         /* Sigma is the identity */
    double signal_root; /* <s a>^(1/2) */
    /* Averages over the modes, of the weights: m, R and C of the observables; the arrays of the last of `mode`. */
    double *m; /* [stride] overlap */
    double *R; /* [stride][stride] response, lower half without diagonal */
    struct correlation own;
    bool replicas;
    struct correlation cross; /* C12 and M12 of two replicas (T11); only with replicas */
    /* Averages over the modes, of the field r = c m + Delta^(1/2) (u field_m + omega) - ...: rho^k, <s R_s>, <s
     * C_s(k,k)>. */
    double *field_m;              /* [stride] */
    double *field_R;              /* [stride][stride] */
    double *field_square;         /* [stride] */
    double *Gamma;                /* [stride] row Gamma(k,l), l <= k, of the present step */
    double d;                     /* d^k of the present step, with (T3)'s u: alpha E[g (c + Delta^(1/2) u)] */
    double centre_d;              /* the part alpha E[g c] of it; not needed without a spectrum */
    double *eta;                  /* [stride] eta_k */
    double *scratch, *mode_Gamma; /* [stride] */
    double rho;                   /* rescaling of the step made last: 1 without the sphere */
};

size_t dyson_bytes(const struct sgdmft_run *run, bool replicas);
/* False without memory; dyson_free in either case. */
bool dyson_create(struct dyson *dyson, const struct sgdmft_run *run, bool replicas);
void dyson_free(struct dyson *dyson);
/* Computes the rows k+1 of m, C, C12 and R from Gamma, M, M12 and d of step k. perpendicular[modes][stride + 1], if
 * given, is C(k+1,l) - m^{k+1} m^l/a in each mode, l <= k+1; cross_perpendicular is the same of C12. With NULL C
 * follows from (T6), C12 from (T11). DIVERGED if C(k+1,k+1) is not finite or above 1e12 (1 + norm0), or not positive on
 * the sphere. */
enum sgdmft_status dyson_advance(struct dyson *dyson, long k, const double *perpendicular,
                                 const double *cross_perpendicular);
/* Part of the square C(k,k) along the signal: <m_s m_s/a>. */
double dyson_along(const struct dyson *dyson, long k);
/* |w1 - w2|^2/N of two replicas at step k: 2 [C(k,k) - C12(k,k)]; NaN without replicas. */
double dyson_distance(const struct dyson *dyson, long k);
/* chi(k,waiting) = sum_{l=waiting}^{k-1} eta_l R(k,l) (T9). */
double dyson_integrated_response(const struct dyson *dyson, long k, long waiting);
/* w.g/N and |g|^2/N of the step made last, k -> k+1; g is the mini-batch gradient with the ridge term (T13). */
void dyson_gradient(const struct dyson *dyson, long k, double *overlap, double *norm);

#endif
