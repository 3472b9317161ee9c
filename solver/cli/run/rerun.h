/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make a result again. */
#ifndef SOLVER_CLI_RUN_RERUN_H
#define SOLVER_CLI_RUN_RERUN_H

#include <sgdmft/result.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints " --NAME VALUE" of every parameter that is not the default and matters to a source among result[count] (some
 * may be NULL), with the value of the first of these; but those of skip (may be NULL). */
void rerun_flags(struct sgdmft_result *const *result, size_t count,
                 bool (*skip)(void *context, const struct sgdmft_parameter *parameter), void *context, FILE *out);
/* "sgdmft solve --alpha 2", of one result; free() it. NULL without memory. */
char *rerun_line(struct sgdmft_result *result);

#endif
