/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flags of a command, and the check of their names. */
#include "solver/cli/frame/flags.h"
#include "models/run/parameter_table.h"
#include "models/run/suggest.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *flag_argument(const struct command_option *option, char room[FLAG_JOINED_MAX])
{
    size_t end = 0;
    if (!option->word && option->argument && *option->argument == '[') {
        snprintf(room, FLAG_JOINED_MAX, "%.*s", (int)strlen(option->argument) - 2, option->argument + 1);
        return room;
    }
    if (!option->word)
        return option->argument;
    for (size_t i = 0; option->word(i) && end < FLAG_JOINED_MAX; i++)
        end += (size_t)snprintf(room + end, FLAG_JOINED_MAX - end, "%s%s", i ? "|" : "", option->word(i));
    return room;
}

void flag_words_listed(const char *words, char out[FLAG_JOINED_MAX])
{
    size_t end = 0;
    out[0] = '\0';
    for (const char *word = words; *word && end < FLAG_JOINED_MAX; word += *word == '|') {
        const size_t length = strcspn(word, "|");
        const char *between = word == words ? "" : word[length] ? ", " : " or ";
        end += (size_t)snprintf(out + end, FLAG_JOINED_MAX - end, "%s%.*s", between, (int)length, word);
        word += length;
    }
}

static struct flag *next_flag(struct flag flags[FLAGS_MAX], size_t *count, const char *name, const char *meaning,
                              const char *section)
{
    struct flag *flag = &flags[*count];
    if (*count < FLAGS_MAX - 1)
        ++*count;
    *flag = (struct flag){.meaning = meaning, .section = section};
    snprintf(flag->name, sizeof flag->name, "%s", name);
    for (char *letter = flag->name; *letter; letter++)
        if (*letter == '_')
            *letter = '-';
    return flag;
}

static const struct {
    const char *name, *argument, *meaning;
    enum flag_common common;
    bool with_command, alone;
} common_flags[] = {
    {"dry-run", NULL, "check everything, print memory, time and disk, and exit", FLAG_DRY_RUN, true, false},
    {"print-config", NULL, "print a FILE.ini that gives the same run, and exit", FLAG_PRINT_CONFIG, true, false},
    {"quiet", NULL, "no progress, no warnings", FLAG_QUIET, true, false},
    {"help", NULL, "this text", FLAG_HELP, true, true},
    {"version", NULL, "print the version of the program and of its libraries", FLAG_VERSION, true, true},
    {"man", NULL, "print the manual page in roff", FLAG_MAN, false, true},
    {"completion", "bash|zsh|fish", "print the script that completes command lines in this shell", FLAG_COMPLETION,
     false, true},
};

bool flags_take_run(const struct command *command)
{
    return command->takes == OPERANDS_RUN || command->takes == OPERANDS_RUN_OR_RESULTS;
}

/* True for a parameter of the format of a dataset or of the output. */
static bool is_of_dataset(const struct sgdmft_parameter *parameter)
{
    static const char *const others[] = {"test_examples", "memory_limit", "seed", "format"};
    if (parameter->matters == effect_dataset)
        return strcmp(parameter->name, "dataset") != 0;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(parameter->name, others[i]) == 0)
            return true;
    return false;
}

/* All parameters, or those of a dataset. */
static void flags_add_parameters(bool all, struct flag flags[FLAGS_MAX], size_t *count)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (!all && !is_of_dataset(parameter))
            continue;
        struct flag *flag = next_flag(flags, count, parameter->name, parameter->meaning, parameter->section);
        flag->parameter = parameter;
        flag->argument = parameter_argument(parameter);
    }
}

size_t flags_of_run(struct flag flags[FLAGS_MAX])
{
    size_t count = 0;
    flags_add_parameters(true, flags, &count);
    return count;
}

size_t flags_build(const struct command *command, struct flag flags[FLAGS_MAX])
{
    size_t count = 0;
    for (const struct command_option *o = command ? command->options : NULL; o && o->name; o++) {
        struct flag *flag = next_flag(flags, &count, o->name, o->meaning, command->name);
        flag->argument = flag_argument(o, flag->joined);
        flag->optional = o->argument && *o->argument == '[';
        flag->repeatable = o->repeatable;
    }
    if (command && (flags_take_run(command) || command->takes == OPERANDS_DATASET))
        flags_add_parameters(flags_take_run(command), flags, &count);
    for (size_t i = 0; i < sizeof common_flags / sizeof common_flags[0]; i++)
        if (command ? common_flags[i].with_command : common_flags[i].alone) {
            struct flag *flag = next_flag(flags, &count, common_flags[i].name, common_flags[i].meaning, "general");
            flag->argument = common_flags[i].argument;
            flag->common = common_flags[i].common;
        }
    return count;
}

void flag_meaning(const struct flag *flag, char text[FLAG_WORDS_MAX])
{
    snprintf(text, FLAG_WORDS_MAX, "%s%s", flag->meaning, flag->repeatable ? "; may be given more than once" : "");
}

static void add_word(char words[FLAG_WORDS_MAX], const char *word, size_t length)
{
    size_t end = strlen(words);
    snprintf(words + end, FLAG_WORDS_MAX - end, "%s%.*s", end ? " " : "", (int)length, word);
}

/* Adds the pieces of "csv|json" that have no capitals; those with capitals are placeholders (FILE.png). */
static void add_pieces(char words[FLAG_WORDS_MAX], const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "|");
        bool literal = length > 0;
        for (size_t i = 0; i < length; i++)
            literal = literal && !isupper((unsigned char)text[i]);
        if (literal)
            add_word(words, text, length);
        text += length + (text[length] == '|');
    }
}

void flag_words(const struct flag *flag, char words[FLAG_WORDS_MAX])
{
    const struct sgdmft_parameter *parameter = flag->parameter;
    words[0] = '\0';
    if (!parameter) {
        if (flag->argument)
            add_pieces(words, flag->argument);
        return;
    }
    for (size_t i = 0; parameter->kind == SGDMFT_CHOICE && parameter->choices[i]; i++)
        add_word(words, parameter->choices[i], strlen(parameter->choices[i]));
    for (size_t i = 0; parameter_record(parameter, i); i++)
        add_word(words, parameter_record(parameter, i)->name, strlen(parameter_record(parameter, i)->name));
}

static enum sgdmft_status unknown_flag(const struct command *command, const struct flag *flags, size_t count,
                                       const char *name, struct sgdmft_error *error)
{
    const char *names[FLAGS_MAX];
    for (size_t i = 0; i < count; i++)
        names[i] = flags[i].name;
    char meant[SUGGESTION_MAX];
    const char *of = command ? command->name : "", *blank = command ? " " : "";
    if (*suggestion(name, "--", "", names, count, meant))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s%sunknown flag --%.80s%s", of, command ? ": " : "", name, meant);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s%sunknown flag --%.80s (see sgdmft%s%s --help)", of, command ? ": " : "",
                       name, blank, of);
}

static const struct flag *flag_find(const struct flag *flags, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(flags[i].name) == length && strncmp(flags[i].name, name, length) == 0)
            return &flags[i];
    return NULL;
}

/* Refuses -x, since flags have two dashes. A negative number may be a value whose flag is missing. */
static enum sgdmft_status one_dash(const struct command *command, const struct flag *flags, size_t count,
                                   const char *word, struct sgdmft_error *error)
{
    const char *names[FLAGS_MAX], *initial = NULL;
    char meant[SUGGESTION_MAX];
    for (size_t i = 0; i < count; i++) {
        names[i] = flags[i].name;
        if (!initial && word[2] == '\0' && flags[i].common && flags[i].name[0] == word[1])
            initial = flags[i].name;
    }
    if (initial && !synonym(word + 1, names, count))
        suggestion(initial, "--", "", &initial, 1, meant);
    else
        suggestion(word + 1, "--", "", names, count, meant);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s%sunknown flag %.80s%s", command ? command->name : "",
                       command ? ": " : "", word, meant);
}

/* True for one of the words "a|b|c". */
static bool is_word(const char *words, const char *text)
{
    const size_t length = strlen(text);
    for (const char *word = words; *word; word += strcspn(word, "|"), word += *word == '|')
        if (strcspn(word, "|") == length && strncmp(word, text, length) == 0)
            return true;
    return false;
}

/* Reads the value of a flag, NULL for none. *used: number of the following words that belong to it. */
static enum sgdmft_status take_value(const struct flag *flag, const char *equals, const char *following,
                                     const char **value, int *used, struct sgdmft_error *error)
{
    const bool is_switch = flag->optional || (flag->parameter && sgdmft_parameter_is_switch(flag->parameter));
    *used = 0;
    *value = equals ? equals + 1 : NULL;
    if (equals && !is_switch && !flag->argument)
        return sgdmft_fail(error, SGDMFT_USAGE, "flag --%s takes no value", flag->name);
    if (equals || (!is_switch && !flag->argument))
        return SGDMFT_OK;
    if (is_switch)
        *used = following && is_word(flag->parameter ? "no|yes" : flag->argument, following);
    else if (!following || strncmp(following, "--", 2) == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "flag --%s needs a value (%s)", flag->name, flag->argument);
    else
        *used = 1;
    *value = *used ? following : NULL;
    return SGDMFT_OK;
}

/* Reads a word with two dashes. */
static enum sgdmft_status take_flag(const struct command *command, const struct flag *flags, size_t count,
                                    const char *word, const char *following, struct given *given, int *used,
                                    struct sgdmft_error *error)
{
    const char *equals = strchr(word, '='), *value;
    const size_t length = equals ? (size_t)(equals - word) - 2 : strlen(word) - 2;
    const struct flag *flag = flag_find(flags, count, word + 2, length);
    if (!flag) {
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)length, word + 2);
        return unknown_flag(command, flags, count, name, error);
    }
    for (size_t i = 0; i < given->flag_count && !flag->repeatable; i++)
        if (given->flag[i].flag == flag)
            return sgdmft_fail(error, SGDMFT_USAGE, "flag --%s is given twice", flag->name);
    if (given->flag_count == GIVEN_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "more than %d flags", GIVEN_MAX);
    const enum sgdmft_status status = take_value(flag, equals, following, &value, used, error);
    given->flag[given->flag_count].flag = flag;
    given->flag[given->flag_count++].value = value;
    return status;
}

enum sgdmft_status flags_read(const struct command *command, const struct flag *flags, size_t count, int argc,
                              char *const *argv, struct given *given, struct sgdmft_error *error)
{
    bool open = true; /* no -- was read yet */
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        int used = 0;
        enum sgdmft_status status = SGDMFT_OK;
        if (open && strcmp(word, "--") == 0)
            open = false;
        else if (!open || word[0] != '-' || word[1] == '\0') {
            if (given->word)
                given->word[given->word_count++] = word;
        } else if (word[1] != '-')
            return one_dash(command, flags, count, word, error);
        else
            status = take_flag(command, flags, count, word, i + 1 < argc ? argv[i + 1] : NULL, given, &used, error);
        if (status)
            return status;
        i += used;
    }
    return SGDMFT_OK;
}
