/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text into cells: lines, fields, the line of names. Cells are pieces of the text itself, ended by zero bytes. */
#include "models/data/dataset/dataset_formats.h"
#include "models/base/memory.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_MOST 1000000

/* The lines of the file that have fields. */
struct records {
    const char *path;
    struct sgdmft_error *error;
    char separator, decimal;
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

/* Adds the cell from start to end, without spaces around it. */
static char *trimmed(char *start, char *end)
{
    while (start < end && isspace((unsigned char)*start))
        start++;
    while (end > start && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return start;
}

static bool is_end(const struct records *records, const char *at, const char *end)
{
    return at >= end || *at == '\n'
           || (records->separator == ' ' ? isspace((unsigned char)*at) : *at == records->separator);
}

static void skip_blanks(const struct records *records, char **at, const char *end)
{
    while (*at < end && **at != '\n' && isspace((unsigned char)**at)
           && (records->separator == ' ' || **at != records->separator))
        ++*at;
}

/* Undoes the quotes of "a ""b"" c" in place, line breaks included; *at goes from the first quote to what is behind the
 * last. Returns the end of the text, NULL if the quotes are not closed. */
static char *unquote(char **at, const char *end, size_t *line)
{
    char *out = ++*at, *in = *at;
    for (; in < end; in++) {
        if (*in == '"' && (in + 1 == end || in[1] != '"')) {
            *at = in + 1;
            return out;
        }
        in += *in == '"';
        *line += *in == '\n';
        *out++ = *in;
    }
    return NULL;
}

/* Splits the record at *at, which begins in line *line, and goes on to the next. */
static enum sgdmft_status split(struct records *records, char **at, char *end, size_t *line)
{
    size_t *count = &records->count[records->number - 1];
    const size_t first = *line;
    for (bool last = false; !last;) {
        skip_blanks(records, at, end);
        char *start = *at, *stop;
        if (start < end && *start == '"') {
            start++;
            stop = unquote(at, end, line);
            if (!stop)
                return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s: line %zu, column %zu: its quote is not closed",
                                   records->path, first, *count + 1);
            if (records->separator != ' ')
                skip_blanks(records, at, end);
            if (!is_end(records, *at, end))
                return sgdmft_fail(records->error, SGDMFT_FILE,
                                   "%.600s: line %zu, column %zu: there is text behind its closing quote",
                                   records->path, *line, *count + 1);
        } else {
            while (!is_end(records, *at, end))
                ++*at;
            stop = *at;
        }
        if (records->separator == ' ')
            skip_blanks(records, at, end);
        last = *at >= end || **at == '\n';
        *at += records->separator != ' ' || last;
        if (!add_cell(records, trimmed(start, stop)))
            return records_fail(records);
        if (++*count > FIELDS_MOST)
            return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s: line %zu has more than %d fields", records->path,
                               first, FIELDS_MOST);
    }
    ++*line;
    return SGDMFT_OK;
}

static enum sgdmft_status split_all(struct records *records, char decimal, char *at, char *end)
{
    enum sgdmft_status status = SGDMFT_OK;
    const struct dataset_dialect dialect = dataset_dialect_find(at, end, decimal);
    records->separator = dialect.separator;
    records->decimal = dialect.decimal;
    for (size_t line = 1; at < end && !status;) {
        char *first = at;
        while (first < end && *first != '\n' && isspace((unsigned char)*first))
            first++;
        if (first < end && *first != '\n' && *first != '#') {
            if (!add_record(records, line))
                return records_fail(records);
            status = split(records, &at, end, &line);
        } else {
            at = memchr(first, '\n', (size_t)(end - first));
            at = at ? at + 1 : end;
            line++;
        }
    }
    return status;
}

/* Decimal commas to points, in the cells that are numbers then. */
static void put_points(struct records *records)
{
    double value;
    for (size_t i = 0; i < records->cells; i++) {
        char *comma = strchr(records->cell[i], ',');
        if (!comma)
            continue;
        *comma = '.';
        if (!dataset_number(records->cell[i], &value) && !dataset_is_infinite(records->cell[i]))
            *comma = ',';
    }
}

/* Numbers of a record that go up by one and the same whole step: 0, 1, 2, ... or 400, 410, 420, ... */
static bool counts(const struct records *records, size_t record)
{
    double before = 0, value, step = 0;
    if (records->count[record] < 3)
        return false;
    for (size_t i = 0; i < records->count[record]; i++, before = value) {
        if (!dataset_number(records->cell[records->first[record] + i], &value) || value != floor(value))
            return false;
        if (i == 1)
            step = value - before;
        if (i > 0 && (step <= 0 || value - before != step))
            return false;
    }
    return true;
}

/* True if the names are numbers: the first record counts, and no other does. */
static bool has_numbers_as_names(const struct records *records)
{
    if (records->number < 2 || records->count[0] != records->count[1] || !counts(records, 0))
        return false;
    for (size_t i = 1; i < records->number; i++)
        if (counts(records, i))
            return false;
    return true;
}

/* True if the first column counts the rows and has no name of its own, as in tables with row names. */
static bool has_row_numbers(const struct dataset_table *table)
{
    static const char *const none[] = {"", "unnamed: 0", "index", "id", "row"};
    double before = 0, value;
    bool none_of_its_own = false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        none_of_its_own = none_of_its_own || strcasecmp(table->name[0], none[i]) == 0;
    for (size_t i = 0; i < table->rows; i++, before = value)
        if (!dataset_number(table->cell[i * table->columns], &value) || (i > 0 && value != before + 1))
            return false;
    return none_of_its_own && table->columns > 2;
}

static void describe(const struct records *records, bool sizes, bool numbers, struct dataset_table *table)
{
    const bool counted = table->counter < table->columns;
    snprintf(table->form, sizeof table->form, "csv, separated by %s%s%s%s",
             records->separator == ' '    ? "blanks"
             : records->separator == '\t' ? "tabs"
             : records->separator == ';'  ? "semicolons"
                                          : "commas",
             records->decimal == ',' ? ", decimal commas" : "",
             numbers       ? ", first line taken for names (its numbers only count)"
             : table->name ? ", first line has names"
             : sizes       ? ", first line has sizes"
                           : ", no names",
             counted ? ", column 1 left out: it counts the rows and has no name of its own" : "");
}

/* True if a field of the first record is a text, neither missing nor infinite, and that of the second a number. */
static bool has_names(const struct records *records)
{
    double value;
    if (records->number < 2 || records->count[0] != records->count[1])
        return false;
    for (size_t i = 0; i < records->count[0]; i++) {
        const char *first = records->cell[records->first[0] + i], *second = records->cell[records->first[1] + i];
        if (!dataset_number(first, &value) && !dataset_is_missing(first) && !dataset_is_infinite(first)
            && dataset_number(second, &value))
            return true;
    }
    return false;
}

/* True if the first record counts the records below and their features. */
static bool has_sizes(const struct records *records)
{
    double rows, features;
    if (records->number < 2 || records->count[0] == records->count[1] || records->count[0] < 2 || records->count[1] < 2)
        return false;
    char **cell = records->cell + records->first[0];
    return dataset_number(cell[0], &rows) && dataset_number(cell[1], &features) && (size_t)rows == records->number - 1
           && (size_t)features == records->count[1] - 1;
}

static enum sgdmft_status check_shape(const struct records *records, enum dataset_part part, size_t from)
{
    if (records->number <= from)
        return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s has no examples", records->path);
    for (size_t i = from; i < records->number; i++)
        if (records->count[i] != records->count[from])
            return sgdmft_fail(records->error, SGDMFT_FILE, "%.600s: line %zu has %zu fields where line %zu has %zu",
                               records->path, records->line[i], records->count[i], records->line[from],
                               records->count[from]);
    if (part == DATASET_ALL && records->count[from] < 2)
        return sgdmft_fail(records->error, SGDMFT_FILE,
                           "%.600s has one column where fields are separated by semicolons, tabs, commas or blanks; an "
                           "example needs at least one feature and a label",
                           records->path);
    return SGDMFT_OK;
}

static enum sgdmft_status columns_fill(struct records *records, enum dataset_part part, struct dataset_table *table)
{
    if (records->decimal == ',')
        put_points(records);
    const bool numbers = has_numbers_as_names(records), names = numbers || has_names(records);
    const size_t from = names || has_sizes(records) ? 1 : 0;
    const enum sgdmft_status status = check_shape(records, part, from);
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
    table->rounding = DBL_EPSILON;
    table->counter = names && !numbers && has_row_numbers(table) ? 0 : table->columns;
    describe(records, from > 0, numbers, table);
    return SGDMFT_OK;
}

enum sgdmft_status dataset_csv_parse(const struct dataset_reading *reading, char *text, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error)
{
    struct records records = {.path = reading->path, .error = error};
    enum sgdmft_status status = SGDMFT_OK;
    const size_t mark = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *table = (struct dataset_table){.text = text, .is_text = true};
    if (memchr(text, '\0', size))
        status = sgdmft_fail(error, SGDMFT_FILE,
                             "%.600s is neither csv, LIBSVM, npy, npz (packed by gzip or zstd or not) nor HDF5 (it has "
                             "zero bytes)",
                             reading->path);
    if (!status)
        status = split_all(&records, reading->decimal, text + mark, text + size);
    if (!status)
        status = columns_fill(&records, reading->part, table);
    free(records.cell);
    free(records.first);
    free(records.count);
    free(records.line);
    if (status)
        dataset_table_free(table);
    return status;
}
