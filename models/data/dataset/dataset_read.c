/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a table: the file at once, its format by its first bytes. */
#include "models/data/dataset/dataset_read.h"

#include "models/base/files.h"
#include "models/data/dataset/dataset_formats.h"
#include <stdlib.h>
#include <string.h>

/* Numbers that are no decimals have no decimal sign. */
static enum sgdmft_status refuse_decimal(const struct dataset_reading *reading, const char *form,
                                         struct sgdmft_error *error)
{
    if (!reading->decimal)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE, "decimal: %s, but %.600s is %s, where it has no effect",
                       reading->decimal == ',' ? "comma" : "point", reading->path, form);
}

/* A label and pairs: no part of a table that is in two files. */
static enum sgdmft_status parse_libsvm(const struct dataset_reading *reading, char *text, struct dataset_table *table,
                                       struct sgdmft_error *error)
{
    const enum sgdmft_status status = refuse_decimal(reading, "LIBSVM", error);
    if (!status && reading->part != DATASET_ALL)
        return sgdmft_fail(error, SGDMFT_USAGE, "labels: %.600s is LIBSVM, which has features and labels in one",
                           reading->path);
    return status ? status : dataset_libsvm_parse(reading->path, text, reading->memory_limit, table, error);
}

/* Arrays in a binary form; their bytes are free()d by the caller. */
static enum sgdmft_status parse_arrays(const struct dataset_reading *reading, unsigned char *bytes, size_t size,
                                       struct dataset_table *table, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    if (dataset_npy_is(bytes, size))
        return (status = refuse_decimal(reading, "npy", error)) ? status
                                                                : dataset_npy_parse(reading, bytes, size, table, error);
    if (dataset_npz_is(bytes, size))
        return (status = refuse_decimal(reading, "npz", error)) ? status
                                                                : dataset_npz_parse(reading, bytes, size, table, error);
    return (status = refuse_decimal(reading, "HDF5", error)) ? status
                                                             : dataset_hdf5_parse(reading, bytes, size, table, error);
}

enum sgdmft_status dataset_fits(const char *path, const char *how, double bytes, double memory_limit,
                                struct sgdmft_error *error)
{
    if (bytes <= memory_limit)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE,
                       "memory_limit: %.3g bytes, but the dataset %.600s takes %s %.3g bytes of memory", memory_limit,
                       path, how, bytes);
}

/* Memory of a table from a text: the text, and for each cell its number and a pointer, with as much room again. */
static double text_bytes(const char *text, size_t size)
{
    size_t cells = 0;
    for (size_t i = 0; i < size; i++) {
        const char c = text[i];
        cells += c == ',' || c == '\n' || c == ' ' || c == ';' || c == '\t' || c == '\r';
    }
    return (double)size + (double)cells * (sizeof(double) + 2 * sizeof(char *));
}

/* Lines may end by CR alone. */
static void end_lines(char *text)
{
    for (char *at = text; (at = strchr(at, '\r')); at++)
        if (at[1] != '\n')
            *at = '\n';
}

enum sgdmft_status dataset_table_read(const struct dataset_reading *reading, struct dataset_table *table,
                                      struct sgdmft_error *error)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    enum sgdmft_status status = files_read(reading->path, &bytes, &size, error);
    if (status)
        return status;
    const size_t file_size = size;
    const uint64_t checksum = files_hash(FILES_HASH_START, bytes, size);
    status = dataset_unpack(reading->path, reading->memory_limit, &bytes, &size, error);
    const bool arrays = dataset_npy_is(bytes, size) || dataset_npz_is(bytes, size) || dataset_hdf5_is(bytes, size);
    if (!status)
        status = dataset_fits(reading->path, "about", arrays ? (double)size : text_bytes((char *)bytes, size),
                              reading->memory_limit, error);
    if (!status && !arrays)
        end_lines((char *)bytes);
    if (!status && arrays)
        status = parse_arrays(reading, bytes, size, table, error);
    else if (!status && !memchr(bytes, 0, size) && dataset_libsvm_is((char *)bytes))
        status = parse_libsvm(reading, (char *)bytes, table, error);
    else if (!status) {
        status = dataset_csv_parse(reading, (char *)bytes, size, table, error);
        bytes = NULL; /* the table's */
    }
    free(bytes);
    if (status)
        return status;
    table->bytes = file_size;
    table->checksum = checksum;
    return SGDMFT_OK;
}
