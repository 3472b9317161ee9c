/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: read at once, and written so that a reader sees the old content or the new one, never a part. An
 * existing file is replaced only by its own kind (files_kind.h). */
#ifndef MODELS_BASE_FILES_H
#define MODELS_BASE_FILES_H

#include "models/base/files_kind.h"
#include <stdint.h>

#define FILES_PATH_MAX 4096

/* A file that is being written under a temporary name beside `path`. */
struct files_draft {
    int descriptor;
    const struct files_kind *kind;
    char path[FILES_PATH_MAX], temporary[FILES_PATH_MAX];
};

/* Creates the temporary file, open for writing. FILE as from files_check, or if the folder is missing or does not allow
 * it. */
enum sgdmft_status files_begin(struct files_draft *draft, const char *path, const struct files_kind *kind,
                               struct sgdmft_error *error);
/* Commits a draft: fsync, close, files_check once more, rename to path, fsync of the folder. With FILE the temporary
 * file is removed. */
enum sgdmft_status files_commit(struct files_draft *draft, struct sgdmft_error *error);
/* Closes and removes the temporary file. */
void files_cancel(struct files_draft *draft);
/* Writes content in memory, of one piece or of several in order. Errors as of files_begin and files_commit. */
struct files_piece {
    const void *bytes;
    size_t size;
};
enum sgdmft_status files_write_pieces(const char *path, const struct files_kind *kind, const struct files_piece *piece,
                                      size_t count, struct sgdmft_error *error);
enum sgdmft_status files_write(const char *path, const struct files_kind *kind, const void *bytes, size_t size,
                               struct sgdmft_error *error);
/* FILE if path is the same file as `kept`, which is `what` ("the dataset"), by whatever names: links, ./x and x. */
enum sgdmft_status files_keep(const char *path, const char *kept, const char *what, struct sgdmft_error *error);
/* Locks a file whose content the process adds to, from before it is read to the end of the process. *lock: for
 * files_locked. FILE: it cannot be opened, or another process has its lock. Locks of the HDF5 library are of another
 * kind: readers are not kept off, nor is a process that replaces the file. */
enum sgdmft_status files_lock(const char *path, int *lock, struct sgdmft_error *error);
/* True if the file of this name is still the one that was locked. */
bool files_locked(int lock, const char *path);
/* Tests if path can be written. FILE as from files_begin; no file is left. */
enum sgdmft_status files_try(const char *path, const struct files_kind *kind, struct sgdmft_error *error);
/* Finds the file that a path names behind symbolic links, which stay, also if it does not exist yet. FILE: it is a file
 * of the system, of devices or processes, or the links have no end. */
enum sgdmft_status files_target(const char *path, char target[FILES_PATH_MAX], struct sgdmft_error *error);
/* The folder part of path, "." if it has none. */
void files_folder(const char *path, char folder[FILES_PATH_MAX]);
/* Resolves path relative to the folder of `file`; out is truncated if it does not fit. */
void files_beside(const char *file, const char *path, char out[FILES_PATH_MAX]);
/* The user's cache folder of the program: XDG_CACHE_HOME/sgdmft or HOME/.cache/sgdmft, made if it is missing. False if
 * there is none, or if it is not the user's own, or if others may write to it (cache_folder.c). */
bool files_cache(char path[FILES_PATH_MAX]);
/* Length of the final name in the name of a draft, for drafts of killed processes; 0 for other names. */
size_t files_draft_of(const char *name);

/* Reads a regular file, with a zero byte after its end; free with free(). FILE if it is missing, unreadable or not a
 * regular file. */
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
