/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flags of a command, from the table of parameters, its own options and the common ones, and the reading of a
 * command line. */
#ifndef SOLVER_CLI_FRAME_FLAGS_H
#define SOLVER_CLI_FRAME_FLAGS_H

#include "solver/cli/frame/cli.h"

#define FLAGS_MAX 128
#define FLAG_WORDS_MAX 512
#define GIVEN_MAX 4096
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
    char name[64];        /* with inner dashes, without the leading ones */
    const char *argument; /* NULL: a switch; points into joined if a function lists the choices */
    char joined[FLAG_JOINED_MAX];
    const char *meaning;
    const char *section; /* heading in the help */
    bool repeatable;
    bool optional; /* its argument is optional */
    enum flag_common common;
    const struct sgdmft_parameter *parameter; /* NULL for a flag that is no parameter */
};

/* Fills flags and returns their number. command NULL: the flags of the program without a command. */
size_t flags_build(const struct command *command, struct flag flags[FLAGS_MAX]);
/* True for a command that takes a run, and so all flags of the table. */
bool flags_take_run(const struct command *command);
/* The argument of an option; choices that a function lists are joined as "a|b|c". */
const char *flag_argument(const struct command_option *option, char room[FLAG_JOINED_MAX]);
/* Formats "a|b|c" as "a, b or c". */
void flag_words_listed(const char *words, char out[FLAG_JOINED_MAX]);
/* Fills the flags of the parameters of the table and returns their number. */
size_t flags_of_run(struct flag flags[FLAGS_MAX]);
/* The meaning of a flag, with a note if it may be given more than once. */
void flag_meaning(const struct flag *flag, char text[FLAG_WORDS_MAX]);
/* The choices of a flag separated by blanks; "" if it has none. */
void flag_words(const struct flag *flag, char words[FLAG_WORDS_MAX]);
/* Parsed command line: flags with their values (NULL for a flag without one) and words. */
struct given {
    size_t flag_count, word_count;
    struct {
        const struct flag *flag;
        const char *value;
    } flag[GIVEN_MAX];
    const char **word; /* room for all words of the line */
};

/* Sorts argv[0..argc-1], the words after the command. given->word is an array of the caller, or NULL to discard
 * words. USAGE: a flag that is unknown (the message names the nearest), abbreviated, given twice, without its value
 * or with an extra one. */
enum sgdmft_status flags_read(const struct command *command, const struct flag *flags, size_t count, int argc,
                              char *const *argv, struct given *given, struct sgdmft_error *error);

#endif
