/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extrapolation in 1/N from the means of two sizes, entry by entry. */
#include "solver/run/sizes.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Ratio of the size of a group to that of a small one; the larger ratio is for groups of LARGE weights or more. */
#define RATIO 8
#define RATIO_OF_LARGE 16
#define LARGE 8000
/* Square of a relative spread that is rounding. */
#define ROUNDING 1e-26

bool sizes_wanted(const struct engine *engine, const struct sgdmft_run *run)
{
    return engine && engine->halves && run->extrapolation == SGDMFT_EXTRAPOLATION_SIZES;
}

struct sgdmft_run sizes_run(const struct sgdmft_run *run)
{
    struct sgdmft_run small = *run;
    const size_t paths = engine_group_paths(run);
    const bool large = (double)paths >= LARGE * run->alpha;
    small.paths = (long)paths / (large ? RATIO_OF_LARGE : RATIO) * run->groups;
    return small;
}

static double error_square(size_t n, size_t stride, const double *x, double mean)
{
    return n > 1 ? gsl_stats_variance_m(x, stride, n, mean) / (double)n : 0;
}

/* Moves the n values x[i stride] to the extrapolated mean, and scales their spread to its error. Equal values are
 * spread evenly. */
static void correct_entry(size_t n, size_t stride, double *x, size_t small_n, const double *small, double ratio)
{
    const double mean = gsl_stats_mean(x, stride, n), other = gsl_stats_mean(small, stride, small_n);
    const double limit = (mean - ratio * other) / (1 - ratio);
    if (!isfinite(limit))
        return;
    const double own = error_square(n, stride, x, mean), more = error_square(small_n, stride, small, other);
    const double error = sqrt(own + ratio * ratio * more) / (1 - ratio), even = sqrt((double)(n * n - 1) / 12);
    for (size_t g = 0; g < n; g++) {
        const double place = (double)g - 0.5 * (double)(n - 1);
        const double unit =
            own > ROUNDING * mean * mean ? (x[g * stride] - mean) / sqrt(own) : place / even * sqrt((double)(n - 1));
        x[g * stride] = n > 1 ? limit + error * unit : limit;
    }
}

enum sgdmft_status sizes_correct(struct sgdmft_result *result, const struct sgdmft_result *small)
{
    const double ratio = (double)engine_group_paths(&small->run) / (double)engine_group_paths(&result->run);
    for (size_t q = 0; q < result->quantities; q++) {
        const struct sgdmft_quantity *large = &result->quantity[q],
                                     *other =
                                         sgdmft_result_find(small, large->observable->group, large->observable->name);
        for (size_t i = 0; i < large->length; i++)
            correct_entry(result->samples, large->length, large->sample + i, small->samples, other->sample + i, ratio);
    }
    if (small->last_step < result->last_step && result->status != SGDMFT_INTERRUPTED) {
        result->last_step = small->last_step;
        result->status = SGDMFT_DIVERGED;
    }
    return result->status;
}
