/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The curve (chi, C) in every sample, and the jackknife: an estimate from the mean curve is repeated without each
 * sample in turn, and the spread of these estimates is its error (R. G. Miller, Biometrika 61, 1 (1974)). */
#include "solver/observe/fdt_internal.h"

#include <math.h>
#include <stdlib.h>

static const double *series_sample(const struct sgdmft_result *result, const char *name, size_t sample, size_t w)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "two_time", name);
    return quantity->sample + sample * quantity->length + w * result->lags;
}

size_t fdt_reach(const struct sgdmft_result *result, size_t w)
{
    size_t reach = result->lags;
    for (size_t s = 0; s < result->samples; s++) {
        const double *correlation = series_sample(result, "correlation", s, w),
                     *response = series_sample(result, "response", s, w);
        for (size_t l = 0; l < reach; l++)
            if (!isfinite(correlation[l]) || !isfinite(response[l]))
                reach = l;
    }
    return reach;
}

bool fdt_samples_create(const struct sgdmft_result *result, size_t count, const size_t *w, size_t lags,
                        struct fdt_samples *samples)
{
    *samples = (struct fdt_samples){.samples = result->samples,
                                    .lags = lags,
                                    .lag = result->lag,
                                    .correlation = calloc(result->samples * lags + 1, sizeof(double)),
                                    .response = calloc(result->samples * lags + 1, sizeof(double)),
                                    .scratch = calloc(2 * lags + 1, sizeof(double))};
    if (!samples->correlation || !samples->response || !samples->scratch)
        return false;
    for (size_t s = 0; s < result->samples; s++)
        for (size_t i = 0; i < count; i++) {
            const double *correlation = series_sample(result, "correlation", s, w[i]);
            const double *response = series_sample(result, "response", s, w[i]);
            for (size_t l = 0; l < lags; l++) {
                samples->correlation[s * lags + l] += correlation[l] / (double)count;
                samples->response[s * lags + l] += response[l] / (double)count;
            }
        }
    return true;
}

void fdt_samples_free(struct fdt_samples *samples)
{
    free(samples->correlation);
    free(samples->response);
    free(samples->scratch);
    *samples = (struct fdt_samples){0};
}

static void mean_row(const struct fdt_samples *samples, size_t omit, const double *row, double *mean)
{
    const size_t n = samples->lags;
    const double kept = (double)(samples->samples - (omit < samples->samples));
    for (size_t l = 0; l < n; l++) {
        double sum = 0;
        for (size_t s = 0; s < samples->samples; s++)
            if (s != omit)
                sum += row[s * n + l];
        mean[l] = sum / kept;
    }
}

void fdt_mean(const struct fdt_samples *samples, size_t omit, const double **correlation, const double **response)
{
    double *mean = samples->scratch;
    mean_row(samples, omit, samples->correlation, mean);
    mean_row(samples, omit, samples->response, mean + samples->lags);
    *correlation = mean;
    *response = mean + samples->lags;
}

bool fdt_jackknife(size_t samples, fdt_estimator *estimator, void *context, size_t outputs, double *value, double *se)
{
    double *part = malloc((samples * outputs + 1) * sizeof *part);
    if (!part)
        return false;
    estimator(context, FDT_NONE, value);
    for (size_t s = 0; samples > 1 && s < samples; s++)
        estimator(context, s, part + s * outputs);
    for (size_t i = 0; i < outputs; i++) {
        double mean = 0, squares = 0;
        for (size_t s = 0; samples > 1 && s < samples; s++)
            mean += part[s * outputs + i] / (double)samples;
        for (size_t s = 0; samples > 1 && s < samples; s++)
            squares += (part[s * outputs + i] - mean) * (part[s * outputs + i] - mean);
        se[i] = samples > 1 && !isnan(value[i]) ? sqrt(squares * ((double)samples - 1) / (double)samples) : (double)NAN;
    }
    free(part);
    return true;
}
