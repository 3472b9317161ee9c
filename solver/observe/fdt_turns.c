/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test that a part of the curve (chi, C) is monotone, so that it has a slope. */
#include "solver/observe/fdt_internal.h"

#include <math.h>

#define SURE 4.0      /* standard errors of an increment whose sign counts */
#define SHARE 0.05    /* of the total variation of C: least part with the rarer sign of the slope */
#define ROUNDING 1e-9 /* of the size of C, of chi */

/* Mean of row[l + 1] - row[l] over the samples; 0 if its sign is not significant. One sample has no errors: every sign
 * counts. */
static double increment(const struct fdt_samples *samples, const double *rows, size_t l)
{
    const size_t n = samples->lags, count = samples->samples;
    double mean = 0, squares = 0, size = 0;
    for (size_t s = 0; s < count; s++) {
        mean += (rows[s * n + l + 1] - rows[s * n + l]) / (double)count;
        size = fmax(size, fmax(fabs(rows[s * n]), fabs(rows[s * n + n - 1])));
    }
    for (size_t s = 0; s < count; s++) {
        const double x = rows[s * n + l + 1] - rows[s * n + l] - mean;
        squares += x * x;
    }
    const double se = count > 1 ? sqrt(squares / (double)(count * (count - 1))) : 0;
    const double t = fabs(mean) / hypot(se, ROUNDING * size);
    return (count > 1 ? fdt_score(t, (double)(count - 1)) : t) >= SURE ? mean : 0;
}

bool fdt_slope_turns(const struct fdt_samples *samples, size_t first, size_t last)
{
    double down = 0, up = 0;
    for (size_t l = first; l < last; l++) {
        const double c = increment(samples, samples->correlation, l), chi = increment(samples, samples->response, l);
        *(c * chi < 0 ? &down : &up) += c * chi == 0 ? 0 : fabs(c);
    }
    return fmin(down, up) > SHARE * (down + up);
}
