/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory and disk size of a result. */
#include "models/result/result_size.h"

#include <math.h>

/* Measured: parameters, provenance and axes with their descriptions; the descriptions of one dataset; three datasets
 * a quantity. */
#define FILE_HEAD 31000
#define FILE_DATASET 620
#define DATASETS 3

double result_bytes(const struct sgdmft_result *shapes, size_t samples)
{
    double values = 0;
    for (size_t i = 0; i < shapes->quantities; i++)
        values += (double)shapes->quantity[i].length;
    return values * (double)(samples + 2) * sizeof(double);
}

double result_file_bytes(const struct sgdmft_result *shapes, size_t samples)
{
    const double axes = (double)(2 * shapes->steps + shapes->waitings + shapes->lags) * sizeof(double);
    return FILE_HEAD + (double)(shapes->quantities * DATASETS * FILE_DATASET) + axes + result_bytes(shapes, samples);
}

double result_written_bytes(const struct sgdmft_estimate *estimate)
{
    return estimate->result + estimate->disk;
}

void result_add_estimate(const struct sgdmft_result *shapes, size_t samples, size_t copies,
                         struct sgdmft_estimate *estimate)
{
    estimate->result = result_bytes(shapes, samples);
    estimate->disk = result_file_bytes(shapes, samples);
    estimate->bytes += (double)copies * estimate->result;
    if (*shapes->run.out)
        estimate->bytes = fmax(estimate->bytes, result_written_bytes(estimate));
}
