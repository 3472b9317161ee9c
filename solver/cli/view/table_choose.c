/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice of the shown columns of a table, and order of its rows. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "models/run/suggest.h"
#include "models/base/memory.h"
#include "solver/cli/view/table_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reads the next of words separated by commas into name; returns the rest, NULL after the last. */
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

/* Shows the column of a name, or the two columns of its theory and simulation. */
static enum sgdmft_status show_column(struct table *table, const char *name, struct sgdmft_error *error)
{
    static const char *const sides[] = {"theory", "simulation"};
    size_t found[2], count = 0;
    char side[112];
    enum sgdmft_status status = SGDMFT_OK;
    for (int i = 0; i < 2 && table_find(table, name) == table->count; i++) {
        snprintf(side, sizeof side, "%s_%s", name, sides[i]);
        found[count] = table_find(table, side);
        count += found[count] < table->count;
    }
    if (count == 0)
        status = find_column(table, "columns", name, &found[count++], error);
    if (!status && table->shown + count > TABLE_COLUMNS_MAX)
        status = sgdmft_fail(error, SGDMFT_USAGE, "columns: more than %d", TABLE_COLUMNS_MAX);
    for (size_t i = 0; i < count && !status; i++)
        table->show[table->shown++] = found[i];
    return status;
}

/* True for a column that a LaTeX table leaves out: without a value, with one step, or with the status complete in each
 * row. The step is printed in the caption. */
static bool says_nothing(struct table *table, size_t index)
{
    const struct table_column *column = &table->column[index];
    const struct table_cell *cell = table->cell + index;
    const bool step = table_shows_step(column), status = table_shows_status(column);
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

/* True for a column of steps or times that no row has: all results are stationary states. */
static bool has_no_place(const struct table *table, size_t index)
{
    bool empty = table->rows > 0 && table_shows_place(&table->column[index]);
    for (size_t row = 0; row < table->rows && empty; row++)
        empty = isnan(table->cell[row * table->count + index].number);
    return empty;
}

enum sgdmft_status table_choose(struct table *table, const char *words, struct sgdmft_error *error)
{
    char name[96];
    enum sgdmft_status status = SGDMFT_OK;
    table->shown = 0;
    for (size_t i = 0; i < table->count && !words; i++)
        if (table->column[i].always && !has_no_place(table, i)
            && (table->format == TABLE_CSV || !table->column[i].is_se)
            && (table->format != TABLE_LATEX || !says_nothing(table, i)))
            table->show[table->shown++] = i;
    while (words && !status) {
        words = next_word(words, name);
        status = show_column(table, name, error);
    }
    return status;
}

#define KEYS_MAX 8

struct order {
    const struct table *table;
    size_t count, key[KEYS_MAX];
    int sign[KEYS_MAX];
};

/* Compares cells: numbers by size, missing numbers last; other texts by letters. */
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
    return left < right ? -1 : left > right; /* equal rows keep their order */
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
        return memory_fail(error, "the table");
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
