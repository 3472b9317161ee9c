/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words quoted for a POSIX shell. */
#ifndef SOLVER_CLI_FRAME_QUOTE_H
#define SOLVER_CLI_FRAME_QUOTE_H

#include <stdio.h>

/* Writes word so that a shell reads it back as it is. */
void quote_word(const char *word, FILE *out);
/* All of them, with blanks between; free() it. NULL without memory. */
char *quote_line(int argc, char *const *argv);

#endif
