/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of a sweep: its diagram, and a table of its points. */
#include "models/base/memory.h"
#include "models/base/json_scalars.h"
#include "models/kind/kind.h"
#include "solver/cli/frame/quote.h"
#include "solver/cli/page/page.h"
#include "solver/cli/run/rerun.h"
#include "solver/cli/view/table_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what was run -------------------------------------------------------------------------------------------- */

static bool is_varied(void *context, const struct sgdmft_parameter *parameter)
{
    const struct points *points = context;
    for (size_t v = 0; v < points->vary_count; v++)
        if (points->vary[v] == parameter)
            return true;
    return false;
}

/* True for the first point with this value of a varied parameter. */
static bool is_new(const struct points *points, size_t index, size_t vary)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(points->point[i].value[vary], points->point[index].value[vary]) == 0)
            return false;
    return true;
}

/* Prints NAME=A,B,C; values that contain commas are separated by semicolons. */
static void put_values(const struct points *points, size_t vary, FILE *out)
{
    char *text = NULL;
    size_t size = 0;
    bool comma = false, first = true;
    FILE *words = open_memstream(&text, &size);
    if (!words)
        return;
    for (size_t i = 0; i < points->count; i++)
        comma = comma || strchr(points->point[i].value[vary], ',');
    fprintf(words, "%s=", points->vary[vary]->name);
    for (size_t i = 0; i < points->count; i++)
        if (is_new(points, i, vary)) {
            fprintf(words, "%s%s", first ? "" : comma ? ";" : ",", points->point[i].value[vary]);
            first = false;
        }
    fclose(words);
    quote_word(text, out);
    free(text);
}

/* The command that makes the sweep again; free() it. */
static char *rerun_sweep(const struct points *points, struct sgdmft_result *const result[2], const char *folder)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        return NULL;
    fputs("sgdmft sweep", out);
    rerun_flags(result, 2, is_varied, (void *)(uintptr_t)points, out);
    for (size_t v = 0; v < points->vary_count; v++) {
        fputs(" --vary ", out);
        put_values(points, v, out);
    }
    fprintf(out, " --what %s", points->what->name);
    if (points->what->analysis->takes_by)
        fprintf(out, " --by %s", by_names[points->by]);
    if (points->level[0]) {
        fputs(" --level ", out);
        quote_word(points->level, out);
    }
    fputs(" --out ", out);
    quote_word(folder, out);
    fclose(out);
    return line;
}

/* Adds the line "390 points: 380 complete, 10 diverged". */
static void add_status(struct page *page, const struct points *points)
{
    char text[600];
    size_t length = (size_t)snprintf(text, sizeof text, "%zu points", points->count);
    const char *separator = ": ";
    for (size_t s = 0; point_status_names[s]; s++) {
        size_t count = 0;
        for (size_t i = 0; i < points->count; i++)
            count += (size_t)points->point[i].status == s;
        if (count == 0)
            continue;
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%s%zu %s", separator, count, point_status_names[s]);
        separator = ", ";
    }
    page_line(page, "status", text);
}

/* ---- the diagram --------------------------------------------------------------------------------------------- */

static json_t *named(const char *name, const char *label)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(name));
    json_object_set_new(object, "label", json_text(label));
    return object;
}

static const char *symbol_of(const char *name, char label[SYMBOL_MAX])
{
    symbol_plot(name, label);
    return label;
}

/* True for an axis that is logarithmic in figures of the sweep. */
static bool wants_log(const struct points *points, size_t vary)
{
    double *value = malloc((points->count + 1) * sizeof *value);
    size_t count = 0;
    for (size_t i = 0; i < points->count && value; i++)
        if (is_new(points, i, vary))
            value[count++] = strtod(points->point[i].value[vary], NULL);
    const bool log = value && plot_wants_log(value, count);
    free(value);
    return log;
}

/* True for a value that a diagram can show. */
static bool is_shown(const struct table_column *column)
{
    return column->number && !column->is_se && !table_shows_step(column);
}

#define LINE_LETTERS 1.2 /* of labels on a phone, as figure.letters */

/* Adds the lines of equal value of a column, and their labels, as in maps of sgdmft plot: rows "x y value", with an
 * empty one between two lines. */
static enum sgdmft_status add_lines(const struct table *table, size_t column, const struct gathering *gathering,
                                    json_t *shown, struct sgdmft_error *error)
{
    struct figure figure;
    double *value = malloc((table->rows + 1) * sizeof *value);
    if (!value)
        return memory_fail(error, "the page");
    for (size_t i = 0; i < table->rows; i++)
        value[i] = gathering->item[i].point->status == POINT_DIVERGED ? (double)NAN
                                                                      : table->cell[i * table->count + column].number;
    figure_open(&figure);
    figure.letters = LINE_LETTERS;
    const enum sgdmft_status status = plot_map_lines(gathering, 0, 1, value, &figure, error);
    for (size_t i = 0; i < figure.count && !status; i++) {
        json_t *text = page_block(&figure.block[figure.element[i].block], 4);
        json_object_set_new(shown, figure.element[i].style == FIGURE_LABELS ? "labels" : "lines", text);
    }
    figure_free(&figure);
    free(value);
    return status;
}

/* Adds the columns that a diagram can show. A plane of two parameters has lines. */
static enum sgdmft_status add_values(json_t *diagram, const struct table *table, const struct gathering *gathering,
                                     struct sgdmft_error *error)
{
    json_t *values = json_array();
    char label[SYMBOL_MAX];
    enum sgdmft_status status = SGDMFT_OK;
    json_object_set_new(diagram, "values", values);
    for (size_t i = 0; i < table->shown && !status; i++) {
        const struct table_column *column = &table->column[table->show[i]];
        if (!is_shown(column))
            continue;
        json_t *shown = named(column->name, symbol_of(column->name, label));
        json_array_append_new(values, shown);
        if (gathering->item[0].points->vary_count == 2)
            status = add_lines(table, table->show[i], gathering, shown, error);
    }
    return status;
}

/* Makes the diagram: its parameters, and the colours of points without a value. */
static json_t *make_diagram(const struct points *points)
{
    json_t *diagram = json_object(), *vary = json_array(), *blanks = json_array();
    char label[SYMBOL_MAX];
    for (size_t v = 0; v < points->vary_count; v++) {
        json_t *parameter = named(points->vary[v]->name, symbol_of(points->vary[v]->name, label));
        json_object_set_new(parameter, "log", json_boolean(wants_log(points, v)));
        json_array_append_new(vary, parameter);
    }
    for (size_t i = 0; i + 1 < plot_blank_count; i++) {
        char colour[16];
        snprintf(colour, sizeof colour, "#%06x", plot_blanks[i].grey);
        json_t *blank = named(point_status_names[plot_blanks[i].status], plot_blanks[i].title);
        json_object_set_new(blank, "colour", json_text(colour));
        json_array_append_new(blanks, blank);
    }
    json_object_set_new(diagram, "gone", json_text(point_status_names[POINT_DIVERGED]));
    json_object_set_new(diagram, "vary", vary);
    json_object_set_new(diagram, "blanks", blanks);
    symbol_plot("time", label);
    json_object_set_new(diagram, "time", json_text(label));
    json_object_set_new(diagram, "usual", json_text(points->what->analysis->usual));
    json_object_set_new(diagram, "level", json_text(points->level));
    return diagram;
}

/* Adds the palette of maps in gnuplot. */
static void add_palette(json_t *diagram)
{
    json_t *palette = json_array();
    char colour[16];
    for (size_t i = 0; i < FIGURE_PALETTE; i++) {
        snprintf(colour, sizeof colour, "#%06x", figure_palette[i]);
        json_array_append_new(palette, json_text(colour));
    }
    json_object_set_new(diagram, "palette", palette);
}

/* ---- one pass over the points -------------------------------------------------------------------------------- */

struct pass {
    struct page *page;
    struct table *table;
    struct page_series series;
    struct sgdmft_result *first[2]; /* of the first point that has results */
    json_t *cells;
};

static enum sgdmft_status pass_point(struct pass *pass, const struct gathering *gathering, size_t i,
                                     struct sgdmft_error *error)
{
    const struct gathered *item = &gathering->item[i];
    struct sgdmft_result *result[2];
    const enum sgdmft_status status = gather_load(item, result, error);
    if (status)
        return status;
    const bool both = item->points->by == BY_BOTH;
    const struct table_subject subject = {.item = item, .result = {result[0], result[1]}};
    if (!pass->first[0] && !pass->first[1] && (result[0] || result[1])) {
        page_series_choose(result[0] ? result[0] : result[1], &pass->series);
        page_series_fit(&pass->series, gathering->count, both ? 2 : 1, pass->page->series_room);
    }
    json_t *cell = json_array();
    for (int side = 0; side < 2; side++) {
        json_t *packed = page_series_pack(&pass->series, result[side]);
        pass->page->series_room -=
            json_string_length(packed) < pass->page->series_room ? json_string_length(packed) : 0;
        if (json_array_append_new(cell, packed) != 0)
            pass->page->failed = true;
    }
    json_array_append_new(pass->cells, cell);
    const bool added = table_add_row(pass->table, &subject);
    const bool keep = !pass->first[0] && !pass->first[1];
    for (int side = 0; side < 2; side++)
        if (keep)
            pass->first[side] = result[side];
        else
            sgdmft_result_free(result[side]);
    return added ? SGDMFT_OK : memory_fail(error, "the page");
}

static void show_usual(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->column[i].always || table->column[i].reason)
            table->show[table->shown++] = i;
}

static void describe(struct page *page, struct pass *pass, const struct points *points, const char *folder)
{
    static const char *const sides[] = {"theory", "simulation"};
    struct sgdmft_result *known[2];
    const char *name[2];
    size_t count = 0;
    char *again = rerun_sweep(points, pass->first, folder);
    for (int side = 0; side < 2; side++)
        if (pass->first[side]) {
            page_describe(page, pass->first[side], points);
            page_references(page, pass->first[side]);
            known[count] = pass->first[side];
            name[count++] = sides[side];
        }
    add_status(page, points);
    if (count > 0)
        page_command(page, "again", again ? again : "");
    free(again);
    page_fill_table(page, pass->table, "Points", true);
    if (count == 0)
        return;
    page_parameters(page, known, name, count, points);
    page_provenance(page, known, name, count);
}

/* Adds names and labels of the series, and the packed numbers. */
static void add_series(json_t *diagram, struct pass *pass)
{
    json_t *names = json_array();
    char label[SYMBOL_MAX];
    for (size_t i = 0; i < pass->series.count; i++) {
        symbol_plot(pass->series.observable[i]->name, label);
        json_array_append_new(names, named(pass->series.observable[i]->name, label));
    }
    json_object_set_new(diagram, "series", names);
    json_object_set_new(diagram, "points", json_integer((json_int_t)pass->series.points));
    json_object_set(diagram, "cells", pass->cells);
}

enum sgdmft_status page_sweep(struct page *page, const struct gathering *gathering, const char *folder,
                              struct sgdmft_error *error)
{
    struct pass pass = {.page = page, .table = calloc(1, sizeof *pass.table), .cells = json_array()};
    const struct points *points = gathering->item[0].points;
    enum sgdmft_status status = pass.table ? SGDMFT_OK : memory_fail(error, "the page");
    page_section(page, folder);
    if (!status)
        table_make_columns(pass.table, gathering, TABLE_AUTO, 1, NULL);
    for (size_t i = 0; i < gathering->count && !status; i++)
        status = pass_point(&pass, gathering, i, error);
    if (!status) {
        show_usual(pass.table);
        json_t *diagram = make_diagram(points);
        status = add_values(diagram, pass.table, gathering, error);
        add_palette(diagram);
        add_series(diagram, &pass);
        json_object_set_new(page->section, "diagram", diagram);
        describe(page, &pass, points, folder);
    }
    sgdmft_result_free(pass.first[0]);
    sgdmft_result_free(pass.first[1]);
    json_decref(pass.cells);
    if (pass.table)
        table_free(pass.table);
    free(pass.table);
    return status;
}
