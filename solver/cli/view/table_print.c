/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables as csv, markdown and LaTeX, in full or as a matrix over two parameters. */
#include "solver/cli/view/symbols.h"
#include "models/base/memory.h"
#include "solver/cli/view/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ---------------------------------------------------------------------------------------------- */

static void put_markdown_text(const char *text)
{
    for (; *text; text++)
        printf(*text == '|' ? "\\|" : *text == '\n' ? " " : "%c", *text);
}

/* Prints 1.2(3)e-5 as 1.2(3)\times10^{-5}. */
static void put_latex_number(const char *text)
{
    const char *exponent = strchr(text, 'e');
    if (strcmp(text, "nan") == 0) {
        fputs("--", stdout);
        return;
    }
    printf("$%.*s", exponent ? (int)(exponent - text) : (int)strlen(text), text);
    if (exponent)
        printf("\\times10^{%ld}", strtol(exponent + 1, NULL, 10));
    putchar('$');
}

static bool is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return end != text && *end == '\0';
}

/* Prints a varied value as the user wrote it, but not with 17 digits. */
static void put_text(const struct table *table, const char *text)
{
    char shorter[64];
    if (table->format == TABLE_CSV) {
        output_text(text);
        return;
    }
    if (is_number(text) && strlen(text) > 10) {
        snprintf(shorter, sizeof shorter, "%.6g", strtod(text, NULL));
        text = shorter;
    }
    if (table->format == TABLE_MARKDOWN)
        put_markdown_text(text);
    else if (is_number(text))
        put_latex_number(text);
    else
        symbol_escape_latex(text, stdout);
}

static void put_number(const struct table *table, double number, double se, bool with_error, bool is_se)
{
    char text[64];
    if (with_error)
        sgdmft_format_cell(number, se, text);
    else if (isnan(number))
        snprintf(text, sizeof text, "nan");
    else
        snprintf(text, sizeof text, is_se ? "%.2g" : "%.6g", number);
    if (table->format == TABLE_LATEX)
        put_latex_number(text);
    else
        fputs(text, stdout);
}

static void put_cell(const struct table *table, size_t row, size_t index)
{
    const struct table_column *column = &table->column[index];
    const struct table_cell *cell = &table->cell[row * table->count + index];
    if (column->text)
        put_text(table, cell->text ? cell->text : "");
    else if (table->format == TABLE_CSV)
        output_number(cell->number);
    else
        put_number(table, cell->number,
                   column->se >= 0 ? table->cell[row * table->count + (size_t)column->se].number : 0, column->se >= 0,
                   column->is_se);
}

/* ---- the frame -------------------------------------------------------------------------------------------- */

static const char *before(const struct table *table, bool first)
{
    static const char *const separators[3][2] = {{"", ","}, {"| ", " | "}, {"", " & "}};
    return separators[table->format][!first];
}

static void end_line(const struct table *table)
{
    puts(table->format == TABLE_CSV ? "" : table->format == TABLE_MARKDOWN ? " |" : " \\\\");
}

/* The width in digits of a text set by LaTeX, without the marks of mathematics. */
static size_t printed_width(const char *text)
{
    size_t width = 0;
    for (; *text; text++) {
        if (*text == '\\') { /* a command is about one letter wide */
            while ((text[1] >= 'a' && text[1] <= 'z') || (text[1] >= 'A' && text[1] <= 'Z'))
                text++;
            width++;
        } else
            width += !strchr("${}_^", *text);
    }
    return width;
}

static size_t column_width(const struct table *table, size_t index)
{
    const struct table_column *column = &table->column[index];
    char text[SYMBOL_MAX];
    symbol_latex(column->name, text);
    size_t widest = printed_width(text);
    for (size_t row = 0; row < table->rows && !column->reason; row++) {
        const struct table_cell *cell = &table->cell[row * table->count + index];
        if (column->text)
            snprintf(text, sizeof text, "%.60s", cell->text ? cell->text : "");
        else if (column->se >= 0)
            sgdmft_format_error(cell->number, table->cell[row * table->count + (size_t)column->se].number, text);
        else
            snprintf(text, sizeof text, "%.6g", cell->number);
        widest = strlen(text) > widest ? strlen(text) : widest;
    }
    return widest;
}

/* A line of a page holds 345 pt: about 69 digits of 10 pt, 86 of 8 pt, 98 of 7 pt, of which every column takes two or
 * one for the gap beside it. The limits are for LaTeX's sizes of letters. */
#define LINE_NORMALSIZE 66
#define LINE_FOOTNOTESIZE 80
#define LINE_SCRIPTSIZE 95
static const char *latex_size(size_t width, size_t columns)
{
    if (width + 2 * columns <= LINE_NORMALSIZE)
        return "";
    return width + columns <= LINE_FOOTNOTESIZE ? "\\footnotesize\\setlength{\\tabcolsep}{3pt}\n"
                                                : "\\scriptsize\\setlength{\\tabcolsep}{2pt}\n";
}

static size_t printed_widths(const struct table *table)
{
    size_t width = 0;
    for (size_t i = 0; i < table->shown; i++)
        width += column_width(table, table->show[i]);
    return width;
}

bool table_fits(const struct table *table)
{
    return table->format != TABLE_LATEX || printed_widths(table) + table->shown <= LINE_SCRIPTSIZE;
}

static void begin(const struct table *table, const char *alignment, const char *size)
{
    if (table->format != TABLE_LATEX)
        return;
    printf("%% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n%s", size);
    fputs("\\caption{", stdout);
    if (table->caption) /* written by the user, as LaTeX */
        fputs(table->caption, stdout);
    else
        printf("%s%s%s", table->made_caption, *table->note ? ". " : "", table->note);
    puts("}");
    if (table->label)
        printf("\\label{%s}\n", table->label);
    printf("\\begin{tabular}{");
    for (; *alignment; alignment++)
        fputs(*alignment == 'p' ? "p{0.5\\linewidth}" : (const char[]){*alignment, '\0'}, stdout);
    puts("}\n\\toprule");
}

static void end(const struct table *table)
{
    if (table->format == TABLE_LATEX)
        puts("\\bottomrule\n\\end{tabular}\n\\end{table}");
}

static void put_heading(const struct table *table, const char *name)
{
    char symbol[SYMBOL_MAX];
    if (table->format == TABLE_LATEX) {
        symbol_latex(name, symbol);
        fputs(symbol, stdout);
    } else if (table->format == TABLE_CSV)
        output_text(name);
    else
        fputs(name, stdout);
}

/* Prints the line under the head; right-aligned columns are numbers. */
static void rule(const struct table *table, const char *alignment)
{
    if (table->format == TABLE_LATEX)
        puts("\\midrule");
    if (table->format != TABLE_MARKDOWN)
        return;
    putchar('|');
    for (; *alignment; alignment++)
        printf(*alignment == 'r' ? " --: |" : " :-- |");
    putchar('\n');
}

enum sgdmft_status table_print(const struct table *table, struct sgdmft_error *error)
{
    char alignment[TABLE_COLUMNS_MAX + 1] = "";
    for (size_t i = 0; i < table->shown; i++)
        alignment[i] = table->column[table->show[i]].reason ? 'p' : table->column[table->show[i]].text ? 'l' : 'r';
    begin(table, alignment, table->format == TABLE_LATEX ? latex_size(printed_widths(table), table->shown) : "");
    for (size_t i = 0; i < table->shown; i++) {
        fputs(before(table, i == 0), stdout);
        put_heading(table, table->column[table->show[i]].name);
    }
    end_line(table);
    rule(table, alignment);
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t i = 0; i < table->shown; i++) {
            fputs(before(table, i == 0), stdout);
            put_cell(table, row, table->show[i]);
        }
        end_line(table);
    }
    end(table);
    return output_flush(error);
}

/* ---- a matrix ------------------------------------------------------------------------------------------------ */

/* The distinct texts of a column, in the order of the rows. */
struct labels {
    size_t count;
    const char **text;
};

static bool labels_collect(const struct table *table, size_t column, struct labels *labels)
{
    labels->count = 0;
    labels->text = malloc((table->rows + 1) * sizeof *labels->text);
    for (size_t row = 0; labels->text && row < table->rows; row++) {
        const char *text = table->cell[row * table->count + column].text;
        size_t i = 0;
        while (i < labels->count && strcmp(labels->text[i], text ? text : "") != 0)
            i++;
        if (i == labels->count)
            labels->text[labels->count++] = text ? text : "";
    }
    return labels->text != NULL;
}

static size_t labels_place(const struct labels *labels, const char *text)
{
    size_t i = 0;
    while (i < labels->count && strcmp(labels->text[i], text ? text : "") != 0)
        i++;
    return i;
}

/* Finds the row of each cell of the matrix, SIZE_MAX without one. */
static enum sgdmft_status arrange(const struct table *table, size_t down, size_t across, const struct labels *lines,
                                  const struct labels *columns, size_t *row_of, struct sgdmft_error *error)
{
    for (size_t i = 0; i < lines->count * columns->count; i++)
        row_of[i] = SIZE_MAX;
    for (size_t row = 0; row < table->rows; row++) {
        const struct table_cell *cell = table->cell + row * table->count;
        size_t *at =
            &row_of[labels_place(lines, cell[down].text) * columns->count + labels_place(columns, cell[across].text)];
        if (*at != SIZE_MAX)
            return sgdmft_fail(
                error, SGDMFT_USAGE, "pivot: two rows have %s = %.80s and %s = %.80s: only two parameters may vary",
                table->column[down].name, cell[down].text, table->column[across].name, cell[across].text);
        *at = row;
    }
    return SGDMFT_OK;
}

static void put_matrix_head(const struct table *table, size_t down, size_t across, size_t value,
                            const struct labels *columns)
{
    char alignment[TABLE_COLUMNS_MAX + 2];
    const size_t n = columns->count < TABLE_COLUMNS_MAX ? columns->count : TABLE_COLUMNS_MAX;
    memset(alignment, 'r', n + 1);
    alignment[n + 1] = '\0';
    begin(table, alignment, table->format == TABLE_LATEX ? latex_size(n * column_width(table, value), n + 1) : "");
    if (table->format == TABLE_LATEX) {
        char symbol[SYMBOL_MAX];
        symbol_latex(table->column[value].name, symbol);
        printf(" & \\multicolumn{%zu}{c}{%s at ", n, symbol);
        symbol_latex(table->column[across].name, symbol);
        printf("%s} \\\\\n\\cmidrule(l){2-%zu}\n", symbol, n + 1);
        put_heading(table, table->column[down].name);
    } else if (table->format == TABLE_MARKDOWN)
        printf("| %s: %s \\ %s", table->column[value].name, table->column[down].name, table->column[across].name);
    else
        fputs(table->column[down].name, stdout);
    for (size_t i = 0; i < columns->count; i++) {
        fputs(before(table, false), stdout);
        if (table->format != TABLE_CSV)
            put_text(table, columns->text[i]);
        else
            printf("%s=%s,%s=%s_se", table->column[across].name, columns->text[i], table->column[across].name,
                   columns->text[i]);
    }
    end_line(table);
    rule(table, alignment);
}

static void put_matrix_cell(const struct table *table, size_t row, size_t value)
{
    const struct table_column *column = &table->column[value];
    const struct table_cell *cell = row == SIZE_MAX ? NULL : table->cell + row * table->count;
    const double number = cell ? cell[value].number : (double)NAN;
    const double se = cell && column->se >= 0 ? cell[column->se].number : (double)NAN;
    if (table->format == TABLE_CSV) {
        output_number(number);
        putchar(',');
        output_number(se);
    } else if (!column->text)
        put_number(table, number, se, column->se >= 0, false);
    else
        put_text(table, cell && cell[value].text ? cell[value].text : "");
}

enum sgdmft_status table_print_pivot(const struct table *table, size_t down, size_t across, size_t value, bool dry,
                                     struct sgdmft_error *error)
{
    struct labels lines = {0}, columns = {0};
    size_t *row_of = NULL;
    enum sgdmft_status status = SGDMFT_OK;
    if (!labels_collect(table, down, &lines) || !labels_collect(table, across, &columns)
        || !(row_of = malloc((lines.count * columns.count + 1) * sizeof *row_of)))
        status = memory_fail(error, "the table");
    if (!status && columns.count >= TABLE_COLUMNS_MAX)
        status = sgdmft_fail(error, SGDMFT_USAGE, "pivot: %zu columns are too many", columns.count);
    if (!status)
        status = arrange(table, down, across, &lines, &columns, row_of, error);
    if (!status && !dry) {
        put_matrix_head(table, down, across, value, &columns);
        for (size_t i = 0; i < lines.count; i++) {
            fputs(before(table, true), stdout);
            put_text(table, lines.text[i]);
            for (size_t j = 0; j < columns.count; j++) {
                fputs(before(table, false), stdout);
                put_matrix_cell(table, row_of[i * columns.count + j], value);
            }
            end_line(table);
        }
        end(table);
        status = output_flush(error);
    }
    free(lines.text);
    free(columns.text);
    free(row_of);
    return status;
}
