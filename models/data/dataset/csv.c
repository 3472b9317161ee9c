/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text into cells: lines, fields, the line of names. Cells are pieces of the text itself, ended by zero bytes. */
#include "models/data/dataset/dataset_formats.h"
#include "models/base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MOST 1000000

/* The lines of the file that have fields. */
struct records {
    const char *path;
    struct sgdmft_error *error;
    char separator;
    char **cell; /* of all records, one after the other */
    size_t cells, cell_room;
    size_t *first, *count, *line; /* of each record: its first cell, number of cells, line */
    size_t number, room;
};

static enum sgdmft_status records_fail(const struct records *records)
{
    return memory_fail(records->error, "the content of %.600s", records->path);
}

static bool grow(void *array, size_t size, size_t room)
{
    void *grown = realloc(*(void **)array, room * size);
    if (grown)
        *(void **)array = grown;
    return grown != NULL;
}

static bool add_cell(struct records *records, char *cell)
{
    if (records->cells == records->cell_room) {
        const size_t room = 2 * records->cell_room + 1024;
        if (!grow(&records->cell, sizeof *records->cell, room))
            return false;
        records->cell_room = room;
    }
    records->cell[records->cells++] = cell;
    return true;
}

static bool add_record(struct records *records, size_t line)
{
    if (records->number == records->room) {
        const size_t room = 2 * records->room + 256;
        if (!grow(&records->first, sizeof(size_t), room) || !grow(&records->count, sizeof(size_t), room)
            || !grow(&records->line, sizeof(size_t), room))
            return false;
        records->room = room;
    }
    records->first[records->number] = records->cells;
    records->count[records->number] = 0;
    records->line[records->number++] = line;
    return true;
}

/* Without spaces around it; the text from start to end belongs to the cell. */
static char *trimmed(char *start, char *end)
{
    while (start < end && isspace((unsigned char)*start))
        start++;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return start;
}

/* Undoes the quotes of "a ""b"" c" in place; returns the end. */
static char *unquote(char *start, char *end, char separator, char **next)
{
    char *out = start, *in = start;
    for (; in < end; in++) {
        if (*in == '"' && in + 1 < end && in[1] == '"')
            in++;
        else if (*in == '"')
            break;
        *out++ = *in;
    }
    while (in < end && *in != separator)
        in++;
    *next = in;
    return out;
}

static enum sgdmft_status split(struct records *records, char *start, char *end)
{
    size_t *count = &records->count[records->number - 1];
    for (char *at = start;; at++) {
        char *stop, *next;
        while (at < end && *at != records->separator && isspace((unsigned char)*at))
            at++;
        if (at < end && *at == '"') {
            at++;
            stop = unquote(at, end, records->separator, &next);
        } else {
            for (next = at; next < end && *next != records->separator;)
                next++;
            stop = next;
        }
        const bool last = next >= end;
        if (!add_cell(records, trimmed(at, stop)))
            return records_fail(records);
        if (++*count > FIELDS_MOST)
            return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s: line %zu has more than %d fields", records->path,
                               records->line[records->number - 1], FIELDS_MOST);
        if (last)
            return SGDMFT_OK;
        at = next;
    }
}

/* The separator of the first line that has fields. */
static char separator_of(const char *start, const char *end)
{
    static const char known[] = ",;\t";
    for (const char *separator = known; *separator; separator++)
        if (memchr(start, *separator, (size_t)(end - start)))
            return *separator;
    return ',';
}

static enum sgdmft_status split_all(struct records *records, char *text, char *end)
{
    size_t line = 0;
    for (char *start = text; start < end;) {
        char *stop = memchr(start, '\n', (size_t)(end - start)), *next = stop ? stop + 1 : end;
        stop = stop ? stop : end;
        line++;
        char *first = start;
        while (first < stop && isspace((unsigned char)*first))
            first++;
        if (first < stop && *first != '#') {
            if (records->number == 0)
                records->separator = separator_of(start, stop);
            if (!add_record(records, line))
                return records_fail(records);
            const enum sgdmft_status status = split(records, start, stop);
            if (status)
                return status;
        }
        start = next;
    }
    return SGDMFT_OK;
}

/* A field of the first record is a text where the second has a number. */
static bool has_names(const struct records *records)
{
    double value;
    if (records->number < 2 || records->count[0] != records->count[1])
        return false;
    for (size_t i = 0; i < records->count[0]; i++) {
        const char *first = records->cell[records->first[0] + i], *second = records->cell[records->first[1] + i];
        if (!dataset_number(first, &value) && !dataset_is_missing(first) && dataset_number(second, &value))
            return true;
    }
    return false;
}

/* The first record counts the records below and their features. */
static bool has_sizes(const struct records *records)
{
    double rows, features;
    if (records->number < 2 || records->count[0] == records->count[1] || records->count[0] < 2 || records->count[1] < 2)
        return false;
    char **cell = records->cell + records->first[0];
    return dataset_number(cell[0], &rows) && dataset_number(cell[1], &features) && (size_t)rows == records->number - 1
           && (size_t)features == records->count[1] - 1;
}

static enum sgdmft_status check_shape(const struct records *records, size_t from)
{
    if (records->number <= from)
        return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s has no examples", records->path);
    for (size_t i = from; i < records->number; i++)
        if (records->count[i] != records->count[from])
            return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s: line %zu has %zu fields where line %zu has %zu",
                               records->path, records->line[i], records->count[i], records->line[from],
                               records->count[from]);
    if (records->count[from] < 2)
        return sgdmft_fail(records->error, SGDMFT_FILE,
                           "%.600s has one column; an example needs at least one feature and a label", records->path);
    return SGDMFT_OK;
}

static enum sgdmft_status columns_fill(struct records *records, struct dataset_table *table)
{
    const bool names = has_names(records);
    const size_t from = names || has_sizes(records) ? 1 : 0;
    const enum sgdmft_status status = check_shape(records, from);
    if (status)
        return status;
    table->rows = records->number - from;
    table->columns = records->count[from];
    if (names) {
        table->name = malloc(table->columns * sizeof *table->name);
        if (!table->name)
            return records_fail(records);
        memcpy(table->name, records->cell, table->columns * sizeof *table->name);
    }
    memmove(records->cell, records->cell + records->first[from], table->rows * table->columns * sizeof *records->cell);
    memmove(records->line, records->line + from, table->rows * sizeof *records->line);
    table->cell = records->cell;
    table->line = records->line;
    records->cell = NULL;
    records->line = NULL;
    return SGDMFT_OK;
}

enum sgdmft_status dataset_csv_parse(const char *path, char *text, size_t size, struct dataset_table *table,
                                     struct sgdmft_error *error)
{
    struct records records = {.path = path, .error = error};
    enum sgdmft_status status = SGDMFT_OK;
    const size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *table = (struct dataset_table){.text = text};
    if (memchr(text, '\0', size))
        status =
            sgdmft_fail(error, SGDMFT_FILE, "%.600s is neither csv, gzipped csv nor HDF5 (it has zero bytes)", path);
    if (!status)
        status = split_all(&records, text + mark, text + size);
    if (!status)
        status = columns_fill(&records, table);
    free(records.cell);
    free(records.first);
    free(records.count);
    free(records.line);
    if (status)
        dataset_table_free(table);
    return status;
}
