/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of commands. */
#ifndef SOLVER_CLI_FRAME_COMMANDS_H
#define SOLVER_CLI_FRAME_COMMANDS_H

#include "solver/cli/frame/cli.h"

/* All commands, NULL-terminated. */
extern const struct command *const commands[];
/* The command of this name; NULL if there is none. */
const struct command *command_find(const char *name);
/* The index-th command with an analysis, NULL beyond the last, and its name. */
const struct command *analysis_at(size_t index);
const char *analysis_name(size_t index);

#endif
