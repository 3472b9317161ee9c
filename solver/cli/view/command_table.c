/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft table: a sweep as a table of last values, one line a point, or as a matrix; a result as a table of its series.
 */
#include "solver/cli/view/command_table.h"

#include "models/base/memory.h"
#include <stdlib.h>

static enum sgdmft_status parse_format(const struct invocation *invocation, enum table_format *format,
                                       struct sgdmft_error *error)
{
    int choice = TABLE_CSV;
    const enum sgdmft_status status = invocation_choice(invocation, "format", &choice, error);
    *format = (enum table_format)choice;
    return status;
}

static enum sgdmft_status parse_shape(const struct invocation *invocation, enum table_shape *shape,
                                      struct sgdmft_error *error)
{
    const bool last = invocation_option(invocation, "last", 0),
               beside = invocation_option(invocation, "side-by-side", 0);
    *shape = last ? TABLE_LAST : beside ? TABLE_BESIDE : TABLE_AUTO;
    if (last && beside)
        return sgdmft_fail(error, SGDMFT_USAGE, "last: it cannot be used with --side-by-side");
    return SGDMFT_OK;
}

/* Checks the options: --caption and --label need LaTeX, --pivot and --level exclude other shapes. */
static enum sgdmft_status check_options(const struct invocation *invocation, const struct table *table,
                                        struct sgdmft_error *error)
{
    static const char *const latex[] = {"caption", "label"}, *const plain[] = {"columns", "last", "side-by-side"};
    for (int i = 0; i < 2; i++)
        if (invocation_option(invocation, latex[i], 0) && table->format != TABLE_LATEX)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: it has no effect without --format latex", latex[i]);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++) {
            const char *other = j ? "level" : "pivot";
            if (invocation_option(invocation, plain[i], 0) && invocation_option(invocation, other, 0))
                return sgdmft_fail(error, SGDMFT_USAGE, "%s: it has no effect with --%s", plain[i], other);
        }
    if (invocation_option(invocation, "pivot", 0) && invocation_option(invocation, "level", 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "pivot: it has no effect with --level");
    return SGDMFT_OK;
}

/* Prints a matrix whose lines and columns are the last two varied parameters; dry: checks it alone. */
static enum sgdmft_status pivot(const struct table *table, const struct gathering *gathering, const char *name,
                                bool dry, struct sgdmft_error *error)
{
    const struct gathered *first = &gathering->item[0];
    char theory[128];
    if (!first->point || first->points->vary_count < 2 || gathering->sweep_count != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "pivot: it takes the folder of one sweep over two parameters");
    const size_t vary = first->points->vary_count;
    size_t value = table_find(table, name);
    snprintf(theory, sizeof theory, "%.90s_theory", name);
    if (value == table->count && table_find(table, theory) < table->count)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "pivot: '%.80s' has values of theory and simulation: use %s or %.80s_simulation", name,
                           theory, name);
    if (value == table->count)
        return sgdmft_fail(error, SGDMFT_USAGE, "pivot: there is no column '%.80s'", name);
    return table_print_pivot(table, table_find(table, first->points->vary[vary - 2]->name),
                             table_find(table, first->points->vary[vary - 1]->name), value, dry, error);
}

static enum sgdmft_status table_make(const struct invocation *invocation, struct table *table,
                                     const struct gathering *gathering, struct sgdmft_error *error)
{
    const char *columns = invocation_option(invocation, "columns", 0),
               *matrix = invocation_option(invocation, "pivot", 0);
    const char *level_text = invocation_option(invocation, "level", 0);
    const struct points *sweep = gathering->count > 0 && gathering->sweep_count == 1 ? gathering->item[0].points : NULL;
    struct level level;
    enum table_shape shape;
    enum sgdmft_status status;
    if (gathering->count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s has no points yet", invocation->file[0]);
    if ((status = parse_shape(invocation, &shape, error)) || (status = check_options(invocation, table, error)))
        return status;
    if (!level_text && !columns && !matrix && shape == TABLE_AUTO && sweep && sweep->level[0])
        level_text = sweep->level; /* the level line of the sweep */
    if (level_text)
        (void)((status = level_parse(level_text, &level, error))
               || (status = table_fill_level(table, gathering, &level, error)));
    else
        status = table_fill(table, gathering, shape, invocation->file_count, columns ? columns : matrix, error);
    if (!status)
        status = table_choose(table, columns, error);
    if (!status && invocation_option(invocation, "sort", 0))
        status = table_sort(table, invocation_option(invocation, "sort", 0), error);
    if (!status && matrix)
        return pivot(table, gathering, matrix, invocation->dry_run, error);
    if (status || invocation->dry_run)
        return status;
    if (!table_fits(table))
        warning(invocation, "the table is wider than a page: choose columns with --columns");
    return table_print(table, error);
}

static enum sgdmft_status run_table(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct gathering gathering = {.count = 0};
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return memory_fail(error, "the table");
    table->caption = invocation_option(invocation, "caption", 0);
    table->label = invocation_option(invocation, "label", 0);
    enum sgdmft_status status = parse_format(invocation, &table->format, error);
    if (!status)
        status = gather(invocation->file_count, invocation->file, &gathering, error);
    if (!status)
        status = table_make(invocation, table, &gathering, error);
    gather_free(&gathering);
    table_free(table);
    free(table);
    return status;
}

static const struct command_option options[] = {
    {"format", "csv|markdown|latex",
     "csv (default; numbers with 17 digits), markdown (values as 0.1234(5)) or latex (booktabs)", false, NULL},
    {"columns", "COLUMN,...",
     "only these columns, in this order: observables, names of `sgdmft list scalars` (teff(0.3)), parameters, status, "
     "reason; of a sweep with both sides NAME is NAME_theory and NAME_simulation",
     false, NULL},
    {"sort", "COLUMN,...", "sort by these columns; -COLUMN: the largest first", false, NULL},
    {"pivot", "COLUMN", "a matrix of this column over the last two varied parameters", false, NULL},
    {"level", "OBSERVABLE=VALUE",
     "a table of the points where the observable takes the value along the last varied parameter", false, NULL},
    {"last", NULL, "results: one line each, with the last values", false, NULL},
    {"side-by-side", NULL, "results of a theory and a simulation: their series beside each other", false, NULL},
    {"caption", "TEXT", "LaTeX: the caption, in place of one made from the parameters", false, NULL},
    {"label", "TEXT", "LaTeX: the label", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_table = {
    .name = "table",
    .operands = "FOLDER|RESULT.h5 ...",
    .summary = "Make a table of a sweep or of results.",
    .takes = OPERANDS_FILES,
    .least = 1,
    .most = 10000,
    .options = options,
    .notes = "A sweep gives one line a point: the varied parameters, status, and the values at the last step or "
             "those of its command (NAME_theory and NAME_simulation if it has both). A sweep with --level gives "
             "its level line, and with --columns its points. A result gives its series, one line a measured step.",
    .run = run_table,
};
