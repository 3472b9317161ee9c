/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of a run with its labels, in one file or in two, without the rows that are left out. */
#ifndef MODELS_DATA_DATASET_SOURCE_H
#define MODELS_DATA_DATASET_SOURCE_H

#include "models/data/dataset/dataset_table.h"
#include <sgdmft/run.h>

struct source {
    struct dataset_table features; /* with the labels unless they are apart */
    struct dataset_table labels;   /* of the file of labels */
    bool apart;                    /* labels are in a file of their own */
    size_t column;                 /* of the labels, in their table */
    long missing;                  /* rows left out */
};

/* Reads run->dataset and run->labels, finds the column of labels, and leaves out rows with missing values if
 * drop_missing is set. FILE for bad files, files of different lengths, missing values; USAGE for parameters that do not
 * fit. source_free on OK. */
enum sgdmft_status source_open(const struct sgdmft_run *run, struct source *source, struct sgdmft_error *error);
void source_free(struct source *source);
/* The table of the labels. */
const struct dataset_table *source_labels(const struct source *source);

#endif
