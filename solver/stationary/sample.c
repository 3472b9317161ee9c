/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Common random numbers of a stationary fixed point; the noise by circulant embedding: a transform of independent
 * normals times the root of the spectrum. */
#include "solver/stationary/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t stationary_sample_bytes(const struct stationary_shape *shape, size_t paths)
{
    return paths * shape->steps + (paths + 64) * (shape->period + 40) * sizeof(double);
}

bool stationary_sample_create(struct stationary_sample *sample, const struct engine_group *group,
                              const struct stationary_shape *shape)
{
    const size_t n = shape->period, paths = group->paths;
    const struct sgdmft_run *run = group->run;
    *sample = (struct stationary_sample){.shape = *shape, .weight = sgdmft_batch_weight(run, 0)};
    sample->averages = run->rule->averages_selection && !run->rule->full_batch;
    for (int s = 0; s < 2; s++)
        sample->mean[s] = sample->weight * (sample->averages ? run->rule->probability(run, 1, s) : s);
    sample->z = calloc(n + 1, sizeof *sample->z);
    sample->selected = malloc(shape->steps * paths);
    if (!paths_create(&sample->paths, group, n + 1) || !sample->z || !sample->selected)
        return false;
    for (size_t a = 0; a <= n; a++)
        sample->z[a] = paths_innovation(&sample->paths);
    for (size_t k = 0; k < shape->steps && !sgdmft_watch_stops(group->watch); k++) { /* the caller then makes no turn */
        paths_select(&sample->paths, (long)k, NULL);
        memcpy(sample->selected + k * paths, sample->paths.selected, paths);
    }
    return true;
}

void stationary_sample_free(struct stationary_sample *sample)
{
    paths_free(&sample->paths);
    free((void *)sample->z);
    free(sample->selected);
    *sample = (struct stationary_sample){0};
}

void stationary_sample_noise(const struct stationary_sample *sample, const struct stationary_order *order, size_t path,
                             double *normals, double *spectral, double *out, size_t stride)
{
    const struct stationary_shape *shape = &sample->shape;
    const struct stationary_transforms *transforms = order->transforms;
    const size_t n = shape->period, epochs = transforms->epochs, row = transforms->row, half = epochs / 2;
    const size_t owner = path < sample->paths.drawn ? path : path - sample->paths.drawn;
    struct sgdmft_stream stream =
        sgdmft_stream_open(sample->paths.run->seed, SGDMFT_PATH_THERMAL, sample->paths.group.number, (uint32_t)owner);
    sgdmft_normals(&stream, 2 * n * (half + 1), normals);
    const double whole = 1 / sqrt((double)epochs), part = sqrt(0.5) * whole;
    for (size_t e = 0; e <= half; e++) {
        const bool real = e == 0 || 2 * e == epochs;
        const double *x = normals + 2 * n * e;
        const double complex *root = order->root + e * n * n;
        for (size_t p = 0; p < n; p++) {
            double complex sum = 0;
            for (size_t q = 0; q < n; q++)
                sum += root[p * n + q]
                       * complex_number(real ? whole * x[2 * q] : part * x[2 * q], real ? 0 : part * x[2 * q + 1]);
            spectral[p * row + 2 * e] = creal(sum);
            spectral[p * row + 2 * e + 1] = cimag(sum);
        }
    }
    for (size_t p = 0; p < n; p++) {
        double *x = spectral + p * row;
        fftw_execute_dft_c2r(transforms->backward, (fftw_complex *)x, x);
        for (size_t epoch = 0; epoch * n + p < shape->steps; epoch++)
            out[(epoch * n + p) * stride] = x[epoch];
    }
}
