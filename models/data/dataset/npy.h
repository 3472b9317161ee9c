/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One array in the npy format of NumPy, versions 1 to 3 (numpy.lib.format). */
#ifndef MODELS_DATA_DATASET_NPY_H
#define MODELS_DATA_DATASET_NPY_H

#include "models/data/dataset/arrays.h"

struct npy {
    char kind;    /* b, i, u, f: numbers; U, S: texts; 0: neither */
    size_t width; /* bytes of an element */
    bool swapped; /* big-endian */
    bool fortran; /* columns one behind the other */
    int rank;
    uint64_t rows, columns;
    const unsigned char *data; /* in the bytes that were parsed */
};

/* Reads the header. FILE, naming path and array, if it is none, or its data end too early. */
enum sgdmft_status npy_header(const char *path, const char *array, const unsigned char *bytes, size_t size,
                              struct npy *npy, struct sgdmft_error *error);
/* An array of rank 1 or 2 for arrays_add. */
struct array npy_array(const struct npy *npy);
/* Fills a column of labels from an array of rank 1, or columns from one of numbers: element (i, j) becomes that of
 * column first + j. INTERNAL: out of memory. */
enum sgdmft_status npy_fill(const struct npy *npy, size_t first, struct dataset_table *table,
                            struct sgdmft_error *error);
/* FILE for a matrix of texts, naming the array and its first element. */
enum sgdmft_status npy_check_features(const char *path, const char *array, const struct npy *npy,
                                      struct sgdmft_error *error);

#endif
