/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extrapolation in 1/paths, sample by sample. */
#include "solver/run/halves.h"

#include <math.h>

enum { PARTS = 3 }; /* whole, first half, second half */

struct sgdmft_result *result_of_parts(const struct sgdmft_result *result, size_t items)
{
    struct sgdmft_result *parts = sgdmft_result_create(&result->run, result->source, items);
    bool good = parts;
    for (size_t i = 0; good && i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        const struct sgdmft_observable *observable = quantity->observable;
        if (!sgdmft_result_find(parts, observable->group, observable->name))
            good = sgdmft_result_add(parts, observable->group, observable->name, quantity->rank, quantity->size);
    }
    if (good)
        return parts;
    sgdmft_result_free(parts);
    return NULL;
}

static double extrapolate(double whole, double first, double second)
{
    const double limit = 2 * whole - 0.5 * (first + second);
    return isfinite(limit) ? limit : whole;
}

static void fold_quantity(const struct sgdmft_quantity *parts, struct sgdmft_quantity *quantity, size_t groups)
{
    for (size_t g = 0; g < groups; g++) {
        const double *part = parts->sample + g * PARTS * parts->length;
        double *sample = quantity->sample + g * quantity->length;
        for (size_t i = 0; i < quantity->length; i++)
            sample[i] = extrapolate(part[i], part[parts->length + i], part[2 * parts->length + i]);
    }
}

void fold_halves(const struct sgdmft_result *parts, struct sgdmft_result *result, struct samples_reached *reached)
{
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_observable *observable = result->quantity[i].observable;
        fold_quantity(sgdmft_result_find(parts, observable->group, observable->name), &result->quantity[i],
                      result->samples);
    }
    for (size_t g = 0; g < result->samples; g++) {
        struct samples_reached all = reached[g * PARTS];
        for (size_t p = 1; p < PARTS; p++) {
            const struct samples_reached *one = &reached[g * PARTS + p];
            all.step = one->step < all.step ? one->step : all.step;
            all.done = all.done && one->done;
        }
        reached[g] = all;
    }
}
