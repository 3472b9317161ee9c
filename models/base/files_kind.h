/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of files that are written, recognised by their content: an existing file is replaced by its own kind alone.
 * Each kind is declared with its format. */
#ifndef MODELS_BASE_FILES_KIND_H
#define MODELS_BASE_FILES_KIND_H

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stddef.h>

#define FILES_START 4096 /* bytes that a kind is recognised by */

struct files_kind {
    const char *name; /* "result of sgdmft" */
    /* Recognises the kind by the first `size` bytes, at most FILES_START, with a zero byte behind them. */
    bool (*is)(const char *start, size_t size);
    const char *end; /* text in the last bytes of a complete file; NULL: none */
};

/* Pictures: any one of the same format is replaced, since they have no mark of the program. */
extern const struct files_kind files_png, files_svg, files_pdf;

/* FILE unless path is free, or a regular file that can be written and is empty or of this kind. */
enum sgdmft_status files_check(const char *path, const struct files_kind *kind, struct sgdmft_error *error);
/* FILE unless path is a file of this kind that was written to its end. */
enum sgdmft_status files_complete(const char *path, const struct files_kind *kind, struct sgdmft_error *error);
/* True if the bytes begin with the text. */
bool files_starts(const char *start, size_t size, const char *text);

#endif
