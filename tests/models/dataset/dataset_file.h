/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small dataset in a temporary file, and the run of data law `file` that reads it. */
#ifndef TESTS_MODELS_DATASET_FILE_H
#define TESTS_MODELS_DATASET_FILE_H

#include "models/data/dataset/examples.h"
#include "tests/given.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

SCOPED_FREE(examples)
#define scoped_examples SCOPED(examples)

/* Writes size bytes to a new file; path must have room for 64. */
static inline void dataset_file_write(char path[64], const void *bytes, size_t size)
{
    strcpy(path, "/tmp/sgdmft-dataset-XXXXXX");
    const int descriptor = mkstemp(path);
    cr_assert(descriptor >= 0);
    cr_assert_eq(write(descriptor, bytes, size), (ssize_t)size);
    close(descriptor);
}

/* "name value name value ..." beside data file and the path. */
static inline enum sgdmft_status dataset_file_resolve(const char *path, const char *words, struct sgdmft_run *run,
                                                      struct sgdmft_error *warning, struct sgdmft_error *error)
{
    scoped_settings *settings = sgdmft_settings_create();
    sgdmft_settings_set(settings, "data", "file", NULL);
    sgdmft_settings_set(settings, "dataset", path, NULL);
    cr_assert_eq(given_words(settings, words, error), SGDMFT_OK, "%s", error->text);
    return sgdmft_run_resolve(settings, run, warning, error);
}

#endif
