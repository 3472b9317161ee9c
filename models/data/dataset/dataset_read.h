/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a table of any of its formats. */
#ifndef MODELS_DATA_DATASET_DATASET_READ_H
#define MODELS_DATA_DATASET_DATASET_READ_H

#include "models/data/dataset/dataset_table.h"

/* label_column: name of the dataset of labels, among several of an HDF5 file. FILE for a missing, unreadable, malformed
 * or ambiguous file; USAGE if it needs more than memory_limit bytes. *table needs dataset_table_free on OK only. */
enum sgdmft_status dataset_table_read(const char *path, const char *label_column, double memory_limit,
                                      struct dataset_table *table, struct sgdmft_error *error);

#endif
