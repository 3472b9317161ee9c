/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves of a picture, and their labels: the parameters that differ between the runs. */
#include "solver/cli/view/plot_curves.h"

#include "models/base/memory.h"
#include "models/run/parameter_table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* True for the length of a run, which has no meaning for a stationary state. */
static bool is_length(const struct sgdmft_parameter *parameter)
{
    return strcmp(parameter->name, "steps") == 0 || strcmp(parameter->name, "epochs") == 0;
}

static bool same_run(const struct sgdmft_result *a, const struct sgdmft_result *b)
{
    const bool stationary = gather_is_stationary(a) || gather_is_stationary(b);
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (parameter_is_physical(parameter) && !(stationary && is_length(parameter))
            && gather_differ(&a->run, &b->run, parameter))
            return false;
    }
    return true;
}

static const struct sgdmft_result *result_of(const struct curves *curves, size_t group)
{
    size_t i = 0;
    while (curves->curve[i].group != group)
        i++;
    return curves->curve[i].result;
}

static const struct sgdmft_run *run_of(const struct curves *curves, size_t group)
{
    return &result_of(curves, group)->run;
}

static bool some_stationary(const struct curves *curves)
{
    for (size_t i = 0; i < curves->count; i++)
        if (gather_is_stationary(curves->curve[i].result))
            return true;
    return false;
}

/* Adds a curve to the group of its run. A group has one theory and one simulation; a second theory of the same run
 * has a group of its own. */
static enum sgdmft_status add_curve(struct curves *curves, struct sgdmft_result *result, bool begins,
                                    struct sgdmft_error *error)
{
    struct curve *grown = realloc(curves->curve, (curves->count + 1) * sizeof *grown);
    struct plot_group *groups = realloc(curves->group, (curves->groups + 1) * sizeof *groups);
    if (grown)
        curves->curve = grown;
    if (groups)
        curves->group = groups;
    if (!grown || !groups) {
        sgdmft_result_free(result);
        return memory_fail(error, "the curves");
    }
    size_t group = 0;
    for (; group < curves->groups; group++) {
        bool taken = result->source == SGDMFT_THEORY ? groups[group].theory : groups[group].simulation;
        if (!taken && same_run(result, result_of(curves, group)))
            break;
    }
    if (group == curves->groups) {
        groups[group] = (struct plot_group){.label = "", .begins = begins};
        curves->groups++;
    }
    if (result->source == SGDMFT_THEORY)
        groups[group].theory = true;
    else
        groups[group].simulation = true;
    curves->curve[curves->count++] = (struct curve){.result = result, .group = group};
    return SGDMFT_OK;
}

bool curves_differ(const struct curves *curves, const struct sgdmft_parameter *parameter)
{
    for (size_t i = 1; i < curves->groups; i++)
        if (gather_differ(run_of(curves, 0), run_of(curves, i), parameter))
            return true;
    return false;
}

static void append_value(char label[256], const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    char text[SGDMFT_TEXT_MAX];
    size_t length = strlen(label);
    sgdmft_parameter_format(parameter, run, text);
    if (parameter->kind == SGDMFT_REAL)
        snprintf(text, sizeof text, "%.6g", *(const double *)((const char *)run + parameter->offset));
    snprintf(label + length, 256 - length, "%s%s = %s", length ? ", " : "", parameter->name, text);
}

/* Makes the labels: the physical parameters that differ. If none does, they are other parameters except those of the
 * output, and the seed. */
static void make_labels(struct curves *curves)
{
    for (int pass = 0; pass < 2 && curves->groups > 1; pass++) {
        for (size_t i = 0; i < sgdmft_parameter_count; i++) {
            const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
            bool eligible = pass == 0 ? parameter_is_physical(parameter)
                                      : !parameter_is_physical(parameter) && !parameter_is_outside(parameter);
            if (!eligible || !curves_differ(curves, parameter) || (is_length(parameter) && some_stationary(curves)))
                continue;
            for (size_t g = 0; g < curves->groups; g++)
                append_value(curves->group[g].label, parameter, run_of(curves, g));
        }
        if (curves->group[0].label[0])
            return;
    }
    for (size_t g = 0; g < curves->groups && curves->groups > 1; g++)
        snprintf(curves->group[g].label, sizeof curves->group[g].label, "result %zu", g + 1);
}

/* True for the first item, and for one with a value, other than the last, that differs from the item before. */
static bool begins_anew(const struct gathering *gathering, size_t i)
{
    const struct gathered *item = &gathering->item[i];
    if (i == 0 || !item->point || item->points != gathering->item[i - 1].points)
        return true;
    for (size_t v = 0; v + 1 < item->points->vary_count; v++)
        if (strcmp(item->point->value[v], gathering->item[i - 1].point->value[v]) != 0)
            return true;
    return false;
}

bool curves_labelled(const struct curves *curves, size_t group, size_t most)
{
    size_t begin = 0;
    if (curves->groups <= most)
        return true;
    for (size_t g = 0; g < curves->groups; g++)
        begin += curves->group[g].begins;
    if (begin > 1 && begin <= most)
        return curves->group[group].begins;
    for (size_t k = 0; k < most; k++)
        if (group == (k * (curves->groups - 1) + (most - 1) / 2) / (most - 1))
            return true;
    return false;
}

enum sgdmft_status curves_load(const struct gathering *gathering, struct curves *curves, struct sgdmft_error *error)
{
    *curves = (struct curves){.count = 0};
    bool begins = false;
    for (size_t i = 0; i < gathering->count; i++) {
        struct sgdmft_result *result[2];
        enum sgdmft_status status = gather_load(&gathering->item[i], result, error);
        begins = begins || begins_anew(gathering, i); /* the first item with a result */
        if (!status && result[0])
            status = add_curve(curves, result[0], begins, error);
        if (!status && result[1])
            status = add_curve(curves, result[1], begins, error);
        else if (status)
            sgdmft_result_free(result[1]);
        if (status)
            return status;
        begins = begins && !result[0] && !result[1];
    }
    if (curves->count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "there is no result to plot");
    make_labels(curves);
    return SGDMFT_OK;
}

void curves_free(struct curves *curves)
{
    for (size_t i = 0; i < curves->count; i++)
        sgdmft_result_free(curves->curve[i].result);
    free(curves->curve);
    free(curves->group);
    *curves = (struct curves){.count = 0};
}

bool curves_have(const struct curves *curves, const char *observable)
{
    for (size_t i = 0; i < curves->count; i++) {
        const struct sgdmft_quantity *quantity = sgdmft_result_find(curves->curve[i].result, "series", observable);
        for (size_t j = 0; quantity && j < quantity->length; j++)
            if (isfinite(quantity->mean[j]) && quantity->mean[j] != 0.0 && quantity->length > 1)
                return true;
    }
    return false;
}
