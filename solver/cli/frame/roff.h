/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text as roff of the man macros, with all markup escaped. */
#ifndef SOLVER_CLI_FRAME_ROFF_H
#define SOLVER_CLI_FRAME_ROFF_H

#include <stdio.h>

/* Prints running text, one sentence a line, long lines broken between words. */
void roff_text(const char *text, FILE *out);
/* Prints text on one line in the font B, I or R. Its dashes can be copied into a shell. */
void roff_word(char font, const char *text, FILE *out);
/* Prints a heading of a section (SH) or subsection (SS). */
void roff_heading(const char *macro, const char *text, FILE *out);

#endif
