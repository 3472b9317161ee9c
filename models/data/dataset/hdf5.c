/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from HDF5: the only dataset of rank 2 with numbers and, of those of rank 1 as long as it, the only one, or
 * the one that is asked for, as last column. */
#include "models/data/dataset/dataset_formats.h"
#include "models/base/memory.h"

#include <float.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_NAME "/dev/null/dataset"

#define VECTORS_MOST 64

/* A dataset of the file. */
struct item {
    char *path;
    hsize_t rows, columns;
    int rank;
    bool numbers; /* integers, floats, or an enumeration of integers, as booleans are */
    double rounding;
};

/* Datasets found in the file. */
struct found {
    struct item matrix, vector[VECTORS_MOST]; /* rank 2; rank 1, or 2 with one column */
    size_t matrices, vectors;
    bool failed;
};

static void look_at_type(hid_t set, struct item *item)
{
    hid_t type = H5Dget_type(set);
    const H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    item->numbers = class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM;
    item->rounding = class == H5T_FLOAT && H5Tget_size(type) < sizeof(double) ? (double)FLT_EPSILON : DBL_EPSILON;
    if (type >= 0)
        H5Tclose(type);
}

static herr_t visit(hid_t file, const char *name, const H5O_info_t *info, void *context)
{
    struct found *found = context;
    hsize_t extent[2] = {0, 1};
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = set >= 0 ? H5Dget_space(set) : -1;
    const int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, extent, NULL) == rank) {
        struct item item = {.rows = extent[0], .columns = extent[1], .rank = rank};
        look_at_type(set, &item);
        const bool vector = extent[1] == 1, kept = vector ? found->vectors < VECTORS_MOST : item.numbers;
        item.path = kept ? strdup(name) : NULL;
        found->failed = found->failed || (kept && !item.path);
        if (kept && vector)
            found->vector[found->vectors++] = item;
        else if (kept) {
            free(found->matrix.path);
            found->matrix = item;
            found->matrices++;
        }
    }
    if (space >= 0)
        H5Sclose(space);
    if (set >= 0)
        H5Dclose(set);
    return 0;
}

/* "y, subject": the vectors as long as the matrix. */
static const char *list(const struct found *found, size_t size, char *out)
{
    size_t length = 0;
    for (size_t i = 0; i < found->vectors && length < size; i++)
        if (found->vector[i].rows == found->matrix.rows)
            length +=
                (size_t)snprintf(out + length, size - length, "%s%.60s", length ? ", " : "", found->vector[i].path);
    return out;
}

/* The vector of the labels, NULL where they are a column of the matrix. */
static enum sgdmft_status choose_labels(const char *path, const char *label_column, const struct found *found,
                                        const struct item **labels, struct sgdmft_error *error)
{
    char names[400] = "";
    size_t alike = 0;
    *labels = NULL;
    for (size_t i = 0; i < found->vectors; i++) {
        const struct item *vector = &found->vector[i];
        const char *slash = strrchr(vector->path, '/');
        if (strcmp(vector->path, label_column) == 0 || (slash && strcmp(slash + 1, label_column) == 0)) {
            alike = 1;
            *labels = vector;
            break;
        }
        if (vector->rows == found->matrix.rows) {
            alike++;
            *labels = vector;
        }
    }
    if (alike > 1)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s is ambiguous: the labels of %.60s may be %s; name one with label_column", path,
                           found->matrix.path, list(found, sizeof names, names));
    if (alike == 0 && found->vectors > 0 && strcmp(label_column, "last") == 0)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s is ambiguous: %.60s has %llu rows, and %.60s, which may hold labels, has %llu; "
                           "give the number of the column of labels with label_column",
                           path, found->matrix.path, (unsigned long long)found->matrix.rows, found->vector[0].path,
                           (unsigned long long)found->vector[0].rows);
    if (*labels && (*labels)->rows != found->matrix.rows)
        return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %.60s has %llu rows, but %.60s has %llu", path, (*labels)->path,
                           (unsigned long long)(*labels)->rows, found->matrix.path,
                           (unsigned long long)found->matrix.rows);
    if (*labels && !(*labels)->numbers)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s: %.60s holds neither integers, floats nor booleans, so that it cannot be the labels",
                           path, (*labels)->path);
    return SGDMFT_OK;
}

/* Reads a dataset as doubles, element (i,j) to out[i * stride + j]. */
static bool read_into(hid_t file, const char *path, hsize_t rows, hsize_t columns, hsize_t stride, hsize_t offset,
                      double *out)
{
    const hsize_t all[2] = {rows, stride}, start[2] = {0, offset}, count[2] = {rows, columns};
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT), memory = H5Screate_simple(2, all, NULL);
    const bool done = set >= 0 && memory >= 0
                      && H5Sselect_hyperslab(memory, H5S_SELECT_SET, start, NULL, count, NULL) >= 0
                      && H5Dread(set, H5T_NATIVE_DOUBLE, memory, H5S_ALL, H5P_DEFAULT, out) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    if (set >= 0)
        H5Dclose(set);
    return done;
}

/* A matrix of one column is one where there is no larger one. */
static void take_single_column(struct found *found)
{
    for (size_t i = 0; i < found->vectors && found->matrices == 0; i++)
        if (found->vector[i].rank == 2 && found->vector[i].numbers) {
            found->matrix = found->vector[i];
            found->matrices = 1;
            found->vector[i] = found->vector[--found->vectors];
        }
}

static enum sgdmft_status table_fill_rows(const char *path, const char *label_column, hid_t file, struct found *found,
                                          double memory_limit, struct dataset_table *table, struct sgdmft_error *error)
{
    take_single_column(found);
    for (size_t i = 0; i < found->vectors && found->matrices == 0; i++)
        if (!found->vector[i].numbers)
            return sgdmft_fail(error, SGDMFT_FILE,
                               "%.500s: %.60s holds neither integers, floats nor booleans (a compound or texts); a "
                               "table is a dataset of rank 2 with numbers",
                               path, found->vector[i].path);
    if (found->matrices != 1)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.600s has %zu datasets of rank 2 with numbers; a table is the only one there is", path,
                           found->matrices);
    const struct item *labels, *matrix = &found->matrix;
    const enum sgdmft_status status = choose_labels(path, label_column, found, &labels, error);
    if (status)
        return status;
    const hsize_t columns = matrix->columns + (labels != NULL);
    if (matrix->rows < 1 || columns < 2)
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s: %s is %llu x %llu, no table of examples", path, matrix->path,
                           (unsigned long long)matrix->rows, (unsigned long long)matrix->columns);
    if ((double)matrix->rows * (double)columns * sizeof(double) > memory_limit)
        return sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: %.4g MB, but the dataset %.600s needs more",
                           memory_limit / 1e6, path);
    *table = (struct dataset_table){.rows = (size_t)matrix->rows,
                                    .columns = (size_t)columns,
                                    .counter = (size_t)columns,
                                    .rounding = matrix->rounding};
    snprintf(table->form, sizeof table->form, "HDF5, features in %.60s, labels in %.60s", matrix->path,
             labels ? labels->path : "a column of it");
    table->number = malloc(table->rows * table->columns * sizeof(double));
    table->name = labels ? calloc(table->columns, sizeof *table->name) : NULL;
    bool good = table->number && (!labels || table->name);
    if (good && labels)
        good = (table->name[columns - 1] = strdup(labels->path)) != NULL;
    if (!good) {
        dataset_table_free(table);
        return memory_fail(error, "the content of %.600s", path);
    }
    if (!read_into(file, matrix->path, matrix->rows, matrix->columns, columns, 0, table->number)
        || (labels && !read_into(file, labels->path, matrix->rows, 1, columns, matrix->columns, table->number))) {
        dataset_table_free(table);
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.600s is corrupt, or has a filter that the HDF5 library lacks: it cannot read its numbers",
                           path);
    }
    return SGDMFT_OK;
}

static enum sgdmft_status parse(const char *path, const char *label_column, unsigned char *image, size_t size,
                                double memory_limit, struct dataset_table *table, struct sgdmft_error *error)
{
    struct found found = {.matrices = 0};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    enum sgdmft_status status;
    if (H5Pset_fapl_core(access, 1 << 20, 0) >= 0 && H5Pset_file_image(access, image, size) >= 0)
        file = H5Fopen(IMAGE_NAME, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0 || H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, &found) < 0)
        status = sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: the HDF5 library cannot open it", path);
    else if (found.failed)
        status = memory_fail(error, "the content of %.600s", path);
    else
        status = table_fill_rows(path, label_column, file, &found, memory_limit, table, error);
    if (file >= 0)
        H5Fclose(file);
    free(found.matrix.path);
    for (size_t i = 0; i < found.vectors; i++)
        free(found.vector[i].path);
    return status;
}

bool dataset_hdf5_is(const unsigned char *bytes, size_t size)
{
    static const unsigned char signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    for (size_t at = 0; at + sizeof signature <= size; at = at ? 2 * at : 512)
        if (memcmp(bytes + at, signature, sizeof signature) == 0)
            return true;
    return false;
}

enum sgdmft_status dataset_hdf5_parse(const char *path, const char *label_column, unsigned char *image, size_t size,
                                      double memory_limit, struct dataset_table *table, struct sgdmft_error *error)
{
    H5E_auto2_t reporter;
    void *reporter_data;
    enum sgdmft_status status;
    *table = (struct dataset_table){.rows = 0};
    /* The serial HDF5 library is not safe for threads. */
#pragma omp critical(sgdmft_hdf5)
    {
        H5Eget_auto2(H5E_DEFAULT, &reporter, &reporter_data);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
        status = parse(path, label_column, image, size, memory_limit, table, error);
        H5Eset_auto2(H5E_DEFAULT, reporter, reporter_data);
    }
    return status;
}
