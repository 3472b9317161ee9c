/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents of the files of a run. */
#include "models/run/contents.h"
#include "models/run/parameter_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct content contents[CONTENTS] = {{"dataset", "dataset_checksum"}, {"plugin", "plugin_checksum"}};
#define DATASET 0

static uint64_t *member(struct sgdmft_run *run, size_t i)
{
    return i == DATASET ? &run->derived.dataset.checksum : &run->derived.plugin_checksum;
}

size_t content_of(const struct sgdmft_parameter *parameter)
{
    for (size_t i = 0; i < CONTENTS && parameter_is_input(parameter); i++)
        if (strcmp(parameter->section, sgdmft_parameter_find(contents[i].parameter)->section) == 0)
            return i;
    return CONTENTS;
}

uint64_t content_checksum(const struct sgdmft_run *run, size_t i)
{
    return i == DATASET ? run->derived.dataset.checksum : run->derived.plugin_checksum;
}

void content_set_checksum(struct sgdmft_run *run, size_t i, uint64_t checksum)
{
    *member(run, i) = checksum;
}

static const char *path_of(const struct sgdmft_run *run, size_t i)
{
    return i == DATASET ? run->dataset : run->plugin;
}

/* The checksum of a file; 0 if it cannot be read. */
static uint64_t file_checksum(const char *path)
{
    unsigned char *bytes;
    size_t size;
    if (files_read(path, &bytes, &size, NULL))
        return 0;
    const uint64_t checksum = files_hash(FILES_HASH_START, bytes, size);
    free(bytes);
    return checksum;
}

static uint64_t checksum_now(const struct sgdmft_run *run, size_t i)
{
    const uint64_t own = file_checksum(path_of(run, i));
    if (i != DATASET || !*run->labels || own == 0)
        return own;
    const uint64_t labels = file_checksum(run->labels);
    return labels == 0 ? 0 : content_joined(own, labels);
}

size_t content_changed(const struct sgdmft_run *run)
{
    size_t i = 0;
    for (; i < CONTENTS; i++) {
        const uint64_t now = content_checksum(run, i) ? checksum_now(run, i) : 0;
        if (now && now != content_checksum(run, i))
            break;
    }
    return i;
}

enum sgdmft_status content_check(const struct sgdmft_run *run, size_t i, uint64_t checksum, const char *since,
                                 struct sgdmft_error *error)
{
    const uint64_t found = content_checksum(run, i);
    if (checksum == 0 || found == 0 || found == checksum)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE,
                       "%s: %.300s has changed since %.300s (fnv1a %016" PRIx64 ", it was %016" PRIx64 ")",
                       contents[i].parameter, path_of(run, i), since, found, checksum);
}

enum sgdmft_status contents_check_same(const struct sgdmft_run *a, const struct sgdmft_run *b, const char *what,
                                       struct sgdmft_error *error)
{
    for (size_t i = 0; i < CONTENTS; i++)
        if (content_checksum(a, i) != content_checksum(b, i))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.200s has another content in one result than in the other; only results of the "
                               "same run can be %s",
                               contents[i].parameter, path_of(a, i), what);
    return SGDMFT_OK;
}
