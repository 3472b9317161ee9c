/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two samples of one law: samples of a result, and the Kolmogorov-Smirnov test. */
#ifndef TESTS_SOLVER_SAME_LAW_H
#define TESTS_SOLVER_SAME_LAW_H

#include <gsl/gsl_sort.h>
#include <math.h>
#include <sgdmft/result.h>
#include <stdlib.h>

/* p of the two-sample Kolmogorov-Smirnov test; sorts x and y. Values that differ by rounding count as one: an error
 * rate summed in another order is the same rate. */
static inline double same_law(size_t n, double *x, size_t m, double *y)
{
    double worst = 0, p = 0;
    gsl_sort(x, 1, n);
    gsl_sort(y, 1, m);
    for (size_t i = 0, j = 0; i < n && j < m;) {
        const double least = fmin(x[i], y[j]), at = least + 1e-12 * fabs(least);
        while (i < n && x[i] <= at)
            i++;
        while (j < m && y[j] <= at)
            j++;
        worst = fmax(worst, fabs((double)i / (double)n - (double)j / (double)m));
    }
    const double root = sqrt((double)n * (double)m / (double)(n + m)), t = (root + 0.12 + 0.11 / root) * worst;
    for (int k = 1; k < 100; k++)
        p += (k % 2 ? 2 : -2) * exp(-2 * k * k * t * t);
    return t < 0.2 ? 1 : p;
}

/* The samples of a quantity's entry `back` before its last one, to be freed; NULL where there is none. */
static inline double *samples_before_end(const struct sgdmft_result *result, const char *group, const char *name,
                                         size_t back)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    double *out = quantity && quantity->length > back ? malloc(result->samples * sizeof *out) : NULL;
    for (size_t s = 0; out && s < result->samples; s++)
        out[s] = quantity->sample[s * quantity->length + quantity->length - 1 - back];
    return out;
}

static inline double *samples_at_end(const struct sgdmft_result *result, const char *group, const char *name)
{
    return samples_before_end(result, group, name, 0);
}

#endif
