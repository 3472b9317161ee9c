/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formats of a table: csv, LIBSVM, npy, npz and HDF5. */
#ifndef MODELS_DATA_DATASET_DATASET_FORMATS_H
#define MODELS_DATA_DATASET_DATASET_FORMATS_H

#include "models/data/dataset/dataset_read.h"

/* USAGE if a dataset takes so many bytes of memory, "about" or "more than" as `how` says, and the limit is less. */
enum sgdmft_status dataset_fits(const char *path, const char *how, double bytes, double memory_limit,
                                struct sgdmft_error *error);

/* Parses text (size bytes and a zero byte), and owns it, also on failure. */
enum sgdmft_status dataset_csv_parse(const struct dataset_reading *reading, char *text, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error);
/* Form of csv: the separator (a blank for any number of blanks) and the decimal sign. */
struct dataset_dialect {
    char separator, decimal;
};
/* Finds the dialect from the first lines of text, which ends with a zero byte. decimal: the sign if it is known, or 0.
 */
struct dataset_dialect dataset_dialect_find(const char *text, const char *end, char decimal);

/* True if the first line of a text is one of LIBSVM: a label and pairs index:value. */
bool dataset_libsvm_is(const char *text);
enum sgdmft_status dataset_libsvm_parse(const char *path, char *text, double memory_limit, struct dataset_table *table,
                                        struct sgdmft_error *error);

/* True if the bytes are an HDF5 file, behind a user block too. */
bool dataset_hdf5_is(const unsigned char *bytes, size_t size);
/* Parses the image of a file. */
enum sgdmft_status dataset_hdf5_parse(const struct dataset_reading *reading, unsigned char *image, size_t size,
                                      struct dataset_table *table, struct sgdmft_error *error);

/* True if the bytes are an npy file, an npz file. */
bool dataset_npy_is(const unsigned char *bytes, size_t size);
bool dataset_npz_is(const unsigned char *bytes, size_t size);
enum sgdmft_status dataset_npy_parse(const struct dataset_reading *reading, const unsigned char *bytes, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error);
enum sgdmft_status dataset_npz_parse(const struct dataset_reading *reading, unsigned char *bytes, size_t size,
                                     struct dataset_table *table, struct sgdmft_error *error);

/* Replaces packed bytes (gzip, zstd) by their content, with a zero byte behind; others stay. USAGE as dataset_fits. */
enum sgdmft_status dataset_unpack(const char *path, double memory_limit, unsigned char **bytes, size_t *size,
                                  struct sgdmft_error *error);

#endif
