/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft --completion fish: a line for every flag, under the commands that take it. */
#include "solver/cli/frame/completion_value.h"
#include "solver/cli/frame/commands.h"

#include <string.h>

/* A condition of fish: the first word is one of those that follow. Later words may be names of commands too (--what
 * solve). */
#define BEHIND "contains -- (commandline -opc)[2]"

/* Text inside single quotes. */
static void fish_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* Prints the options of `complete` for the value of a flag. */
static void fish_value(const struct flag *flag, FILE *out)
{
    char words[COMPLETION_WORDS_MAX];
    const enum completion_value value = completion_value(flag, words);
    if (!flag->argument)
        return;
    if (value == COMPLETION_FILE)
        fputs(" -r -F", out);
    else if (value == COMPLETION_LIST)
        fprintf(out, " -x -a '(__fish_complete_list , \"string split \\\\  \\\"%s\\\"\")'", words);
    else if (value == COMPLETION_NAMES) {
        fputs(" -x -a '", out);
        for (const char *c = words; *c; c++)
            fputs(*c == ' ' ? "= " : (const char[]){*c, '\0'}, out);
        fputs("='", out);
    } else if (*words)
        fprintf(out, " -x -a '%s'", words);
    else
        fputs(" -x", out);
}

/* Prints the completion of a flag. condition: a command of fish that succeeds where the flag is allowed. */
static void fish_flag(const struct flag *flag, const char *condition, FILE *out)
{
    fprintf(out, "complete -c sgdmft -n '%s' -l %s", condition, flag->name);
    fish_value(flag, out);
    fputs(" -d '", out);
    fish_text(flag->meaning, out);
    fputs("'\n", out);
}

static void fish_command(const struct command *command, FILE *out)
{
    struct flag flags[FLAGS_MAX];
    char condition[96];
    const size_t count = flags_build(command, flags);
    snprintf(condition, sizeof condition, BEHIND " %s", command->name);
    fprintf(out, "complete -c sgdmft -n __fish_use_subcommand -f -a %s -d '", command->name);
    fish_text(command->summary, out);
    fputs("'\n", out);
    for (size_t i = 0; i < count; i++)
        if (!(flags[i].parameter && flags_take_run(command)))
            fish_flag(&flags[i], condition, out);
    if (!command->words)
        return;
    fprintf(out, "complete -c sgdmft -n '%s' -f -a '", condition);
    command->words(out);
    fputs("'\n", out);
}

/* Flags of the table, under all commands that take a run. */
static void fish_parameters(FILE *out)
{
    struct flag flags[FLAGS_MAX];
    char condition[256] = BEHIND;
    for (size_t i = 0; commands[i]; i++)
        if (flags_take_run(commands[i])) {
            const size_t end = strlen(condition);
            snprintf(condition + end, sizeof condition - end, " %s", commands[i]->name);
        }
    const size_t count = flags_of_run(flags);
    for (size_t i = 0; i < count; i++)
        fish_flag(&flags[i], condition, out);
}

void completion_fish(FILE *out)
{
    struct flag flags[FLAGS_MAX];
    fputs("# SPDX-License-Identifier: GPL-3.0-or-later\n"
          "# fish completion of sgdmft, made by sgdmft --completion fish\n",
          out);
    const size_t count = flags_build(NULL, flags);
    for (size_t i = 0; i < count; i++)
        fish_flag(&flags[i], "__fish_use_subcommand", out);
    for (size_t i = 0; commands[i]; i++)
        fish_command(commands[i], out);
    fish_parameters(out);
}
