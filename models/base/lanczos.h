/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanczos iteration with full reorthogonalisation for the ends of a symmetric matrix's spectrum. */
#ifndef MODELS_BASE_LANCZOS_H
#define MODELS_BASE_LANCZOS_H

#include <sgdmft/watch.h>
#include <stdbool.h>
#include <stddef.h>

struct lanczos {
    size_t dim, most;                 /* most: iterations at the most, <= dim */
    double *basis;                    /* [most + 1][dim] */
    double *alpha, *beta;             /* [most + 1] of the tridiagonal matrix */
    double *value, *off, *vector;     /* [most], [most], [most][most]: its eigenvalues and eigenvectors */
    const struct sgdmft_watch *watch; /* tested before each product; NULL: none */
};

double lanczos_bytes(size_t dim, size_t most);
bool lanczos_create(size_t dim, size_t most, struct lanczos *lanczos);
void lanczos_free(struct lanczos *lanczos);

/* out = A x */
typedef void lanczos_product(void *context, const double *x, double *out);

/* Finds the `count` largest eigenvalues, descending, with unit eigenvectors top[count][dim], and the smallest, from a
 * start that is not orthogonal to their eigenvectors. A Ritz value is accepted if its residual is below tolerance times
 * the largest |value|. Values are NaN that are not accepted within `most` iterations or before the watch stops, and
 * beyond the number of distinct eigenvalues. Vectors are 0 of such values, and of a multiple of the unit matrix, whose
 * eigenvectors are all vectors. */
void lanczos_ends(struct lanczos *lanczos, lanczos_product *product, void *context, const double *start,
                  double tolerance, size_t count, double *largest, double *top, double *smallest);

#endif
