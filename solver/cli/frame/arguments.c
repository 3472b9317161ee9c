/* SPDX-License-Identifier: GPL-3.0-or-later */
/* argp, fed from the flags of a command: sorts the words and prints the help. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* asprintf */
#endif
#include "solver/cli/frame/arguments.h"
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

/* What argp needs, and what it fills. */
struct reading {
    const struct command *command;
    struct flag flag[FLAGS_MAX];
    size_t flag_count;
    struct argp_option option[2 * FLAGS_MAX];
    char doc[FLAGS_MAX][DOC_MAX];
    char heading[FLAGS_MAX][32];
    struct arguments *arguments;
    struct sgdmft_error *error;
    enum sgdmft_status status;
};

static void append(char text[DOC_MAX], const char *piece)
{
    size_t length = strlen(text);
    snprintf(text + length, DOC_MAX - length, "%s", piece);
}

/* "meaning; one of a, b (default a)" */
static void describe(const struct flag *flag, char text[DOC_MAX])
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
    for (size_t i = 0; parameter->kind == SGDMFT_RECORD && parameter->records[i]; i++, separator = ", ") {
        const struct sgdmft_entry *entry = parameter->records[i];
        append(text, separator);
        append(text, entry->name);
    }
    append(text, " (default ");
    append(text, parameter->default_text);
    append(text, ")");
}

static bool is_switch(const struct flag *flag)
{
    return flag->parameter && sgdmft_parameter_is_switch(flag->parameter);
}

static void prepare(struct reading *reading, const struct command *command)
{
    size_t options = 0, headings = 0;
    int group = 0;
    const char *section = NULL;
    reading->command = command;
    reading->flag_count = flags_build(command, reading->flag);
    for (size_t i = 0; i < reading->flag_count; i++) {
        const struct flag *flag = &reading->flag[i];
        if (!section || strcmp(section, flag->section) != 0) {
            char *heading = reading->heading[headings++];
            section = flag->section;
            snprintf(heading, sizeof reading->heading[0], "%c%s:", toupper((unsigned char)*section), section + 1);
            reading->option[options++] = (struct argp_option){.doc = heading, .group = ++group};
        }
        describe(flag, reading->doc[i]);
        reading->option[options++] = (struct argp_option){.name = flag->name,
                                                          .key = KEY_FIRST + (int)i,
                                                          .arg = flag->argument,
                                                          .flags = is_switch(flag) ? OPTION_ARG_OPTIONAL : 0,
                                                          .doc = reading->doc[i],
                                                          .group = group};
    }
}

static error_t take_flag(struct reading *reading, const struct flag *flag, const char *value)
{
    struct arguments *arguments = reading->arguments;
    switch (flag->common) {
    case FLAG_DRY_RUN:
        arguments->dry_run = true;
        return 0;
    case FLAG_PRINT_CONFIG:
        arguments->print_config = true;
        return 0;
    case FLAG_QUIET:
        arguments->quiet = true;
        return 0;
    case FLAG_HELP:
        arguments->help = true;
        return 0;
    case FLAG_VERSION:
        arguments->version = true;
        return 0;
    case FLAG_MAN: /* these stand without a command */
    case FLAG_COMPLETION:
    case FLAG_OWN:
        break;
    }
    if (flag->parameter)
        reading->status =
            sgdmft_settings_set(arguments->settings, flag->parameter->name, value ? value : "yes", reading->error);
    else
        for (const struct command_option *o = reading->command->options; o->name; o++)
            if (strcmp(o->name, flag->name) == 0)
                arguments->values[arguments->value_count++] =
                    (struct option_value){.name = o->name, .value = value ? value : ""};
    return reading->status ? EINVAL : 0;
}

static error_t take(int key, char *value, struct argp_state *state)
{
    struct reading *reading = state->input;
    if (key >= KEY_FIRST && key < KEY_FIRST + (int)reading->flag_count)
        return take_flag(reading, &reading->flag[key - KEY_FIRST], value);
    if (key == ARGP_KEY_ARG) {
        reading->arguments->word[reading->arguments->word_count++] = value;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

/* A copy of argv in which the word behind a switch is joined to it: argp wants --resume=yes for --resume yes. The
 * joined words are in joined[]; NULL without memory. */
static char **join_switches(const struct reading *reading, int argc, char **argv, int *count, char *joined[FLAGS_MAX])
{
    char **words = calloc((size_t)argc + 1, sizeof *words);
    size_t used = 0;
    bool open = true; /* no -- so far */
    *count = 0;
    for (int i = 0; words && i < argc; i++) {
        open = open && strcmp(argv[i], "--") != 0;
        words[(*count)++] = argv[i];
        const char *next = open && i > 0 && i + 1 < argc && strncmp(argv[i], "--", 2) == 0 ? argv[i + 1] : "";
        for (size_t f = 0; f < reading->flag_count && (strcmp(next, "yes") == 0 || strcmp(next, "no") == 0); f++) {
            if (!is_switch(&reading->flag[f]) || strcmp(reading->flag[f].name, argv[i] + 2) != 0)
                continue;
            if (asprintf(&joined[used], "%s=%s", argv[i], next) < 0)
                joined[used] = NULL;
            words[*count - 1] = joined[used++];
            i++;
            break;
        }
    }
    return words;
}

/* argp over the words, which have been checked. */
static enum sgdmft_status parse(struct reading *reading, int argc, char **argv, struct sgdmft_error *error)
{
    char *joined[FLAGS_MAX] = {NULL};
    int count;
    char **words = join_switches(reading, argc, argv, &count, joined);
    struct argp argp = {.options = reading->option, .parser = take};
    error_t bad = words ? argp_parse(&argp, count, words, ARGP_NO_HELP | ARGP_NO_EXIT, NULL, reading) : ENOMEM;
    for (size_t i = 0; i < FLAGS_MAX; i++)
        free(joined[i]);
    free(words);
    if (reading->status)
        return reading->status;
    return bad ? sgdmft_fail(error, SGDMFT_USAGE, "the command line cannot be read") : SGDMFT_OK;
}

enum sgdmft_status arguments_read(const struct command *command, int argc, char **argv, struct arguments *arguments,
                                  struct sgdmft_error *error)
{
    struct reading *reading = calloc(1, sizeof *reading);
    enum sgdmft_status status;
    *arguments = (struct arguments){0};
    arguments->settings = sgdmft_settings_create();
    arguments->values = calloc((size_t)argc + 1, sizeof *arguments->values);
    arguments->word = calloc((size_t)argc + 1, sizeof *arguments->word);
    if (!reading || !arguments->settings || !arguments->values || !arguments->word) {
        free(reading);
        return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for the command line");
    }
    prepare(reading, command);
    reading->arguments = arguments;
    reading->error = error;
    status = flags_check(command, reading->flag, reading->flag_count, argc - 1, argv + 1, error);
    if (!status)
        status = parse(reading, argc, argv, error);
    free(reading);
    return status;
}

void arguments_free(struct arguments *arguments)
{
    sgdmft_settings_free(arguments->settings);
    free(arguments->values);
    free(arguments->word);
}

void arguments_help(const struct command *command)
{
    struct reading *reading = calloc(1, sizeof *reading);
    char name[64];
    if (!reading)
        return;
    prepare(reading, command);
    snprintf(name, sizeof name, "sgdmft %s", command->name);
    char *doc = NULL;
    const bool run = command->takes == OPERANDS_RUN || command->takes == OPERANDS_RUN_OR_RESULTS;
    if (asprintf(&doc, "%s\v%s%s", command->summary, command->notes ? command->notes : "", run ? NUMBERS : "") >= 0) {
        struct argp argp = {.options = reading->option, .args_doc = command->operands, .doc = doc};
        argp_help(&argp, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
        free(doc);
    }
    free(reading);
}
