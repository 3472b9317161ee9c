/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a table of any of its formats. */
#ifndef MODELS_DATA_DATASET_DATASET_READ_H
#define MODELS_DATA_DATASET_DATASET_READ_H

#include "models/data/dataset/dataset_table.h"

/* FILE for a missing, unreadable or malformed file; USAGE if it needs more than memory_limit bytes. *table needs
 * dataset_table_free on OK only. */
enum sgdmft_status dataset_table_read(const char *path, double memory_limit, struct dataset_table *table,
                                      struct sgdmft_error *error);

#endif
