/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a table, from results and sweeps, and its caption. */
#include "solver/cli/sweep/level_rows.h"
#include "models/base/memory.h"
#include "solver/cli/view/symbols.h"
#include "solver/cli/view/table_columns.h"

#include <stdlib.h>
#include <string.h>

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->rows * table->count; i++)
        free(table->cell[i].text);
    free(table->cell);
    table->cell = NULL;
    table->rows = 0;
}

/* ---- rows of results ------------------------------------------------------------------------------------- */

/* Fills one line for each measured step. */
static bool fill_series(struct table *table, const struct table_subject *whole)
{
    const struct sgdmft_result *result = whole->result[0] ? whole->result[0] : whole->result[1];
    struct table_subject line = *whole;
    bool good = true;
    line.series = true;
    for (size_t at = 0; at < result->steps && good; at++) {
        line.at[0] = line.at[1] = at;
        good = table_add_row(table, &line);
    }
    return good;
}

/* Fills the common steps of both results. */
static bool fill_beside(struct table *table, struct sgdmft_result *const result[2])
{
    struct table_subject line = {.result = {result[0], result[1]}, .series = true};
    size_t *i = &line.at[0], *j = &line.at[1];
    bool good = true;
    while (good && *i < result[0]->steps && *j < result[1]->steps) {
        const long a = result[0]->step[*i], b = result[1]->step[*j];
        good = a != b || table_add_row(table, &line);
        *i += a <= b;
        *j += b <= a;
    }
    return good;
}

static enum sgdmft_status check_alike(const struct gathering *gathering, struct sgdmft_error *error)
{
    const struct gathered *first = &gathering->item[0];
    for (size_t i = 1; i < gathering->count; i++) {
        const struct gathered *item = &gathering->item[i];
        bool alike = !item->point == !first->point;
        if (alike && item->point)
            alike = item->points->what == first->points->what && item->points->by == first->points->by
                    && item->points->vary_count == first->points->vary_count
                    && memcmp(item->points->vary, first->points->vary,
                              item->points->vary_count * sizeof *item->points->vary)
                           == 0;
        if (!alike)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s and %s have different columns: make a table of each",
                               first->origin, item->origin);
    }
    return SGDMFT_OK;
}

static const char *const caption_names[] = {"data", "teacher", "link", "loss",  "kappa",      "ridge",
                                            "rule", "alpha",   "rate", "batch", "persistence"};
#define CAPTION_NAMES (sizeof caption_names / sizeof caption_names[0])

/* The caption of the rows: the parameters of the first result, and those in which another one differs. */
struct caption {
    struct sgdmft_result *first; /* owned; NULL before the first result */
    bool differs[CAPTION_NAMES];
};

/* Takes the results of a row into the caption, and frees them unless they are kept. */
static void caption_take(struct caption *caption, struct sgdmft_result *result[2])
{
    struct sgdmft_result *one = result[0] ? result[0] : result[1];
    for (size_t i = 0; caption->first && one && i < CAPTION_NAMES; i++)
        caption->differs[i] =
            caption->differs[i]
            || gather_differ(&caption->first->run, &one->run, sgdmft_parameter_find(caption_names[i]));
    const bool kept = !caption->first;
    if (kept)
        caption->first = one;
    for (int side = 0; side < 2; side++)
        if (!kept || result[side] != one)
            sgdmft_result_free(result[side]);
}

/* Writes the caption from the parameters that all rows share, "Data random, loss hinge2, ...", and frees it. */
static void caption_write(struct caption *caption, struct table *table, const struct gathering *gathering)
{
    const struct gathered *first = &gathering->item[0];
    char text[SGDMFT_TEXT_MAX], symbol[SYMBOL_MAX];
    size_t length = 0;
    for (size_t i = 0; caption->first && i < CAPTION_NAMES && length < sizeof table->made_caption; i++) {
        const struct sgdmft_run *run = &caption->first->run;
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(caption_names[i]);
        bool varied = caption->differs[i];
        for (size_t v = 0; first->point && v < first->points->vary_count; v++)
            varied = varied || first->points->vary[v] == parameter;
        if (varied || (parameter->matters && !parameter->matters(run)))
            continue;
        sgdmft_parameter_format(parameter, run, text);
        if (parameter->kind == SGDMFT_REAL)
            snprintf(text, sizeof text, "%.6g", *(const double *)((const char *)run + parameter->offset));
        symbol_latex(caption_names[i], symbol);
        length += (size_t)snprintf(table->made_caption + length, sizeof table->made_caption - length, "%s%s%s%.100s",
                                   length ? ", " : "", symbol, parameter->kind == SGDMFT_REAL ? " = " : " ", text);
    }
    sgdmft_result_free(caption->first);
    caption->first = NULL;
}

static enum sgdmft_status fill_pair(struct table *table, const struct gathering *gathering, struct sgdmft_error *error)
{
    struct sgdmft_result *pair[2] = {NULL, NULL};
    bool good = gathering->count == 2;
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < gathering->count && good && !status; i++) {
        struct sgdmft_result *result[2];
        status = gather_load(&gathering->item[i], result, error);
        const int side = result[0] ? 0 : 1;
        good = !status && !pair[side];
        if (good)
            pair[side] = result[side];
        else
            sgdmft_result_free(result[side]);
    }
    if (!status && !good)
        status =
            sgdmft_fail(error, SGDMFT_USAGE, "side-by-side: it takes the result of a theory and one of a simulation");
    if (!status && !fill_beside(table, pair))
        status = memory_fail(error, "the table");
    struct caption caption = {.first = NULL};
    for (int side = 0; side < 2; side++)
        caption_take(&caption, (struct sgdmft_result *[2]){pair[side], NULL});
    caption_write(&caption, table, gathering);
    return status;
}

enum sgdmft_status table_fill(struct table *table, const struct gathering *gathering, enum table_shape shape,
                              size_t words, const char *extra, struct sgdmft_error *error)
{
    enum sgdmft_status status = check_alike(gathering, error);
    if (status)
        return status;
    if (gathering->item[0].point && shape != TABLE_AUTO)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: it is for results, and %s is a sweep",
                           shape == TABLE_LAST ? "last" : "side-by-side", gathering->item[0].origin);
    table_make_columns(table, gathering, shape, words, extra);
    if (shape == TABLE_BESIDE)
        return fill_pair(table, gathering, error);
    struct caption caption = {.first = NULL};
    for (size_t i = 0; i < gathering->count && !status; i++) {
        const struct gathered *item = &gathering->item[i];
        struct sgdmft_result *result[2];
        if ((status = gather_load(item, result, error)))
            break;
        const struct table_subject whole = {.item = item, .result = {result[0], result[1]}};
        const bool good =
            item->point || shape == TABLE_LAST ? table_add_row(table, &whole) : fill_series(table, &whole);
        status = good ? SGDMFT_OK : memory_fail(error, "the table");
        caption_take(&caption, result);
    }
    caption_write(&caption, table, gathering);
    return status;
}

/* ---- level lines ---------------------------------------------------------------------------------------- */

enum sgdmft_status table_fill_level(struct table *table, const struct gathering *gathering, const struct level *level,
                                    struct sgdmft_error *error)
{
    struct level_rows rows = {.count = 0};
    struct gathering view = *gathering;
    if (!gathering->item[0].point || gathering->sweep_count != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "level: it takes the folder of one sweep");
    const struct points *points = gathering->item[0].points;
    enum sgdmft_status status = level_check(points, error);
    if (!status)
        status = level_rows_build(points, false, level->observable, gather_level, &view, &rows, error);
    table_make_level_columns(table, points);
    for (size_t r = 0; r < rows.count && !status; r++) {
        struct level_crossing crossing;
        const struct gathered item = {.point = rows.row[r].point, .points = points};
        level_cross(level, rows.row[r].entry, rows.row[r].count, &crossing);
        if (!table_add_row(table, &(struct table_subject){.item = &item, .crossing = &crossing}))
            status = memory_fail(error, "the table");
    }
    level_rows_free(&rows);
    struct caption caption = {.first = NULL}; /* one sweep: its points differ in what varies alone */
    for (size_t i = 0; i < gathering->count && !status && !caption.first; i++) {
        struct sgdmft_result *result[2];
        if (!(status = gather_load(&gathering->item[i], result, error)))
            caption_take(&caption, result);
    }
    caption_write(&caption, table, gathering);
    char symbol[SYMBOL_MAX];
    symbol_latex(level->observable, symbol);
    const size_t length = strlen(table->made_caption);
    snprintf(table->made_caption + length, sizeof table->made_caption - length, "%sline of %s = %g", length ? "; " : "",
             symbol, level->value);
    return status;
}
