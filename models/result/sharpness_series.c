/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quantities of the group "sharpness". */
#include "models/result/sharpness_series.h"

#include <string.h>

struct measured {
    const char *name;
    bool theory, simulation;
};

static const struct measured list[] = {
    {"trace", true, true},           {"upper_edge", true, false},     {"lower_edge", true, false},
    {"condition", true, true},       {"largest", false, true},        {"smallest", false, true},
    {"signal_overlap", false, true}, {"weight_overlap", false, true}, {"step_overlap", false, true},
};

bool sharpness_add(struct sgdmft_result *result)
{
    const size_t size[2] = {result->run.sharpness_at.count, SGDMFT_SHARPNESS_TOP};
    bool good = true;
    for (size_t i = 0; size[0] > 0 && i < sizeof list / sizeof *list; i++) {
        const bool wanted = result->source == SGDMFT_THEORY ? list[i].theory : list[i].simulation;
        const bool several = strcmp(list[i].name, "largest") == 0 || strstr(list[i].name, "overlap");
        if (wanted)
            good = sgdmft_result_add(result, "sharpness", list[i].name, several ? 2 : 1, size) && good;
    }
    return good;
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
