/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion of the value of a flag, the same in every shell. */
#ifndef SOLVER_CLI_FRAME_COMPLETION_VALUE_H
#define SOLVER_CLI_FRAME_COMPLETION_VALUE_H

#include "solver/cli/frame/flags.h"

#define COMPLETION_WORDS_MAX 4096

enum completion_value {
    COMPLETION_NONE,  /* no candidates */
    COMPLETION_WORDS, /* one of the words                 */
    COMPLETION_LIST,  /* several, with commas between     */
    COMPLETION_NAMES, /* one of the words, followed by = */
    COMPLETION_FILE
};

/* Fills words with the candidates, with blanks between; "" where there are none. */
enum completion_value completion_value(const struct flag *flag, char words[COMPLETION_WORDS_MAX]);

/* ---- one shell each, called by completion_print -------------------------------------------------- */

void completion_fish(FILE *out);

#endif
