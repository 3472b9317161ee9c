/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels +1 and -1 from the texts of the label column. */
#include "models/data/dataset/dataset_table.h"
#include "models/data/dataset/examples.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* True for the same label: 1 and 1.0 are. */
static bool label_same(const char *a, const char *b)
{
    double x, y;
    if (dataset_number(a, &x) && dataset_number(b, &y))
        return x == y;
    return strcmp(a, b) == 0;
}

static size_t place_of(const struct label_list *labels, const char *text)
{
    size_t i = 0;
    while (i < labels->count && !label_same(labels->value[i], text))
        i++;
    return i;
}

/* The columns of a name; *column is the first. */
static size_t columns_named(const struct dataset_table *table, const char *name, size_t *column, size_t *second)
{
    size_t named = 0;
    for (size_t i = 0; table->name && i < table->columns; i++)
        if (table->name[i] && strcmp(table->name[i], name) == 0) {
            *(named == 0 ? column : second) = i;
            named++;
        }
    return named;
}

/* Number of a column, from 1 on; 0 for a text that is no column of the table. */
static size_t column_number(const struct dataset_table *table, const char *text)
{
    char *end;
    errno = 0;
    const long number = strtol(text, &end, 10);
    const bool good = end > text && !*end && !errno && number >= 1 && (size_t)number <= table->columns;
    return good ? (size_t)number : 0;
}

enum sgdmft_status labels_column(const struct sgdmft_run *run, const struct dataset_table *table, size_t *column,
                                 struct sgdmft_error *error)
{
    const char *given = run->label_column;
    size_t second = 0;
    *column = table->columns - 1;
    if (strcmp(given, "last") == 0)
        return SGDMFT_OK;
    const size_t named = columns_named(table, given, column, &second);
    const size_t number = column_number(table, given + (given[0] == '#' && named == 0));
    if (named > 1)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "label_column: '%.80s' is ambiguous, columns %zu and %zu have this name; give the "
                           "number of the column",
                           given, *column + 1, second + 1);
    if (named == 1 && number > 0 && number != *column + 1)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "label_column: '%.80s' is ambiguous, the name of column %zu and the number of column %zu; "
                           "say #%zu or #%zu",
                           given, *column + 1, number, *column + 1, number);
    if (named == 1)
        return SGDMFT_OK;
    if (number == 0 && given[strspn(given + (given[0] == '#'), "0123456789") + (given[0] == '#')])
        return sgdmft_fail(error, SGDMFT_USAGE, "label_column: there is no column '%.80s'%s", given,
                           table->name ? " among the names of the dataset" : "; the dataset has no line of names");
    if (number == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "label_column: %.80s, but the dataset has columns 1 to %zu", given,
                           table->columns);
    *column = number - 1;
    return SGDMFT_OK;
}

/* Adds the label of a row; LABELS_MOST if there are too many. */
static bool label_add(struct label_list *labels, const char *text)
{
    const size_t at = place_of(labels, text);
    if (at == LABELS_MOST)
        return false;
    if (at == labels->count) {
        labels->value[at] = strdup(text);
        labels->count++;
    }
    labels->rows[at]++;
    return labels->value[at] != NULL;
}

/* Doubles from here on stand for several whole numbers each. */
#define INEXACT 0x1p53

enum sgdmft_status labels_collect(const struct dataset_table *table, size_t column, struct label_list *labels,
                                  struct sgdmft_error *error)
{
    char buffer[32];
    double value;
    for (size_t row = 0; row < table->rows; row++) {
        const size_t before = labels->count;
        const char *text = dataset_table_text(table, row, column, buffer);
        if (!label_add(labels, text))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "label_column: column %zu has more than %d different values, which are no classes",
                               column + 1, LABELS_MOST);
        if (labels->count > before && dataset_number(text, &value) && fabs(value) >= INEXACT)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "label_column: column %zu has the label %.40s, but whole numbers are told apart below "
                               "2^53 = 9007199254740992 only",
                               column + 1, text);
    }
    return SGDMFT_OK;
}

#define LABEL_SHOWN 20
#define LIST_MAX 200

/* "0, 1, 2, ...": all labels, or those of class +1 or -1. */
static const char *list(const struct label_list *labels, int class, size_t size, char *out)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < labels->count; i++) {
        if (class != 0 && labels->listed[i] != (class > 0))
            continue;
        if (length + LABEL_SHOWN + sizeof ", , ..." > size) {
            snprintf(out + length, size - length, ", ...");
            break;
        }
        length +=
            (size_t)snprintf(out + length, size - length, "%s%.*s", length ? ", " : "", LABEL_SHOWN, labels->value[i]);
    }
    return out;
}

/* Of two classes the larger number, or the later text, is +1. */
bool label_is_later(const char *a, const char *b)
{
    double x, y;
    if (dataset_number(a, &x) && dataset_number(b, &y))
        return x > y;
    return strcmp(a, b) > 0;
}

static enum sgdmft_status by_list(const struct sgdmft_run *run, struct label_list *labels, struct sgdmft_error *error)
{
    char copy[SGDMFT_TEXT_MAX], all[LIST_MAX], *rest = copy;
    strcpy(copy, run->positive);
    for (char *piece; (piece = strsep(&rest, ","));) {
        while (*piece == ' ')
            piece++;
        for (size_t n = strlen(piece); n > 0 && piece[n - 1] == ' ';)
            piece[--n] = '\0';
        const size_t at = place_of(labels, piece);
        if (at == labels->count)
            return sgdmft_fail(error, SGDMFT_USAGE, "positive: no example has the label '%.80s'; the labels are %s",
                               piece, list(labels, 0, sizeof all, all));
        labels->listed[at] = true;
    }
    for (size_t i = 0; i < labels->count; i++)
        if (!labels->listed[i])
            return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE, "positive: %.80s are all labels that there are, and none is left for -1",
                       run->positive);
}

static enum sgdmft_status choose(const struct sgdmft_run *run, struct label_list *labels, struct sgdmft_error *error)
{
    char all[LIST_MAX];
    if (labels->count == 1)
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s has one class only: every label is %.80s",
                           *run->labels ? run->labels : run->dataset, labels->value[0]);
    if (strcmp(run->positive, "auto") != 0)
        return by_list(run, labels, error);
    if (labels->count > 2)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "positive: auto, but there are %zu different labels (%s): say which of them are +1",
                           labels->count, list(labels, 0, sizeof all, all));
    labels->listed[0] = label_is_later(labels->value[0], labels->value[1]);
    labels->listed[1] = !labels->listed[0];
    return SGDMFT_OK;
}

enum sgdmft_status labels_read(const struct sgdmft_run *run, const struct dataset_table *table, size_t column,
                               double *label, struct label_list *labels, struct sgdmft_dataset *facts,
                               struct sgdmft_error *error)
{
    char buffer[32];
    enum sgdmft_status status = labels_collect(table, column, labels, error);
    if (!status)
        status = choose(run, labels, error);
    facts->positives = 0;
    if (!status) {
        list(labels, 1, sizeof facts->plus, facts->plus);
        list(labels, -1, sizeof facts->minus, facts->minus);
    }
    for (size_t row = 0; row < table->rows && !status; row++) {
        const bool is = labels->listed[place_of(labels, dataset_table_text(table, row, column, buffer))];
        label[row] = is ? 1 : -1;
        facts->positives += is;
    }
    return status;
}

void labels_free(struct label_list *labels)
{
    for (size_t i = 0; i < labels->count; i++)
        free(labels->value[i]);
    labels->count = 0;
}
