/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a table of any of its formats. */
#ifndef MODELS_DATA_DATASET_DATASET_READ_H
#define MODELS_DATA_DATASET_DATASET_READ_H

#include "models/data/dataset/dataset_table.h"

/* Part of a table that a file holds. */
enum dataset_part {
    DATASET_ALL,      /* features and labels, two columns at least   */
    DATASET_FEATURES, /* features alone, the labels are in another   */
    DATASET_LABELS    /* labels, one column or one vector is enough  */
};

struct dataset_reading {
    const char *path;
    enum dataset_part part;
    const char *label_column; /* names the vector of labels, among several of a file of arrays */
    char decimal;             /* sign of csv, '.' or ','; 0: detected */
    double memory_limit;      /* bytes */
};

/* FILE for a missing, unreadable, malformed or ambiguous file; USAGE if it needs more than memory_limit bytes, or for a
 * decimal sign where numbers are not written in decimals. *table needs dataset_table_free on OK only. */
enum sgdmft_status dataset_table_read(const struct dataset_reading *reading, struct dataset_table *table,
                                      struct sgdmft_error *error);

#endif
