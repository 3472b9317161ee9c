/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files with several arrays by name: choice of the features and of the labels. */
#ifndef MODELS_DATA_DATASET_ARRAYS_H
#define MODELS_DATA_DATASET_ARRAYS_H

#include "models/data/dataset/dataset_read.h"

#define VECTORS_MOST 64

/* An array of the file, of rank 1 or 2. */
struct array {
    char *name;
    uint64_t rows, columns; /* columns 1 for rank 1 */
    int rank;
    bool numbers; /* integers, floats or booleans */
    bool texts;   /* labels may be texts */
    double rounding;
    size_t place; /* for the reader of the file */
};

struct arrays {
    const char *kind;                          /* "HDF5", "npz" */
    struct array matrix, vector[VECTORS_MOST]; /* rank 2; rank 1, or 2 with one column */
    size_t matrices, vectors;
    bool failed; /* no memory */
};

/* Adds an array; its name is copied. */
void arrays_add(struct arrays *arrays, const char *name, struct array array);
void arrays_free(struct arrays *arrays);

/* Chooses *features, and *labels or NULL, for the reading; prepares a table of their size. FILE if the choice is
 * ambiguous or there is none; USAGE if the table needs more than the limit. On OK the caller owns the table and fills
 * its numbers: labels are the last column. */
enum sgdmft_status arrays_choose(struct arrays *arrays, const struct dataset_reading *reading,
                                 const struct array **features, const struct array **labels,
                                 struct dataset_table *table, struct sgdmft_error *error);

#endif
