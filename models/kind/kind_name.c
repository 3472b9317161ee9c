/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of names: one of a list of choices, or a record of a registry. */
#include "models/kind/kind.h"

#include "models/base/hdf5_attributes.h"
#include "models/run/parameter_table.h"
#include "models/run/suggest.h"
#include <string.h>

#define NAMES_MAX 64
#define NAME_SIZE 64

/* Name i of those that the parameter takes, NULL behind the last. */
static const char *name_at(const struct sgdmft_parameter *parameter, size_t i)
{
    if (parameter->choices)
        return parameter->choices[i];
    const struct sgdmft_entry *entry = parameter_record(parameter, i); /* first member of every record */
    return entry ? entry->name : NULL;
}

/* The index of a name; false if the parameter takes no such name. */
static bool name_find(const struct sgdmft_parameter *parameter, const char *text, size_t *index)
{
    const char *name;
    for (*index = 0; (name = name_at(parameter, *index)); ++*index)
        if (strcmp(name, text) == 0)
            return true;
    return false;
}

static enum sgdmft_status bad_name(const struct sgdmft_parameter *parameter, const char *text,
                                   struct sgdmft_error *error)
{
    const char *names[NAMES_MAX];
    char list[512] = "", meant[SUGGESTION_MAX];
    size_t count = 0;
    for (; count < NAMES_MAX && (names[count] = name_at(parameter, count)); count++) {
        const size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", count ? ", " : "", names[count]);
    }
    if (*suggestion(text, "'", "'", names, count, meant))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: unknown '" KIND_SHOWN "'%s (one of: %s)", parameter->name, text,
                           meant, list);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: unknown '" KIND_SHOWN "', it must be one of: %s", parameter->name,
                       text, list);
}

static void name_take(const struct sgdmft_parameter *parameter, size_t index, void *value)
{
    if (parameter->choices)
        *(int *)value = (int)index;
    else
        *(const void **)value = parameter_record(parameter, index);
}

static enum sgdmft_status name_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                     struct sgdmft_error *error)
{
    size_t index;
    if (!name_find(parameter, text, &index))
        return bad_name(parameter, text, error);
    name_take(parameter, index, value);
    return SGDMFT_OK;
}

static const char *name_of(const struct sgdmft_parameter *parameter, const void *value)
{
    if (parameter->choices)
        return parameter->choices[*(const int *)value];
    return (*(const struct sgdmft_entry *const *)value)->name;
}

static void name_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    strcpy(out, name_of(parameter, value));
}

static json_t *name_json(const struct sgdmft_parameter *parameter, const void *value)
{
    return json_string(name_of(parameter, value));
}

static bool name_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    return attribute_write_text(object, parameter->name, name_of(parameter, value));
}

static bool name_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    char text[NAME_SIZE];
    size_t index;
    if (!attribute_read_text(object, parameter->name, sizeof text, text) || !name_find(parameter, text, &index))
        return false;
    name_take(parameter, index, value);
    return true;
}

#define NAME_KIND                                                                                                      \
    {                                                                                                                  \
        .argument = "NAME", .parse = name_parse, .format = name_format, .json = name_json, .write = name_write,        \
        .read = name_read                                                                                              \
    }

const struct parameter_kind kind_choice = NAME_KIND, kind_record = NAME_KIND;
