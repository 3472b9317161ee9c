/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text as roff of the man macros: nothing in it can be taken for markup. */
#ifndef SOLVER_CLI_FRAME_ROFF_H
#define SOLVER_CLI_FRAME_ROFF_H

#include <stdio.h>

/* Text to be filled: broken between words into short lines, one sentence a line. */
void roff_text(const char *text, FILE *out);
/* Text as it stands on one line, in the font B, I or R; every dash can be copied into a shell. */
void roff_word(char font, const char *text, FILE *out);
/* A heading of section (SH) or subsection (SS). */
void roff_heading(const char *macro, const char *text, FILE *out);

#endif
