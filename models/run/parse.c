/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the text of one parameter to its value: strict, within its range, and with a message that names the parameter,
 * the text and the rule. */
#include "models/run/suggest.h"
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN "%.80s" /* long texts are cut in messages */

static void *member(const struct sgdmft_parameter *parameter, struct sgdmft_run *run)
{
    return (char *)run + parameter->offset;
}

const char *parameter_range(const struct sgdmft_parameter *parameter, char out[160])
{
    char low[32], high[32];
    bool has_low = isfinite(parameter->minimum), has_high = isfinite(parameter->maximum);
    snprintf(out, 160, "%s%s%s%s%s", has_low ? number_format(parameter->minimum, low) : "",
             !has_low                  ? ""
             : parameter->open_minimum ? " < "
                                       : " <= ",
             parameter->name,
             !has_high                 ? ""
             : parameter->open_maximum ? " < "
                                       : " <= ",
             has_high ? number_format(parameter->maximum, high) : "");
    return out;
}

static enum sgdmft_status bad_range(const struct sgdmft_parameter *parameter, const char *text,
                                    struct sgdmft_error *error)
{
    char range[160];
    if (!isfinite(parameter->minimum) && !isfinite(parameter->maximum))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is out of range: it must be finite", parameter->name,
                           text);
    const bool fraction = parameter->minimum >= 0 && parameter->maximum <= 1 && parameter->kind != SGDMFT_INTEGER;
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is out of range: the rule is %s%s", parameter->name, text,
                       parameter_range(parameter, range), fraction ? "; it is a fraction, as " NUMBER_FORMS : "");
}

static enum sgdmft_status check_range(const struct sgdmft_parameter *parameter, const char *text, double value,
                                      struct sgdmft_error *error)
{
    if (value < parameter->minimum || (parameter->open_minimum && value <= parameter->minimum)
        || value > parameter->maximum || (parameter->open_maximum && value >= parameter->maximum))
        return bad_range(parameter, text, error);
    return SGDMFT_OK;
}

static enum sgdmft_status check_verdict(const struct sgdmft_parameter *parameter, const char *text,
                                        enum number_verdict verdict, struct sgdmft_error *error)
{
    switch (verdict) {
    case NUMBER_OK:
        return SGDMFT_OK;
    case NUMBER_BAD:
        break;
    case NUMBER_NOT_WHOLE:
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is not a whole number", parameter->name, text);
    case NUMBER_TOO_LARGE:
        if (parameter->kind == SGDMFT_SEED)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is out of range: 0 to 18446744073709551615",
                               parameter->name, text);
        return bad_range(parameter, text, error);
    }
    const char *forms = parameter_number_forms(parameter);
    if (strchr(text, '#'))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: '" SHOWN "' is not a number (a comment behind a value starts "
                           "with ;)",
                           parameter->name, text);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is not a number%s%s", parameter->name, text,
                       *forms ? ", as " : "", forms);
}

bool parameter_has_word(const struct sgdmft_parameter *parameter)
{
    return strcmp(parameter->default_text, "auto") == 0 || strcmp(parameter->default_text, "none") == 0;
}

/* Parameters that are 0 in a run when they are automatic, or none. */
static bool means_automatic(const struct sgdmft_parameter *parameter, const char *text)
{
    return parameter_has_word(parameter) && strcmp(text, parameter->default_text) == 0;
}

static enum sgdmft_status parse_real(const struct sgdmft_parameter *parameter, const char *text, double *value,
                                     struct sgdmft_error *error)
{
    if (means_automatic(parameter, text)) {
        *value = 0;
        return SGDMFT_OK;
    }
    enum sgdmft_status status = check_verdict(parameter, text, number_in(text, parameter->unit, value), error);
    return status ? status : check_range(parameter, text, *value, error);
}

static enum sgdmft_status parse_integer(const struct sgdmft_parameter *parameter, const char *text, long *value,
                                        struct sgdmft_error *error)
{
    if (means_automatic(parameter, text)) {
        *value = 0;
        return SGDMFT_OK;
    }
    enum sgdmft_status status = check_verdict(parameter, text, number_integer(text, value), error);
    return status ? status : check_range(parameter, text, (double)*value, error);
}

#define NAMES_MAX 64

static enum sgdmft_status bad_name(const struct sgdmft_parameter *parameter, const char *text, const char *const *names,
                                   size_t count, struct sgdmft_error *error)
{
    char list[512] = "", meant[SUGGESTION_MAX];
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "%s%s", i ? ", " : "", names[i]);
    }
    if (*suggestion(text, "'", "'", names, count, meant))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: unknown '" SHOWN "'%s (one of: %s)", parameter->name, text, meant,
                           list);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: unknown '" SHOWN "', it must be one of: %s", parameter->name, text,
                       list);
}

static enum sgdmft_status parse_choice(const struct sgdmft_parameter *parameter, const char *text, int *value,
                                       struct sgdmft_error *error)
{
    size_t count = 0;
    for (; parameter->choices[count]; count++)
        if (strcmp(parameter->choices[count], text) == 0) {
            *value = (int)count;
            return SGDMFT_OK;
        }
    return bad_name(parameter, text, parameter->choices, count, error);
}

static enum sgdmft_status parse_record(const struct sgdmft_parameter *parameter, const char *text, const void **value,
                                       struct sgdmft_error *error)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    for (; parameter->records[count] && count < NAMES_MAX; count++) {
        const struct sgdmft_entry *entry = parameter->records[count]; /* first member of every record */
        if (strcmp(entry->name, text) == 0) {
            *value = parameter->records[count];
            return SGDMFT_OK;
        }
        names[count] = entry->name;
    }
    return bad_name(parameter, text, names, count, error);
}

/* What a configuration line can carry (print.c writes it there): no control characters, no comment. */
static enum sgdmft_status parse_text(const struct sgdmft_parameter *parameter, const char *text, char *value,
                                     struct sgdmft_error *error)
{
    size_t length = strlen(text);
    if (length >= SGDMFT_TEXT_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "...' is longer than %d bytes", parameter->name, text,
                           SGDMFT_TEXT_MAX - 1);
    if (isspace((unsigned char)text[0]) || isspace((unsigned char)text[length - 1]))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' may not begin or end with a blank", parameter->name,
                           text);
    for (size_t i = 0; i < length; i++) {
        if (iscntrl((unsigned char)text[i]))
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: control characters are not allowed", parameter->name);
        if (text[i] == ';' && (i == 0 || text[i - 1] == ' '))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: '" SHOWN "' has a ; at its start or behind a blank, which would be a comment",
                               parameter->name, text);
    }
    strcpy(value, strcmp(text, "none") == 0 ? "" : text);
    return SGDMFT_OK;
}

/* Cuts the next piece up to a comma out of *rest into piece; false at the end. */
static bool next_piece(const char **rest, char *piece, size_t size)
{
    if (!*rest)
        return false;
    const char *comma = strchr(*rest, ',');
    size_t length = comma ? (size_t)(comma - *rest) : strlen(*rest);
    const char *start = *rest;
    while (length && isspace((unsigned char)*start)) {
        start++;
        length--;
    }
    while (length && isspace((unsigned char)start[length - 1]))
        length--;
    if (length >= size)
        length = size - 1;
    memcpy(piece, start, length);
    piece[length] = '\0';
    *rest = comma ? comma + 1 : NULL;
    return true;
}

static enum sgdmft_status parse_step(const struct sgdmft_parameter *parameter, const char *text, double minimum,
                                     long last, long *step, struct sgdmft_error *error)
{
    enum number_verdict verdict = number_integer(text, step);
    if (verdict != NUMBER_OK || (double)*step < minimum || *step > 1000000000)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is not a step from %g to 1000000000", parameter->name,
                           text, minimum);
    if (*step <= last)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: step %ld after step %ld; steps must ascend", parameter->name,
                           *step, last);
    return SGDMFT_OK;
}

static enum sgdmft_status too_many(const struct sgdmft_parameter *parameter, int most, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: more than %d entries", parameter->name, most);
}

static enum sgdmft_status parse_schedule(const struct sgdmft_parameter *parameter, const char *text,
                                         struct sgdmft_schedule *schedule, struct sgdmft_error *error)
{
    char piece[128];
    const char *rest = strcmp(text, "none") == 0 ? NULL : text;
    long last = 0;
    schedule->count = 0;
    while (next_piece(&rest, piece, sizeof piece)) {
        char *equals = strchr(piece, '=');
        enum sgdmft_status status;
        if (!equals)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" SHOWN "' is not STEP=VALUE (as in 500=0.05,800=0.01)",
                               parameter->name, piece);
        if (schedule->count == SGDMFT_SCHEDULE_MAX)
            return too_many(parameter, SGDMFT_SCHEDULE_MAX, error);
        *equals = '\0';
        status = parse_step(parameter, piece, 1, last, &schedule->from[schedule->count], error);
        if (!status)
            status = parse_real(parameter, equals + 1, &schedule->value[schedule->count], error);
        if (status)
            return status;
        last = schedule->from[schedule->count++];
    }
    if (schedule_format(schedule, NULL, 0) >= SGDMFT_TEXT_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: its text must be shorter than %d bytes", parameter->name,
                           SGDMFT_TEXT_MAX);
    return SGDMFT_OK;
}

static enum sgdmft_status parse_steps(const struct sgdmft_parameter *parameter, const char *text,
                                      struct sgdmft_steps *steps, struct sgdmft_error *error)
{
    char piece[128];
    const char *rest = strcmp(text, "none") == 0 ? NULL : text;
    long last = -1;
    steps->count = 0;
    while (next_piece(&rest, piece, sizeof piece)) {
        if (steps->count == SGDMFT_WAITING_MAX)
            return too_many(parameter, SGDMFT_WAITING_MAX, error);
        enum sgdmft_status status = parse_step(parameter, piece, 0, last, &steps->step[steps->count], error);
        if (status)
            return status;
        last = steps->step[steps->count++];
    }
    return SGDMFT_OK;
}

bool parameter_is_automatic(const struct sgdmft_parameter *parameter, const char *text)
{
    return parameter->default_for && strcmp(text, "auto") == 0;
}

const char *parameter_default(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run, char buffer[64])
{
    return parameter->default_for ? parameter->default_for(run, buffer) : parameter->default_text;
}

bool parameter_is_default(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    struct sgdmft_run plain = *run;
    char buffer[64], usual[SGDMFT_TEXT_MAX], text[SGDMFT_TEXT_MAX];
    if (parameter_parse(parameter, parameter_default(parameter, run, buffer), &plain, NULL))
        return false;
    sgdmft_parameter_format(parameter, &plain, usual);
    sgdmft_parameter_format(parameter, run, text);
    return strcmp(usual, text) == 0;
}

enum sgdmft_status parameter_parse(const struct sgdmft_parameter *parameter, const char *text, struct sgdmft_run *run,
                                   struct sgdmft_error *error)
{
    void *value = member(parameter, run);
    if (*text == '\0')
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the value is empty", parameter->name);
    switch (parameter->kind) {
    case SGDMFT_REAL:
        return parse_real(parameter, text, value, error);
    case SGDMFT_INTEGER:
        return parse_integer(parameter, text, value, error);
    case SGDMFT_SEED:
        return check_verdict(parameter, text, number_seed(text, value), error);
    case SGDMFT_CHOICE:
        return parse_choice(parameter, text, value, error);
    case SGDMFT_RECORD:
        return parse_record(parameter, text, value, error);
    case SGDMFT_TEXT:
        return parse_text(parameter, text, value, error);
    case SGDMFT_SCHEDULE:
        return parse_schedule(parameter, text, value, error);
    case SGDMFT_STEPS:
        return parse_steps(parameter, text, value, error);
    }
    return sgdmft_fail(error, SGDMFT_INTERNAL, "%s: unknown kind of parameter", parameter->name);
}
