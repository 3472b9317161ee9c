/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from HDF5: the only dataset of rank 2 with numbers and, where there is only one of rank 1 as long as it, that
 * one as last column. */
#include "models/data/dataset/dataset_formats.h"
#include "models/base/memory.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_NAME "/dev/null/dataset"

/* Datasets found in the file. */
struct found {
    char *matrix, *vector; /* paths */
    size_t matrices, vectors;
    hsize_t rows, columns, length;
    bool failed;
};

static bool numbers(hid_t set)
{
    hid_t type = H5Dget_type(set);
    const H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    if (type >= 0)
        H5Tclose(type);
    return class == H5T_INTEGER || class == H5T_FLOAT;
}

static void names_keep(struct found *found, char **path, const char *name)
{
    free(*path);
    *path = strdup(name);
    found->failed = found->failed || !*path;
}

static herr_t visit(hid_t file, const char *name, const H5O_info_t *info, void *context)
{
    struct found *found = context;
    hsize_t extent[2] = {0, 0};
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = set >= 0 ? H5Dget_space(set) : -1;
    const int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    if ((rank == 1 || rank == 2) && numbers(set) && H5Sget_simple_extent_dims(space, extent, NULL) == rank) {
        if (rank == 2) {
            found->matrices++;
            found->rows = extent[0];
            found->columns = extent[1];
            names_keep(found, &found->matrix, name);
        } else {
            found->vectors++;
            found->length = extent[0];
            names_keep(found, &found->vector, name);
        }
    }
    if (space >= 0)
        H5Sclose(space);
    if (set >= 0)
        H5Dclose(set);
    return 0;
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

static enum sgdmft_status table_fill_rows(const char *path, hid_t file, const struct found *found, double memory_limit,
                                          struct dataset_table *table, struct sgdmft_error *error)
{
    if (found->matrices != 1)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.600s has %zu datasets of rank 2 with numbers; a table is the only one there is", path,
                           found->matrices);
    const bool labels = found->vectors == 1 && found->length == found->rows;
    const hsize_t columns = found->columns + labels;
    if (found->rows < 1 || columns < 2)
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s: %s is %llu x %llu, no table of examples", path, found->matrix,
                           (unsigned long long)found->rows, (unsigned long long)found->columns);
    if ((double)found->rows * (double)columns * sizeof(double) > memory_limit)
        return sgdmft_fail(error, SGDMFT_USAGE, "memory_limit: %.4g MB, but the dataset %.600s needs more",
                           memory_limit / 1e6, path);
    *table = (struct dataset_table){.rows = (size_t)found->rows, .columns = (size_t)columns};
    table->number = malloc(table->rows * table->columns * sizeof(double));
    table->name = labels ? calloc(table->columns, sizeof *table->name) : NULL;
    bool good = table->number && (!labels || table->name);
    if (good && labels)
        good = (table->name[columns - 1] = strdup(found->vector)) != NULL;
    if (!good) {
        dataset_table_free(table);
        return memory_fail(error, "the content of %.600s", path);
    }
    if (!read_into(file, found->matrix, found->rows, found->columns, columns, 0, table->number)
        || (labels && !read_into(file, found->vector, found->rows, 1, columns, found->columns, table->number))) {
        dataset_table_free(table);
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: the HDF5 library cannot read its numbers", path);
    }
    return SGDMFT_OK;
}

static enum sgdmft_status parse(const char *path, unsigned char *image, size_t size, double memory_limit,
                                struct dataset_table *table, struct sgdmft_error *error)
{
    struct found found = {.matrix = NULL};
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
        status = table_fill_rows(path, file, &found, memory_limit, table, error);
    if (file >= 0)
        H5Fclose(file);
    free(found.matrix);
    free(found.vector);
    return status;
}

enum sgdmft_status dataset_hdf5_parse(const char *path, unsigned char *image, size_t size, double memory_limit,
                                      struct dataset_table *table, struct sgdmft_error *error)
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
        status = parse(path, image, size, memory_limit, table, error);
        H5Eset_auto2(H5E_DEFAULT, reporter, reporter_data);
    }
    return status;
}
