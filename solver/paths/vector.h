/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short loops over contiguous numbers, inlined into callers that are compiled for several CPUs (SIMD_CLONES). */
#ifndef SOLVER_PATHS_VECTOR_H
#define SOLVER_PATHS_VECTOR_H

#include "models/base/simd.h"
#include <stddef.h>

static inline double vector_dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* y[i] += c x[i] */
static inline void vector_add(size_t n, double c, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += c * x[i];
}

#endif
