/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words quoted for a POSIX shell. */
#ifndef SOLVER_CLI_FRAME_QUOTE_H
#define SOLVER_CLI_FRAME_QUOTE_H

#include <stdio.h>

/* Prints a word quoted for a shell. */
void quote_word(const char *word, FILE *out);
/* Quotes all words, separated by blanks; free() the text. NULL: out of memory. */
char *quote_line(int argc, char *const *argv);

#endif
