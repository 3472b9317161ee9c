/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts that complete command lines in a shell, made from the table of parameters and the records of commands. */
#ifndef SOLVER_CLI_FRAME_COMPLETION_H
#define SOLVER_CLI_FRAME_COMPLETION_H

#include <sgdmft/status.h>
#include <stdio.h>

/* Prints the script of a shell. USAGE: a shell other than bash, zsh and fish. */
enum sgdmft_status completion_print(const char *shell, FILE *out, struct sgdmft_error *error);

#endif
