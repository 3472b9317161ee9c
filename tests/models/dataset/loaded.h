/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datasets of the tests, resolved and loaded into the run, the warning and the error of the file that includes this. */
#ifndef TESTS_MODELS_DATASET_LOADED_H
#define TESTS_MODELS_DATASET_LOADED_H

#include "tests/models/dataset/dataset_file.h"

static struct sgdmft_run run;
static struct sgdmft_error warning, error;

static inline enum sgdmft_status resolve_bytes(const void *bytes, size_t size, const char *words)
{
    char path[64];
    error = warning = (struct sgdmft_error){0};
    dataset_file_write(path, bytes, size);
    const enum sgdmft_status status = dataset_file_resolve(path, words, &run, &warning, &error);
    unlink(path);
    return status;
}

static inline enum sgdmft_status resolve_text(const char *text, const char *words)
{
    return resolve_bytes(text, strlen(text), words);
}

/* The examples of a file; run is left resolved. */
static inline struct examples *load_file(const char *path, const char *words)
{
    struct examples *examples = NULL;
    error = warning = (struct sgdmft_error){0};
    cr_assert_eq(dataset_file_resolve(path, words, &run, &warning, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(examples_load(&run, &examples, &error), SGDMFT_OK, "%s", error.text);
    return examples;
}

static inline struct examples *load_text(const char *text, const char *words)
{
    char path[64];
    dataset_file_write(path, text, strlen(text));
    struct examples *examples = load_file(path, words);
    unlink(path);
    return examples;
}

#endif
