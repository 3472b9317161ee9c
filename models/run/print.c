/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a run back to texts: one value, and a FILE.ini that resolves to the same run. */
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LINE_ROOM 100 /* values longer than this are continued on indented lines (config.c joins them) */

static const void *member(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    return (const char *)run + parameter->offset;
}

size_t schedule_format(const struct sgdmft_schedule *schedule, char *out, size_t size)
{
    size_t length = 0;
    char number[32];
    if (schedule->count == 0)
        return (size_t)snprintf(out, size, "none");
    for (size_t i = 0; i < schedule->count; i++) {
        size_t room = length < size ? size - length : 0;
        length += (size_t)snprintf(room ? out + length : NULL, room, "%s%ld=%s", i ? "," : "", schedule->from[i],
                                   number_format(schedule->value[i], number));
    }
    return length;
}

static void steps_format(const struct sgdmft_steps *steps, char out[SGDMFT_TEXT_MAX])
{
    size_t length = 0;
    if (steps->count == 0)
        strcpy(out, "none");
    for (size_t i = 0; i < steps->count && length < SGDMFT_TEXT_MAX; i++)
        length += (size_t)snprintf(out + length, SGDMFT_TEXT_MAX - length, "%s%ld", i ? "," : "", steps->step[i]);
}

void sgdmft_parameter_format(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run,
                             char out[SGDMFT_TEXT_MAX])
{
    const void *value = member(parameter, run);
    char number[32];
    switch (parameter->kind) {
    case SGDMFT_REAL:
        if (*(const double *)value == 0 && !parameter->default_for && parameter_has_word(parameter))
            strcpy(out, parameter->default_text);
        else
            strcpy(out, number_format(*(const double *)value, number));
        break;
    case SGDMFT_INTEGER: {
        long integer = *(const long *)value;
        if (integer == 0 && !parameter->default_for && parameter_has_word(parameter))
            strcpy(out, parameter->default_text);
        else
            snprintf(out, SGDMFT_TEXT_MAX, "%ld", integer);
        break;
    }
    case SGDMFT_SEED:
        snprintf(out, SGDMFT_TEXT_MAX, "%llu", (unsigned long long)*(const uint64_t *)value);
        break;
    case SGDMFT_CHOICE:
        strcpy(out, parameter->choices[*(const int *)value]);
        break;
    case SGDMFT_RECORD: {
        const struct sgdmft_entry *entry = *(const void *const *)value; /* first member of every record */
        strcpy(out, entry->name);
        break;
    }
    case SGDMFT_TEXT:
        strcpy(out, *(const char *)value ? (const char *)value : "none");
        break;
    case SGDMFT_SCHEDULE:
        schedule_format(value, out, SGDMFT_TEXT_MAX);
        break;
    case SGDMFT_STEPS:
        steps_format(value, out);
        break;
    }
}

/* Where a text may be continued on a new line: lists behind a comma, texts inside a word. */
static size_t break_point(const struct sgdmft_parameter *parameter, const char *text)
{
    bool list = parameter->kind != SGDMFT_TEXT;
    for (size_t i = LINE_ROOM; i > 0; i--) {
        if (list ? text[i - 1] == ','
                 : !isspace((unsigned char)text[i - 1]) && !isspace((unsigned char)text[i]) && text[i] != ';'
                       && text[i] != '#')
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

/* The dataset by a path that holds wherever the file is put, as far as it is there. */
static void print_parameter(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run, bool automatic,
                            FILE *out)
{
    char text[SGDMFT_TEXT_MAX];
    sgdmft_parameter_format(parameter, run, text);
    char *whole = parameter->offset == offsetof(struct sgdmft_run, dataset) && *run->dataset
                      ? realpath(run->dataset, NULL)
                      : NULL;
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
