/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Candidates for the value of a flag, from its form in help: choices, FILE, PARAMETER, OBSERVABLE, COLUMN. */
#include "solver/cli/frame/completion_value.h"

#include "solver/observe/scalar.h"
#include <string.h>

static void words_add(char words[COMPLETION_WORDS_MAX], const char *word)
{
    const size_t end = strlen(words);
    snprintf(words + end, COMPLETION_WORDS_MAX - end, "%s%s", end ? " " : "", word);
}

static void words_parameters(char words[COMPLETION_WORDS_MAX])
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        words_add(words, sgdmft_parameters[i].name);
}

/* Prints the observables with one value a run; a name that several groups have is printed once. */
static void add_observables(char words[COMPLETION_WORDS_MAX])
{
    const char *names[SCALAR_NAMES_MAX];
    const size_t count = scalar_names(names);
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i; j++)
            seen = seen || strcmp(names[i], names[j]) == 0;
        if (!seen)
            words_add(words, names[i]);
    }
}

static void add_columns(char words[COMPLETION_WORDS_MAX])
{
    static const char *const own[] = {"step", "time", "status", "reason"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        words_add(words, own[i]);
    add_observables(words);
    words_parameters(words);
}

enum completion_value completion_value(const struct flag *flag, char words[COMPLETION_WORDS_MAX])
{
    static const struct {
        const char *argument;
        void (*add)(char words[COMPLETION_WORDS_MAX]);
    } kinds[] = {{"PARAMETER", words_parameters}, {"OBSERVABLE", add_observables}, {"COLUMN", add_columns}};
    const char *argument = flag->argument ? flag->argument : "";
    flag_words(flag, words);
    if (*words)
        return COMPLETION_WORDS;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const size_t length = strlen(kinds[i].argument);
        if (strncmp(argument, kinds[i].argument, length) != 0)
            continue;
        kinds[i].add(words);
        return argument[length] == '='   ? COMPLETION_NAMES
               : argument[length] == ',' ? COMPLETION_LIST
                                         : COMPLETION_WORDS;
    }
    if (strstr(argument, "FILE") || strstr(argument, "DIR") || strstr(argument, "FOLDER"))
        return COMPLETION_FILE;
    return COMPLETION_NONE;
}
