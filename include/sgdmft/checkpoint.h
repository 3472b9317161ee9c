/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: what a long computation has done so far, in a file from which it goes on to the same bits. A checkpoint
 * is passed to sgdmft_solve and sgdmft_simulate in their watch, and may serve several of them one after the other. */
#ifndef SGDMFT_CHECKPOINT_H
#define SGDMFT_CHECKPOINT_H

#include <sgdmft/run.h>
#include <sgdmft/status.h>
#include <stdbool.h>

struct sgdmft_checkpoint;
struct ranks;

/* Opens the file run->checkpoint names (*checkpoint is NULL if it names none). With run->resume it reads what is there:
 * USAGE, naming the parameter, if that is of another run; FILE if it is missing, or if it and the previous one are
 * corrupt. Without, it begins a new file; one that is there is kept as FILE.previous. FILE too if either of the two is
 * there and is no checkpoint, or is the dataset of the run. warning (may be NULL) gets a sentence where the previous
 * file was taken or another build wrote it. Of several ranks (NULL: one), each writes a file of its own. */
SGDMFT_API enum sgdmft_status sgdmft_checkpoint_open(const struct sgdmft_run *run, const struct ranks *ranks,
                                                     struct sgdmft_checkpoint **checkpoint,
                                                     struct sgdmft_error *warning, struct sgdmft_error *error);
/* Ends it. complete: all work is done, and the file is written once more, with the results. FILE if what was to be
 * saved last could not be written. NULL is allowed. */
SGDMFT_API enum sgdmft_status sgdmft_checkpoint_close(struct sgdmft_checkpoint *checkpoint, bool complete,
                                                      struct sgdmft_error *error);

#endif
