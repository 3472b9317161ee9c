/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags that a command takes, made from the table of parameters, its own options and the common ones; and the
 * check of the names on a command line, which comes before argp because argp takes abbreviations. */
#ifndef SOLVER_CLI_FRAME_FLAGS_H
#define SOLVER_CLI_FRAME_FLAGS_H

#include "solver/cli/frame/cli.h"

#define FLAGS_MAX 128
#define FLAG_WORDS_MAX 512
#define FLAG_JOINED_MAX 160

enum flag_common {
    FLAG_OWN,
    FLAG_DRY_RUN,
    FLAG_PRINT_CONFIG,
    FLAG_QUIET,
    FLAG_HELP,
    FLAG_VERSION,
    FLAG_MAN,
    FLAG_COMPLETION
};

struct flag {
    char name[64];        /* with dashes inside, without those in front */
    const char *argument; /* NULL: a switch; points into joined where words are listed by a function */
    char joined[FLAG_JOINED_MAX];
    const char *meaning;
    const char *section; /* heading in the help */
    bool repeatable;
    enum flag_common common;
    const struct sgdmft_parameter *parameter; /* NULL unless one of the table */
};

/* Fills flags and returns their number. command NULL: those that stand without a command. */
size_t flags_build(const struct command *command, struct flag flags[FLAGS_MAX]);
/* "a, b or c", of words that are given one by one, NULL beyond the last. */
void flag_words_listed(const char *(*word)(size_t index), char out[FLAG_JOINED_MAX]);
/* Its meaning, and that it may be given more than once where that is so. */
void flag_meaning(const struct flag *flag, char text[FLAG_WORDS_MAX]);
/* The values that a flag takes if they are words, with blanks between them; otherwise "". */
void flag_words(const struct flag *flag, char words[FLAG_WORDS_MAX]);
/* USAGE for a flag that is unknown (with the nearest), abbreviated, given twice, without its value or with one
 * too many. argv[0..argc-1] are the words after the command. */
enum sgdmft_status flags_check(const struct command *command, const struct flag *flags, size_t count, int argc,
                               char *const *argv, struct sgdmft_error *error);

#endif
