/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invocation from the sorted words of a command line: its run, its results, and their check against the command. */
#include "solver/cli/frame/arguments.h"

#include <string.h>

const char *invocation_option(const struct invocation *invocation, const char *name, size_t index)
{
    for (const struct option_value *v = invocation->values; v && v->name; v++)
        if (strcmp(v->name, name) == 0 && index-- == 0)
            return v->value;
    return NULL;
}

enum sgdmft_status invocation_choice(const struct invocation *invocation, const char *name, int *choice,
                                     struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, name, 0);
    const struct command_option *option = invocation->command->options;
    char room[FLAG_JOINED_MAX], listed[FLAG_JOINED_MAX];
    int place = 0;
    if (!text)
        return SGDMFT_OK;
    while (strcmp(option->name, name) != 0)
        option++;
    if (*text == '\0' && option->argument && *option->argument == '[')
        return SGDMFT_OK;
    const char *words = flag_argument(option, room);
    for (const char *word = words; *word; word += *word == '|', place++) {
        const size_t length = strcspn(word, "|");
        if (strlen(text) == length && strncmp(word, text, length) == 0) {
            *choice = place;
            return SGDMFT_OK;
        }
        word += length;
    }
    flag_words_listed(words, listed);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.80s' is not %s", name, text, listed);
}

static enum sgdmft_status unexpected(const struct command *command, const char *word, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: unexpected argument '%.200s' (see sgdmft %s --help)", command->name,
                       word, command->name);
}

static enum sgdmft_status check_count(const struct command *command, const struct arguments *arguments, bool results,
                                      struct sgdmft_error *error)
{
    if (arguments->word_count > command->most)
        return unexpected(command, arguments->word[command->most], error);
    if (arguments->word_count < command->least) {
        if (results) /* FILE.ini was meant, or the second result forgotten */
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.200s is a result, and takes another beside it (%s %s; a run is "
                               "named by FILE.ini or flags)",
                               command->name, arguments->word[0], command->name, strrchr(command->operands, '\n') + 1);
        const char *last = strrchr(command->operands, '\n'); /* the usage with files, of two usages */
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: %s expected (see sgdmft %s --help)", command->name,
                           last ? last + 1 : command->operands, command->name);
    }
    return SGDMFT_OK;
}

/* Refuses parameters of a run beside results, which have their own, and a checkpoint of nothing. */
static enum sgdmft_status check_only_output(const struct command *command, const struct sgdmft_settings *settings,
                                            const char *file, struct sgdmft_error *error)
{
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        const char *text = sgdmft_settings_get(settings, parameter->name);
        bool allowed = (strcmp(parameter->section, "output") == 0 && parameter->kind != SGDMFT_SEED)
                       || (command->beside && strcmp(parameter->name, command->beside) == 0);
        if (text && strcmp(parameter->name, "checkpoint") == 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "checkpoint: '%.80s' has no effect: %.200s is a result already",
                               text, file);
        if (text && !allowed)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.80s' has no effect: %.200s has its own", parameter->name,
                               text, file);
    }
    return SGDMFT_OK;
}

/* Reports the format in which the user's dataset was read. */
static void tell_dataset(const struct invocation *invocation)
{
    const struct sgdmft_dataset *dataset = &invocation->run.derived.dataset;
    if (dataset->rows == 0 || invocation->quiet)
        return;
    message("%s: %ld rows, %ld features; +1: %ld rows (label %s), -1: %ld rows (label %s); %s", invocation->run.dataset,
            dataset->rows, dataset->dim, dataset->positives, dataset->plus, dataset->rows - dataset->positives,
            dataset->minus, dataset->form);
}

/* A table of examples as the dataset of a run. */
static enum sgdmft_status name_dataset(struct sgdmft_settings *settings, const char *path, struct sgdmft_error *error)
{
    const enum sgdmft_status status = sgdmft_settings_set(settings, "data", "file", error);
    return status ? status : sgdmft_settings_set(settings, "dataset", path, error);
}

/* A run: FILE.ini under the flags, or the dataset that stands in its place. */
static enum sgdmft_status take_run(const struct arguments *arguments, struct invocation *invocation,
                                   struct sgdmft_error *error)
{
    struct sgdmft_error doubt = {0};
    enum sgdmft_status status = SGDMFT_OK;
    const struct analysis *analysis = invocation->command->analysis;
    if (arguments->word_count > 1)
        return unexpected(invocation->command, arguments->word[1], error);
    if (invocation->command->check_flags)
        status = invocation->command->check_flags(invocation, arguments->settings, error);
    const bool dataset = invocation->command->takes == OPERANDS_DATASET;
    if (!status && arguments->word_count == 1)
        status = dataset ? name_dataset(arguments->settings, arguments->word[0], error)
                         : sgdmft_settings_read(arguments->settings, arguments->word[0], error);
    if (!status && analysis && analysis->defaults) {
        const char *by = invocation_option(invocation, "by", 0);
        status = analysis->defaults(arguments->settings, by && strcmp(by, by_names[BY_SIMULATE]) == 0, error);
    }
    if (!status && invocation->command->prepare)
        status = invocation->command->prepare(invocation, arguments->settings, error);
    if (!status)
        status = (invocation->command->resolve ? invocation->command->resolve : sgdmft_run_resolve)(
            arguments->settings, &invocation->run, &doubt, error);
    if (!status)
        tell_dataset(invocation);
    if (!status && *doubt.text)
        warning(invocation, "%s", doubt.text);
    invocation->has_run = true;
    invocation->run_file = arguments->word_count == 1 && !dataset ? arguments->word[0] : "";
    return status;
}

enum sgdmft_status invocation_fill(const struct arguments *arguments, struct invocation *invocation,
                                   struct sgdmft_error *error)
{
    const struct command *command = invocation->command;
    enum sgdmft_status status;
    bool results =
        command->takes == OPERANDS_RUN_OR_RESULTS && arguments->word_count > 0 && output_is_result(arguments->word[0]);
    invocation->settings = arguments->settings;
    invocation->run_file = "";
    invocation->values = arguments->values;
    invocation->quiet = arguments->quiet;
    invocation->silent = arguments->print_config;
    invocation->dry_run = arguments->dry_run || arguments->print_config;
    if (command->takes == OPERANDS_DATASET && (status = check_count(command, arguments, false, error)))
        return status;
    if (command->takes == OPERANDS_RUN || command->takes == OPERANDS_DATASET
        || (command->takes == OPERANDS_RUN_OR_RESULTS && !results))
        return take_run(arguments, invocation, error);
    invocation->file = arguments->word;
    invocation->file_count = arguments->word_count;
    if ((status = check_count(command, arguments, results, error)))
        return status;
    if (results && (status = check_only_output(command, arguments->settings, arguments->word[0], error)))
        return status;
    return sgdmft_run_resolve(arguments->settings, &invocation->run, NULL, error);
}
