/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random tables written as csv and as LIBSVM are read cell by cell, whatever separates, quotes and surrounds them. */
#include "models/data/dataset/dataset_formats.h"
#include "models/run/parameter_table.h"
#include "tests/given.h"
#include "tests/models/fixture.h"

#include <stdlib.h>

#define TEST(name) Test(dataset_csv, name, .timeout = 20)
#define ROWS_MOST 12
#define COLUMNS_MOST 6
#define TEXT_MOST 24

/* Numbers, and texts in the last column where it has some; names may be missing. */
struct content {
    size_t rows, columns;
    bool named, texts;
    double number[ROWS_MOST][COLUMNS_MOST];
    char text[ROWS_MOST][TEXT_MOST], name[COLUMNS_MOST][TEXT_MOST];
    size_t line[ROWS_MOST]; /* of the file in which a row begins */
};

/* Way of writing. */
struct form {
    char separator, decimal;
    const char *line_end;
    bool quoted, spaced, commented,
        ended; /* all cells in quotes, blanks around cells, lines to skip, a last line end */
};

static bool one_in(struct sgdmft_stream *stream, uint32_t count)
{
    return sgdmft_below(stream, count) == 0;
}

/* A text with all that separates cells; a letter at its ends. */
static void draw_text(struct sgdmft_stream *stream, char out[TEXT_MOST])
{
    static const char bytes[] = "ab,;\t \"'\n#.0-:\xc3\xa4";
    const size_t length = 1 + sgdmft_below(stream, TEXT_MOST - 2);
    for (size_t i = 0; i < length; i++)
        out[i] = bytes[sgdmft_below(stream, sizeof bytes - 1)];
    out[0] = 'x';
    out[length - 1] = 'y';
    out[length] = '\0';
}

static void draw_content(struct sgdmft_stream *stream, struct content *content)
{
    content->rows = 2 + sgdmft_below(stream, ROWS_MOST - 1);
    content->columns = 2 + sgdmft_below(stream, COLUMNS_MOST - 1);
    content->named = one_in(stream, 2);
    content->texts = one_in(stream, 2);
    for (size_t j = 0; j < content->columns; j++) {
        draw_text(stream, content->name[j]);
        for (size_t i = 0; i < content->rows; i++)
            content->number[i][j] = fixture_number(stream);
    }
    for (size_t i = 0; i < content->rows; i++)
        draw_text(stream, content->text[i]);
}

/* Decimal commas where no comma separates; between blanks they stand in quotes, which keep them from separating. */
static struct form draw_form(struct sgdmft_stream *stream)
{
    const char separator = ",;\t "[sgdmft_below(stream, 4)];
    const bool commas = separator != ',' && one_in(stream, 2);
    return (struct form){.separator = separator,
                         .decimal = commas ? ',' : '.',
                         .line_end = one_in(stream, 2) ? "\r\n" : "\n",
                         .quoted = (commas && separator == ' ') || one_in(stream, 3),
                         .spaced = one_in(stream, 3),
                         .commented = one_in(stream, 3),
                         .ended = !one_in(stream, 4)};
}

/* Writes a cell, with quotes where the form or a text wants them, and what is behind it. */
static void write_cell(FILE *out, struct sgdmft_stream *stream, const struct form *form, const char *text, bool is_text,
                       bool last)
{
    const bool quoted = form->quoted || is_text || one_in(stream, 8);
    const char *const space = form->spaced && one_in(stream, 2) ? "  " : "";
    fprintf(out, "%s%s", space, quoted ? "\"" : "");
    for (; *text; text++)
        fprintf(out, quoted && *text == '"' ? "\"\"" : "%c", *text);
    fprintf(out, "%s%s", quoted ? "\"" : "", space);
    if (!last)
        putc(form->separator, out);
}

/* A number as it is printed anywhere in the program, or with all of its digits. */
static const char *number_text(struct sgdmft_stream *stream, double value, char decimal, char out[40])
{
    if (one_in(stream, 2))
        number_format(value, out);
    else
        snprintf(out, 40, "%s%.17g", value >= 0 && !signbit(value) && one_in(stream, 4) ? "+" : "", value);
    char *point = strchr(out, '.');
    if (point)
        *point = decimal;
    return out;
}

/* The number of the line that comes next. */
static size_t next_line(FILE *out, char *const *text)
{
    size_t lines = 1;
    fflush(out);
    for (const char *at = *text; (at = strchr(at, '\n')); at++)
        lines++;
    return lines;
}

/* The text of a file; *size without the zero behind it. */
static char *write_csv(struct sgdmft_stream *stream, struct content *content, const struct form *form, size_t *size)
{
    char *text = NULL, number[40];
    FILE *out = open_memstream(&text, size);
    const size_t columns = content->columns;
    fputs(form->commented ? "\xef\xbb\xbf# a title; of 1.5, words and 2,5\n\n" : "", out);
    for (size_t j = 0; content->named && j < columns; j++)
        write_cell(out, stream, form, content->name[j], true, j + 1 == columns);
    fputs(content->named ? form->line_end : "", out);
    for (size_t i = 0; i < content->rows; i++) {
        content->line[i] = next_line(out, &text);
        for (size_t j = 0; j < columns; j++) {
            const bool is_text = content->texts && j + 1 == columns;
            write_cell(out, stream, form,
                       is_text ? content->text[i] : number_text(stream, content->number[i][j], form->decimal, number),
                       is_text, j + 1 == columns);
        }
        if (i + 1 < content->rows || form->ended)
            fputs(form->line_end, out);
        if (form->commented && i + 1 < content->rows && one_in(stream, 3))
            fprintf(out, "  %s%s", one_in(stream, 2) ? "# between" : "", form->line_end);
    }
    fclose(out);
    return text;
}

static void expect_content(const struct content *content, const struct dataset_table *table, const char *text)
{
    cr_assert(table->rows == content->rows && table->columns == content->columns, "%zu x %zu: %s", table->rows,
              table->columns, text);
    cr_assert_eq(table->name != NULL, content->named, "%s", text);
    for (size_t i = 0; i < content->rows; i++)
        cr_assert_eq(table->line[i], content->line[i], "row %zu: %s", i, text);
    for (size_t j = 0; j < content->columns; j++) {
        cr_assert(!content->named || strcmp(table->name[j], content->name[j]) == 0, "name %zu: %s", j, text);
        for (size_t i = 0; i < content->rows; i++) {
            double value;
            char buffer[32];
            if (content->texts && j + 1 == content->columns)
                cr_assert_str_eq(dataset_table_text(table, i, j, buffer), content->text[i]);
            else
                cr_assert(dataset_table_number(table, i, j, &value)
                              && fixture_same_bits(&value, &content->number[i][j], 1),
                          "row %zu, column %zu is %s: %s", i, j, dataset_table_text(table, i, j, buffer), text);
        }
    }
}

TEST(csv_is_read_cell_by_cell)
{
    struct sgdmft_stream stream = fixture_stream(65);
    for (int round = 0; round < 3000; round++) {
        static struct content content;
        const struct dataset_reading reading = {.path = "a table", .memory_limit = 1e9};
        struct dataset_table table;
        struct sgdmft_error error = {.status = SGDMFT_OK};
        size_t size;
        draw_content(&stream, &content);
        const struct form form = draw_form(&stream);
        char *text = write_csv(&stream, &content, &form, &size), *copy = strdup(text);
        cr_assert_eq(dataset_csv_parse(&reading, text, size, &table, &error), SGDMFT_OK, "%d: %s\n%s", round,
                     error.text, copy);
        expect_content(&content, &table, copy);
        dataset_table_free(&table);
        free(copy);
    }
}

/* Pairs index:value of all entries but some that are 0, row 0 with all of them; the last column is the label. */
static char *write_libsvm(struct sgdmft_stream *stream, struct content *content, size_t *size)
{
    char *text = NULL, number[40];
    FILE *out = open_memstream(&text, size);
    const size_t label = content->columns - 1, base = sgdmft_below(stream, 2);
    const char *const line_end = one_in(stream, 2) ? "\r\n" : "\n";
    fputs(one_in(stream, 2) ? "# 1 1:2\n\n" : "", out);
    for (size_t i = 0; i < content->rows; i++) {
        content->line[i] = next_line(out, &text);
        fprintf(out, "%s%s", one_in(stream, 4) ? " " : "", number_text(stream, content->number[i][label], '.', number));
        for (size_t j = 0; j < label; j++) {
            if (i > 0 && one_in(stream, 3))
                content->number[i][j] = 0;
            else
                fprintf(out, "%s%zu:%s", one_in(stream, 4) ? " \t" : " ", j + base,
                        number_text(stream, content->number[i][j], '.', number));
        }
        fprintf(out, "%s%s", one_in(stream, 4) ? " # 7:8" : "", line_end);
    }
    fclose(out);
    return text;
}

TEST(libsvm_is_read_number_by_number)
{
    struct sgdmft_stream stream = fixture_stream(66);
    for (int round = 0; round < 3000; round++) {
        static struct content content;
        struct dataset_table table;
        struct sgdmft_error error = {.status = SGDMFT_OK};
        size_t size;
        draw_content(&stream, &content);
        content.named = content.texts = false;
        char *text = write_libsvm(&stream, &content, &size);
        cr_assert(dataset_libsvm_is(text), "%s", text);
        cr_assert_eq(dataset_libsvm_parse("a table", text, 1e9, &table, &error), SGDMFT_OK, "%s\n%s", error.text, text);
        expect_content(&content, &table, text);
        dataset_table_free(&table);
        free(text);
    }
}
