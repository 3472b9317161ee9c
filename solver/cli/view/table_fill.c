/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns and rows of a table, from results and sweeps. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "solver/cli/sweep/level_rows.h"
#include "models/run/suggest.h"
#include "solver/cli/view/scalar.h"
#include "solver/cli/view/symbols.h"
#include "solver/cli/view/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sgdmft_status no_memory(struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_INTERNAL, "not enough memory for the table");
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->rows * table->count; i++)
        free(table->cell[i].text);
    free(table->cell);
    table->cell = NULL;
    table->rows = 0;
}

size_t table_find(const struct table *table, const char *name)
{
    size_t i = 0;
    while (i < table->count && strcmp(table->column[i].name, name) != 0)
        i++;
    return i;
}

/* ---- columns ------------------------------------------------------------------------------------------- */

static void add_text_column(struct table *table, const char *name, bool always)
{
    if (table->count == TABLE_COLUMNS_MAX || table_find(table, name) < table->count)
        return;
    struct table_column *column = &table->column[table->count++];
    *column = (struct table_column){.text = true, .se = -1, .always = always};
    snprintf(column->name, sizeof column->name, "%s", name);
}

static void add_number_column(struct table *table, const char *name, bool with_error, bool always)
{
    if (table->count + 2 > TABLE_COLUMNS_MAX || table_find(table, name) < table->count)
        return;
    struct table_column *column = &table->column[table->count++];
    *column = (struct table_column){.se = with_error ? (int)table->count : -1, .always = always};
    snprintf(column->name, sizeof column->name, "%s", name);
    if (!with_error)
        return;
    column = &table->column[table->count++];
    *column = (struct table_column){.se = -1, .is_se = true, .always = always};
    snprintf(column->name, sizeof column->name, "%.90s_se", name);
}

static const char *const sides[] = {"_theory", "_simulation"};

/* A number from a result: one pair of columns, or one of the theory and one of the simulation. */
static void add_observable(struct table *table, const char *observable, bool both, bool always)
{
    char name[96];
    for (int side = 0; side < (both ? 2 : 1); side++) {
        snprintf(name, sizeof name, "%.70s%s", observable, both ? sides[side] : "");
        add_number_column(table, name, true, always);
    }
}

static bool is_standard(const char *name)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (sgdmft_observables[i].standard && strcmp(sgdmft_observables[i].name, name) == 0)
            return true;
    return false;
}

/* These columns are shown: those of the analysis of a sweep, otherwise the standard ones. */
static bool belongs(const char *const *columns, const char *name)
{
    for (size_t i = 0; columns && columns[i]; i++)
        if (strcmp(columns[i], name) == 0)
            return true;
    return !columns && is_standard(name);
}

/* Standard ones first, as in all tables. */
static void add_observables(struct table *table, const char *const *columns, bool both)
{
    const char *names[SCALAR_NAMES_MAX];
    const size_t count = scalar_names(names);
    for (int standard = 1; standard >= 0; standard--)
        for (size_t i = 0; i < count; i++)
            if (is_standard(names[i]) == (standard == 1))
                add_observable(table, names[i], both, belongs(columns, names[i]));
}

/* Words of --columns that are no columns yet: parameters, and observables with an argument. */
static void add_extras(struct table *table, const char *words, bool both)
{
    char name[96], base[96];
    for (const char *next = words; next && *next; next += strspn(next, ",")) {
        const size_t length = strcspn(next, ",");
        snprintf(name, sizeof name, "%.*s", (int)(length < 95 ? length : 95), next);
        next += length;
        if (sgdmft_parameter_find(name))
            add_text_column(table, sgdmft_parameter_find(name)->name, false);
        snprintf(base, sizeof base, "%s", name);
        char *end = strrchr(base, ')'); /* teff(0.3)_theory, teff(0.3)_se */
        if (end) {
            end[1] = '\0';
            if (scalar_known(base))
                add_observable(table, base, both, false);
        }
    }
}

static bool all_points(const struct gathering *gathering)
{
    return gathering->item[0].point != NULL;
}

static void make_columns(struct table *table, const struct gathering *gathering, enum table_shape shape, size_t words,
                         const char *extra)
{
    const struct gathered *first = &gathering->item[0];
    const bool points = all_points(gathering), both = points ? first->points->by == BY_BOTH : shape == TABLE_BESIDE;
    if (words > 1 && shape != TABLE_BESIDE)
        add_text_column(table, "file", true);
    if (points) {
        for (size_t i = 0; i < first->points->vary_count; i++)
            add_text_column(table, first->points->vary[i]->name, true);
        add_text_column(table, "status", true);
        const struct analysis *analysis = first->points->what->analysis;
        add_number_column(table, "step", false, analysis->of_steps);
        add_observables(table, analysis->columns, both);
        for (size_t i = 0; analysis->scores && analysis->scores[i]; i++)
            add_number_column(table, analysis->scores[i], false, true);
        add_text_column(table, "reason", false);
        table->column[table_find(table, "reason")].reason = true;
    } else {
        if (shape == TABLE_LAST) {
            add_text_column(table, "source", true);
            add_text_column(table, "status", true);
        }
        add_number_column(table, "step", false, true);
        add_number_column(table, "time", false, true);
        add_observables(table, NULL, both);
    }
    add_extras(table, extra, both);
}

/* ---- cells ---------------------------------------------------------------------------------------------- */

static struct table_cell *add_row(struct table *table)
{
    struct table_cell *grown = realloc(table->cell, (table->rows + 1) * table->count * sizeof *grown);
    if (!grown)
        return NULL;
    table->cell = grown;
    struct table_cell *row = &table->cell[table->rows++ * table->count];
    for (size_t i = 0; i < table->count; i++)
        row[i] = (struct table_cell){.text = NULL, .number = (double)NAN};
    return row;
}

static void set_text(struct table *table, struct table_cell *row, const char *name, const char *text)
{
    const size_t i = table_find(table, name);
    if (i == table->count || !text)
        return;
    free(row[i].text);
    row[i].text = strdup(text);
}

static void set_number(struct table *table, struct table_cell *row, const char *name, double number)
{
    const size_t i = table_find(table, name);
    if (i < table->count)
        row[i].number = number;
}

static void set_scalar(struct table *table, struct table_cell *row, const char *name, const char *suffix,
                       struct scalar scalar)
{
    char column[128];
    snprintf(column, sizeof column, "%.90s%s", name, suffix);
    const size_t i = table_find(table, column);
    if (i == table->count)
        return;
    row[i].number = scalar.value;
    if (table->column[i].se >= 0)
        row[table->column[i].se].number = scalar.se;
}

/* The name of the observable behind a column of values, without the side; false for a column of the other side. */
static bool column_observable(const struct table_column *column, const char *suffix, char name[96])
{
    const size_t length = strlen(column->name), tail = strlen(suffix);
    if (column->text || column->is_se || length < tail || strcmp(column->name + length - tail, suffix) != 0)
        return false;
    snprintf(name, 96, "%.*s", (int)(length - tail), column->name);
    return scalar_known(name);
}

/* All numbers of the last row of a result, and its parameters. */
static void set_result(struct table *table, struct table_cell *row, const struct sgdmft_result *result,
                       const char *suffix)
{
    char name[96], text[SGDMFT_TEXT_MAX];
    struct scalar scalar;
    if (result->steps > 0) {
        set_number(table, row, "step", (double)result->step[result->steps - 1]);
        set_number(table, row, "time", result->time[result->steps - 1]);
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct sgdmft_parameter *parameter =
            table->column[i].text ? sgdmft_parameter_find(table->column[i].name) : NULL;
        if (parameter && !row[i].text) {
            sgdmft_parameter_format(parameter, &result->run, text);
            set_text(table, row, parameter->name, text);
        }
        if (column_observable(&table->column[i], suffix, name) && scalar_read(result, name, &scalar))
            set_scalar(table, row, name, suffix, scalar);
    }
}

/* The series at one measured step. */
static void set_series(struct table *table, struct table_cell *row, const struct sgdmft_result *result,
                       const char *suffix, size_t at)
{
    char text[SGDMFT_TEXT_MAX];
    set_number(table, row, "step", (double)result->step[at]);
    set_number(table, row, "time", result->time[at]);
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        if (strcmp(quantity->observable->group, "series") == 0)
            set_scalar(table, row, quantity->observable->name, suffix,
                       (struct scalar){quantity->mean[at], quantity->se[at]});
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct sgdmft_parameter *parameter =
            table->column[i].text ? sgdmft_parameter_find(table->column[i].name) : NULL;
        if (!parameter || row[i].text)
            continue;
        sgdmft_parameter_format(parameter, &result->run, text);
        set_text(table, row, parameter->name, text);
    }
}

static bool fill_series(struct table *table, const char *origin, const struct sgdmft_result *result)
{
    struct table_cell *row;
    for (size_t at = 0; at < result->steps; at++) {
        if (!(row = add_row(table)))
            return false;
        set_text(table, row, "file", origin);
        set_series(table, row, result, "", at);
    }
    if (result->status != SGDMFT_DIVERGED)
        return true;
    if (!(row = add_row(table))) /* as in the csv of the result: nan at the step that was not reached */
        return false;
    set_text(table, row, "file", origin);
    set_number(table, row, "step", (double)(result->last_step + 1));
    set_number(table, row, "time", sgdmft_time(&result->run, result->last_step + 1));
    return true;
}

static bool fill_last(struct table *table, const char *origin, const struct sgdmft_result *result)
{
    struct table_cell *row = add_row(table);
    if (!row)
        return false;
    set_text(table, row, "file", origin);
    set_text(table, row, "source", result->source == SGDMFT_THEORY ? "theory" : "simulation");
    set_text(table, row, "status", result->status == SGDMFT_OK ? "complete" : sgdmft_status_sentence(result->status));
    set_result(table, row, result, "");
    return true;
}

/* The steps that both have. */
static bool fill_beside(struct table *table, struct sgdmft_result *const result[2])
{
    for (size_t i = 0, j = 0; i < result[0]->steps && j < result[1]->steps;) {
        if (result[0]->step[i] != result[1]->step[j]) {
            *(result[0]->step[i] < result[1]->step[j] ? &i : &j) += 1;
            continue;
        }
        struct table_cell *row = add_row(table);
        if (!row)
            return false;
        set_series(table, row, result[0], sides[0], i++);
        set_series(table, row, result[1], sides[1], j++);
    }
    return true;
}

static bool fill_point(struct table *table, const struct gathered *item, struct sgdmft_result *const result[2])
{
    const struct points *points = item->points;
    const enum point_status status = item->point->status;
    struct table_cell *row = add_row(table);
    if (!row)
        return false;
    set_text(table, row, "file", item->origin);
    for (size_t i = 0; i < points->vary_count; i++)
        set_text(table, row, points->vary[i]->name, item->point->value[i]);
    const bool written =
        status == POINT_COMPLETE || status == POINT_DIVERGED || status == POINT_UNDECIDED || status == POINT_DISAGREE;
    const bool missing =
        written && ((!result[0] && points_have(points, true)) || (!result[1] && points_have(points, false)));
    set_text(table, row, "status", missing ? "missing" : point_status_names[status]);
    set_text(table, row, "reason", item->point->reason);
    const char *const *scores = points->what->analysis->scores;
    for (size_t i = 0; scores && scores[i]; i++)
        set_number(table, row, scores[i], item->point->score[i]);
    for (int side = 1; side >= 0; side--)
        if (result[side])
            set_result(table, row, result[side], points->by == BY_BOTH ? sides[side] : "");
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------------------ */

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

/* "Data random, loss hinge2, ...": what does not vary. */
static void make_caption(struct table *table, const struct gathering *gathering, const struct sgdmft_result *result)
{
    static const char *const names[] = {"data", "teacher", "link", "loss",  "kappa",      "ridge",
                                        "rule", "alpha",   "rate", "batch", "persistence"};
    const struct gathered *first = &gathering->item[0];
    char text[SGDMFT_TEXT_MAX], symbol[SYMBOL_MAX];
    size_t length = 0;
    if (!result || table->made_caption[0])
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(names[i]);
        bool varied = false;
        for (size_t v = 0; first->point && v < first->points->vary_count; v++)
            varied = varied || first->points->vary[v] == parameter;
        if (varied || (parameter->matters && !parameter->matters(&result->run)))
            continue;
        sgdmft_parameter_format(parameter, &result->run, text);
        if (parameter->kind == SGDMFT_REAL)
            snprintf(text, sizeof text, "%.6g", *(const double *)((const char *)&result->run + parameter->offset));
        symbol_latex(names[i], symbol);
        length += (size_t)snprintf(table->made_caption + length, sizeof table->made_caption - length, "%s%s%s%.100s",
                                   length ? ", " : "", symbol, parameter->kind == SGDMFT_REAL ? " = " : " ", text);
        if (length >= sizeof table->made_caption)
            return;
    }
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
    if (!status)
        make_caption(table, gathering, pair[0]);
    if (!status && !fill_beside(table, pair))
        status = no_memory(error);
    sgdmft_result_free(pair[0]);
    sgdmft_result_free(pair[1]);
    return status;
}

enum sgdmft_status table_fill(struct table *table, const struct gathering *gathering, enum table_shape shape,
                              size_t words, const char *extra, struct sgdmft_error *error)
{
    enum sgdmft_status status = check_alike(gathering, error);
    if (status)
        return status;
    if (all_points(gathering) && shape != TABLE_AUTO)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: it is for results, and %s is a sweep",
                           shape == TABLE_LAST ? "last" : "side-by-side", gathering->item[0].origin);
    make_columns(table, gathering, shape, words, extra);
    if (shape == TABLE_BESIDE)
        return fill_pair(table, gathering, error);
    for (size_t i = 0; i < gathering->count && !status; i++) {
        const struct gathered *item = &gathering->item[i];
        struct sgdmft_result *result[2], *one;
        if ((status = gather_load(item, result, error)))
            return status;
        one = result[0] ? result[0] : result[1];
        make_caption(table, gathering, one);
        const bool good = item->point           ? fill_point(table, item, result)
                          : shape == TABLE_LAST ? fill_last(table, item->origin, one)
                                                : fill_series(table, item->origin, one);
        status = good ? SGDMFT_OK : no_memory(error);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
    return status;
}

/* ---- level lines ---------------------------------------------------------------------------------------- */

static struct scalar read_gathered(void *context, const struct points *points, const struct point *point,
                                   const char *observable)
{
    const struct gathering *gathering = context;
    struct scalar scalar = {(double)NAN, (double)NAN};
    struct sgdmft_result *result[2];
    (void)points;
    for (size_t i = 0; i < gathering->count; i++)
        if (gathering->item[i].point == point && gather_load(&gathering->item[i], result, NULL) == SGDMFT_OK) {
            if (result[0] || result[1])
                scalar_read_final(result[0] ? result[0] : result[1], observable, &scalar);
            sgdmft_result_free(result[0]);
            sgdmft_result_free(result[1]);
        }
    return scalar;
}

enum sgdmft_status table_fill_level(struct table *table, const struct gathering *gathering, const struct level *level,
                                    struct sgdmft_error *error)
{
    struct level_rows rows = {.count = 0};
    struct gathering view = *gathering;
    if (!all_points(gathering) || gathering->sweep_count != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "level: it takes the folder of one sweep");
    const struct points *points = gathering->item[0].points;
    const size_t last = points->vary_count - 1;
    const char *name = points->vary[last]->name;
    enum sgdmft_status status = level_check(points, error);
    if (!status)
        status = level_rows_build(points, false, level->observable, read_gathered, &view, &rows, error);
    for (size_t v = 0; v < last; v++)
        add_text_column(table, points->vary[v]->name, true);
    add_number_column(table, name, true, true);
    snprintf(table->note, sizeof table->note, "low, high: the nearest points on either side of the crossing.");
    add_number_column(table, "low", false, true);
    add_number_column(table, "high", false, true);
    for (size_t r = 0; r < rows.count && !status; r++) {
        struct level_crossing crossing;
        struct table_cell *row = add_row(table);
        if (!row) {
            status = no_memory(error);
            break;
        }
        level_cross(level, rows.row[r].entry, rows.row[r].count, &crossing);
        for (size_t v = 0; v < last; v++)
            set_text(table, row, points->vary[v]->name, rows.row[r].point->value[v]);
        set_scalar(table, row, name, "", (struct scalar){crossing.x, crossing.se});
        set_number(table, row, "low", crossing.low);
        set_number(table, row, "high", crossing.high);
    }
    level_rows_free(&rows);
    for (size_t i = 0; i < gathering->count && !status && !table->made_caption[0]; i++) {
        struct sgdmft_result *result[2];
        if (!(status = gather_load(&gathering->item[i], result, error)))
            make_caption(table, gathering, result[0] ? result[0] : result[1]);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
    char symbol[SYMBOL_MAX];
    symbol_latex(level->observable, symbol);
    const size_t length = strlen(table->made_caption);
    snprintf(table->made_caption + length, sizeof table->made_caption - length, "%sline of %s = %g", length ? "; " : "",
             symbol, level->value);
    return status;
}

/* ---- choice and order ------------------------------------------------------------------------------------- */

/* The next of words separated by commas into name; returns what follows, NULL after the last. */
static const char *next_word(const char *words, char name[96])
{
    const size_t length = strcspn(words, ",");
    snprintf(name, 96, "%.*s", (int)(length < 95 ? length : 95), words);
    return words[length] ? words + length + 1 : NULL;
}

static enum sgdmft_status find_column(const struct table *table, const char *option, const char *name, size_t *found,
                                      struct sgdmft_error *error)
{
    const char *names[TABLE_COLUMNS_MAX];
    *found = table_find(table, name);
    if (*found < table->count)
        return SGDMFT_OK;
    for (size_t i = 0; i < table->count; i++)
        names[i] = table->column[i].name;
    char meant[SUGGESTION_MAX];
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: there is no column '%s'%s", option, name,
                       suggestion(name, "'", "'", names, table->count, meant));
}

/* Of a table for print: columns without a value, and those that say the same in each row. The common step goes into the
 * caption. */
static bool says_nothing(struct table *table, size_t index)
{
    const struct table_column *column = &table->column[index];
    const struct table_cell *cell = table->cell + index;
    const bool step = strcmp(column->name, "step") == 0, status = strcmp(column->name, "status") == 0;
    bool empty = !column->text, same = step || status;
    for (size_t row = 0; row < table->rows; row++, cell += table->count) {
        empty = empty && isnan(cell->number);
        if (step)
            same = same && cell->number == table->cell[index].number;
        if (status)
            same = same && cell->text && strcmp(cell->text, point_status_names[POINT_COMPLETE]) == 0;
    }
    if (table->rows < 2 || (!empty && !same))
        return false;
    const size_t length = strlen(table->made_caption);
    if (step && !empty && !table->caption)
        snprintf(table->made_caption + length, sizeof table->made_caption - length, "%sstep %g", length ? ", " : "",
                 table->cell[index].number);
    return true;
}

enum sgdmft_status table_choose(struct table *table, const char *words, struct sgdmft_error *error)
{
    char name[96];
    enum sgdmft_status status = SGDMFT_OK;
    table->shown = 0;
    for (size_t i = 0; i < table->count && !words; i++)
        if (table->column[i].always && (table->format == TABLE_CSV || !table->column[i].is_se)
            && (table->format != TABLE_LATEX || !says_nothing(table, i)))
            table->show[table->shown++] = i;
    while (words && !status) {
        size_t found;
        words = next_word(words, name);
        status = find_column(table, "columns", name, &found, error);
        if (!status && table->shown == TABLE_COLUMNS_MAX)
            status = sgdmft_fail(error, SGDMFT_USAGE, "columns: more than %d", TABLE_COLUMNS_MAX);
        if (!status)
            table->show[table->shown++] = found;
    }
    return status;
}

#define KEYS_MAX 8

struct order {
    const struct table *table;
    size_t count, key[KEYS_MAX];
    int sign[KEYS_MAX];
};

/* Numbers by size, other texts by letters, what is missing last. */
static int compare_cells(const struct table_column *column, const struct table_cell *a, const struct table_cell *b,
                         int sign)
{
    double x = a->number, y = b->number;
    if (column->text) {
        const char *left = a->text ? a->text : "", *right = b->text ? b->text : "";
        char *end[2];
        x = strtod(left, &end[0]);
        y = strtod(right, &end[1]);
        if (end[0] == left || end[1] == right || *end[0] || *end[1])
            return sign * strcmp(left, right);
    }
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return sign * ((x > y) - (x < y));
}

static int by_keys(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    const size_t left = *(const size_t *)a, right = *(const size_t *)b, width = order->table->count;
    for (size_t k = 0; k < order->count; k++) {
        const size_t column = order->key[k];
        const int sign = compare_cells(&order->table->column[column], &order->table->cell[left * width + column],
                                       &order->table->cell[right * width + column], order->sign[k]);
        if (sign != 0)
            return sign;
    }
    return left < right ? -1 : left > right; /* as they were */
}

enum sgdmft_status table_sort(struct table *table, const char *words, struct sgdmft_error *error)
{
    struct order order = {.table = table};
    char name[96];
    while (words) {
        words = next_word(words, name);
        const bool down = name[0] == '-';
        if (order.count == KEYS_MAX)
            return sgdmft_fail(error, SGDMFT_USAGE, "sort: at most %d columns", KEYS_MAX);
        enum sgdmft_status status = find_column(table, "sort", name + down, &order.key[order.count], error);
        if (status)
            return status;
        order.sign[order.count++] = down ? -1 : 1;
    }
    size_t *place = malloc((table->rows + 1) * sizeof *place);
    struct table_cell *sorted = malloc((table->rows * table->count + 1) * sizeof *sorted);
    if (!place || !sorted) {
        free(place);
        free(sorted);
        return no_memory(error);
    }
    for (size_t r = 0; r < table->rows; r++)
        place[r] = r;
    qsort_r(place, table->rows, sizeof *place, by_keys, &order);
    for (size_t r = 0; r < table->rows; r++)
        memcpy(sorted + r * table->count, table->cell + place[r] * table->count, table->count * sizeof *sorted);
    free(place);
    free(table->cell);
    table->cell = sorted;
    return SGDMFT_OK;
}
