/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choice of the arrays of a file: the features are the only array of rank 2 with numbers. The labels, the last column,
 * are the only array of rank 1 of its length, or the one that label_column names. */
#include "models/data/dataset/arrays.h"
#include "models/base/memory.h"
#include "models/data/dataset/dataset_formats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void arrays_add(struct arrays *arrays, const char *name, struct array array)
{
    const bool vector = array.columns == 1, kept = vector ? arrays->vectors < VECTORS_MOST : array.numbers;
    array.name = kept ? strdup(name) : NULL;
    arrays->failed = arrays->failed || (kept && !array.name);
    if (kept && vector)
        arrays->vector[arrays->vectors++] = array;
    else if (kept) {
        free(arrays->matrix.name);
        arrays->matrix = array;
        arrays->matrices++;
    }
}

void arrays_free(struct arrays *arrays)
{
    free(arrays->matrix.name);
    for (size_t i = 0; i < arrays->vectors; i++)
        free(arrays->vector[i].name);
}

/* "y, subject": the vectors of a length. */
static const char *list(const struct arrays *arrays, uint64_t rows, size_t size, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < arrays->vectors && length < size; i++)
        if (arrays->vector[i].rows == rows)
            length +=
                (size_t)snprintf(out + length, size - length, "%s%.60s", length ? ", " : "", arrays->vector[i].name);
    return out;
}

static bool is_named(const struct array *array, const char *name)
{
    const char *slash = strrchr(array->name, '/');
    return strcmp(array->name, name) == 0 || (slash && strcmp(slash + 1, name) == 0);
}

static enum sgdmft_status not_numbers(const char *path, const struct array *array, const char *so,
                                      struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %.60s holds neither integers, floats nor booleans%s", path,
                       array->name, so);
}

/* The vector of the labels, NULL where they are a column of the matrix. */
static enum sgdmft_status choose_labels(const struct arrays *arrays, const char *path, const char *label_column,
                                        const struct array **labels, struct sgdmft_error *error)
{
    char names[400] = "";
    size_t alike = 0;
    *labels = NULL;
    for (size_t i = 0; i < arrays->vectors; i++) {
        const struct array *vector = &arrays->vector[i];
        if (is_named(vector, label_column)) {
            alike = 1;
            *labels = vector;
            break;
        }
        if (vector->rows == arrays->matrix.rows) {
            alike++;
            *labels = vector;
        }
    }
    if (alike > 1)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s is ambiguous: the labels of %.60s may be %s; name one with label_column", path,
                           arrays->matrix.name, list(arrays, arrays->matrix.rows, sizeof names, names));
    if (alike == 0 && arrays->vectors > 0 && strcmp(label_column, "last") == 0)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s is ambiguous: %.60s has %llu rows, and %.60s, which may hold labels, has %llu; "
                           "give the number of the column of labels with label_column",
                           path, arrays->matrix.name, (unsigned long long)arrays->matrix.rows, arrays->vector[0].name,
                           (unsigned long long)arrays->vector[0].rows);
    if (*labels && (*labels)->rows != arrays->matrix.rows)
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %.60s has %llu rows, but %.60s has %llu", path, (*labels)->name,
                           (unsigned long long)(*labels)->rows, arrays->matrix.name,
                           (unsigned long long)arrays->matrix.rows);
    if (*labels && !(*labels)->numbers && !(*labels)->texts)
        return not_numbers(path, *labels, ", so that it cannot be the labels", error);
    return SGDMFT_OK;
}

/* A matrix of one column counts as one if there is no larger one. */
static void take_single_column(struct arrays *arrays)
{
    for (size_t i = 0; i < arrays->vectors && arrays->matrices == 0; i++)
        if (arrays->vector[i].rank == 2 && arrays->vector[i].numbers) {
            arrays->matrix = arrays->vector[i];
            arrays->matrices = 1;
            arrays->vector[i] = arrays->vector[--arrays->vectors];
        }
}

/* Chooses the vector of a file of labels: the only one, or the named one. */
static enum sgdmft_status choose_vector(const struct arrays *arrays, const struct dataset_reading *reading,
                                        const struct array **vector, struct sgdmft_error *error)
{
    char names[400] = "";
    *vector = arrays->vectors == 1 ? &arrays->vector[0] : NULL;
    for (size_t i = 0; i < arrays->vectors; i++)
        if (is_named(&arrays->vector[i], reading->label_column))
            *vector = &arrays->vector[i];
    if (!*vector && arrays->vectors > 0)
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s is ambiguous: the labels may be %s; name one with label_column",
                           reading->path, list(arrays, arrays->vector[0].rows, sizeof names, names));
    if (!*vector)
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s has no %s array of rank 1, so that it holds no labels",
                           reading->path, arrays->kind);
    if (!(*vector)->numbers && !(*vector)->texts)
        return not_numbers(reading->path, *vector, ", so that it cannot be the labels", error);
    return SGDMFT_OK;
}

/* Chooses the matrix, and the labels if the reading includes them. */
static enum sgdmft_status choose_matrix(struct arrays *arrays, const struct dataset_reading *reading,
                                        const struct array **features, const struct array **labels,
                                        struct sgdmft_error *error)
{
    take_single_column(arrays);
    for (size_t i = 0; i < arrays->vectors && arrays->matrices == 0; i++)
        if (!arrays->vector[i].numbers)
            return not_numbers(reading->path, &arrays->vector[i],
                               " (a compound or texts); a table is an array of rank 2 with numbers", error);
    if (arrays->matrices != 1)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.600s has %zu datasets of rank 2 with numbers; a table is the only one there is",
                           reading->path, arrays->matrices);
    *features = &arrays->matrix;
    if (reading->part == DATASET_FEATURES)
        return SGDMFT_OK;
    return choose_labels(arrays, reading->path, reading->label_column, labels, error);
}

static enum sgdmft_status prepare(const struct arrays *arrays, const struct dataset_reading *reading,
                                  const struct array *features, const struct array *labels, struct dataset_table *table,
                                  struct sgdmft_error *error)
{
    const uint64_t rows = features->rows, columns = features->columns + (labels != NULL);
    if (rows < 1 || columns < (reading->part == DATASET_ALL ? 2 : 1))
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s: %s is %llu x %llu, no table of examples", reading->path,
                           features->name, (unsigned long long)rows, (unsigned long long)features->columns);
    const enum sgdmft_status status = dataset_fits(
        reading->path, "about", (double)rows * (double)columns * sizeof(double), reading->memory_limit, error);
    if (status)
        return status;
    *table = (struct dataset_table){
        .rows = (size_t)rows, .columns = (size_t)columns, .counter = (size_t)columns, .rounding = features->rounding};
    if (reading->part == DATASET_ALL)
        snprintf(table->form, sizeof table->form, "%s, features in %.60s, labels in %.60s", arrays->kind,
                 features->name, labels ? labels->name : "a column of it");
    else
        snprintf(table->form, sizeof table->form, "%s, %s in %.60s", arrays->kind,
                 reading->part == DATASET_LABELS ? "labels" : "features", features->name);
    table->number = malloc(table->rows * table->columns * sizeof(double));
    table->name = labels ? calloc(table->columns, sizeof *table->name) : NULL;
    bool good = table->number && (!labels || table->name);
    if (good && labels)
        good = (table->name[columns - 1] = strdup(labels->name)) != NULL;
    if (good)
        return SGDMFT_OK;
    dataset_table_free(table);
    return memory_fail(error, "the content of %.600s", reading->path);
}

enum sgdmft_status arrays_choose(struct arrays *arrays, const struct dataset_reading *reading,
                                 const struct array **features, const struct array **labels,
                                 struct dataset_table *table, struct sgdmft_error *error)
{
    *features = *labels = NULL;
    if (arrays->failed)
        return memory_fail(error, "the content of %.600s", reading->path);
    const enum sgdmft_status status = reading->part == DATASET_LABELS
                                          ? choose_vector(arrays, reading, features, error)
                                          : choose_matrix(arrays, reading, features, labels, error);
    return status ? status : prepare(arrays, reading, *features, *labels, table, error);
}
