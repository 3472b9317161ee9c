/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of data law `file`: features x and labels y = +1/-1 of all rows of the dataset.
 *
 * With standardise (the default) each column has mean 0 and variance 1 over all rows, so that rows N(0, I) are those of
 * THEORY section 1; whiten goes on to uncorrelated columns (the principal components, each with variance 1). Columns
 * with one value only are left out. The direction v, on which overlaps are taken, is that from the mean of the examples
 * with y = -1 to that of those with y = +1. */
#ifndef MODELS_DATA_DATASET_EXAMPLES_H
#define MODELS_DATA_DATASET_EXAMPLES_H

#include <sgdmft/run.h>

#define LABELS_MOST 256 /* different labels that are told apart */

/* The different labels of a table, in the order of their first rows. */
struct label_list {
    size_t count;
    char *value[LABELS_MOST];
    size_t rows[LABELS_MOST];
    bool listed[LABELS_MOST]; /* in `positive` */
};

struct examples {
    size_t rows, dim;
    double *x;         /* [rows][dim] */
    double *label;     /* [rows] */
    double *signal;    /* [dim] v, |v|^2 = dim */
    double separation; /* distance of the two means */
    double centring;   /* largest |mean| of a column */
    struct label_list labels;
    struct sgdmft_dataset facts;
};

/* Reads run->dataset. FILE for a bad file, USAGE for parameters that do not fit it. Free on OK. */
enum sgdmft_status examples_load(const struct sgdmft_run *run, struct examples **examples, struct sgdmft_error *error);
void examples_free(struct examples *examples);
/* Bytes of the examples after reading. */
double examples_bytes(const struct sgdmft_run *run);

/* Fills run->derived.dataset, alpha and dim of data law `file` from the dataset. */
enum sgdmft_status examples_derive(struct sgdmft_run *run, struct sgdmft_error *error);

/* Holds out `held` of the rows for testing, of each class its share (rounded, at least one of each class stays), at
 * random by (seed, owner). train: [rows - held], test: [held], both ascending. */
void examples_split(const struct examples *examples, size_t held, uint64_t seed, uint32_t owner, uint32_t *train,
                    uint32_t *test);

/* ---- labels.c ------------------------------------------------------------------------------------- */

struct dataset_table;
/* The column that run->label_column names. */
enum sgdmft_status labels_column(const struct sgdmft_run *run, const struct dataset_table *table, size_t *column,
                                 struct sgdmft_error *error);
/* Adds the labels of the column to a list, which needs labels_free, on failure too. */
enum sgdmft_status labels_collect(const struct dataset_table *table, size_t column, struct label_list *labels,
                                  struct sgdmft_error *error);
/* True if label a comes behind b: of numbers the larger, otherwise in the alphabet. */
bool label_is_later(const char *a, const char *b);
/* label[rows] = +1 or -1 by run->positive; facts get the number of labels +1 and the labels of each class. labels:
 * empty at first; needs labels_free, on failure too. */
enum sgdmft_status labels_read(const struct sgdmft_run *run, const struct dataset_table *table, size_t column,
                               double *label, struct label_list *labels, struct sgdmft_dataset *facts,
                               struct sgdmft_error *error);
void labels_free(struct label_list *labels);
/* The labels of the dataset that settings name, in ascending order. FILE, USAGE as examples_load; labels_free on OK. */
enum sgdmft_status labels_list(const struct sgdmft_settings *settings, struct label_list *labels,
                               struct sgdmft_error *error);

#endif
