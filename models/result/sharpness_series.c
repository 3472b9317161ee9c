/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quantities of the group "sharpness". */
#include "models/result/sharpness_series.h"

#include "models/result/result_allocate.h"
#include <math.h>
#include <string.h>

bool sharpness_add_ends(struct sgdmft_result *result)
{
    static const char *const ends[] = {"largest", "smallest", "signal_overlap", "weight_overlap", "step_overlap"};
    bool complete = true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        complete = complete && result_add_measured(result, "sharpness", ends[i], SGDMFT_SIMULATION);
    return complete;
}

bool sharpness_has_batch(const struct sgdmft_run *run, enum sgdmft_source source)
{
    if (run->sharpness_at.count > 0 && run->sharpness_at.step[0] >= run->steps) /* no step is made from there */
        return false;
    if (run->rule->continuous || source == SGDMFT_SIMULATION)
        return !run->rule->continuous;
    return !(run->temperature > 0) && run->temperature_steps.count == 0 && !(run->momentum > 0)
           && !(run->privacy_noise > 0) && run->constraint == SGDMFT_CONSTRAINT_NONE;
}

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

static void put(const struct sgdmft_result *result, const char *name, size_t sample, size_t place, size_t count,
                const double *value)
{
    double *to = sharpness_values(result, name, sample, place);
    if (to)
        memcpy(to, value, count * sizeof *value);
}

void sharpness_record_ends(const struct sgdmft_result *result, size_t sample, size_t place,
                           const struct sharpness_ends *ends)
{
    const double condition = ends->smallest > 0 ? ends->largest[0] / ends->smallest : (double)NAN;
    if (result->source == SGDMFT_SIMULATION) {
        put(result, "trace", sample, place, 1, &ends->trace);
        put(result, "condition", sample, place, 1, &condition);
    }
    put(result, "smallest", sample, place, 1, &ends->smallest);
    put(result, "largest", sample, place, SGDMFT_SHARPNESS_TOP, ends->largest);
    put(result, "signal_overlap", sample, place, SGDMFT_SHARPNESS_TOP, ends->signal_overlap);
    put(result, "weight_overlap", sample, place, SGDMFT_SHARPNESS_TOP, ends->weight_overlap);
    put(result, "step_overlap", sample, place, SGDMFT_SHARPNESS_TOP, ends->step_overlap);
}
