/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order parameters of a stationary state from its kernels, (T14) and its version with phases: response, static and
 * fluctuating covariance of the field of the others, and the sphere's rescaling. */
#ifndef SOLVER_STATIONARY_ORDER_H
#define SOLVER_STATIONARY_ORDER_H

#include "solver/stationary/stationary_kernels.h"
#include <complex.h>
#include <fftw3.h>

/* Complex number real + i imaginary: some compilers have no CMPLX, and I in single precision. */
static inline double complex complex_number(double real, double imaginary)
{
    const union {
        double part[2];
        double complex whole;
    } number = {.part = {real, imaginary}};
    return number.whole;
}

/* Transforms over the epochs of a ring, made once for all threads, on arrays of fftw_malloc. */
struct stationary_transforms {
    size_t epochs, row; /* ring/period; doubles of a padded row that holds a transform */
    fftw_plan forward, backward;
};

/* False without memory. Not thread-safe. */
bool stationary_transforms_create(struct stationary_transforms *transforms, const struct stationary_shape *shape);
void stationary_transforms_free(struct stationary_transforms *transforms);

struct stationary_order {
    struct stationary_shape shape;
    const struct stationary_transforms *transforms;
    const struct sgdmft_run *run;
    double *R;                /* [n][reach+1] R(l + lag, l) by the phase of the earlier time l */
    double *rho;              /* [n] rescaling of step k -> k+1 by the phase of k; 1 without the sphere */
    double *chi;              /* [reach+1] integrated response (T9), phase average */
    double *C;                /* [ring/2+1] C(lag) without its limit, phase average */
    double *limit;            /* [n][n] covariance of the static part of the field */
    double *static_root;      /* [n][n+1] its root: static field = root z */
    double *norm;             /* [n] C(k,k) */
    double correlation_limit; /* C(infinity) = m^2 + static part, phase average */
    double complex *root;     /* [epochs/2+1][n][n] Hermitian root of the spectrum of the fluctuating field */
    double *spectral;         /* [2 n n + 1] padded rows: scratch */
    double complex *small;    /* [4][n][n] scratch */
    double *eigenvalue;       /* [n] */
};

bool stationary_order_create(struct stationary_order *order, const struct stationary_shape *shape,
                             const struct stationary_transforms *transforms, const struct sgdmft_run *run);
void stationary_order_free(struct stationary_order *order);
size_t stationary_order_bytes(const struct stationary_shape *shape);
/* DIVERGED if a response or a covariance is not finite, grows, or no rescaling puts the weights on the sphere. */
enum sgdmft_status stationary_order_update(struct stationary_order *order, const struct stationary_kernels *kernels);

#endif
