/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NAME.ini of a study.
 *
 *     [study]       title, claim, source, finding: texts
 *     [run]         parameters of all steps
 *     [KIND NAME]   a step; for a sweep: what = solve|simulate|validate, vary = NAME=VALUES (any number of times), and
 *                   parameters of its own (default: not the one of [run]); optional = yes: skipped where its
 *                   data are not there
 *     [table]       columns = NAME, ... : observables at the end of each run
 *     [series]      columns = NAME, ... : observables along each run
 *     [results]     KIND = WORDS, see study_results.c
 *
 * A text that is continued on indented lines, or on a line with the same key, is joined with a blank. */
#define INI_HANDLER_LINENO 1
#include "solver/cli/study/command_study.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reading {
    struct study *study;
    struct sgdmft_error *error;
    enum sgdmft_status status;
};

static int complain(struct reading *reading, int line, const char *format, const char *word)
{
    char text[256];
    snprintf(text, sizeof text, format, word);
    if (!reading->status)
        reading->status =
            sgdmft_fail(reading->error, SGDMFT_USAGE, "%.300s, line %d: %s", reading->study->file, line, text);
    return 0;
}

static bool append_pair(struct study_pairs *pairs, const char *key, const char *value)
{
    if (pairs->count == STUDY_PAIRS_MAX)
        return false;
    const size_t i = pairs->count++;
    pairs->key[i] = strdup(key);
    pairs->value[i] = strdup(value);
    return pairs->key[i] && pairs->value[i];
}

static void free_pairs(struct study_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->key[i]);
        free(pairs->value[i]);
    }
}

static bool join_value(char **text, const char *more)
{
    const size_t old = *text ? strlen(*text) : 0, size = old + strlen(more) + 2;
    char *grown = malloc(size);
    if (!grown)
        return false;
    snprintf(grown, size, "%s%s%s", *text ? *text : "", *text ? " " : "", more);
    free(*text);
    *text = grown;
    return true;
}

static int take_text(struct reading *reading, const char *key, const char *value, int line)
{
    struct study *study = reading->study;
    char **text = strcmp(key, "title") == 0     ? &study->title
                  : strcmp(key, "claim") == 0   ? &study->claim
                  : strcmp(key, "source") == 0  ? &study->source
                  : strcmp(key, "finding") == 0 ? &study->finding
                                                : NULL;
    if (!text)
        return complain(reading, line, "unknown key '%.60s' in [study]", key);
    return join_value(text, value) ? 1 : complain(reading, line, "no memory for %.60s", key);
}

static int take_columns(struct reading *reading, const char *key, const char *value, int line, char **column,
                        size_t *count)
{
    if (strcmp(key, "columns") != 0)
        return complain(reading, line, "unknown key '%.60s', expected columns", key);
    for (const char *next = value; *next; next += strcspn(next, ",") + (next[strcspn(next, ",")] == ',')) {
        char name[80];
        next += strspn(next, " \t");
        snprintf(name, sizeof name, "%.*s", (int)strcspn(next, ", \t"), next);
        if (!*name)
            continue;
        if (!study_value_known(name))
            return complain(reading, line, "columns: '%.60s' is no number of a result", name);
        if (column == reading->study->curve && !scalar_has_steps(name))
            return complain(reading, line, "columns: '%.60s' is no observable that has a value at a step", name);
        if (*count == STUDY_COLUMNS_MAX || !(column[(*count)++] = strdup(name)))
            return complain(reading, line, "columns: too many at '%.60s'", name);
    }
    return 1;
}

/* The step of this section, made when its first key is read. */
static struct study_step *step_of(struct reading *reading, const char *section, int line)
{
    struct study *study = reading->study;
    const size_t length = strcspn(section, " ");
    const char *name = section + length + (section[length] == ' ');
    const struct study_kind *kind = NULL;
    for (size_t i = 0; study_kinds[i]; i++)
        if (strlen(study_kinds[i]->name) == length && strncmp(study_kinds[i]->name, section, length) == 0)
            kind = study_kinds[i];
    if (!kind || !*name || strpbrk(name, "/ ")) {
        complain(reading, line, "unknown section [%.60s]", section);
        return NULL;
    }
    for (size_t i = 0; i < study->steps; i++)
        if (strcmp(study->step[i].name, name) == 0 && study->step[i].kind == kind)
            return &study->step[i];
    if (study->steps == STUDY_STEPS_MAX) {
        complain(reading, line, "too many steps at [%.60s]", section);
        return NULL;
    }
    struct study_step *step = &study->step[study->steps++];
    step->kind = kind;
    step->name = strdup(name);
    return step->name ? step : NULL;
}

static int read_pair(void *context, const char *section, const char *key, const char *value, int line)
{
    struct reading *reading = context;
    struct study *study = reading->study;
    if (!*value)
        return complain(reading, line, "%.60s has no value", key);
    if (strcmp(section, "study") == 0)
        return take_text(reading, key, value, line);
    if (strcmp(section, "table") == 0)
        return take_columns(reading, key, value, line, study->column, &study->columns);
    if (strcmp(section, "series") == 0)
        return take_columns(reading, key, value, line, study->curve, &study->series);
    struct study_step *step = NULL;
    struct study_pairs *pairs = strcmp(section, "run") == 0       ? &study->run
                                : strcmp(section, "results") == 0 ? &study->results
                                                                  : NULL;
    if (!pairs && (step = step_of(reading, section, line)))
        pairs = &step->pairs;
    if (!pairs)
        return 0;
    return append_pair(pairs, key, value) ? 1 : complain(reading, line, "%.60s: too many keys", key);
}

static enum sgdmft_status check(const struct study *study, struct sgdmft_error *error)
{
    if (!study->title || !study->claim || !study->source || study->steps == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%.300s: a study needs title, claim, source and at least one step",
                           study->file);
    for (size_t i = 0; i < study->steps; i++) {
        const enum sgdmft_status status = study->step[i].kind->check(&study->step[i], error);
        if (status)
            return status;
    }
    for (size_t i = 0; i < study->results.count; i++) {
        const enum sgdmft_status status =
            study_result_check(study, study->results.key[i], study->results.value[i], error);
        if (status)
            return status;
    }
    return SGDMFT_OK;
}

enum sgdmft_status study_read(const char *file, struct study *study, struct sgdmft_error *error)
{
    struct stat known;
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    *study = (struct study){.title = NULL};
    struct reading reading = {.study = study, .error = error};
    const size_t length = strlen(name) > 4 ? strlen(name) - 4 : 0;
    if (strlen(file) >= FILES_PATH_MAX || length == 0 || length >= sizeof study->name)
        return sgdmft_fail(error, SGDMFT_USAGE, "%.300s: the name of a study ends in .ini", file);
    snprintf(study->name, sizeof study->name, "%.*s", (int)length, name);
    snprintf(study->file, sizeof study->file, "%s", file);
    snprintf(study->script, sizeof study->script, "%.*s.gp", (int)strlen(file) - 4, file);
    if (stat(study->script, &known) != 0)
        study->script[0] = '\0';
    if (stat(file, &known) != 0 || !S_ISREG(known.st_mode))
        return sgdmft_fail(error, SGDMFT_FILE, "cannot read the study %.300s", file);
    const int bad = ini_parse(file, read_pair, &reading);
    if (reading.status)
        return reading.status;
    if (bad)
        return sgdmft_fail(error, bad < 0 ? SGDMFT_FILE : SGDMFT_USAGE, "%.300s, line %d: cannot be read", file, bad);
    return check(study, error);
}

bool study_listed(char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

bool study_has_column(const struct study *study, const char *name)
{
    return study_listed(study->column, study->columns, name);
}

bool study_has_sweep(const struct study *study, const char *name, bool prefix)
{
    for (size_t i = 0; i < study->steps; i++)
        if (study->step[i].kind->has_points
            && (prefix ? strncmp(study->step[i].name, name, strlen(name)) : strcmp(study->step[i].name, name)) == 0)
            return true;
    return false;
}

void study_free(struct study *study)
{
    free(study->title);
    free(study->claim);
    free(study->source);
    free(study->finding);
    free_pairs(&study->run);
    free_pairs(&study->results);
    for (size_t i = 0; i < study->steps; i++) {
        free(study->step[i].name);
        free_pairs(&study->step[i].pairs);
    }
    for (size_t i = 0; i < study->columns; i++)
        free(study->column[i]);
    for (size_t i = 0; i < study->series; i++)
        free(study->curve[i]);
    *study = (struct study){.title = NULL};
}
