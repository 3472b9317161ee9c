/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from the sparse text of LIBSVM and SVMlight: "label index:value index:value ... # comment". */
#include "models/data/dataset/dataset_formats.h"

#include "models/base/memory.h"
#include <ctype.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDEX_MOST 100000000

/* The next word of the line, or its length 0 at the end of the line or before a comment. */
static const char *word(const char *at, size_t *length)
{
    while (*at && *at != '\n' && isspace((unsigned char)*at))
        at++;
    for (*length = 0; at[*length] && at[*length] != '#' && !isspace((unsigned char)at[*length]);)
        ++*length;
    return at;
}

static const char *next_line(const char *at)
{
    at = strchr(at, '\n');
    return at ? at + 1 : NULL;
}

static bool number(const char *at, size_t length, double *value)
{
    char copy[64];
    if (length == 0 || length >= sizeof copy)
        return false;
    memcpy(copy, at, length);
    copy[length] = '\0';
    return dataset_number(copy, value);
}

/* "index:value" */
static bool pair(const char *at, size_t length, size_t *index, double *value)
{
    const char *colon = memchr(at, ':', length);
    double place;
    if (!colon || !number(at, (size_t)(colon - at), &place) || place < 0 || place > INDEX_MOST
        || place != (double)(size_t)place)
        return false;
    *index = (size_t)place;
    return number(colon + 1, length - (size_t)(colon + 1 - at), value);
}

bool dataset_libsvm_is(const char *text)
{
    for (const char *line = text; line; line = next_line(line)) {
        size_t length, index;
        double value;
        const char *at = word(line, &length);
        if (length == 0)
            continue;
        if (!number(at, length, &value))
            return false;
        at = word(at + length, &length);
        if (length > 0)
            return pair(at, length, &index, &value);
    }
    return false;
}

/* Sizes found in a first pass over the text. */
struct extent {
    size_t rows, first, last;
};

/* One line: with table its numbers are stored as its row. */
static enum sgdmft_status read_line(const char *path, const char *line, size_t line_number, struct extent *extent,
                                    struct dataset_table *table, struct sgdmft_error *error)
{
    size_t length, index = 0, before = 0;
    double value, label;
    const char *at = word(line, &length);
    if (length == 0)
        return SGDMFT_OK;
    double *row = table ? table->number + extent->rows * table->columns : NULL;
    if (!number(at, length, &label))
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s: line %zu, column 1: the label '%.*s' is no number", path,
                           line_number, (int)(length < 40 ? length : 40), at);
    for (size_t column = 2; *(at = word(at + length, &length)) && length > 0; column++, before = index) {
        if (!pair(at, length, &index, &value))
            return sgdmft_fail(error, SGDMFT_FILE,
                               "%.600s: line %zu, column %zu: '%.*s' is not index:value, as the LIBSVM format has it",
                               path, line_number, column, (int)(length < 40 ? length : 40), at);
        if (column > 2 && index <= before)
            return sgdmft_fail(error, SGDMFT_FILE, "%.600s: line %zu, column %zu: index %zu does not follow %zu", path,
                               line_number, column, index, before);
        if (row)
            row[index - extent->first] = value;
        else {
            extent->first = index < extent->first ? index : extent->first;
            extent->last = index > extent->last ? index : extent->last;
        }
    }
    if (row) {
        row[table->columns - 1] = label;
        table->line[extent->rows] = line_number;
    }
    extent->rows++;
    return SGDMFT_OK;
}

static enum sgdmft_status read_all(const char *path, const char *text, struct extent *extent,
                                   struct dataset_table *table, struct sgdmft_error *error)
{
    enum sgdmft_status status = SGDMFT_OK;
    size_t line_number = 1;
    extent->rows = 0;
    for (const char *line = text; line && !status; line = next_line(line))
        status = read_line(path, line, line_number++, extent, table, error);
    return status;
}

enum sgdmft_status dataset_libsvm_parse(const char *path, char *text, double memory_limit, struct dataset_table *table,
                                        struct sgdmft_error *error)
{
    struct extent extent = {.first = 1};
    *table = (struct dataset_table){.rounding = DBL_EPSILON, .is_text = true};
    enum sgdmft_status status = read_all(path, text, &extent, NULL, error);
    if (status)
        return status;
    table->rows = extent.rows;
    table->counter = table->columns = extent.last - extent.first + 2;
    snprintf(table->form, sizeof table->form, "LIBSVM, indices from %zu to %zu", extent.first, extent.last);
    status =
        dataset_fits(path, "about", (double)table->rows * (double)table->columns * sizeof(double), memory_limit, error);
    if (status)
        return status;
    table->number = calloc(table->rows * table->columns, sizeof *table->number);
    table->line = malloc(table->rows * sizeof *table->line);
    if (!table->number || !table->line)
        status = memory_fail(error, "the table %.600s", path);
    if (!status)
        status = read_all(path, text, &extent, table, error);
    if (status)
        dataset_table_free(table);
    return status;
}
