/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind of free texts: names of files, of columns, spectra. The text none is the empty one. */
#include "models/kind/kind.h"

#include "models/base/hdf5_attributes.h"
#include "models/base/json_scalars.h"
#include <ctype.h>
#include <string.h>

/* Accepts texts that fit into a line of a configuration: no control characters, no comment. */
static enum sgdmft_status text_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                     struct sgdmft_error *error)
{
    size_t length = strlen(text);
    if (length >= SGDMFT_TEXT_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "...' is longer than %d bytes", parameter->name,
                           text, SGDMFT_TEXT_MAX - 1);
    if (isspace((unsigned char)text[0]) || isspace((unsigned char)text[length - 1]))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' may not begin or end with a blank",
                           parameter->name, text);
    for (size_t i = 0; i < length; i++) {
        if (iscntrl((unsigned char)text[i]))
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: control characters are not allowed", parameter->name);
        if (text[i] == ';' && (i == 0 || text[i - 1] == ' '))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: '" KIND_SHOWN "' has a ; at its start or behind a blank, which would be a comment",
                               parameter->name, text);
    }
    strcpy(value, strcmp(text, "none") == 0 ? "" : text);
    return SGDMFT_OK;
}

static void text_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    const char *text = value;
    (void)parameter;
    strcpy(out, *text ? text : "none");
}

static json_t *text_json(const struct sgdmft_parameter *parameter, const void *value)
{
    (void)parameter;
    return json_text(value);
}

static bool text_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    return attribute_write_text(object, parameter->name, value);
}

static bool text_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    return attribute_read_text(object, parameter->name, SGDMFT_TEXT_MAX, value);
}

const struct parameter_kind kind_text = {.argument = "TEXT",
                                         .wrap = KIND_WRAP_TEXT,
                                         .parse = text_parse,
                                         .format = text_format,
                                         .json = text_json,
                                         .write = text_write,
                                         .read = text_read};
