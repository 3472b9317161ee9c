/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints: the state of a long computation in a file, from which it resumes with the same bits. sgdmft_solve and
 * sgdmft_simulate receive a checkpoint in their watch. One checkpoint can serve several calls, one after the other. */
#ifndef SGDMFT_CHECKPOINT_H
#define SGDMFT_CHECKPOINT_H

#include <sgdmft/run.h>
#include <sgdmft/status.h>
#include <stdbool.h>

struct sgdmft_checkpoint;
struct ranks;

/* Opens the file that run->checkpoint names; *checkpoint is NULL if it names none. With run->resume the file is
 * read. Otherwise a new file is begun, and an existing one is renamed to FILE.previous. Each of several ranks (NULL:
 * one) writes a file of its own. warning (may be NULL) receives a sentence if FILE.previous was read or another
 * build wrote the file. USAGE: the file is of another run; the message names the parameter. FILE: the file to resume
 * from is missing, or it and FILE.previous are corrupt; one of the two exists and is no checkpoint, or is the
 * dataset of the run. */
SGDMFT_API enum sgdmft_status sgdmft_checkpoint_open(const struct sgdmft_run *run, const struct ranks *ranks,
                                                     struct sgdmft_checkpoint **checkpoint,
                                                     struct sgdmft_error *warning, struct sgdmft_error *error);
/* Closes a checkpoint; NULL is allowed. complete: all work is done, and the file is written once more, with the
 * results. FILE: the last state could not be written. */
SGDMFT_API enum sgdmft_status sgdmft_checkpoint_close(struct sgdmft_checkpoint *checkpoint, bool complete,
                                                      struct sgdmft_error *error);

#endif
