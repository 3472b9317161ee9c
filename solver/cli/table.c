/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft table: a sweep as a table of last values, one line a point; a result as a table of its series. */
#include "solver/cli/cli.h"
#include "solver/cli/gather.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 128

enum table_format { TABLE_CSV, TABLE_MARKDOWN };

/* A cell is a text, or a number with (in markdown) its error from another column. */
struct column {
    char name[80];
    bool text;
    int se; /* the column with the standard errors, or -1 */
    bool is_se;
};

struct cell {
    char text[SGDMFT_TEXT_MAX];
    double number;
};

struct table {
    enum table_format format;
    size_t count;
    struct column column[COLUMNS_MAX];
    struct cell cell[COLUMNS_MAX]; /* of the line that is being filled */
    size_t shown;
    size_t show[COLUMNS_MAX]; /* columns to print, in this order */
};

/* ---- columns ------------------------------------------------------------------------------------------- */

static void add_text_column(struct table *table, const char *name)
{
    struct column *column = &table->column[table->count++];
    *column = (struct column){.text = true, .se = -1};
    snprintf(column->name, sizeof column->name, "%s", name);
}

static void add_number_column(struct table *table, const char *name, bool with_error)
{
    struct column *column = &table->column[table->count++];
    *column = (struct column){.se = with_error ? (int)table->count : -1};
    snprintf(column->name, sizeof column->name, "%s", name);
    if (!with_error)
        return;
    column = &table->column[table->count++];
    *column = (struct column){.se = -1, .is_se = true};
    snprintf(column->name, sizeof column->name, "%s_se", name);
}

/* The columns of an observable: one pair, or one of the theory and one of the simulation. */
static void add_observables(struct table *table, bool both)
{
    char name[64];
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        if (!sgdmft_observables[i].standard)
            continue;
        for (int side = 0; side < (both ? 2 : 1); side++) {
            snprintf(name, sizeof name, "%s%s", sgdmft_observables[i].name,
                     !both ? "" : side ? "_simulation" : "_theory");
            add_number_column(table, name, true);
        }
    }
}

/* With several files a first column says which. */
static void make_columns(struct table *table, const struct gathering *gathering, size_t words)
{
    const struct gathered *first = &gathering->item[0];
    if (words > 1)
        add_text_column(table, "file");
    if (!first->point) {
        add_number_column(table, "step", false);
        add_number_column(table, "time", false);
        add_observables(table, false);
        return;
    }
    for (size_t i = 0; i < first->points->vary_count; i++)
        add_text_column(table, first->points->vary[i]->name);
    add_text_column(table, "status");
    add_number_column(table, "step", false);
    add_observables(table, first->points->what == POINTS_VALIDATE);
    if (first->points->what == POINTS_VALIDATE)
        add_number_column(table, "max_abs_z", false);
}

static enum sgdmft_status check_alike(const struct gathering *gathering, struct sgdmft_error *error)
{
    const struct gathered *first = &gathering->item[0];
    for (size_t i = 1; i < gathering->count; i++) {
        const struct gathered *item = &gathering->item[i];
        bool alike = !item->point == !first->point;
        if (alike && item->point)
            alike = item->points->what == first->points->what &&
                    item->points->vary_count == first->points->vary_count &&
                    memcmp(item->points->vary, first->points->vary, item->points->vary_count * sizeof *item->points->vary) == 0;
        if (!alike)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s and %s have different columns: make a table of each",
                               first->origin, item->origin);
    }
    return SGDMFT_OK;
}

static enum sgdmft_status choose_columns(struct table *table, const char *words, struct sgdmft_error *error)
{
    char name[64];
    if (!words) {
        for (size_t i = 0; i < table->count; i++)
            if (table->format == TABLE_CSV || !table->column[i].is_se)
                table->show[table->shown++] = i;
        return SGDMFT_OK;
    }
    const char *names[COLUMNS_MAX];
    for (size_t i = 0; i < table->count; i++)
        names[i] = table->column[i].name;
    for (const char *next = words;; next++) {
        size_t length = strcspn(next, ","), found = 0;
        snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), next);
        while (found < table->count && strcmp(table->column[found].name, name) != 0)
            found++;
        if (found == table->count) {
            const char *nearest = sgdmft_nearest(name, names, table->count);
            return sgdmft_fail(error, SGDMFT_USAGE, "columns: there is no column '%s'%s%s%s", name,
                               nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
        }
        if (table->shown == COLUMNS_MAX)
            return sgdmft_fail(error, SGDMFT_USAGE, "columns: more than %d", COLUMNS_MAX);
        table->show[table->shown++] = found;
        next += length;
        if (!*next)
            return SGDMFT_OK;
    }
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

static struct cell *cell_of(struct table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->column[i].name, name) == 0)
            return &table->cell[i];
    return NULL;
}

static void clear_line(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        table->cell[i].number = (double)NAN;
        table->cell[i].text[0] = '\0';
    }
}

static void set_text(struct table *table, const char *name, const char *text)
{
    struct cell *cell = cell_of(table, name);
    if (cell)
        snprintf(cell->text, sizeof cell->text, "%s", text);
}

static void set_number(struct table *table, const char *name, double number)
{
    struct cell *cell = cell_of(table, name);
    if (cell)
        cell->number = number;
}

/* The values of one measured step. */
static void set_row(struct table *table, const struct sgdmft_result *result, const char *suffix, size_t row)
{
    char name[64];
    set_number(table, "step", (double)result->step[row]);
    set_number(table, "time", result->time[row]);
    for (size_t i = 0; i < result->quantities; i++) {
        const struct sgdmft_quantity *quantity = &result->quantity[i];
        if (!quantity->observable->standard)
            continue;
        snprintf(name, sizeof name, "%s%s", quantity->observable->name, suffix);
        set_number(table, name, quantity->mean[row]);
        snprintf(name, sizeof name, "%s%s_se", quantity->observable->name, suffix);
        set_number(table, name, quantity->se[row]);
    }
}

static void print_plain(double number)
{
    if (isnan(number))
        printf("nan");
    else
        printf("%.17g", number);
}

static void print_csv_text(const char *text)
{
    bool quote = strpbrk(text, ",\"\n") != NULL;
    if (quote)
        putchar('"');
    for (; *text; text++)
        printf(quote && *text == '"' ? "\"\"" : "%c", *text);
    if (quote)
        putchar('"');
}

static void print_markdown_text(const char *text)
{
    for (; *text; text++)
        printf(*text == '|' ? "\\|" : *text == '\n' ? " " : "%c", *text);
}

static void print_cell(const struct table *table, size_t index)
{
    const struct column *column = &table->column[index];
    const struct cell *cell = &table->cell[index];
    char text[64];
    if (table->format == TABLE_CSV && column->text)
        print_csv_text(cell->text);
    else if (table->format == TABLE_CSV)
        print_plain(cell->number);
    else if (column->text)
        print_markdown_text(cell->text);
    else if (column->se >= 0) {
        sgdmft_format_error(cell->number, table->cell[column->se].number, text);
        printf("%s", text);
    } else
        printf(column->is_se ? "%.2g" : "%.9g", cell->number);
}

static void print_line(const struct table *table)
{
    for (size_t i = 0; i < table->shown; i++) {
        if (table->format == TABLE_CSV)
            printf("%s", i ? "," : "");
        else
            printf("%s", i ? " | " : "| ");
        print_cell(table, table->show[i]);
    }
    printf(table->format == TABLE_CSV ? "\n" : " |\n");
}

static void print_head(const struct table *table)
{
    for (size_t i = 0; i < table->shown; i++) {
        const char *before = table->format == TABLE_CSV ? i ? "," : "" : i ? " | " : "| ";
        printf("%s%s", before, table->column[table->show[i]].name);
    }
    printf(table->format == TABLE_CSV ? "\n" : " |\n|");
    for (size_t i = 0; i < table->shown && table->format == TABLE_MARKDOWN; i++)
        printf(" %s |", table->column[table->show[i]].text ? ":--" : "--:");
    if (table->format == TABLE_MARKDOWN)
        putchar('\n');
}

/* ---- items ------------------------------------------------------------------------------------------------ */

static void print_series(struct table *table, const struct gathered *item, const struct sgdmft_result *result)
{
    for (size_t row = 0; row < result->steps; row++) {
        clear_line(table);
        set_text(table, "file", item->origin);
        set_row(table, result, "", row);
        print_line(table);
    }
    if (result->status != SGDMFT_DIVERGED)
        return;
    clear_line(table); /* as in the csv of the result: nan at the step that was not reached */
    set_text(table, "file", item->origin);
    set_number(table, "step", (double)(result->last_step + 1));
    set_number(table, "time", sgdmft_time(&result->run, result->last_step + 1));
    print_line(table);
}

static void print_point(struct table *table, const struct gathered *item, struct sgdmft_result *const result[2])
{
    bool both = item->points->what == POINTS_VALIDATE;
    clear_line(table);
    set_text(table, "file", item->origin);
    for (size_t i = 0; i < item->points->vary_count; i++)
        set_text(table, item->points->vary[i]->name, item->point->value[i]);
    bool missing = item->point->status != POINT_FAILED && item->point->status != POINT_PENDING &&
                   ((!result[0] && item->points->what != POINTS_SIMULATE) ||
                    (!result[1] && item->points->what != POINTS_SOLVE));
    set_text(table, "status", missing ? "missing" : point_status_names[item->point->status]);
    set_number(table, "max_abs_z", item->point->max_abs_z);
    for (int side = 1; side >= 0; side--)
        if (result[side] && result[side]->steps > 0)
            set_row(table, result[side], !both ? "" : side ? "_simulation" : "_theory", result[side]->steps - 1);
    print_line(table);
}

static enum sgdmft_status print_items(struct table *table, const struct gathering *gathering,
                                      struct sgdmft_error *error)
{
    for (size_t i = 0; i < gathering->count; i++) {
        struct sgdmft_result *result[2];
        enum sgdmft_status status = gather_load(&gathering->item[i], result, error);
        if (status)
            return status;
        if (i == 0)
            print_head(table);
        if (gathering->item[i].point)
            print_point(table, &gathering->item[i], result);
        else
            print_series(table, &gathering->item[i], result[0] ? result[0] : result[1]);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
    return SGDMFT_OK;
}

/* ---- the command -------------------------------------------------------------------------------------------- */

static enum sgdmft_status parse_format(const struct invocation *invocation, enum table_format *format,
                                       struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "format", 0);
    *format = TABLE_CSV;
    if (!text || strcmp(text, "csv") == 0)
        return SGDMFT_OK;
    *format = TABLE_MARKDOWN;
    if (strcmp(text, "markdown") == 0)
        return SGDMFT_OK;
    if (strcmp(text, "latex") == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "format: latex tables cannot be made yet, only csv and markdown");
    return sgdmft_fail(error, SGDMFT_USAGE, "format: '%.80s' is not csv or markdown", text);
}

static enum sgdmft_status make(const struct invocation *invocation, struct table *table,
                               const struct gathering *gathering, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if (gathering->count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s has no points yet", invocation->file[0]);
    if ((status = check_alike(gathering, error)))
        return status;
    make_columns(table, gathering, invocation->file_count);
    if ((status = choose_columns(table, invocation_option(invocation, "columns", 0), error)))
        return status;
    if (invocation->dry_run)
        return SGDMFT_OK;
    return print_items(table, gathering, error);
}

static enum sgdmft_status run_table(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct gathering gathering = {.count = 0};
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return sgdmft_fail(error, SGDMFT_USAGE, "not enough memory for the table");
    enum sgdmft_status status = parse_format(invocation, &table->format, error);
    if (!status)
        status = gather(invocation->file_count, invocation->file, &gathering, error);
    if (!status)
        status = make(invocation, table, &gathering, error);
    gather_free(&gathering);
    free(table);
    return status;
}

static const struct command_option options[] = {
    {"format", "csv|markdown", "csv (default; numbers with 17 digits) or markdown (values as 0.1234(5))", false},
    {"columns", "NAME,...", "only these columns, in this order", false},
    {NULL, NULL, NULL, false},
};

const struct command command_table = {
    .name = "table",
    .operands = "FOLDER|RESULT.h5 ...",
    .summary = "Make a table of a sweep or of results.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 10000,
    .options = options,
    .notes = "A sweep gives one line a point: the varied parameters, status, and the values at the last step (for validate "
             "those of theory and simulation side by side). A result gives its series, one line a measured step.",
    .run = run_table,
};
