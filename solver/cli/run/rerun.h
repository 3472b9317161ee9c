/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make a result again. */
#ifndef SOLVER_CLI_RUN_RERUN_H
#define SOLVER_CLI_RUN_RERUN_H

#include <sgdmft/result.h>
#include <stdbool.h>
#include <stdio.h>

/* Prints " --NAME VALUE" of every parameter that differs from its default and has an effect in one of result[count]
 * (some may be NULL), with its value in the first of these. skip: parameters left out; may be NULL. */
void rerun_flags(struct sgdmft_result *const *result, size_t count,
                 bool (*skip)(void *context, const struct sgdmft_parameter *parameter), void *context, FILE *out);
/* The command that makes a result, "sgdmft solve --alpha 2", with a remark (#) if a file that it names has changed;
 * free() it. NULL: out of memory. */
char *rerun_line(struct sgdmft_result *result);

#endif
