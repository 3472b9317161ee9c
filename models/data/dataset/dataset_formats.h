/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats of a table: csv and HDF5. */
#ifndef MODELS_DATA_DATASET_DATASET_FORMATS_H
#define MODELS_DATA_DATASET_DATASET_FORMATS_H

#include "models/data/dataset/dataset_table.h"

/* Takes over text (size bytes and a zero byte), also on failure. */
enum sgdmft_status dataset_csv_parse(const char *path, char *text, size_t size, struct dataset_table *table,
                                     struct sgdmft_error *error);
/* From the image of a file. */
enum sgdmft_status dataset_hdf5_parse(const char *path, unsigned char *image, size_t size, double memory_limit,
                                      struct dataset_table *table, struct sgdmft_error *error);

#endif
