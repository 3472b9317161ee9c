/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a table to examples: features, labels, normalisation, and the direction between the classes. */
#include "models/data/dataset/examples.h"
#include "models/base/memory.h"

#include "models/data/dataset/source.h"
#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Eigenvalues below this share of the largest are rounding: the columns are linearly dependent. */
#define RANK_TOLERANCE 1e-10
/* Half a range below this many units of the last digit is rounding. */
#define ROUNDING 4
/* Least size of features that are not standardised; the largest is its inverse. */
#define SQUARES 1e-100

void examples_free(struct examples *examples)
{
    if (!examples)
        return;
    free(examples->x);
    free(examples->label);
    free(examples->signal);
    labels_free(&examples->labels);
    free(examples);
}

double examples_bytes(const struct sgdmft_run *run)
{
    const double rows = (double)run->derived.dataset.rows;
    return (rows + 1) * (double)(run->dim + 1) * sizeof(double);
}

static enum sgdmft_status examples_fail(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    return memory_fail(error, "the examples of %.600s", run->dataset);
}

static enum sgdmft_status bad_cell(const struct sgdmft_run *run, const struct dataset_table *table, size_t row,
                                   size_t column, struct sgdmft_error *error)
{
    char buffer[32], place[160];
    const char *text = dataset_table_text(table, row, column, buffer);
    dataset_table_place(table, row, column, place);
    return sgdmft_fail(error, SGDMFT_FILE, "%.500s: %s: '%.40s' is not a finite decimal number", run->dataset, place,
                       text);
}

static enum sgdmft_status bad_scale(const struct sgdmft_run *run, size_t column, double size,
                                    struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE,
                       "standardise: no, but column %zu of %.500s has values up to %.3g, whose squares leave the range "
                       "of doubles",
                       column + 1, run->dataset, size);
}

/* All columns that vary by more than rounding, in order, but for that of the labels (label; `columns` where they are
 * apart) and that of the row numbers. */
static enum sgdmft_status read_features(const struct sgdmft_run *run, const struct dataset_table *table, size_t label,
                                        struct examples *examples, struct sgdmft_error *error)
{
    const size_t rows = table->rows, most = table->columns - (label < table->columns);
    examples->x = malloc(rows * most * sizeof(double));
    size_t *column = malloc(most * sizeof *column), dim = 0;
    enum sgdmft_status status = examples->x && column ? SGDMFT_OK : examples_fail(run, error);
    for (size_t j = 0; j < table->columns && !status; j++) {
        double least = (double)INFINITY, most_value = -(double)INFINITY, value = 0;
        if (j == label || j == table->counter)
            continue;
        for (size_t i = 0; i < rows && !status; i++) {
            if (!dataset_table_number(table, i, j, &value))
                status = bad_cell(run, table, i, j, error);
            least = fmin(least, value);
            most_value = fmax(most_value, value);
        }
        const double size = fmax(fabs(least), fabs(most_value));
        if (status || !(most_value / 2 - least / 2 > ROUNDING * table->rounding * size))
            continue;
        column[dim++] = j;
        if (!run->standardise && (size > 1 / SQUARES || size < SQUARES))
            status = bad_scale(run, j, size, error);
    }
    examples->dim = dim;
    examples->facts.dropped = (long)(most - (table->counter < table->columns && table->counter != label) - dim);
    for (size_t i = 0; i < rows && !status; i++)
        for (size_t j = 0; j < dim; j++)
            dataset_table_number(table, i, column[j], &examples->x[i * dim + j]);
    free(column);
    if (!status && dim == 0)
        return sgdmft_fail(error, SGDMFT_FILE, "%.600s: every feature has the same value in all rows", run->dataset);
    return status;
}

/* Scales each column to mean 0 and, with standardise, to variance 1. */
static void centre(struct examples *examples, bool scale)
{
    const size_t rows = examples->rows, dim = examples->dim;
    for (size_t j = 0; j < dim; j++) {
        double sum = 0, squares = 0, most = 0, *x = examples->x + j;
        int exponent = 0;
        for (size_t i = 0; scale && i < rows; i++)
            most = fmax(most, fabs(x[i * dim]));
        frexp(most, &exponent);
        for (size_t i = 0; scale && i < rows; i++) /* exact, and no square leaves the range of doubles */
            x[i * dim] = ldexp(x[i * dim], -exponent);
        for (size_t i = 0; i < rows; i++)
            sum += x[i * dim] / (double)rows;
        for (size_t i = 0; i < rows; i++) {
            x[i * dim] -= sum;
            squares += x[i * dim] * x[i * dim] / (double)rows;
        }
        for (size_t i = 0; scale && i < rows; i++)
            x[i * dim] /= sqrt(squares);
    }
}

/* Replaces centred columns by principal components of variance 1. */
static enum sgdmft_status whiten(const struct sgdmft_run *run, struct examples *examples, struct sgdmft_error *error)
{
    const size_t rows = examples->rows, dim = examples->dim;
    double *covariance = calloc(dim * dim, sizeof(double)), *eigenvalue = malloc(dim * sizeof(double));
    double *out = malloc(rows * dim * sizeof(double));
    enum sgdmft_status status = covariance && eigenvalue && out ? SGDMFT_OK : examples_fail(run, error);
    if (!status) {
        cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)dim, (int)rows, 1 / (double)rows, examples->x, (int)dim,
                    0, covariance, (int)dim);
        if (LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', (int)dim, covariance, (int)dim, eigenvalue) != 0)
            status = sgdmft_fail(error, SGDMFT_INTERNAL, "no eigenvalues of the covariance of %.600s", run->dataset);
    }
    size_t rank = 0;
    for (size_t j = 0; j < dim && !status; j++)
        rank += eigenvalue[j] > RANK_TOLERANCE * eigenvalue[dim - 1];
    if (!status && rank < dim)
        status = sgdmft_fail(error, SGDMFT_USAGE,
                             "whiten: yes, but the %zu columns of %.500s are linearly dependent (their rank is %zu)",
                             dim, run->dataset, rank);
    if (!status) {
        for (size_t i = 0; i < dim; i++)
            for (size_t j = 0; j < dim; j++)
                covariance[i * dim + j] /= sqrt(eigenvalue[j]);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)dim, (int)dim, 1, examples->x, (int)dim,
                    covariance, (int)dim, 0, out, (int)dim);
        memcpy(examples->x, out, rows * dim * sizeof(double));
    }
    free(covariance);
    free(eigenvalue);
    free(out);
    return status;
}

static void point_rows(struct examples *examples)
{
    const size_t rows = examples->rows, dim = examples->dim;
    const double positives = (double)examples->facts.positives, negatives = (double)rows - positives;
    double square = 0;
    examples->centring = 0;
    for (size_t j = 0; j < dim; j++) {
        double plus = 0, minus = 0;
        for (size_t i = 0; i < rows; i++)
            *(examples->label[i] > 0 ? &plus : &minus) += examples->x[i * dim + j];
        examples->centring = fmax(examples->centring, fabs(plus + minus) / (double)rows);
        examples->signal[j] = plus / positives - minus / negatives;
        square += examples->signal[j] * examples->signal[j];
    }
    examples->separation = sqrt(square);
    for (size_t j = 0; j < dim; j++) /* classes with equal means have no direction: an arbitrary one */
        examples->signal[j] = square > DBL_MIN ? examples->signal[j] * sqrt((double)dim / square) : 1;
}

static enum sgdmft_status check_held(const struct sgdmft_run *run, struct examples *examples,
                                     struct sgdmft_error *error)
{
    const long rows = (long)examples->rows, positives = examples->facts.positives;
    const long held = run->test_examples > 0 ? run->test_examples : rows / 5 > 0 ? rows / 5 : 1;
    examples->facts.held_out = held;
    if (positives < 2 || rows - positives < 2)
        return sgdmft_fail(error, SGDMFT_FILE,
                           "%.500s has %ld examples of one class and %ld of the other; each needs two", run->dataset,
                           positives, rows - positives);
    if (held > rows - 2)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "test_examples: %ld held out of the %ld rows of the dataset leave too few for training",
                           held, rows);
    return SGDMFT_OK;
}

/* Collects the facts about the files. */
static void note_files(const struct source *source, struct sgdmft_dataset *facts)
{
    const struct dataset_table *table = &source->features;
    *facts = (struct sgdmft_dataset){.rows = (long)table->rows,
                                     .bytes = (long)table->bytes,
                                     .checksum = table->checksum,
                                     .missing = source->missing};
    size_t length = (size_t)snprintf(facts->form, sizeof facts->form, "%s", table->form);
    if (source->apart)
        snprintf(facts->form + length, sizeof facts->form - length, "; labels: %s", source->labels.form);
}

static enum sgdmft_status examples_fill(const struct sgdmft_run *run, const struct source *source,
                                        struct examples *examples, struct sgdmft_error *error)
{
    const struct dataset_table *table = &source->features;
    examples->rows = table->rows;
    note_files(source, &examples->facts);
    if (table->rows > INT32_MAX || table->columns > INT32_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "dataset: %.600s is too large", run->dataset);
    enum sgdmft_status status = SGDMFT_OK;
    examples->label = malloc(table->rows * sizeof(double));
    if (!examples->label)
        status = examples_fail(run, error);
    if (!status)
        status = labels_read(run, source_labels(source), source->column, examples->label, &examples->labels,
                             &examples->facts, error);
    if (!status)
        status = check_held(run, examples, error);
    if (!status)
        status = read_features(run, table, source->apart ? table->columns : source->column, examples, error);
    if (!status && (run->standardise || run->whiten))
        centre(examples, run->standardise);
    if (!status && run->whiten)
        status = whiten(run, examples, error);
    examples->signal = malloc((examples->dim + 1) * sizeof(double));
    if (!status && !examples->signal)
        status = examples_fail(run, error);
    if (!status)
        point_rows(examples);
    return status;
}

enum sgdmft_status examples_load(const struct sgdmft_run *run, struct examples **out, struct sgdmft_error *error)
{
    struct source source;
    enum sgdmft_status status = source_open(run, &source, error);
    if (status)
        return status;
    struct examples *examples = calloc(1, sizeof *examples);
    status = examples ? examples_fill(run, &source, examples, error) : examples_fail(run, error);
    source_free(&source);
    if (status)
        examples_free(examples);
    else
        *out = examples;
    return status;
}

enum sgdmft_status examples_derive(struct sgdmft_run *run, struct sgdmft_error *error)
{
    struct examples *examples;
    const enum sgdmft_status status = examples_load(run, &examples, error);
    if (status)
        return status;
    run->derived.dataset = examples->facts;
    run->derived.dataset.dim = (long)examples->dim;
    examples_free(examples);
    return SGDMFT_OK;
}
