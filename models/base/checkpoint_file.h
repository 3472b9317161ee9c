/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of a checkpoint: a head with the parameters of the run, sections, and a table of them at the end. Numbers
 * are in the bytes of the machine; a CRC-32 covers each part. */
#ifndef MODELS_BASE_CHECKPOINT_FILE_H
#define MODELS_BASE_CHECKPOINT_FILE_H

#include "models/base/archive.h"
#include "models/base/checkpoint_pieces.h"
#include "models/base/files.h"

struct checkpoint_section {
    struct checkpoint_piece piece;
    uint32_t done;           /* 1: results, 0: a piece under way */
    uint64_t offset, length; /* bytes */
    uint32_t checksum;
};

struct checkpoint_table {
    struct checkpoint_section *section; /* [count], room for capacity */
    size_t count, capacity;
};

extern const struct files_kind files_checkpoint;
/* Writes path.previous, the name of the file before; behind links, beside their target. */
void checkpoint_previous(const char *path, char previous[FILES_PATH_MAX]);
/* FILE unless both files are checkpoints or missing, and neither is the dataset of the run. */
enum sgdmft_status checkpoint_check(const struct sgdmft_run *run, const char *path, struct sgdmft_error *error);

/* Appends a section. False without memory. */
bool checkpoint_table_add(struct checkpoint_table *table, struct checkpoint_section section);

/* ---- reading --------------------------------------------------------------------------------------- */

struct checkpoint_source {
    FILE *stream;
    struct checkpoint_table table;
    bool other_build; /* written by another build or on another type of CPU */
};

/* Opens and checks all of a file: FILE if it is missing or corrupt, USAGE if it is of another run. */
enum sgdmft_status checkpoint_source_open(struct checkpoint_source *source, const char *path,
                                          const struct sgdmft_run *run, struct sgdmft_error *error);
void checkpoint_source_close(struct checkpoint_source *source);

/* ---- writing --------------------------------------------------------------------------------------- */

struct checkpoint_draft {
    struct files_draft draft;
    FILE *stream;
    struct archive archive; /* over the whole stream: its bytes are the offset */
    struct checkpoint_table table;
};

enum sgdmft_status checkpoint_draft_begin(struct checkpoint_draft *draft, const char *path,
                                          const struct sgdmft_run *run, struct sgdmft_error *error);
/* Append a section: by an archive function; of bytes; from another file. Failures are returned by commit. */
void checkpoint_draft_visit(struct checkpoint_draft *draft, struct checkpoint_piece piece, checkpoint_visit *visit,
                            void *context);
void checkpoint_draft_bytes(struct checkpoint_draft *draft, struct checkpoint_piece piece, void *bytes, size_t size);
void checkpoint_draft_copy(struct checkpoint_draft *draft, FILE *stream, const struct checkpoint_section *section);
/* Writes the table and renames the draft to path; the file before becomes path.previous. FILE if that is no checkpoint,
 * or if writing failed. */
enum sgdmft_status checkpoint_draft_commit(struct checkpoint_draft *draft, struct sgdmft_error *error);
void checkpoint_draft_cancel(struct checkpoint_draft *draft);

#endif
