/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Refinement in rounds: the known points of each row give its next point, and the points of a round are computed
 * together. */
#include "solver/cli/sweep/level_refine.h"

#include "models/base/memory.h"
#include "models/base/files.h"
#include "models/result/result_hdf5.h"
#include "solver/cli/sweep/sweep_points.h"
#include "solver/observe/derive.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 60

struct scalar level_read_folder(void *context, const struct points *points, const struct point *point,
                                const char *observable)
{
    const char *folder = context;
    char name[64], path[FILES_PATH_MAX];
    struct scalar scalar = {(double)NAN, (double)NAN};
    struct sgdmft_result *result = NULL;
    if (point->status == POINT_PENDING || point->status == POINT_FAILED || point->status == POINT_REFUSED)
        return scalar;
    points_file(points, point, points_have(points, true), name);
    if (manifest_path(folder, name, sizeof path, path, NULL) == SGDMFT_OK
        && result_read_light(path, &result, NULL) == SGDMFT_OK) {
        derive(result, NULL);
        scalar_read_final(result, observable, &scalar);
    }
    sgdmft_result_free(result);
    return scalar;
}

/* ---- cache of values, so that no file is read twice ------------------------------------------------------- */

struct memory {
    const char *folder;
    size_t count, room;
    struct known {
        uint64_t hash;
        struct scalar scalar;
    } * known;
};

static struct scalar recall(void *context, const struct points *points, const struct point *point,
                            const char *observable)
{
    struct memory *memory = context;
    char folder[FILES_PATH_MAX];
    for (size_t i = 0; i < memory->count; i++)
        if (memory->known[i].hash == point->hash)
            return memory->known[i].scalar;
    snprintf(folder, sizeof folder, "%s", memory->folder);
    const struct scalar scalar = level_read_folder(folder, points, point, observable);
    if (point->status == POINT_PENDING)
        return scalar;
    if (memory->count == memory->room) {
        const size_t room = 2 * memory->room + 64;
        struct known *grown = realloc(memory->known, room * sizeof *grown);
        if (!grown)
            return scalar;
        memory->known = grown;
        memory->room = room;
    }
    memory->known[memory->count++] = (struct known){point->hash, scalar};
    return scalar;
}

/* ---- rounds --------------------------------------------------------------------------------------------------- */

static double *grid_values(const struct vary *grid)
{
    double *value = malloc(grid->count * sizeof *value);
    for (size_t i = 0; value && i < grid->count; i++)
        value[i] = strtod(grid->text[i], NULL);
    if (value)
        gsl_sort(value, 1, grid->count);
    return value;
}

/* Distributes whole rows over the ranks. */
static void share_rows(struct points *points, struct manifest_part part)
{
    size_t row = 0;
    const struct point *first = NULL;
    for (size_t i = 0; i < points->count; i++) {
        struct point *point = &points->point[i];
        if (!point->wanted)
            continue;
        bool same = first != NULL;
        for (size_t v = 0; same && v + 1 < points->vary_count; v++)
            same = strcmp(first->value[v], point->value[v]) == 0;
        if (first && !same)
            row++;
        first = point;
        point->mine = part.of == 0 || row % part.of == part.index;
    }
}

/* Adds the next point of every row of mine; *added: their number. */
static enum sgdmft_status plan_round(const struct invocation *invocation, const struct level *level, const double *grid,
                                     size_t grid_count, struct memory *memory, struct points *points, size_t *added,
                                     struct sgdmft_error *error)
{
    struct level_rows rows;
    const size_t last = points->vary_count - 1;
    enum sgdmft_status status = level_rows_build(points, true, level->observable, recall, memory, &rows, error);
    char **value = calloc(rows.count * points->vary_count + 1, sizeof *value);
    char(*text)[40] = calloc(rows.count + 1, sizeof *text);
    size_t planned = 0;
    if (!status && (!value || !text))
        status = memory_fail(error, "a level line");
    for (size_t r = 0; r < rows.count && !status; r++) {
        const struct level_row *row = &rows.row[r];
        const double next =
            row->point->mine ? level_next(level, row->entry, row->count, grid, grid_count) : (double)NAN;
        if (!isfinite(next))
            continue;
        if (points->vary[last]->kind == SGDMFT_INTEGER)
            snprintf(text[planned], sizeof text[planned], "%.0f", next);
        else
            snprintf(text[planned], sizeof text[planned], "%.7g", next);
        for (size_t v = 0; v < last; v++)
            value[planned * points->vary_count + v] = strdup(row->point->value[v]);
        value[planned * points->vary_count + last] = text[planned];
        planned++;
    }
    level_rows_free(&rows);
    *added = 0;
    for (size_t i = 0; i < planned && !status; i++) {
        bool fresh;
        const char *words[POINTS_VARY_MAX];
        for (size_t v = 0; v <= last; v++)
            words[v] = value[i * points->vary_count + v];
        status = points_add(invocation->settings, words, points, &fresh, error);
        *added += !status && fresh;
    }
    for (size_t i = 0; value && i < planned; i++)
        for (size_t v = 0; v < last; v++)
            free(value[i * points->vary_count + v]);
    free(value);
    free(text);
    return status;
}

enum sgdmft_status level_refine(const struct invocation *invocation, const char *folder, const struct level *level,
                                const struct vary *grid, struct points *points, struct manifest_part part,
                                struct sgdmft_error *error)
{
    struct memory memory = {.folder = folder};
    double *values = grid_values(grid);
    size_t added = 1;
    enum sgdmft_status status = values ? SGDMFT_OK : memory_fail(error, "a level line");
    for (int round = 0; round < ROUNDS_MAX && added > 0 && !status; round++) {
        points_sort(points);
        share_rows(points, part);
        sweep_recognise(invocation, folder, points);
        status = sweep_compute(invocation, folder, points, part, error);
        if (!status)
            status = plan_round(invocation, level, values, grid->count, &memory, points, &added, error);
    }
    points_sort(points);
    free(memory.known);
    free(values);
    return status;
}
