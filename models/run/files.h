/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: read at once, and written so that a reader sees the old content or the new one, never a part. */
#ifndef MODELS_RUN_FILES_H
#define MODELS_RUN_FILES_H

#include <sgdmft/status.h>
#include <stddef.h>
#include <stdint.h>

#define FILES_PATH_MAX 4096

/* A file that is being written under a temporary name beside `path`. */
struct files_draft {
    int descriptor;
    char path[FILES_PATH_MAX], temporary[FILES_PATH_MAX];
};

/* Creates the temporary file, open for writing. FILE if the folder is missing or does not allow it, or if path
 * names something that is no regular file. */
enum sgdmft_status files_begin(struct files_draft *draft, const char *path, struct sgdmft_error *error);
/* fsync, close, rename to path, fsync of the folder. On FILE nothing is left behind. */
enum sgdmft_status files_commit(struct files_draft *draft, struct sgdmft_error *error);
/* Closes and removes the temporary file. */
void files_cancel(struct files_draft *draft);
/* The three in one for content in memory, in one piece or in several, one behind the other. */
struct files_piece {
    const void *bytes;
    size_t size;
};
enum sgdmft_status files_write_pieces(const char *path, const struct files_piece *piece, size_t count,
                                      struct sgdmft_error *error);
enum sgdmft_status files_write(const char *path, const void *bytes, size_t size, struct sgdmft_error *error);

/* The content of a regular file, with a zero byte after its end; free with free(). FILE if it is missing,
 * unreadable or not a regular file. */
enum sgdmft_status files_read(const char *path, unsigned char **bytes, size_t *size, struct sgdmft_error *error);

/* FNV-1a, 64 bits: begin with FILES_HASH_START, feed pieces in order. */
#define FILES_HASH_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t files_hash(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
