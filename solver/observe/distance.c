/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights for the two estimates of the distance, from the spread of the groups. */
#include "solver/observe/distance.h"

#include <math.h>
#include <stdlib.h>

#define REACH 1.5 /* variances are taken from the steps between k/REACH and k REACH */
#define LEAST 3   /* groups of which one can be left out and the others have a variance */

bool distances_create(struct distances *distances, const struct sgdmft_result *result)
{
    *distances = (struct distances){.groups = result->samples, .steps = result->steps};
    if (!sgdmft_result_find(result, "series", "distance"))
        return true;
    const size_t length = result->samples * result->steps;
    distances->averaged = malloc(length * sizeof(double));
    distances->drawn = malloc(length * sizeof(double));
    distances->averaged_spread = malloc(result->steps * sizeof *distances->averaged_spread);
    distances->drawn_spread = malloc(result->steps * sizeof *distances->drawn_spread);
    for (size_t i = 0; distances->averaged && distances->drawn && i < length; i++)
        distances->averaged[i] = distances->drawn[i] = (double)NAN;
    return distances->averaged && distances->drawn && distances->averaged_spread && distances->drawn_spread;
}

void distances_free(struct distances *distances)
{
    free(distances->averaged);
    free(distances->drawn);
    free(distances->averaged_spread);
    free(distances->drawn_spread);
    *distances = (struct distances){.groups = distances->groups, .steps = distances->steps};
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

static struct distance_spread spread_of(const struct distances *distances, const double *x, size_t row)
{
    struct distance_spread spread = {0, 0};
    for (size_t g = 0; g < distances->groups; g++)
        spread.sum += x[g * distances->steps + row];
    for (size_t g = 0; g < distances->groups; g++) {
        const double deviation = x[g * distances->steps + row] - spread.sum / (double)distances->groups;
        spread.squares += deviation * deviation;
    }
    return spread;
}

/* Squared deviations of the groups other than g; of all groups if there is only one other. */
static double others(const struct distances *distances, const double *x, size_t row, size_t g,
                     const struct distance_spread *spread)
{
    const double count = (double)distances->groups, deviation = x[g * distances->steps + row] - spread->sum / count;
    return count < LEAST ? spread->squares : fmax(0, spread->squares - deviation * deviation * count / (count - 1));
}

/* Weight of the averaged estimate in group g: 1/2 if the variances are not known. */
static double weight_of(const struct distances *distances, const struct sgdmft_result *result, size_t row, size_t g)
{
    const struct distance_spread *averaged = distances->averaged_spread, *drawn = distances->drawn_spread;
    double sum[2] = {0, 0}; /* variances of the averaged and of the drawn estimate, in units of the distance */
    const double step = (double)result->step[row];
    for (size_t i = 0; i < distances->steps; i++) {
        const double other = (double)result->step[i], scale = drawn[i].sum;
        if (other > step * REACH || other * REACH < step || !(scale > 0))
            continue;
        const double a = others(distances, distances->averaged, i, g, &averaged[i]) / (scale * scale);
        const double d = others(distances, distances->drawn, i, g, &drawn[i]) / (scale * scale);
        sum[0] += isfinite(a) && isfinite(d) ? a : 0;
        sum[1] += isfinite(a) && isfinite(d) ? d : 0;
    }
    return sum[0] + sum[1] > 0 ? sum[1] / (sum[0] + sum[1]) : 0.5;
}

void distances_combine(const struct distances *distances, struct sgdmft_result *result)
{
    if (!distances->averaged)
        return;
    const struct sgdmft_quantity *norm = sgdmft_result_find(result, "series", "norm");
    struct sgdmft_quantity *distance = sgdmft_result_find(result, "series", "distance");
    struct sgdmft_quantity *normalised = sgdmft_result_find(result, "series", "distance_normalised");
    for (size_t row = 0; row < distances->steps; row++) {
        distances->averaged_spread[row] = spread_of(distances, distances->averaged, row);
        distances->drawn_spread[row] = spread_of(distances, distances->drawn, row);
    }
    for (size_t row = 0; row < distances->steps; row++)
        for (size_t g = 0; g < distances->groups; g++) {
            const size_t at = g * distances->steps + row;
            const double weight = weight_of(distances, result, row, g);
            distance->sample[at] = weight * distances->averaged[at] + (1 - weight) * distances->drawn[at];
            normalised->sample[at] = distance->sample[at] / norm->sample[at];
        }
}
