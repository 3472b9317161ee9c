/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of points that differ in the last varied parameter only. */
#include "solver/cli/sweep/level_rows.h"

#include "models/base/memory.h"
#include <stdlib.h>
#include <string.h>

enum sgdmft_status level_check(const struct points *points, struct sgdmft_error *error)
{
    const struct sgdmft_parameter *last = points->vary[points->vary_count - 1];
    if (last->kind == SGDMFT_REAL || last->kind == SGDMFT_INTEGER)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE, "level: it needs a number as the last --vary, and %s is none", last->name);
}

static bool same_row(const struct points *points, const struct point *a, const struct point *b)
{
    for (size_t v = 0; v + 1 < points->vary_count; v++)
        if (strcmp(a->value[v], b->value[v]) != 0)
            return false;
    return true;
}

static bool start_row(struct level_rows *rows, const struct point *point)
{
    struct level_row *grown = realloc(rows->row, (rows->count + 1) * sizeof *grown);
    if (!grown)
        return false;
    rows->row = grown;
    rows->row[rows->count++] = (struct level_row){.point = point};
    return true;
}

enum sgdmft_status level_rows_build(const struct points *points, bool only_wanted, const char *observable,
                                    level_reader *reader, void *context, struct level_rows *rows,
                                    struct sgdmft_error *error)
{
    *rows = (struct level_rows){.count = 0};
    for (size_t i = 0; i < points->count; i++) {
        const struct point *point = &points->point[i];
        if (only_wanted && !point->wanted)
            continue;
        const bool fresh = rows->count == 0 || !same_row(points, rows->row[rows->count - 1].point, point);
        if (fresh && !start_row(rows, point))
            return memory_fail(error, "the rows of a sweep");
        struct level_row *row = &rows->row[rows->count - 1];
        struct level_entry *grown = realloc(row->entry, (row->count + 1) * sizeof *grown);
        if (!grown)
            return memory_fail(error, "the rows of a sweep");
        row->entry = grown;
        row->entry[row->count++] = (struct level_entry){.x = strtod(point->value[points->vary_count - 1], NULL),
                                                        .y = reader(context, points, point, observable)};
    }
    return SGDMFT_OK;
}

void level_rows_free(struct level_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->row[i].entry);
    free(rows->row);
    *rows = (struct level_rows){.count = 0};
}
