/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of tables and the getters of their cells. */
#include "solver/cli/view/table_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const sides[] = {"_theory", "_simulation"};
static const struct scalar nothing = {(double)NAN, (double)NAN};

/* ---- getters ------------------------------------------------------------------------------------------- */

/* The result of a row, that of the theory if there are two; NULL without one. */
static const struct sgdmft_result *result_of(const struct table_subject *subject)
{
    return subject->result[0] ? subject->result[0] : subject->result[1];
}

static const char *get_file(const struct table_column *column, const struct table_subject *subject, char *room)
{
    (void)column;
    (void)room;
    return subject->item ? subject->item->origin : NULL;
}

static const char *get_varied(const struct table_column *column, const struct table_subject *subject, char *room)
{
    (void)room;
    return subject->item->point->value[column->index];
}

/* The value of a parameter in the run of the row; NULL for a step that was not reached. */
static const char *get_parameter(const struct table_column *column, const struct table_subject *subject, char *room)
{
    const struct sgdmft_result *result = result_of(subject);
    if (!subject->series && subject->result[1])
        result = subject->result[1];
    if (!result || (subject->series && subject->at[0] >= result->steps && subject->at[1] >= result->steps))
        return NULL;
    sgdmft_parameter_format(column->parameter, &result->run, room);
    return room;
}

static const char *get_source(const struct table_column *column, const struct table_subject *subject, char *room)
{
    (void)column;
    (void)room;
    return result_of(subject)->source == SGDMFT_THEORY ? "theory" : "simulation";
}

static const char *get_status(const struct table_column *column, const struct table_subject *subject, char *room)
{
    const struct point *point = subject->item->point;
    const struct points *points = subject->item->points;
    (void)column;
    (void)room;
    if (!point) {
        const enum sgdmft_status ended = result_of(subject)->status;
        return ended == SGDMFT_OK ? "complete" : sgdmft_status_sentence(ended);
    }
    const bool written = point->status == POINT_COMPLETE || point->status == POINT_DIVERGED
                         || point->status == POINT_UNDECIDED || point->status == POINT_DISAGREE;
    const bool missing =
        (!subject->result[0] && points_have(points, true)) || (!subject->result[1] && points_have(points, false));
    return written && missing ? "missing" : point_status_names[point->status];
}

static const char *get_reason(const struct table_column *column, const struct table_subject *subject, char *room)
{
    (void)column;
    (void)room;
    return subject->item->point->reason;
}

/* The step or the time of a row; NaN without one, as of a stationary state. */
static struct scalar place_of(const struct table_subject *subject, bool time)
{
    for (int side = 0; side < 2; side++) {
        const struct sgdmft_result *result = subject->result[side];
        if (!result || gather_is_stationary(result) || result->steps == 0)
            continue;
        const size_t at = subject->series ? subject->at[side] : result->steps - 1;
        return (struct scalar){time ? result->time[at] : (double)result->step[at], (double)NAN};
    }
    return nothing;
}

static struct scalar get_step(const struct table_column *column, const struct table_subject *subject)
{
    (void)column;
    return place_of(subject, false);
}

static struct scalar get_time(const struct table_column *column, const struct table_subject *subject)
{
    (void)column;
    return place_of(subject, true);
}

static struct scalar get_score(const struct table_column *column, const struct table_subject *subject)
{
    return (struct scalar){subject->item->point->score[column->index], (double)NAN};
}

static struct scalar get_observable(const struct table_column *column, const struct table_subject *subject)
{
    const int side = column->side >= 0 ? column->side : subject->result[0] ? 0 : 1;
    const struct sgdmft_result *result = subject->result[side];
    struct scalar scalar = nothing;
    if (!result)
        return nothing;
    if (!subject->series)
        return scalar_read(result, column->observable, &scalar) ? scalar : nothing;
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", column->observable);
    const size_t at = subject->at[side];
    return quantity && at < result->steps ? (struct scalar){quantity->mean[at], quantity->se[at]} : nothing;
}

static struct scalar get_crossing(const struct table_column *column, const struct table_subject *subject)
{
    (void)column;
    return (struct scalar){subject->crossing->x, subject->crossing->se};
}

static struct scalar get_low(const struct table_column *column, const struct table_subject *subject)
{
    (void)column;
    return (struct scalar){subject->crossing->low, (double)NAN};
}

static struct scalar get_high(const struct table_column *column, const struct table_subject *subject)
{
    (void)column;
    return (struct scalar){subject->crossing->high, (double)NAN};
}

bool table_shows_place(const struct table_column *column)
{
    return column->number == get_step || column->number == get_time;
}

bool table_shows_step(const struct table_column *column)
{
    return column->number == get_step;
}

bool table_shows_status(const struct table_column *column)
{
    return column->text == get_status;
}

size_t table_find(const struct table *table, const char *name)
{
    size_t i = 0;
    while (i < table->count && strcmp(table->column[i].name, name) != 0)
        i++;
    return i;
}

/* ---- columns ------------------------------------------------------------------------------------------- */

/* Adds a column of this name; NULL if it exists, or there are too many. */
static struct table_column *column_add(struct table *table, const char *name, bool always)
{
    if (table->count + 2 > TABLE_COLUMNS_MAX || table_find(table, name) < table->count)
        return NULL;
    struct table_column *column = &table->column[table->count++];
    *column = (struct table_column){.se = -1, .side = -1, .always = always};
    snprintf(column->name, sizeof column->name, "%s", name);
    return column;
}

static struct table_column *add_text(struct table *table, const char *name, table_text *get, bool always)
{
    struct table_column *column = column_add(table, name, always);
    if (column)
        column->text = get;
    return column;
}

static struct table_column *add_number(struct table *table, const char *name, table_number *get, bool always)
{
    struct table_column *column = column_add(table, name, always);
    if (column)
        column->number = get;
    return column;
}

/* Adds a column with its standard error in the next column. */
static struct table_column *add_estimate(struct table *table, const char *name, table_number *get, bool always)
{
    char error[100];
    struct table_column *column = add_number(table, name, get, always);
    if (!column)
        return NULL;
    snprintf(error, sizeof error, "%.90s_se", name);
    struct table_column *se = &table->column[table->count];
    column->se = (int)table->count++;
    *se = (struct table_column){.se = -1, .side = -1, .is_se = true, .always = always};
    snprintf(se->name, sizeof se->name, "%.95s", error);
    return column;
}

static void add_varied(struct table *table, const struct points *points, size_t index)
{
    struct table_column *column = add_text(table, points->vary[index]->name, get_varied, true);
    if (column)
        column->index = index;
}

/* Adds a number of the results: one pair of columns, or one for theory and one for simulation. */
static void add_observable(struct table *table, const char *observable, bool both, bool always)
{
    char name[96];
    for (int side = 0; side < (both ? 2 : 1); side++) {
        snprintf(name, sizeof name, "%.70s%s", observable, both ? sides[side] : "");
        struct table_column *column = add_estimate(table, name, get_observable, always);
        if (!column)
            continue;
        snprintf(column->observable, sizeof column->observable, "%.70s", observable);
        column->side = both ? side : -1;
    }
}

static bool is_standard(const char *name)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        if (sgdmft_observables[i].standard && strcmp(sgdmft_observables[i].name, name) == 0)
            return true;
    return false;
}

/* True for a column shown by default: one of the analysis of a sweep, otherwise a standard one. */
static bool belongs(const char *const *columns, const char *name)
{
    for (size_t i = 0; columns && columns[i]; i++)
        if (strcmp(columns[i], name) == 0)
            return true;
    return !columns && is_standard(name);
}

/* Adds all observables, the standard ones first, as in all tables. */
static void add_observables(struct table *table, const char *const *columns, bool both)
{
    const char *names[SCALAR_NAMES_MAX];
    const size_t count = scalar_names(names);
    for (int standard = 1; standard >= 0; standard--)
        for (size_t i = 0; i < count; i++)
            if (is_standard(names[i]) == (standard == 1))
                add_observable(table, names[i], both, belongs(columns, names[i]));
}

/* Adds the words of --columns that are no columns yet: parameters, and observables with an argument. */
static void add_extras(struct table *table, const char *words, bool both)
{
    char name[96];
    for (const char *next = words; next && *next; next += strspn(next, ",")) {
        const size_t length = strcspn(next, ",");
        snprintf(name, sizeof name, "%.*s", (int)(length < 95 ? length : 95), next);
        next += length;
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
        struct table_column *column = parameter ? add_text(table, parameter->name, get_parameter, false) : NULL;
        if (column)
            column->parameter = parameter;
        char *end = strrchr(name, ')'); /* teff(0.3)_theory, teff(0.3)_se */
        if (!end)
            continue;
        end[1] = '\0';
        if (scalar_known(name))
            add_observable(table, name, both, false);
    }
}

/* Adds the columns of the points of a sweep. */
static void add_points(struct table *table, const struct points *points)
{
    const struct analysis *analysis = points->what->analysis;
    for (size_t i = 0; i < points->vary_count; i++)
        add_varied(table, points, i);
    add_text(table, "status", get_status, true);
    add_number(table, "step", get_step, analysis->of_steps);
    add_observables(table, analysis->columns, points->by == BY_BOTH);
    for (size_t i = 0; analysis->scores && analysis->scores[i]; i++) {
        struct table_column *column = add_number(table, analysis->scores[i], get_score, true);
        if (column)
            column->index = i;
    }
    struct table_column *reason = add_text(table, "reason", get_reason, false);
    if (reason)
        reason->reason = true;
}

void table_make_columns(struct table *table, const struct gathering *gathering, enum table_shape shape, size_t words,
                        const char *extra)
{
    const struct gathered *first = &gathering->item[0];
    const bool both = first->point ? first->points->by == BY_BOTH : shape == TABLE_BESIDE;
    if (words > 1 && shape != TABLE_BESIDE)
        add_text(table, "file", get_file, true);
    if (first->point)
        add_points(table, first->points);
    else {
        if (shape == TABLE_LAST) {
            add_text(table, "source", get_source, true);
            add_text(table, "status", get_status, true);
        }
        add_number(table, "step", get_step, true);
        add_number(table, "time", get_time, true);
        add_observables(table, NULL, both);
    }
    add_extras(table, extra, both);
}

void table_make_level_columns(struct table *table, const struct points *points)
{
    const size_t last = points->vary_count - 1;
    for (size_t v = 0; v < last; v++)
        add_varied(table, points, v);
    add_estimate(table, points->vary[last]->name, get_crossing, true);
    snprintf(table->note, sizeof table->note, "low, high: the nearest points on either side of the crossing.");
    add_number(table, "low", get_low, true);
    add_number(table, "high", get_high, true);
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

bool table_add_row(struct table *table, const struct table_subject *subject)
{
    char room[SGDMFT_TEXT_MAX];
    struct table_cell *grown = realloc(table->cell, (table->rows + 1) * table->count * sizeof *grown);
    if (!grown)
        return false;
    table->cell = grown;
    struct table_cell *row = &table->cell[table->rows++ * table->count];
    for (size_t i = 0; i < table->count; i++)
        row[i] = (struct table_cell){.text = NULL, .number = (double)NAN};
    for (size_t i = 0; i < table->count; i++) {
        const struct table_column *column = &table->column[i];
        const char *text = column->text ? column->text(column, subject, room) : NULL;
        if (text && !(row[i].text = strdup(text)))
            return false;
        if (!column->number)
            continue;
        const struct scalar scalar = column->number(column, subject);
        row[i].number = scalar.value;
        if (column->se >= 0)
            row[column->se].number = scalar.se;
    }
    return true;
}
