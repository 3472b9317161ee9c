/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of work in pieces. The work is distributed in pieces that know nothing of each other: a
 * group of the theory, a run of the simulation. So a checkpoint needs no common moment: when one is due, every piece
 * under way adds itself between two of its steps, and the file is put in place when the last of them has. Results of
 * pieces that are done are kept in memory and written each time. All functions may be called from any thread, and do
 * nothing with NULL. */
#ifndef MODELS_BASE_CHECKPOINT_PIECES_H
#define MODELS_BASE_CHECKPOINT_PIECES_H

#include "models/base/archive.h"
#include <sgdmft/checkpoint.h>

/* Which work, and which piece of it. */
struct checkpoint_piece {
    uint64_t key;
    uint32_t index;
};

/* Shows everything to the archive that the piece needs to go on, or its results. */
typedef bool checkpoint_visit(void *context, struct archive *archive);

enum checkpoint_known { CHECKPOINT_NOTHING, CHECKPOINT_PART, CHECKPOINT_DONE };

/* The key of a work: its run as far as results depend on it, what is done with it, and a number. */
uint64_t checkpoint_key(const struct sgdmft_run *run, const char *what, long number);

/* A piece comes under way; says what is known of it. */
enum checkpoint_known checkpoint_begin(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece);
/* Fills it from what is known. False if that does not fit: it was written by another build. */
bool checkpoint_read(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                     void *context);
/* Between two steps of a piece under way: adds it if a checkpoint is due, or in any case with `now`. */
void checkpoint_offer(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, bool now,
                      checkpoint_visit *visit, void *context);
/* The piece is done, and visit shows its results; or (visit NULL) it is left as it was saved last. */
void checkpoint_end(struct sgdmft_checkpoint *checkpoint, struct checkpoint_piece piece, checkpoint_visit *visit,
                    void *context);

#endif
