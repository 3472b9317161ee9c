/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts by parameter: those of the user, from flags and configuration files, and those that a command suggests in place
 * of missing ones. */
#include "models/run/suggest.h"
#include "models/base/memory.h"
#include "models/run/parameter_table.h"

#include <stdlib.h>
#include <string.h>

struct sgdmft_settings {
    char **text;      /* [sgdmft_parameter_count], NULL: not given */
    char **suggested; /* the same, NULL: none */
};

struct sgdmft_settings *sgdmft_settings_create(void)
{
    struct sgdmft_settings *settings = calloc(1, sizeof *settings);
    if (settings)
        settings->text = calloc(2 * sgdmft_parameter_count, sizeof *settings->text);
    if (settings && !settings->text) {
        free(settings);
        return NULL;
    }
    if (settings)
        settings->suggested = settings->text + sgdmft_parameter_count;
    return settings;
}

struct sgdmft_settings *sgdmft_settings_copy(const struct sgdmft_settings *settings)
{
    struct sgdmft_settings *copy = sgdmft_settings_create();
    for (size_t i = 0; copy && i < 2 * sgdmft_parameter_count; i++) {
        if (settings->text[i] && !(copy->text[i] = strdup(settings->text[i]))) {
            sgdmft_settings_free(copy);
            copy = NULL;
        }
    }
    return copy;
}

void sgdmft_settings_free(struct sgdmft_settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < 2 * sgdmft_parameter_count; i++)
        free(settings->text[i]);
    free(settings->text);
    free(settings);
}

static enum sgdmft_status unknown(const char *name, struct sgdmft_error *error)
{
    const char *names[256];
    size_t count = sgdmft_parameter_count < 256 ? sgdmft_parameter_count : 256;
    for (size_t i = 0; i < count; i++)
        names[i] = sgdmft_parameters[i].name;
    char meant[SUGGESTION_MAX];
    suggestion(name, "'", "'", names, count, meant);
    return sgdmft_fail(error, SGDMFT_USAGE, "unknown parameter '%.80s'%s", name,
                       *meant ? meant : " (see: sgdmft list parameters)");
}

static enum sgdmft_status set(char **texts, const char *name, const char *text, struct sgdmft_error *error)
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
    if (!parameter)
        return unknown(name, error);
    char *copy = strdup(text);
    if (!copy)
        return memory_fail(error, "the text of %s", parameter->name);
    char **place = &texts[parameter - sgdmft_parameters];
    free(*place);
    *place = copy;
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_settings_set(struct sgdmft_settings *settings, const char *name, const char *text,
                                       struct sgdmft_error *error)
{
    return set(settings->text, name, text, error);
}

enum sgdmft_status settings_suggest(struct sgdmft_settings *settings, const char *name, const char *text,
                                    struct sgdmft_error *error)
{
    return set(settings->suggested, name, text, error);
}

const char *settings_given(const struct sgdmft_settings *settings, const struct sgdmft_parameter *parameter)
{
    const char *text = settings->text[parameter - sgdmft_parameters];
    return text && !parameter_is_automatic(parameter, text) ? text : NULL;
}

const char *settings_text(const struct sgdmft_settings *settings, const struct sgdmft_parameter *parameter)
{
    const char *text = settings_given(settings, parameter);
    return text ? text : settings->suggested[parameter - sgdmft_parameters];
}

const char *sgdmft_settings_get(const struct sgdmft_settings *settings, const char *name)
{
    const struct sgdmft_parameter *parameter = sgdmft_parameter_find(name);
    return parameter ? settings->text[parameter - sgdmft_parameters] : NULL;
}
