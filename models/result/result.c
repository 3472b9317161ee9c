/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results in memory: one owner of all arrays, quantities by group and name. */
#include "models/result/axes.h"
#include "models/result/result_allocate.h"

#include <sgdmft/margin_bins.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct sgdmft_observable *result_observable(const char *group, const char *name)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (strcmp(sgdmft_observables[i].group, group) == 0 && strcmp(sgdmft_observables[i].name, name) == 0)
            return &sgdmft_observables[i];
    return NULL;
}

struct sgdmft_result *result_allocate(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples,
                                      size_t steps, size_t waitings, size_t lags)
{
    struct sgdmft_result *result = calloc(1, sizeof *result);
    if (!result)
        return NULL;
    result->run = *run;
    result->source = source;
    result->status = SGDMFT_OK;
    result->last_step = run->steps;
    result->samples = samples;
    result->steps = steps;
    result->waitings = waitings;
    result->lags = lags;
    const size_t held = samples > 0; /* else the lengths alone */
    result->step = calloc(held * steps + 1, sizeof *result->step);
    result->time = calloc(held * steps + 1, sizeof *result->time);
    result->waiting = calloc(held * waitings + 1, sizeof *result->waiting);
    result->lag = calloc(held * lags + 1, sizeof *result->lag);
    result->margin_steps = sgdmft_has_classes(run) ? run->margins_at.count : 0;
    result->margin_step = calloc(result->margin_steps + 1, sizeof *result->margin_step);
    /* Room for every observable at once: pointers to quantities stay valid when others are added. */
    result->quantity = calloc(sgdmft_observable_count, sizeof *result->quantity);
    if (!result->step || !result->time || !result->waiting || !result->lag || !result->margin_step
        || !result->quantity) {
        sgdmft_result_free(result);
        return NULL;
    }
    for (size_t i = 0; i < result->margin_steps; i++)
        result->margin_step[i] = run->margins_at.step[i];
    if (held)
        sgdmft_provenance_fill(&result->provenance);
    result->provenance.threads = sgdmft_threads(run);
    return result;
}

static void fill_axes(struct sgdmft_result *result)
{
    const struct sgdmft_run *run = &result->run;
    sgdmft_measured_steps(run, result->step);
    sgdmft_measured_lags(run, result->lag);
    for (size_t i = 0; i < result->steps; i++)
        result->time[i] = sgdmft_time(run, result->step[i]);
    for (size_t i = 0; i < run->waiting.count; i++)
        result->waiting[i] = run->waiting.step[i];
}

struct sgdmft_result *sgdmft_result_create(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples)
{
    size_t steps = sgdmft_measured_steps(run, NULL), lags = sgdmft_measured_lags(run, NULL);
    struct sgdmft_result *result = result_allocate(run, source, samples, steps, run->waiting.count, lags);
    if (!result)
        return NULL;
    if (samples > 0)
        fill_axes(result);
    bool complete = true;
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (sgdmft_observables[i].standard)
            complete = sgdmft_result_add(result, "series", sgdmft_observables[i].name, 1, &steps) && complete;
    if (run->waiting.count > 0) {
        const size_t size[2] = {run->waiting.count, lags};
        complete = sgdmft_result_add(result, "two_time", "correlation", 2, size) && complete;
    }
    if (!complete) {
        sgdmft_result_free(result);
        return NULL;
    }
    return result;
}

void sgdmft_result_free(struct sgdmft_result *result)
{
    if (!result)
        return;
    for (size_t i = 0; i < result->quantities; i++) {
        free(result->quantity[i].sample);
        free(result->quantity[i].mean);
        free(result->quantity[i].se);
    }
    free(result->quantity);
    free(result->step);
    free(result->time);
    free(result->waiting);
    free(result->lag);
    free(result->margin_step);
    free(result);
}

static double *not_measured(size_t count)
{
    double *value = malloc((count + 1) * sizeof *value);
    for (size_t i = 0; value && i < count; i++)
        value[i] = (double)NAN;
    return value;
}

struct sgdmft_quantity *sgdmft_result_add(struct sgdmft_result *result, const char *group, const char *name,
                                          size_t rank, const size_t *size)
{
    const struct sgdmft_observable *observable = result_observable(group, name);
    struct sgdmft_quantity *known = sgdmft_result_find(result, group, name);
    if (!observable || known || rank < 1 || rank > SGDMFT_AXES_MAX)
        return NULL;
    struct sgdmft_quantity quantity = {.observable = observable, .rank = rank, .length = 1};
    for (size_t i = 0; i < rank; i++) {
        quantity.size[i] = size[i];
        if (__builtin_mul_overflow(quantity.length, size[i], &quantity.length))
            return NULL;
    }
    size_t total;
    if (__builtin_mul_overflow(quantity.length, result->samples, &total) || total > SIZE_MAX / 16)
        return NULL;
    const size_t held = result->samples > 0 ? quantity.length : 0;
    quantity.sample = not_measured(total);
    quantity.mean = not_measured(held);
    quantity.se = not_measured(held);
    if (!quantity.sample || !quantity.mean || !quantity.se) {
        free(quantity.sample);
        free(quantity.mean);
        free(quantity.se);
        return NULL;
    }
    result->quantity[result->quantities] = quantity;
    return &result->quantity[result->quantities++];
}

bool result_add_listed(struct sgdmft_result *result, const struct sgdmft_observable *observable)
{
    size_t size[SGDMFT_AXES_MAX];
    const size_t rank = axes_rank(observable);
    for (size_t i = 0; i < rank; i++)
        if ((size[i] = axes_length(result, observable, i)) == 0)
            return true;
    return sgdmft_result_add(result, observable->group, observable->name, rank, size) != NULL;
}

bool result_add_measured(struct sgdmft_result *result, const char *group, const char *start, enum sgdmft_source source)
{
    bool good = true;
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        const struct sgdmft_observable *observable = &sgdmft_observables[i];
        if (strcmp(observable->group, group) == 0 && strncmp(observable->name, start, strlen(start)) == 0
            && (!observable->present || observable->present(&result->run, source))
            && !sgdmft_result_find(result, group, observable->name))
            good = result_add_listed(result, observable) && good;
    }
    return good;
}

bool result_add_present(struct sgdmft_result *result, const char *group, const char *start)
{
    return result_add_measured(result, group, start, result->source);
}

struct sgdmft_quantity *sgdmft_result_find(const struct sgdmft_result *result, const char *group, const char *name)
{
    for (size_t i = 0; i < result->quantities; i++)
        if (strcmp(result->quantity[i].observable->group, group) == 0
            && strcmp(result->quantity[i].observable->name, name) == 0)
            return &result->quantity[i];
    return NULL;
}
