/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points of a sweep: product, names, order. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "solver/cli/sweep/points.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "solver/cli/sweep/point_run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void points_file(const struct points *points, const struct point *point, bool theory, char name[64])
{
    const char *end = points->by != BY_BOTH ? "" : theory ? "-theory" : "-simulation";
    snprintf(name, 64, "%016" PRIx64 "%s.h5", point->hash, end);
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

/* ---- the product ------------------------------------------------------------------------------------- */

/* Removes points whose values are equal (1 and 1.0). */
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

/* Creates a point with copies of the texts. */
static bool point_create(const struct points *points, const char *const *value, struct point *point)
{
    *point = (struct point){.wanted = true, .mine = true};
    for (int i = 0; i < ANALYSIS_SCORES_MAX; i++)
        point->score[i] = (double)NAN;
    point->value = calloc(points->vary_count, sizeof *point->value);
    bool good = point->value != NULL;
    for (size_t v = 0; good && v < points->vary_count; v++)
        good = (point->value[v] = strdup(value[v])) != NULL;
    return good;
}

/* The index of the value of each parameter in combination i. */
static void combination(const struct vary *vary, size_t vary_count, size_t i, size_t digit[POINTS_VARY_MAX])
{
    for (size_t v = vary_count; v-- > 0;) {
        digit[v] = i % vary[v].count;
        i /= vary[v].count;
    }
}

/* The hash of a point without a run. */
static uint64_t refused_hash(const struct points *points, const struct point *point)
{
    uint64_t hash = files_hash(FILES_HASH_START, "refused", 7);
    for (size_t v = 0; v < points->vary_count; v++) {
        hash = files_hash(hash, points->vary[v]->name, strlen(points->vary[v]->name) + 1);
        hash = files_hash(hash, point->value[v], strlen(point->value[v]) + 1);
    }
    return hash;
}

static enum sgdmft_status refuse(const struct points *points, struct point *point, const char *reason,
                                 struct sgdmft_error *error)
{
    point->status = POINT_REFUSED;
    point->hash = refused_hash(points, point);
    free(point->reason);
    point->reason = strdup(reason);
    return point->reason ? SGDMFT_OK : memory_fail(error, "the points");
}

/* Completes every combination. A value is bad if all combinations with it are refused. */
static enum sgdmft_status complete_all(const struct sgdmft_settings *settings, const struct vary *vary,
                                       struct points *points, struct sgdmft_error *warning, struct sgdmft_error *error)
{
    struct sgdmft_error told = {.status = SGDMFT_OK}; /* the weakness of the first point, already reported */
    size_t digit[POINTS_VARY_MAX], refused = 0;
    bool *allowed[POINTS_VARY_MAX] = {NULL};
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t v = 0; v < points->vary_count && !status; v++)
        if (!(allowed[v] = calloc(vary[v].count, sizeof **allowed)))
            status = memory_fail(error, "the points");
    for (size_t i = 0; i < points->count && !status; i++) {
        struct sgdmft_error reason = {.status = SGDMFT_OK};
        struct point *point = &points->point[i];
        status = point_complete(settings, points, point, i == 0 || told.text[0] ? &told : warning, &reason);
        combination(vary, points->vary_count, i, digit);
        for (size_t v = 0; v < points->vary_count && !status; v++)
            allowed[v][digit[v]] = true;
        if (status == SGDMFT_USAGE) {
            status = refuse(points, point, reason.text, error);
            refused++;
        } else if (status)
            *error = reason;
    }
    for (size_t i = 0; i < points->count && refused > 0 && !status; i++) {
        combination(vary, points->vary_count, i, digit);
        for (size_t v = 0; v < points->vary_count && !status; v++)
            if (!allowed[v][digit[v]])
                status = sgdmft_fail(error, SGDMFT_USAGE, "%s", points->point[i].reason);
    }
    for (size_t v = 0; v < points->vary_count; v++)
        free(allowed[v]);
    return status;
}

enum sgdmft_status points_build(const struct sgdmft_settings *settings, const struct vary *vary, size_t vary_count,
                                const struct command *what, enum by by, struct points *points,
                                struct sgdmft_error *warning, struct sgdmft_error *error)
{
    size_t count = 1, digit[POINTS_VARY_MAX];
    const char *value[POINTS_VARY_MAX];
    *points = (struct points){.what = what, .by = by, .vary_count = vary_count};
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
        return memory_fail(error, "the points");
    points->count = count;
    for (size_t i = 0; i < count; i++) {
        combination(vary, vary_count, i, digit);
        for (size_t v = 0; v < vary_count; v++)
            value[v] = vary[v].text[digit[v]];
        if (!point_create(points, value, &points->point[i]))
            return memory_fail(error, "the points");
    }
    enum sgdmft_status status = complete_all(settings, vary, points, warning, error);
    if (!status) {
        drop_twins(points);
        points_sort(points);
    }
    return status;
}

/* ---- more points --------------------------------------------------------------------------------------- */

enum sgdmft_status points_add(const struct sgdmft_settings *settings, const char *const *value, struct points *points,
                              bool *fresh, struct sgdmft_error *error)
{
    struct sgdmft_error doubt = {.status = SGDMFT_OK}, reason = {.status = SGDMFT_OK};
    struct point *grown = realloc(points->point, (points->count + 1) * sizeof *grown);
    if (!grown)
        return memory_fail(error, "the points");
    points->point = grown;
    struct point *point = &points->point[points->count];
    if (!point_create(points, value, point)) {
        point_clear(point, points->vary_count);
        return memory_fail(error, "the points");
    }
    enum sgdmft_status status = point_complete(settings, points, point, &doubt, &reason);
    if (status == SGDMFT_USAGE)
        status = refuse(points, point, reason.text, error);
    else if (status)
        *error = reason;
    size_t twin = 0;
    while (!status && twin < points->count && points->point[twin].hash != point->hash)
        twin++;
    *fresh = !status && (twin == points->count || !points->point[twin].wanted);
    if (status || twin < points->count)
        point_clear(point, points->vary_count);
    if (status)
        return status;
    points->point[twin].wanted = true;
    points->count += twin == points->count;
    return SGDMFT_OK;
}

enum sgdmft_status points_merge(struct points *points, struct points *known, struct sgdmft_error *error)
{
    size_t own = points->count;
    struct point *grown = realloc(points->point, (own + known->count + 1) * sizeof *grown);
    if (!grown)
        return memory_fail(error, "the points");
    points->point = grown;
    qsort(points->point, own, sizeof *points->point, by_hash);
    for (size_t i = 0; i < known->count; i++) {
        struct point *point = &known->point[i];
        struct point *twin = own > 0 ? bsearch(point, points->point, own, sizeof *points->point, by_hash) : NULL;
        if (!twin) {
            points->point[points->count++] = *point;
            continue;
        }
        const bool open = twin->status == POINT_PENDING || twin->status == POINT_FAILED;
        if (open && point->status != POINT_PENDING) { /* its status, as far as it is known */
            free(twin->reason);
            twin->status = point->status;
            twin->reason = point->reason;
            memcpy(twin->score, point->score, sizeof twin->score);
            point->reason = NULL;
        }
        point_clear(point, known->vary_count);
    }
    known->count = 0;
    points_sort(points);
    return SGDMFT_OK;
}

/* ---- order ------------------------------------------------------------------------------------------------ */

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
    return left->hash < right->hash ? -1 : left->hash > right->hash;
}

void points_sort(struct points *points)
{
    struct order order = {.vary_count = points->vary_count, .vary = points->vary};
    qsort_r(points->point, points->count, sizeof *points->point, by_value, &order);
}

void points_share(struct points *points, size_t index, size_t of)
{
    size_t place = 0;
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = &points->point[i];
        if (point->wanted)
            point->mine = place++ % of == index;
    }
}
