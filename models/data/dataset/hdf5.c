/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table from HDF5 by its library, with all types, filters and layouts that it supports. */
#include "models/data/dataset/guard.h"
#include "models/data/dataset/arrays.h"
#include "models/data/dataset/dataset_formats.h"

#include <float.h>
#include <hdf5.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define IMAGE_NAME "/dev/null/dataset"

/* Time of the processor within which a file is read: of any file, and for each byte. A damaged one can take for ever.
 */
#define SECONDS 10.0
#define SECONDS_BYTE 1e-6

static void look_at_type(hid_t set, struct array *array)
{
    hid_t type = H5Dget_type(set);
    const H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    array->numbers = class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM; /* h5py's booleans are enums */
    array->texts = class == H5T_STRING;
    array->rounding = class == H5T_FLOAT && H5Tget_size(type) < sizeof(double) ? (double)FLT_EPSILON : DBL_EPSILON;
    if (type >= 0)
        H5Tclose(type);
}

static herr_t visit(hid_t file, const char *name, const H5O_info_t *info, void *context)
{
    struct arrays *arrays = context;
    hsize_t extent[2] = {0, 1};
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = set >= 0 ? H5Dget_space(set) : -1;
    const int rank = space >= 0 ? H5Sget_simple_extent_ndims(space) : -1;
    if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, extent, NULL) == rank) {
        struct array array = {.rows = extent[0], .columns = extent[1], .rank = rank};
        look_at_type(set, &array);
        arrays_add(arrays, name, array);
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

/* Type in memory of texts of the file's type: texts that end with a zero byte, or pointers to such. */
static hid_t text_type(hid_t stored, bool pointers)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0
        && (H5Tset_size(type, pointers ? H5T_VARIABLE : H5Tget_size(stored) + 1) < 0
            || H5Tset_cset(type, H5Tget_cset(stored)) < 0)) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

/* Text of a row; `read` holds pointers or the bytes themselves. */
static const char *text_of(const char *read, size_t width, bool pointers, size_t row)
{
    const char *text = read + row * width;
    if (pointers)
        memcpy(&text, read + row * width, sizeof text);
    return text ? text : "";
}

static bool keep_texts(const char *read, size_t width, bool pointers, struct dataset_table *table)
{
    size_t bytes = 0;
    for (size_t i = 0; i < table->rows; i++)
        bytes += strlen(text_of(read, width, pointers, i)) + 1;
    table->text = malloc(bytes);
    table->label = malloc(table->rows * sizeof *table->label);
    char *end = table->text;
    for (size_t i = 0; end && table->label && i < table->rows; i++) {
        const char *text = text_of(read, width, pointers, i);
        const size_t length = strlen(text);
        table->label[i] = memcpy(end, text, length + 1);
        end += dataset_trim(end, length) + 1;
        table->number[(i + 1) * table->columns - 1] = (double)NAN;
    }
    return table->text && table->label;
}

/* Reads texts, of fixed or of variable length, as the labels of a table. */
static bool read_texts(hid_t file, const char *path, struct dataset_table *table)
{
    const hid_t set = H5Dopen2(file, path, H5P_DEFAULT), stored = set >= 0 ? H5Dget_type(set) : -1,
                space = set >= 0 ? H5Dget_space(set) : -1;
    const bool pointers = stored >= 0 && H5Tis_variable_str(stored) > 0;
    const hid_t type = stored >= 0 ? text_type(stored, pointers) : -1;
    const size_t width = type >= 0 ? H5Tget_size(type) : 0;
    char *read = width ? calloc(table->rows, width) : NULL;
    bool done = read && H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0;
    if (done) {
        done = keep_texts(read, width, pointers, table);
        if (pointers)
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, read);
    }
    free(read);
    if (type >= 0)
        H5Tclose(type);
    if (stored >= 0)
        H5Tclose(stored);
    if (space >= 0)
        H5Sclose(space);
    if (set >= 0)
        H5Dclose(set);
    return done;
}

static bool read_array(hid_t file, const struct array *array, size_t first, struct dataset_table *table)
{
    return array->texts
               ? read_texts(file, array->name, table)
               : read_into(file, array->name, array->rows, array->columns, table->columns, first, table->number);
}

static enum sgdmft_status fill(const struct dataset_reading *reading, hid_t file, struct arrays *arrays,
                               struct dataset_table *table, struct sgdmft_error *error)
{
    const struct array *features, *labels;
    const enum sgdmft_status status = arrays_choose(arrays, reading, &features, &labels, table, error);
    if (status)
        return status;
    if (read_array(file, features, 0, table) && (!labels || read_array(file, labels, table->columns - 1, table)))
        return SGDMFT_OK;
    dataset_table_free(table);
    return sgdmft_fail(error, SGDMFT_FILE,
                       "%.600s is corrupt, or has a filter that the HDF5 library lacks: it cannot read them",
                       reading->path);
}

static enum sgdmft_status parse(const struct dataset_reading *reading, unsigned char *image, size_t size,
                                struct dataset_table *table, struct sgdmft_error *error)
{
    struct arrays arrays = {.kind = "HDF5"};
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    enum sgdmft_status status;
    if (H5Pset_fapl_core(access, 1 << 20, 0) >= 0 && H5Pset_file_image(access, image, size) >= 0)
        file = H5Fopen(IMAGE_NAME, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0 || H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, &arrays) < 0)
        status = sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: the HDF5 library cannot open it", reading->path);
    else
        status = fill(reading, file, &arrays, table, error);
    if (file >= 0)
        H5Fclose(file);
    arrays_free(&arrays);
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

struct trial {
    const struct dataset_reading *reading;
    unsigned char *image;
    size_t size;
};

static enum sgdmft_status parse_trial(void *context, struct sgdmft_error *error)
{
    const struct trial *trial = context;
    struct dataset_table table = {.rows = 0};
    return parse(trial->reading, trial->image, trial->size, &table, error);
}

/* Parses the image in another process first: the library reads damaged texts of variable length, whose references it
 * does not check, from anywhere in memory. */
static enum sgdmft_status parse_guarded(const struct dataset_reading *reading, unsigned char *image, size_t size,
                                        struct dataset_table *table, struct sgdmft_error *error)
{
    struct trial trial = {reading, image, size};
    bool survived;
    const enum sgdmft_status status =
        guard_try(parse_trial, &trial, SECONDS + SECONDS_BYTE * (double)size, &survived, error);
    if (status)
        return status;
    if (!survived)
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s is corrupt: the HDF5 library fails on its content",
                           reading->path);
    return parse(reading, image, size, table, error);
}

enum sgdmft_status dataset_hdf5_parse(const struct dataset_reading *reading, unsigned char *image, size_t size,
                                      struct dataset_table *table, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    *table = (struct dataset_table){.rows = 0};
    /* The serial HDF5 library is not safe for threads. */
#pragma omp critical(sgdmft_hdf5)
    {
        H5E_BEGIN_TRY;
        status = parse_guarded(reading, image, size, table, error);
        H5E_END_TRY;
    }
    return status;
}
