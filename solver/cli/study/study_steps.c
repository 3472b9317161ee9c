/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kinds of steps of a study. A step [sweep NAME] calls the command sweep with the keys of its section as flags. */
#include "models/run/parameter_table.h"
#include "models/base/memory.h"
#include "solver/cli/sweep/folder.h"
#include "solver/cli/frame/commands.h"
#include "solver/cli/study/study_map.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX (4 * STUDY_PAIRS_MAX + 16)

struct words {
    int count;
    char *word[WORDS_MAX];
};

static bool add_argument(struct words *words, const char *text)
{
    return words->count < WORDS_MAX && (words->word[words->count++] = strdup(text)) != NULL;
}

/* Adds --NAME VALUE, with dashes for underscores. */
static bool add_flag(struct words *words, const char *name, const char *value)
{
    char flag[96];
    snprintf(flag, sizeof flag, "--%s", name);
    for (char *c = flag; *c; c++)
        if (*c == '_')
            *c = '-';
    return add_argument(words, flag) && add_argument(words, value);
}

static void free_words(struct words *words)
{
    for (int i = 0; i < words->count; i++)
        free(words->word[i]);
}

/* True if the sweep varies this parameter. */
static bool is_varied_by_study(const struct study_pairs *pairs, const char *key)
{
    const size_t length = strlen(key);
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->key[i], "vary") == 0 && strncmp(pairs->value[i], key, length) == 0
            && pairs->value[i][length] == '=')
            return true;
    return false;
}

/* ---- --set NAME=VALUE ----------------------------------------------------------------------------------- */

/* The parameter of NAME=VALUE; NULL for an unknown name. */
static const struct sgdmft_parameter *set_parameter(const char *word)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    return sgdmft_parameter_find(name);
}

static bool is_set(const struct invocation *invocation, const char *key)
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(key);
    const char *word;
    for (size_t i = 0; parameter && (word = invocation_option(invocation, "set", i)); i++)
        if (set_parameter(word) == parameter)
            return true;
    return false;
}

/* True for a parameter that a study sets itself: the folder of a sweep, and its checkpoint (none). */
static bool is_taken(const struct sgdmft_parameter *parameter)
{
    return strcmp(parameter->name, "out") == 0 || strcmp(parameter->name, "checkpoint") == 0
           || parameter->matters == effect_checkpoint;
}

static enum sgdmft_status check_word(const char *word, struct sgdmft_run *scratch, struct sgdmft_error *error)
{
    const struct sgdmft_parameter *parameter = set_parameter(word);
    struct sgdmft_error why = {.status = SGDMFT_OK};
    char name[64];
    const size_t length = strcspn(word, "=");
    if (word[length] == '\0')
        return sgdmft_fail(error, SGDMFT_USAGE, "set: '%.80s' is not NAME=VALUE", word);
    if (!parameter) { /* sgdmft_settings_set names the nearest */
        struct sgdmft_settings *none = sgdmft_settings_create();
        snprintf(name, sizeof name, "%.*s", (int)length, word);
        enum sgdmft_status status = none ? sgdmft_settings_set(none, name, "", &why) : SGDMFT_INTERNAL;
        sgdmft_settings_free(none);
        return sgdmft_fail(error, status, "set: %s", none ? why.text : "no memory");
    }
    if (is_taken(parameter))
        return sgdmft_fail(error, SGDMFT_USAGE, "set: %s is no parameter of the runs of a study", parameter->name);
    if (parameter_is_automatic(parameter, word + length + 1))
        return SGDMFT_OK;
    const enum sgdmft_status status = parameter_parse(parameter, word + length + 1, scratch, &why);
    return status ? sgdmft_fail(error, status, "set: %s", why.text) : SGDMFT_OK;
}

enum sgdmft_status study_check_set(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_run *scratch = calloc(1, sizeof *scratch);
    enum sgdmft_status status = scratch ? SGDMFT_OK : memory_fail(error, "the command");
    const char *word, *before;
    for (size_t i = 0; !status && (word = invocation_option(invocation, "set", i)); i++) {
        status = check_word(word, scratch, error);
        for (size_t j = 0; !status && j < i && (before = invocation_option(invocation, "set", j)); j++)
            if (set_parameter(before) == set_parameter(word))
                status = sgdmft_fail(error, SGDMFT_USAGE, "set: %s is given twice", set_parameter(word)->name);
    }
    free(scratch);
    return status;
}

/* ---- the words of a sweep -------------------------------------------------------------------------------- */

/* Adds the parameters of a step. A value of the command line overrides that of the step, which overrides that of
 * [run]. */
static bool step_parameters(const struct study *study, const struct study_step *step,
                            const struct invocation *invocation, struct words *words)
{
    const struct study_pairs *layers[2] = {&step->pairs, &study->run};
    const char *word;
    char beside[FILES_PATH_MAX];
    bool good = true;
    for (size_t i = 0; (word = invocation_option(invocation, "set", i)); i++) {
        const char *name = set_parameter(word)->name; /* not NULL: it has been checked */
        if (!is_varied_by_study(&step->pairs, name))  /* the step may vary it itself */
            good = add_flag(words, name, strchr(word, '=') + 1) && good;
    }
    for (int layer = 0; layer < 2; layer++)
        for (size_t i = 0; i < layers[layer]->count; i++) {
            const char *key = layers[layer]->key[i];
            const bool left_out = strcmp(key, "optional") == 0 || strcmp(layers[layer]->value[i], "default") == 0;
            if (left_out || is_set(invocation, key)
                || (layer == 1
                    && (study_listed(step->pairs.key, step->pairs.count, key)
                        || is_varied_by_study(&step->pairs, key))))
                continue;
            const char *value = layers[layer]->value[i];
            if (strcmp(key, "dataset") == 0)
                files_beside(study->file, value, beside);
            good = add_flag(words, key, strcmp(key, "dataset") == 0 ? beside : value) && good;
        }
    return good;
}

static enum sgdmft_status sweep_check(const struct study_step *step, struct sgdmft_error *error)
{
    if (!study_listed(step->pairs.key, step->pairs.count, "what")
        || !study_listed(step->pairs.key, step->pairs.count, "vary"))
        return sgdmft_fail(error, SGDMFT_USAGE, "[sweep %.60s] needs what and vary", step->name);
    return SGDMFT_OK;
}

static enum sgdmft_status sweep_check_files(const struct study_step *step, const char *folder,
                                            struct sgdmft_error *error)
{
    char out[FILES_PATH_MAX];
    if (snprintf(out, sizeof out, "%s/%s", folder, step->name) >= (int)sizeof out)
        return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
    return access(folder, F_OK) == 0 ? folder_check(out, error) : SGDMFT_OK;
}

/* Runs the sweep of a step. A point that fails, diverges or disagrees is a finding and does not end the study. */
static enum sgdmft_status sweep_run(const struct study *study, const struct study_step *step, const char *folder,
                                    const struct invocation *invocation, struct sgdmft_error *error)
{
    struct words words = {.count = 0};
    char out[FILES_PATH_MAX];
    enum sgdmft_status status = SGDMFT_INTERNAL;
    const bool virgin =
        invocation->dry_run && access(folder, F_OK) != 0; /* no results yet, and none will be computed */
    if (snprintf(out, sizeof out, "%s%s%s", folder, virgin ? "" : "/", virgin ? "" : step->name) >= (int)sizeof out)
        return sgdmft_fail(error, SGDMFT_FILE, "out: the name is too long");
    bool good = add_argument(&words, "sweep") && step_parameters(study, step, invocation, &words)
                && add_flag(&words, "out", out);
    if (invocation->quiet)
        good = add_argument(&words, "--quiet") && good;
    if (invocation->dry_run)
        good = add_argument(&words, "--dry-run") && good;
    if (good)
        status = command_call(command_find("sweep"), words.count, words.word, error);
    else
        memory_fail(error, "[sweep %.60s]", step->name);
    free_words(&words);
    const bool skip = study_listed(step->pairs.key, step->pairs.count, "optional")
                      && (status == SGDMFT_FILE || status == SGDMFT_USAGE);
    if (status != SGDMFT_NOT_CONVERGED && !skip)
        return status;
    if (skip)
        message("[sweep %s] is skipped, since it is optional and cannot be run", step->name);
    warning(invocation, "%s", error->text);
    *error = (struct sgdmft_error){.status = SGDMFT_OK};
    return SGDMFT_OK;
}

static const struct study_kind kind_sweep = {
    .name = "sweep", .check = sweep_check, .check_files = sweep_check_files, .run = sweep_run, .has_points = true};

const struct study_kind *const study_kinds[] = {&kind_sweep, &study_kind_linear_map, NULL};
