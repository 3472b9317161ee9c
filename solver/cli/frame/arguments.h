/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a command line, sorted into flags of the run, options of the command, and files. */
#ifndef SOLVER_CLI_FRAME_ARGUMENTS_H
#define SOLVER_CLI_FRAME_ARGUMENTS_H

#include "solver/cli/frame/flags.h"

struct option_value {
    const char *name, *value;
};

struct arguments {
    bool dry_run, print_config, quiet, help, version;
    struct sgdmft_settings *settings; /* flags of the run */
    struct option_value *values;      /* ended by a NULL name */
    size_t value_count;
    const char **word; /* positional */
    size_t word_count;
};

/* Reads argv[0..argc-1], of which argv[0] is the name of the command. Free with arguments_free, also after an error. */
enum sgdmft_status arguments_read(const struct command *command, int argc, char **argv, struct arguments *arguments,
                                  struct sgdmft_error *error);
void arguments_free(struct arguments *arguments);
/* Fills an invocation whose command is set: reads FILE.ini, resolves the run (with a warning) and checks the files. */
enum sgdmft_status invocation_fill(const struct arguments *arguments, struct invocation *invocation,
                                   struct sgdmft_error *error);
/* Prints the help of a command on stdout. */
void arguments_help(const struct command *command);

#endif
