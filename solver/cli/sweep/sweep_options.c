/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of sweep. */
#include "solver/cli/sweep/sweep_options.h"

#include "solver/cli/sweep/stored_flags.h"
#include "models/base/memory.h"
#include "models/data/dataset/examples.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/commands.h"
#include "solver/cli/frame/flags.h"

#include <stdlib.h>
#include <string.h>

static enum sgdmft_status parse_what(const struct invocation *invocation, const struct command **what,
                                     struct sgdmft_error *error)
{
    char room[FLAG_JOINED_MAX], listed[FLAG_JOINED_MAX];
    int choice = 0;
    if (!invocation_option(invocation, "what", 0)) {
        flag_words_listed(flag_argument(&(struct command_option){.word = analysis_name}, room), listed);
        return sgdmft_fail(error, SGDMFT_USAGE, "what: --what %s is needed", listed);
    }
    const enum sgdmft_status status = invocation_choice(invocation, "what", &choice, error);
    *what = analysis_at((size_t)choice);
    return status;
}

/* Reads --by; some analyses fix it. */
static enum sgdmft_status parse_by(const struct invocation *invocation, const struct command *what, enum by *by,
                                   struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "by", 0);
    *by = what->analysis->by;
    if (!text)
        return SGDMFT_OK;
    if (!what->analysis->takes_by)
        return sgdmft_fail(error, SGDMFT_USAGE, "by: '%.40s' has no effect with --what %s", text, what->name);
    int choice = (int)*by;
    const enum sgdmft_status status = invocation_choice(invocation, "by", &choice, error);
    *by = (enum by)choice;
    return status;
}

static bool takes_each_label(const struct invocation *invocation)
{
    return invocation_option(invocation, "one-against-rest", 0) != NULL;
}

/* Adds a value of `positive` for each label of the dataset of settings. settings NULL: unknown yet; one placeholder. */
static enum sgdmft_status vary_labels(const struct sgdmft_settings *settings, struct vary *vary,
                                      struct sgdmft_error *error)
{
    struct label_list labels;
    char *words = NULL;
    size_t size = 0;
    if (!settings)
        return vary_parse("positive=auto", vary, error);
    enum sgdmft_status status = labels_list(settings, &labels, error);
    if (status)
        return status;
    FILE *out = open_memstream(&words, &size);
    for (size_t i = 0; out && i < labels.count && !status; i++) {
        fprintf(out, "%s%s", i ? "," : "positive=", labels.value[i]);
        if (strchr(labels.value[i], ','))
            status = sgdmft_fail(error, SGDMFT_USAGE, "one-against-rest: the label '%.80s' has a comma in it",
                                 labels.value[i]);
    }
    if (!out || fclose(out) != 0)
        status = memory_fail(error, "the labels");
    if (!status)
        status = vary_parse(words, vary, error);
    free(words);
    labels_free(&labels);
    return status;
}

/* Parses the labels of --one-against-rest and then all --vary options. settings: of the run; NULL if its dataset is
 * not known yet. *count: their number, also after an error. */
static enum sgdmft_status parse_varied(const struct invocation *invocation, const struct sgdmft_settings *settings,
                                       struct vary vary[POINTS_VARY_MAX], size_t *count, struct sgdmft_error *error)
{
    const char *words;
    const size_t each = takes_each_label(invocation);
    enum sgdmft_status status = SGDMFT_OK;
    *count = 0;
    if (each)
        status = vary_labels(settings, &vary[(*count)++], error);
    while (!status && (words = invocation_option(invocation, "vary", *count - each))) {
        if (*count == POINTS_VARY_MAX)
            status = sgdmft_fail(error, SGDMFT_USAGE, "vary: at most %d parameters can be varied", POINTS_VARY_MAX);
        else
            status = vary_parse(words, &vary[(*count)++], error);
    }
    if (!status && *count == 0)
        status = sgdmft_fail(error, SGDMFT_USAGE,
                             "vary: at least one --vary NAME=VALUES is needed; to go on, repeat the whole command");
    return status;
}

/* Reads --index I --of N, or the ranks. */
static enum sgdmft_status parse_part(const struct invocation *invocation, const struct ranks *ranks,
                                     struct manifest_part *part, struct sgdmft_error *error)
{
    const char *index_text = invocation_option(invocation, "index", 0),
               *of_text = invocation_option(invocation, "of", 0);
    long index, of;
    *part = (struct manifest_part){0, 0};
    if (!index_text != !of_text)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: --index I and --of N are given together",
                           index_text ? "index" : "of");
    if (ranks_count(ranks) > 1)
        *part = (struct manifest_part){(size_t)ranks_index(ranks), (size_t)ranks_count(ranks)};
    if (!index_text)
        return SGDMFT_OK;
    if (ranks_count(ranks) > 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "index: %.40s, but there are %d ranks, which share the points already",
                           index_text, ranks_count(ranks));
    if (number_integer(of_text, &of) != NUMBER_OK || of < 1 || of > POINTS_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "of: '%.40s' is not an integer from 1 to %d", of_text, POINTS_MAX);
    if (number_integer(index_text, &index) != NUMBER_OK || index < 1 || index > of)
        return sgdmft_fail(error, SGDMFT_USAGE, "index: '%.40s' is not an integer from 1 to %ld (of)", index_text, of);
    *part = (struct manifest_part){(size_t)index - 1, (size_t)of};
    return SGDMFT_OK;
}

/* Reads --level. The search starts at the ends of the last --vary. */
static enum sgdmft_status parse_level(const struct invocation *invocation, struct sweep *sweep,
                                      struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "level", 0),
               *tolerance = invocation_option(invocation, "level-tolerance", 0);
    struct vary *last = &sweep->vary[sweep->vary_count - 1];
    if (!text && tolerance)
        return sgdmft_fail(error, SGDMFT_USAGE, "level-tolerance: '%.40s' has no effect without --level", tolerance);
    if (!text)
        return SGDMFT_OK;
    enum sgdmft_status status = level_parse(text, &sweep->level, error);
    if (!status && tolerance
        && (number_real(tolerance, &sweep->level.tolerance) != NUMBER_OK
            || !(sweep->level.tolerance >= 1e-6 && sweep->level.tolerance <= 0.5)))
        status =
            sgdmft_fail(error, SGDMFT_USAGE, "level-tolerance: '%.40s' is not a number from 1e-6 to 0.5", tolerance);
    if (!status && last->count < 2)
        status = sgdmft_fail(error, SGDMFT_USAGE, "vary: %s has one value, but a level needs two or more",
                             last->parameter->name);
    if (status)
        return status;
    sweep->refine = true;
    sweep->grid = *last;
    last->text = NULL;
    last->count = 0;
    size_t low = 0, high = 0;
    for (size_t i = 1; i < sweep->grid.count; i++) {
        const double x = strtod(sweep->grid.text[i], NULL);
        low = x < strtod(sweep->grid.text[low], NULL) ? i : low;
        high = x > strtod(sweep->grid.text[high], NULL) ? i : high;
    }
    char ends[256];
    snprintf(ends, sizeof ends, "%s=%.80s,%.80s", last->parameter->name, sweep->grid.text[low], sweep->grid.text[high]);
    return vary_parse(ends, last, error);
}

/* Warns of a step larger than the range: it may be meant as a number of values, as in other programs. */
static void warn_of_steps(const struct invocation *invocation, const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->vary_count; i++)
        if (sweep->vary[i].beyond)
            warning(invocation,
                    "vary: %.100s is one value, %s: in A:B:STEP the third number is the step, not how many values "
                    "there are (that is log:A:B:N)",
                    invocation_option(invocation, "vary", i - takes_each_label(invocation)), sweep->vary[i].text[0]);
}

enum sgdmft_status sweep_options(const struct invocation *invocation, struct sweep *sweep, struct sgdmft_error *error)
{
    enum sgdmft_status status;
    (void)((status = parse_what(invocation, &sweep->what, error))
           || (status = parse_by(invocation, sweep->what, &sweep->by, error))
           || (status = parse_part(invocation, &sweep->ranks, &sweep->part, error))
           || (status = parse_varied(invocation, invocation->settings, sweep->vary, &sweep->vary_count, error)));
    if (status)
        return status;
    warn_of_steps(invocation, sweep);
    return parse_level(invocation, sweep, error);
}

enum sgdmft_status sweep_check_flags(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                     struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    size_t count = 0;
    enum sgdmft_status status = parse_varied(invocation, NULL, vary, &count, error);
    for (size_t i = 0; i < count && !status; i++) {
        const char *name = vary[i].parameter->name, *text = sgdmft_settings_get(flags, name);
        const bool each = i == 0 && takes_each_label(invocation);
        if (text)
            status = sgdmft_fail(error, SGDMFT_USAGE,
                                 "%s: '%.80s' has no effect: %s gives the values of %s; leave out the flag of %s", name,
                                 text, each ? "--one-against-rest" : "--vary", name, name);
    }
    for (size_t i = 0; i < count; i++)
        vary_free(&vary[i]);
    return status;
}

enum sgdmft_status sweep_prepare(const struct invocation *invocation, struct sgdmft_settings *settings,
                                 struct sgdmft_error *error)
{
    struct vary vary[POINTS_VARY_MAX] = {{.parameter = NULL}};
    struct sgdmft_run *run = malloc(sizeof *run);
    size_t count = 0, total = 1, tried = 0;
    enum sgdmft_status status = parse_varied(invocation, settings, vary, &count, error);
    if (!status && !run)
        status = memory_fail(error, "the points");
    for (size_t i = 0; i < count && total <= POINTS_MAX && !status; i++)
        total *= vary[i].count;
    for (bool allowed = false; !allowed && !status && tried <= total && tried < POINTS_MAX; tried++) {
        size_t rest = tried % total; /* after all of them the first again, for its error */
        for (size_t i = count; i-- > 0 && !status; rest /= vary[i].count)
            status = sgdmft_settings_set(settings, vary[i].parameter->name, vary[i].text[rest % vary[i].count], error);
        allowed = !status && stored_resolve(settings, run, NULL, NULL) == SGDMFT_OK;
    }
    for (size_t i = 0; i < count; i++)
        vary_free(&vary[i]);
    free(run);
    return status;
}
