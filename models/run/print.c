/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a FILE.ini that resolves to the same run. */
#include "models/kind/kind.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM 100 /* values longer than this are continued on indented lines (config.c joins them) */

/* Length of the part of a text before a line break: lists break behind a comma, texts inside a word, but not where the
 * next line would begin as a comment or a section does. */
static size_t break_point(const struct sgdmft_parameter *parameter, const char *text)
{
    bool list = parameter_kind(parameter)->wrap == KIND_WRAP_LIST;
    for (size_t i = LINE_ROOM; i > 0; i--) {
        if (list ? text[i - 1] == ','
                 : !isspace((unsigned char)text[i - 1]) && !isspace((unsigned char)text[i]) && !strchr(";#[", text[i]))
            return i;
    }
    return strlen(text);
}

static void print_value(const struct sgdmft_parameter *parameter, const char *text, FILE *out)
{
    fprintf(out, "%s = ", parameter->name);
    while (strlen(text) > LINE_ROOM) {
        size_t length = break_point(parameter, text);
        fprintf(out, "%.*s\n    ", (int)length, text);
        text += length;
    }
    fprintf(out, "%s\n", text);
}

/* ---- a FILE.ini ----------------------------------------------------------------------------------------- */

/* The default of alpha and dim follows a dataset alone, which has its own. */
static bool stays_automatic(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run,
                            const struct sgdmft_settings *settings)
{
    if (!parameter->default_for || parameter->matters == effect_drawn)
        return false;
    return settings ? !settings_given(settings, parameter) : parameter_is_default(parameter, run);
}

/* Prints NAME = VALUE. The path of an existing file is absolute, so that the configuration may be moved. */
static void print_parameter(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run, bool automatic,
                            FILE *out)
{
    char text[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(parameter, run, text);
    const char *path = parameter_is_input(parameter) ? parameter_member(parameter, run) : "";
    const size_t content = content_of(parameter);
    const bool relative = *path && *path != '/'; /* in this folder it may be another file than that of the run */
    const bool other = relative && content < CONTENTS && content_changed(run) == content;
    char *whole = *path && !other ? realpath(path, NULL) : NULL;
    if (automatic && strlen(text) <= LINE_ROOM)
        fprintf(out, "%s = auto ; %s\n", parameter->name, text);
    else if (automatic)
        fprintf(out, "%s = auto\n", parameter->name);
    else
        print_value(parameter, whole ? whole : text, out);
    free(whole);
}

void run_print(const struct sgdmft_run *run, const struct sgdmft_settings *settings, FILE *out)
{
    const char *section = NULL;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (!section || strcmp(section, parameter->section) != 0)
            fprintf(out, "%s[%s]\n", section ? "\n" : "", parameter->section);
        section = parameter->section;
        if (!parameter->matters || parameter->matters(run))
            print_parameter(parameter, run, stays_automatic(parameter, run, settings), out);
    }
}

void sgdmft_run_print(const struct sgdmft_run *run, FILE *out)
{
    run_print(run, NULL, out);
}
