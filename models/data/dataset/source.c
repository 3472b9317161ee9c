/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Features and labels of a run, from the files that it names. */
#include "models/data/dataset/source.h"

#include "models/base/files.h"
#include "models/base/memory.h"
#include "models/data/dataset/dataset_read.h"
#include "models/data/dataset/examples.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"
#include <stdlib.h>
#include <string.h>

void source_free(struct source *source)
{
    dataset_table_free(&source->features);
    dataset_table_free(&source->labels);
}

const struct dataset_table *source_labels(const struct source *source)
{
    return source->apart ? &source->labels : &source->features;
}

/* ---- missing values -------------------------------------------------------------------------------- */

/* Missing values found in the rows so far, and the place of the first. */
struct gaps {
    size_t values, rows;
    char first[700];
};

/* Marks the rows of a table without missing values. label: its column of labels, or `columns` without one. */
static void find_gaps(const char *path, const struct dataset_table *table, size_t label, bool *kept, struct gaps *gaps)
{
    char buffer[32], place[160];
    for (size_t i = 0; i < table->rows; i++)
        for (size_t j = 0; j < table->columns; j++) {
            if (j == table->counter || !dataset_is_missing(dataset_table_text(table, i, j, buffer)))
                continue;
            if (gaps->values++ == 0)
                snprintf(gaps->first, sizeof gaps->first, "%.500s: %s: the %s is missing", path,
                         dataset_table_place(table, i, j, place), j == label ? "label" : "value");
            gaps->rows += kept[i];
            kept[i] = false;
        }
}

static enum sgdmft_status drop(struct source *source, const bool *kept, struct sgdmft_error *error)
{
    enum sgdmft_status status = dataset_table_keep(&source->features, kept, error);
    if (!status && source->apart)
        status = dataset_table_keep(&source->labels, kept, error);
    return status;
}

static enum sgdmft_status close_gaps(const struct sgdmft_run *run, struct source *source, struct sgdmft_error *error)
{
    struct gaps gaps = {.values = 0};
    const size_t rows = source->features.rows;
    bool *kept = malloc(rows * sizeof *kept);
    enum sgdmft_status status = SGDMFT_OK;
    if (!kept)
        return memory_fail(error, "the rows of %.600s", run->dataset);
    memset(kept, true, rows);
    find_gaps(run->dataset, &source->features, source->apart ? source->features.columns : source->column, kept, &gaps);
    if (source->apart)
        find_gaps(run->labels, &source->labels, source->column, kept, &gaps);
    source->missing = (long)gaps.rows;
    if (gaps.values > 0 && !run->drop_missing)
        status = sgdmft_fail(error, SGDMFT_FILE,
                             "%s (%zu value%s missing, in %zu of %zu rows; drop_missing leaves these rows out)",
                             gaps.first, gaps.values, gaps.values == 1 ? " is" : "s are", gaps.rows, rows);
    else if (gaps.rows == rows)
        status = sgdmft_fail(error, SGDMFT_FILE, "%s, and so in every row: drop_missing leaves none", gaps.first);
    else if (gaps.rows > 0)
        status = drop(source, kept, error);
    free(kept);
    return status;
}

/* ---- files ----------------------------------------------------------------------------------------- */

/* Removes the first line of the labels if it is the name of the column: their file has one line more than that of
 * the features. */
static enum sgdmft_status take_title(const struct dataset_table *features, struct dataset_table *labels,
                                     struct sgdmft_error *error)
{
    if (!labels->cell || labels->name || labels->rows != features->rows + 1)
        return SGDMFT_OK;
    bool *kept = malloc(labels->rows * sizeof *kept);
    if (!kept)
        return memory_fail(error, "the labels of a dataset");
    memset(kept, true, labels->rows);
    kept[0] = false;
    const enum sgdmft_status status = dataset_table_keep(labels, kept, error);
    free(kept);
    const size_t length = strlen(labels->form);
    snprintf(labels->form + length, sizeof labels->form - length, ", first line passed over");
    return status;
}

static enum sgdmft_status check_lengths(const struct sgdmft_run *run, const struct source *source,
                                        struct sgdmft_error *error)
{
    if (source->labels.rows == source->features.rows)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_FILE, "%.400s has %zu rows of features, but %.400s has %zu labels", run->dataset,
                       source->features.rows, run->labels, source->labels.rows);
}

static enum sgdmft_status read_labels(const struct sgdmft_run *run, struct dataset_reading *reading,
                                      struct source *source, struct sgdmft_error *error)
{
    struct dataset_table *features = &source->features, *labels = &source->labels;
    reading->path = run->labels;
    reading->part = DATASET_LABELS;
    enum sgdmft_status status = dataset_table_read(reading, labels, error);
    if (status)
        return status;
    source->apart = true;
    if (labels->is_text && labels->checksum == features->checksum)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "labels: %.400s is the dataset itself, whose labels would be features too; label_column "
                           "names its column of labels",
                           run->labels);
    if (!(status = take_title(features, labels, error)))
        status = check_lengths(run, source, error);
    features->bytes += labels->bytes;
    features->checksum = content_joined(features->checksum, labels->checksum);
    return status;
}

enum sgdmft_status source_open(const struct sgdmft_run *run, struct source *source, struct sgdmft_error *error)
{
    static const char signs[] = {[SGDMFT_DECIMAL_AUTO] = 0, [SGDMFT_DECIMAL_POINT] = '.', [SGDMFT_DECIMAL_COMMA] = ','};
    struct dataset_reading reading = {.path = run->dataset,
                                      .part = *run->labels ? DATASET_FEATURES : DATASET_ALL,
                                      .label_column = run->label_column,
                                      .decimal = signs[run->decimal],
                                      .memory_limit = run_memory_limit_alone(run)};
    *source = (struct source){.apart = false};
    if (!*run->dataset)
        return sgdmft_fail(error, SGDMFT_USAGE, "dataset: none, but data file needs the path of a dataset");
    enum sgdmft_status status = run_check_addresses(1, error);
    if (!status)
        status = dataset_table_read(&reading, &source->features, error);
    if (status)
        return status;
    if (*run->labels)
        status = read_labels(run, &reading, source, error);
    if (!status)
        status = labels_column(run, source_labels(source), &source->column, error);
    if (!status)
        status = close_gaps(run, source, error);
    if (status)
        source_free(source);
    return status;
}
