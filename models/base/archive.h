/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archive of a state: one function for saving and loading. It passes every array and scalar of the state to an archive,
 * which writes or fills them. Reading restores the same bits, with the same build on the same kind of machine; a
 * checksum covers all bytes. */
#ifndef MODELS_BASE_ARCHIVE_H
#define MODELS_BASE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct archive {
    FILE *stream;      /* NULL: counts bytes and sums them, writes nothing */
    bool writing;      /* else reading */
    bool failed;       /* stays true after the first failure; later visits do nothing */
    uint32_t checksum; /* CRC-32 of all bytes so far */
    uint64_t bytes;    /* so far */
};

struct archive archive_write(FILE *stream);
struct archive archive_read(FILE *stream);

/* Writes or fills `bytes` bytes. False after a failure: the stream ended, or its content does not fit. */
bool archive_bytes(struct archive *archive, void *data, size_t bytes);
/* Writes or reads a count of at most `most`; reading a larger one fails. */
bool archive_count(struct archive *archive, size_t *value, size_t most);
/* Writes or fills the first `used` numbers of each of `rows` rows of length `stride`. */
bool archive_rows(struct archive *archive, double *first, size_t rows, size_t used, size_t stride);
/* Writes a text, or fails if it is not the next one read: so a reader with another layout fails. */
bool archive_mark(struct archive *archive, const char *mark);

static inline bool archive_doubles(struct archive *archive, double *data, size_t count)
{
    return archive_bytes(archive, data, count * sizeof *data);
}
static inline bool archive_floats(struct archive *archive, float *data, size_t count)
{
    return archive_bytes(archive, data, count * sizeof *data);
}
static inline bool archive_words(struct archive *archive, uint32_t *data, size_t count)
{
    return archive_bytes(archive, data, count * sizeof *data);
}
static inline bool archive_long(struct archive *archive, long *value)
{
    return archive_bytes(archive, value, sizeof *value);
}

#endif
