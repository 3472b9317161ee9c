/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanczos (J. Res. Natl. Bur. Stand. 45 (1950) 255): A V = V T + beta v e^T with V orthonormal and T tridiagonal. Every
 * new vector is made orthogonal to all earlier ones, twice, so that no copies of eigenvalues appear; the residual of a
 * Ritz pair (theta, V s) is beta |last component of s| (Paige 1971). */
#include "models/base/lanczos.h"

#include "models/base/simd.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHECK 10 /* iterations between tests of convergence */

double lanczos_bytes(size_t dim, size_t most)
{
    return (double)((most + 1) * (dim + 4) + most * most) * sizeof(double);
}

bool lanczos_create(size_t dim, size_t most, struct lanczos *lanczos)
{
    *lanczos = (struct lanczos){.dim = dim, .most = most < dim ? most : dim};
    const size_t n = lanczos->most;
    double **array[] = {&lanczos->basis, &lanczos->alpha, &lanczos->beta,
                        &lanczos->value, &lanczos->off,   &lanczos->vector};
    const size_t length[] = {(n + 1) * dim, n + 1, n + 1, n + 1, n + 1, n * n};
    bool good = true;
    for (size_t i = 0; i < 6; i++)
        good = (*array[i] = malloc(length[i] * sizeof(double))) && good;
    return good;
}

void lanczos_free(struct lanczos *lanczos)
{
    double *array[] = {lanczos->basis, lanczos->alpha, lanczos->beta, lanczos->value, lanczos->off, lanczos->vector};
    for (size_t i = 0; i < 6; i++)
        free(array[i]);
    *lanczos = (struct lanczos){.dim = 0};
}

SIMD_CLONES static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

SIMD_CLONES static void add(size_t n, double factor, const double *x, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += factor * x[i];
}

/* Projects x across basis vectors 0..j. */
static void orthogonalise(const struct lanczos *lanczos, size_t j, double *x)
{
    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i <= j; i++) {
            const double *v = lanczos->basis + i * lanczos->dim;
            add(lanczos->dim, -dot(lanczos->dim, v, x), v, x);
        }
}

static bool normalise(size_t n, double *x, double least, double *length)
{
    *length = sqrt(dot(n, x, x));
    if (!(*length > least))
        return false;
    for (size_t i = 0; i < n; i++)
        x[i] /= *length;
    return true;
}

/* Eigenvalues of T_j, ascending, with eigenvectors in the columns of vector. */
static bool diagonalise(struct lanczos *lanczos, size_t j)
{
    memcpy(lanczos->value, lanczos->alpha, j * sizeof(double));
    memcpy(lanczos->off, lanczos->beta, j * sizeof(double));
    const lapack_int n = (lapack_int)j;
    return LAPACKE_dstev(LAPACK_COL_MAJOR, 'V', n, lanczos->value, lanczos->off, lanczos->vector, n) == 0;
}

/* beta_j |last component| of the i-th Ritz vector of T_j. */
static double residual(const struct lanczos *lanczos, size_t j, size_t i)
{
    return lanczos->beta[j - 1] * fabs(lanczos->vector[i * j + j - 1]);
}

static bool converged(const struct lanczos *lanczos, size_t j, size_t count, double bound)
{
    bool good = residual(lanczos, j, 0) <= bound;
    for (size_t i = 0; i < count && i < j; i++)
        good = good && residual(lanczos, j, j - 1 - i) <= bound;
    return good && j >= count;
}

static double bound_of(const struct lanczos *lanczos, size_t j, double tolerance)
{
    return tolerance * fmax(fabs(lanczos->value[0]), fabs(lanczos->value[j - 1]));
}

void lanczos_ends(struct lanczos *lanczos, lanczos_product *product, void *context, const double *start,
                  double tolerance, size_t count, double *largest, double *top, double *smallest)
{
    const size_t n = lanczos->dim;
    double length, scale = 0;
    size_t j = 0;
    memcpy(lanczos->basis, start, n * sizeof *start);
    bool going = normalise(n, lanczos->basis, 0, &length), ready = false;
    while (going) {
        const double *v = lanczos->basis + j * n;
        double *next = lanczos->basis + (j + 1) * n;
        if (sgdmft_watch_stops(lanczos->watch)) {
            ready = false;
            break;
        }
        product(context, v, next);
        lanczos->alpha[j] = dot(n, v, next);
        scale = fmax(scale, sqrt(dot(n, next, next)));
        orthogonalise(lanczos, j, next);
        const bool more = normalise(n, next, 1e-12 * scale, &lanczos->beta[j]); /* otherwise the space is invariant */
        if (!more)
            lanczos->beta[j] = 0;
        j++;
        going = more && j < lanczos->most;
        if (going && j % CHECK != 0)
            continue;
        ready = diagonalise(lanczos, j);
        going = going && ready && !converged(lanczos, j, count, bound_of(lanczos, j, tolerance));
    }
    const double bound = ready ? bound_of(lanczos, j, tolerance) : 0;
    const bool any = j == 1 && n > 1; /* the start is an eigenvector, as every vector is */
    *smallest = ready && residual(lanczos, j, 0) <= bound ? lanczos->value[0] : (double)NAN;
    for (size_t i = 0; i < count; i++) {
        const bool good = ready && i < j && residual(lanczos, j, j - 1 - i) <= bound;
        largest[i] = good ? lanczos->value[j - 1 - i] : (double)NAN;
        memset(top + i * n, 0, n * sizeof *top);
        for (size_t a = 0; good && !any && a < j; a++)
            add(n, lanczos->vector[(j - 1 - i) * j + a], lanczos->basis + a * n, top + i * n);
    }
}
