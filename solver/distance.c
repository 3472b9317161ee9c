/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights for the two estimates of the distance, from the spread of the groups. */
#include "solver/distance.h"

#include <math.h>
#include <stdlib.h>

#define REACH 1.5 /* variances are taken from the steps between k/REACH and k REACH */

bool distances_create(struct distances *distances, const struct sgdmft_result *result)
{
    *distances = (struct distances){.groups = result->samples, .steps = result->steps};
    if (!sgdmft_result_find(result, "series", "distance"))
        return true;
    const size_t length = result->samples * result->steps;
    distances->averaged = malloc(length * sizeof(double));
    distances->drawn = malloc(length * sizeof(double));
    for (size_t i = 0; distances->averaged && distances->drawn && i < length; i++)
        distances->averaged[i] = distances->drawn[i] = (double)NAN;
    return distances->averaged && distances->drawn;
}

void distances_free(struct distances *distances)
{
    free(distances->averaged);
    free(distances->drawn);
    distances->averaged = distances->drawn = NULL;
}

void distances_record(const struct distances *distances, size_t group, size_t row, double averaged, double drawn)
{
    if (!distances->averaged)
        return;
    distances->averaged[group * distances->steps + row] = averaged;
    distances->drawn[group * distances->steps + row] = drawn;
}

bool distances_archive(const struct distances *distances, size_t group, struct archive *archive)
{
    if (!distances->averaged)
        return !archive->failed;
    return archive_doubles(archive, distances->averaged + group * distances->steps, distances->steps)
           && archive_doubles(archive, distances->drawn + group * distances->steps, distances->steps);
}

void distances_share(const struct ranks *ranks, const struct distances *distances)
{
    for (size_t g = 0; g < distances->groups && distances->averaged; g++) {
        const size_t bytes = distances->steps * sizeof(double);
        ranks_broadcast(ranks, ranks_owner(ranks, g), distances->averaged + g * distances->steps, bytes);
        ranks_broadcast(ranks, ranks_owner(ranks, g), distances->drawn + g * distances->steps, bytes);
    }
}

void distances_keep(struct distances *distances, const bool *keep)
{
    size_t kept = 0;
    for (size_t g = 0; g < distances->groups; g++) {
        if (!keep[g])
            continue;
        for (size_t i = 0; i < distances->steps && distances->averaged; i++) {
            distances->averaged[kept * distances->steps + i] = distances->averaged[g * distances->steps + i];
            distances->drawn[kept * distances->steps + i] = distances->drawn[g * distances->steps + i];
        }
        kept++;
    }
    distances->groups = kept;
}

/* Variance over the groups of x at a step, in units of the square of the drawn distance's mean. */
static double relative_variance(const struct distances *distances, const double *x, size_t row)
{
    double sum = 0, squares = 0, scale = 0;
    const double count = (double)distances->groups;
    for (size_t g = 0; g < distances->groups; g++) {
        sum += x[g * distances->steps + row];
        scale += distances->drawn[g * distances->steps + row];
    }
    for (size_t g = 0; g < distances->groups; g++) {
        const double deviation = x[g * distances->steps + row] - sum / count;
        squares += deviation * deviation;
    }
    return scale > 0 ? squares / (scale * scale) : 0;
}

/* Weight of the averaged estimate: even where the variances say nothing. */
static double weight_of(const struct distances *distances, const struct sgdmft_result *result, size_t row)
{
    double averaged = 0, drawn = 0;
    const double step = (double)result->step[row];
    for (size_t i = 0; i < distances->steps; i++) {
        const double other = (double)result->step[i];
        if (other > step * REACH || other * REACH < step)
            continue;
        const double a = relative_variance(distances, distances->averaged, i);
        const double d = relative_variance(distances, distances->drawn, i);
        averaged += isfinite(a) && isfinite(d) ? a : 0;
        drawn += isfinite(a) && isfinite(d) ? d : 0;
    }
    return averaged + drawn > 0 ? drawn / (averaged + drawn) : 0.5;
}

void distances_combine(const struct distances *distances, struct sgdmft_result *result)
{
    if (!distances->averaged)
        return;
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    struct sgdmft_quantity *distance = sgdmft_result_find(result, "series", "distance");
    struct sgdmft_quantity *normalised = sgdmft_result_find(result, "series", "distance_normalised");
    for (size_t row = 0; row < distances->steps; row++) {
        const double weight = weight_of(distances, result, row);
        for (size_t g = 0; g < distances->groups; g++) {
            const size_t at = g * distances->steps + row;
            distance->sample[at] = weight * distances->averaged[at] + (1 - weight) * distances->drawn[at];
            normalised->sample[at] = distance->sample[at] / norm->sample[at];
        }
    }
}
