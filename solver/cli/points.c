/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: product, names, order. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "solver/cli/points.h"

#include "models/run/files.h"

#include <inttypes.h>
#include <math.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>
#include <stdlib.h>
#include <string.h>

const char *const points_what_names[] = {"solve", "simulate", "validate", NULL};
const char *const point_status_names[] = {"pending", "complete", "diverged", "disagree", "failed", NULL};

uint64_t points_hash(const struct sgdmft_run *run)
{
    uint64_t hash = FILES_HASH_START;
    char text[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (vary_is_outside(parameter))
            continue;
        sgdmft_parameter_format(parameter, run, text);
        hash = files_hash(hash, parameter->name, strlen(parameter->name));
        hash = files_hash(hash, "=", 1);
        hash = files_hash(hash, text, strlen(text) + 1);
    }
    return hash;
}

void points_file(const struct points *points, const struct point *point, bool theory, char name[64])
{
    const char *end = points->what != POINTS_VALIDATE ? "" : theory ? "-theory" : "-simulation";
    snprintf(name, 64, "%016" PRIx64 "%s.h5", point->hash, end);
}

enum sgdmft_status points_resolve(const struct sgdmft_settings *settings, const struct points *points,
                                  const struct point *point, struct sgdmft_run *run, struct sgdmft_error *warning,
                                  struct sgdmft_error *error)
{
    struct sgdmft_settings *own = sgdmft_settings_copy(settings);
    if (!own)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < points->vary_count && !status; i++)
        status = sgdmft_settings_set(own, points->vary[i]->name, point->value[i], error);
    if (!status)
        status = sgdmft_settings_set(own, "threads", "1", error);
    if (!status)
        status = sgdmft_settings_set(own, "out", "none", error);
    if (!status)
        status = sgdmft_run_resolve(own, run, warning, error);
    sgdmft_settings_free(own);
    return status;
}

/* "alpha = 2, batch = 0.1" */
static void describe(const struct points *points, const struct point *point, char out[256])
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < points->vary_count && length < 255; i++)
        length += (size_t)snprintf(out + length, 256 - length, "%s%s = %.40s", i ? ", " : "", points->vary[i]->name,
                                   point->value[i]);
}

static enum sgdmft_status estimate(struct point *point, enum points_what what, const struct sgdmft_run *run,
                                   struct sgdmft_error *error)
{
    struct sgdmft_estimate theory = {0, 0}, simulation = {0, 0};
    const char *engine;
    enum sgdmft_status status = SGDMFT_OK;
    if (what != POINTS_SIMULATE)
        status = sgdmft_solve_estimate(run, &theory, &engine, error);
    if (!status && what != POINTS_SOLVE)
        status = sgdmft_simulate_estimate(run, &simulation, error);
    point->estimate.seconds = theory.seconds + simulation.seconds;
    point->estimate.bytes = fmax(theory.bytes, simulation.bytes);
    if (!status && point->estimate.bytes > sgdmft_memory_limit(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: the point needs about %.3g MB, the limit is %.3g MB",
                           point->estimate.bytes * 1e-6, sgdmft_memory_limit(run) * 1e-6);
    return status;
}

/* Resolves a point whose values are texts of the user, and gives them the form that all points have. */
static enum sgdmft_status complete(const struct sgdmft_settings *settings, const struct points *points,
                                   struct point *point, struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct sgdmft_run run;
    struct sgdmft_error reason = {.status = SGDMFT_OK}, weakness = {.status = SGDMFT_OK};
    char where[256], text[SGDMFT_TEXT_MAX];
    enum sgdmft_status status = points_resolve(settings, points, point, &run, &weakness, &reason);
    if (!status)
        status = estimate(point, points->what, &run, &reason);
    describe(points, point, where);
    if (status)
        return sgdmft_fail(error, status, "at the point %s: %.700s", where, reason.text);
    if (weakness.text[0] && !warning->text[0])
        sgdmft_fail(warning, SGDMFT_OK, "at the point %s: %.700s", where, weakness.text);
    for (size_t i = 0; i < points->vary_count; i++) {
        sgdmft_parameter_format(points->vary[i], &run, text);
        char *copy = strdup(text);
        if (!copy)
            return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
        free(point->value[i]);
        point->value[i] = copy;
    }
    point->hash = points_hash(&run);
    return SGDMFT_OK;
}

static void point_clear(struct point *point, size_t vary_count)
{
    for (size_t i = 0; point->value && i < vary_count; i++)
        free(point->value[i]);
    free(point->value);
    free(point->reason);
    *point = (struct point){.hash = 0};
}

void points_free(struct points *points)
{
    for (size_t i = 0; i < points->count; i++)
        point_clear(&points->point[i], points->vary_count);
    free(points->point);
    *points = (struct points){.count = 0};
}

static int by_hash(const void *a, const void *b)
{
    uint64_t left = ((const struct point *)a)->hash, right = ((const struct point *)b)->hash;
    return left < right ? -1 : left > right;
}

/* Values written in two ways (1 and 1.0) are one point. */
static void drop_twins(struct points *points)
{
    size_t kept = 0;
    qsort(points->point, points->count, sizeof *points->point, by_hash);
    for (size_t i = 0; i < points->count; i++) {
        if (kept > 0 && points->point[kept - 1].hash == points->point[i].hash)
            point_clear(&points->point[i], points->vary_count);
        else
            points->point[kept++] = points->point[i];
    }
    points->count = kept;
}

static enum sgdmft_status fill_product(const struct vary *vary, struct points *points, struct sgdmft_error *error)
{
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = &points->point[i];
        *point = (struct point){.max_abs_z = (double)NAN, .wanted = true};
        point->value = calloc(points->vary_count, sizeof *point->value);
        size_t rest = i;
        for (size_t v = points->vary_count; point->value && v-- > 0;) {
            point->value[v] = strdup(vary[v].text[rest % vary[v].count]);
            rest /= vary[v].count;
        }
        for (size_t v = 0; v < points->vary_count; v++)
            if (!point->value || !point->value[v])
                return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
    }
    return SGDMFT_OK;
}

enum sgdmft_status points_build(const struct sgdmft_settings *settings, const struct vary *vary, size_t vary_count,
                                enum points_what what, struct points *points, struct sgdmft_error *warning,
                                struct sgdmft_error *error)
{
    size_t count = 1;
    *points = (struct points){.what = what, .vary_count = vary_count};
    for (size_t i = 0; i < vary_count; i++) {
        points->vary[i] = vary[i].parameter;
        count *= vary[i].count;
        if (count > POINTS_MAX)
            return sgdmft_fail(error, SGDMFT_USAGE, "vary: more than %d points", POINTS_MAX);
        for (size_t j = 0; j < i; j++)
            if (vary[j].parameter == vary[i].parameter)
                return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s is varied twice", vary[i].parameter->name);
    }
    points->point = calloc(count, sizeof *points->point);
    if (!points->point)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for %zu points", count);
    points->count = count;
    enum sgdmft_status status = fill_product(vary, points, error);
    /* The weakness of the first point has been told by whoever resolved the first values. */
    struct sgdmft_error told = {.status = SGDMFT_OK};
    for (size_t i = 0; i < count && !status; i++)
        status = complete(settings, points, &points->point[i], i == 0 || told.text[0] ? &told : warning, error);
    if (!status) {
        drop_twins(points);
        points_sort(points);
    }
    return status;
}

enum sgdmft_status points_merge(struct points *points, struct points *known, struct sgdmft_error *error)
{
    size_t own = points->count;
    struct point *grown = realloc(points->point, (own + known->count + 1) * sizeof *grown);
    if (!grown)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the points");
    points->point = grown;
    qsort(points->point, own, sizeof *points->point, by_hash);
    for (size_t i = 0; i < known->count; i++) {
        struct point *point = &known->point[i];
        if (bsearch(point, points->point, own, sizeof *points->point, by_hash)) {
            point_clear(point, known->vary_count);
            continue;
        }
        points->point[points->count++] = *point;
    }
    known->count = 0;
    points_sort(points);
    return SGDMFT_OK;
}

struct order {
    size_t vary_count;
    const struct sgdmft_parameter *const *vary;
};

static int by_value(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const struct point *left = a, *right = b;
    for (size_t i = 0; i < order->vary_count; i++) {
        enum sgdmft_kind kind = order->vary[i]->kind;
        if (kind == SGDMFT_REAL || kind == SGDMFT_INTEGER || kind == SGDMFT_SEED) {
            double x = strtod(left->value[i], NULL), y = strtod(right->value[i], NULL);
            if (x != y)
                return x < y ? -1 : 1;
        }
        int text = strcmp(left->value[i], right->value[i]);
        if (text != 0)
            return text;
    }
    return 0;
}

void points_sort(struct points *points)
{
    struct order order = {.vary_count = points->vary_count, .vary = points->vary};
    qsort_r(points->point, points->count, sizeof *points->point, by_value, &order);
}
