/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting of the words of a command line, and the help that argp prints of the same flags. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* asprintf */
#endif
#include "solver/cli/frame/arguments.h"
#include "models/base/memory.h"
#include "models/run/parameter_table.h"

#include <argp.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_FIRST 1000 /* above all characters: no flags of one letter */
#define DOC_MAX 640
#define NUMBERS                                                                                                        \
    "\n\nNumbers: " NUMBER_FORMS ".\nCounts: " NUMBER_FORMS_COUNT ".\nSeconds: " NUMBER_FORMS_SECONDS                  \
    ".\nBytes: " NUMBER_FORMS_BYTES "."

/* The help of a command in the form of argp. */
struct help {
    struct flag flag[FLAGS_MAX];
    struct argp_option option[2 * FLAGS_MAX];
    char doc[FLAGS_MAX][DOC_MAX];
    char heading[FLAGS_MAX][32];
};

/* ---- reading ------------------------------------------------------------------------------------------- */

static void take_common(enum flag_common common, struct arguments *arguments)
{
    arguments->dry_run = arguments->dry_run || common == FLAG_DRY_RUN;
    arguments->print_config = arguments->print_config || common == FLAG_PRINT_CONFIG;
    arguments->quiet = arguments->quiet || common == FLAG_QUIET;
    arguments->help = arguments->help || common == FLAG_HELP;
    arguments->version = arguments->version || common == FLAG_VERSION;
}

/* Stores a flag: one of the run in its settings, one of the command in its options. */
static enum sgdmft_status take_argument(const struct command *command, const struct flag *flag, const char *value,
                                        struct arguments *arguments, struct sgdmft_error *error)
{
    take_common(flag->common, arguments);
    if (flag->parameter)
        return sgdmft_settings_set(arguments->settings, flag->parameter->name, value ? value : "yes", error);
    if (flag->common == FLAG_OWN)
        for (const struct command_option *o = command->options; o->name; o++)
            if (strcmp(o->name, flag->name) == 0)
                arguments->values[arguments->value_count++] =
                    (struct option_value){.name = o->name, .value = value ? value : ""};
    return SGDMFT_OK;
}

enum sgdmft_status arguments_read(const struct command *command, int argc, char **argv, struct arguments *arguments,
                                  struct sgdmft_error *error)
{
    struct flag *flags = calloc(FLAGS_MAX, sizeof *flags);
    struct given *given = calloc(1, sizeof *given);
    enum sgdmft_status status = SGDMFT_OK;
    *arguments = (struct arguments){0};
    arguments->settings = sgdmft_settings_create();
    arguments->values = calloc((size_t)argc + 1, sizeof *arguments->values);
    arguments->word = calloc((size_t)argc + 1, sizeof *arguments->word);
    if (!flags || !given || !arguments->settings || !arguments->values || !arguments->word)
        status = memory_fail(error, "the command line");
    else {
        given->word = arguments->word;
        status = flags_read(command, flags, flags_build(command, flags), argc - 1, argv + 1, given, error);
        arguments->word_count = given->word_count;
    }
    for (size_t i = 0; !status && i < given->flag_count; i++)
        status = take_argument(command, given->flag[i].flag, given->flag[i].value, arguments, error);
    free(flags);
    free(given);
    return status;
}

void arguments_free(struct arguments *arguments)
{
    sgdmft_settings_free(arguments->settings);
    free(arguments->values);
    free(arguments->word);
}

/* ---- help ---------------------------------------------------------------------------------------------- */

static void append(char text[DOC_MAX], const char *piece)
{
    size_t length = strlen(text);
    snprintf(text + length, DOC_MAX - length, "%s", piece);
}

/* "meaning; one of a, b (default a)" */
static void describe_flag(const struct flag *flag, char text[DOC_MAX])
{
    const struct sgdmft_parameter *parameter = flag->parameter;
    flag_meaning(flag, text);
    if (!parameter)
        return;
    const char *separator = "; one of ";
    for (size_t i = 0; parameter->kind == SGDMFT_CHOICE && parameter->choices[i]; i++, separator = ", ") {
        append(text, separator);
        append(text, parameter->choices[i]);
    }
    for (size_t i = 0; parameter_record(parameter, i); i++, separator = ", ") {
        append(text, separator);
        append(text, parameter_record(parameter, i)->name);
    }
    append(text, " (default ");
    append(text, parameter->default_text);
    append(text, ")");
}

static bool is_switch(const struct flag *flag)
{
    return flag->optional || (flag->parameter && sgdmft_parameter_is_switch(flag->parameter));
}

static void prepare(struct help *help, const struct command *command)
{
    size_t options = 0, headings = 0;
    int group = 0;
    const char *section = NULL;
    const size_t count = flags_build(command, help->flag);
    for (size_t i = 0; i < count; i++) {
        const struct flag *flag = &help->flag[i];
        if (!section || strcmp(section, flag->section) != 0) {
            char *heading = help->heading[headings++];
            section = flag->section;
            snprintf(heading, sizeof help->heading[0], "%c%s:", toupper((unsigned char)*section), section + 1);
            help->option[options++] = (struct argp_option){.doc = heading, .group = ++group};
        }
        describe_flag(flag, help->doc[i]);
        help->option[options++] = (struct argp_option){.name = flag->name,
                                                       .key = KEY_FIRST + (int)i,
                                                       .arg = flag->argument,
                                                       .flags = is_switch(flag) ? OPTION_ARG_OPTIONAL : 0,
                                                       .doc = help->doc[i],
                                                       .group = group};
    }
}

void arguments_help(const struct command *command)
{
    struct help *help = calloc(1, sizeof *help);
    char name[64];
    if (!help)
        return;
    prepare(help, command);
    snprintf(name, sizeof name, "sgdmft %s", command->name);
    char *doc = NULL;
    const bool run = flags_take_run(command);
    if (asprintf(&doc, "%s\v%s%s", command->summary, command->notes ? command->notes : "", run ? NUMBERS : "") >= 0) {
        struct argp argp = {.options = help->option, .args_doc = command->operands, .doc = doc};
        argp_help(&argp, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
        free(doc);
    }
    free(help);
}
