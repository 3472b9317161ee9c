/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quantities of the group "sharpness". */
#include "models/result/sharpness_series.h"

size_t sharpness_place(const struct sgdmft_result *result, long k)
{
    size_t i = 0;
    while (i < result->run.sharpness_at.count && result->run.sharpness_at.step[i] != k)
        i++;
    return i;
}

double *sharpness_values(const struct sgdmft_result *result, const char *name, size_t sample, size_t place)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "sharpness", name);
    return quantity ? quantity->sample + sample * quantity->length + place * (quantity->length / quantity->size[0])
                    : NULL;
}
