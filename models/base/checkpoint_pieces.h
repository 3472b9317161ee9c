/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of work in independent pieces: a group of the theory, a run of the simulation. A checkpoint needs no
 * common step: when one is due, every piece under way adds its state between two of its steps, and the last one
 * completes the file. Results of finished pieces are kept in memory and written each time. All functions may be called
 * from any thread, and do nothing with NULL. */
#ifndef MODELS_BASE_CHECKPOINT_PIECES_H
#define MODELS_BASE_CHECKPOINT_PIECES_H

#include "models/base/archive.h"
#include <sgdmft/checkpoint.h>

/* Key of a work, and index of a piece of it. */
struct checkpoint_piece {
    uint64_t key;
    uint32_t index;
};

/* Passes to the archive the state from which the piece continues, or its results. */
typedef bool checkpoint_visit(void *context, struct archive *archive);

enum checkpoint_known { CHECKPOINT_NOTHING, CHECKPOINT_PART, CHECKPOINT_DONE };

/* Tests if a run that resumes finds its checkpoint; no file changes. Errors as of sgdmft_checkpoint_open. */
enum sgdmft_status checkpoint_found(const struct sgdmft_run *run, struct sgdmft_error *error);

/* Key of a work: a hash of the parameters on which results depend, of the computation `what`, and of a number. */
uint64_t checkpoint_key(const struct sgdmft_run *run, const char *what, long number);

/* Begins a piece; returns what the checkpoint has of it. */
enum checkpoint_known checkpoint_begin(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece);
/* Fills a piece from the checkpoint. False if the content does not fit: another build wrote it. */
bool checkpoint_read(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                     void *context);
/* Adds a piece under way, between two of its steps, if a checkpoint is due, or in any case with `now`. */
void checkpoint_offer(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, bool now,
                      checkpoint_visit *visit, void *context);
/* Ends a piece with the results that visit archives. visit NULL: the piece stays as it was saved last. */
void checkpoint_end(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                    void *context);

#endif
