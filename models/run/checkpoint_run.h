/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of a checkpoint as text: the parameters on which results depend. */
#ifndef MODELS_RUN_CHECKPOINT_RUN_H
#define MODELS_RUN_CHECKPOINT_RUN_H

#include <sgdmft/run.h>

/* "name = value" lines of all parameters on which results depend; free with free(). NULL without memory. */
char *checkpoint_run_text(const struct sgdmft_run *run);
/* USAGE naming the first parameter in which run differs from such a text, FILE if the text has other parameters. */
enum sgdmft_status checkpoint_run_check(const struct sgdmft_run *run, const char *text, const char *path,
                                        struct sgdmft_error *error);

#endif
