/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of lists: schedules, STEP=VALUE,..., and steps, STEP,..., in ascending order; none is the empty list. */
#include "models/kind/kind.h"

#include "models/base/hdf5_attributes.h"
#include "models/base/json_scalars.h"
#include "models/run/parameter_table.h"
#include <ctype.h>
#include <string.h>

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
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is not a step from %g to 1000000000",
                           parameter->name, text, minimum);
    if (*step <= last)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: step %ld after step %ld; steps must ascend", parameter->name,
                           *step, last);
    return SGDMFT_OK;
}

static enum sgdmft_status too_many(const struct sgdmft_parameter *parameter, int most, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: more than %d entries", parameter->name, most);
}

/* ---- schedule -------------------------------------------------------------------------------------------- */

/* As snprintf: the length that the text needs. */
static size_t schedule_print(const struct sgdmft_schedule *schedule, char *out, size_t size)
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

static enum sgdmft_status schedule_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                         struct sgdmft_error *error)
{
    struct sgdmft_schedule *schedule = value;
    char piece[128];
    const char *rest = strcmp(text, "none") == 0 ? NULL : text;
    long last = 0;
    schedule->count = 0;
    while (next_piece(&rest, piece, sizeof piece)) {
        char *equals = strchr(piece, '=');
        enum sgdmft_status status;
        if (!equals)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is not STEP=VALUE (as in 500=0.05,800=0.01)",
                               parameter->name, piece);
        if (schedule->count == SGDMFT_SCHEDULE_MAX)
            return too_many(parameter, SGDMFT_SCHEDULE_MAX, error);
        *equals = '\0';
        status = parse_step(parameter, piece, 1, last, &schedule->from[schedule->count], error);
        if (!status)
            status = kind_real.parse(parameter, equals + 1, &schedule->value[schedule->count], error);
        if (status)
            return status;
        last = schedule->from[schedule->count++];
    }
    if (schedule_print(schedule, NULL, 0) >= SGDMFT_TEXT_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: its text must be shorter than %d bytes", parameter->name,
                           SGDMFT_TEXT_MAX);
    return SGDMFT_OK;
}

static void schedule_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    (void)parameter;
    schedule_print(value, out, SGDMFT_TEXT_MAX);
}

static json_t *schedule_json(const struct sgdmft_parameter *parameter, const void *value)
{
    const struct sgdmft_schedule *schedule = value;
    json_t *array = json_array();
    (void)parameter;
    for (size_t i = 0; i < schedule->count; i++)
        json_array_append_new(array, json_pack("[I, f]", (json_int_t)schedule->from[i], schedule->value[i]));
    return array;
}

static bool schedule_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    const struct sgdmft_schedule *schedule = value;
    double pair[SGDMFT_SCHEDULE_MAX][2];
    for (size_t i = 0; i < schedule->count; i++) {
        pair[i][0] = (double)schedule->from[i];
        pair[i][1] = schedule->value[i];
    }
    const hsize_t size[2] = {schedule->count, 2};
    return attribute_write(object, parameter->name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, 2, size, pair);
}

static bool schedule_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    struct sgdmft_schedule *schedule = value;
    double pair[SGDMFT_SCHEDULE_MAX][2];
    const hssize_t count =
        attribute_read(object, parameter->name, H5T_FLOAT, H5T_NATIVE_DOUBLE, 2 * SGDMFT_SCHEDULE_MAX, pair);
    if (count < 0 || count % 2)
        return false;
    memset(schedule, 0, sizeof *schedule);
    schedule->count = (size_t)count / 2;
    for (size_t i = 0; i < schedule->count; i++) {
        if (!(pair[i][0] > 0 && pair[i][0] < 0x1p62))
            return false;
        schedule->from[i] = (long)pair[i][0];
        schedule->value[i] = pair[i][1];
    }
    return true;
}

const struct parameter_kind kind_schedule = {.argument = "STEP=VALUE,...",
                                             .unit = "",
                                             .wrap = KIND_WRAP_LIST,
                                             .parse = schedule_parse,
                                             .format = schedule_format,
                                             .json = schedule_json,
                                             .write = schedule_write,
                                             .read = schedule_read};

/* ---- steps ----------------------------------------------------------------------------------------------- */

static enum sgdmft_status steps_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                      struct sgdmft_error *error)
{
    struct sgdmft_steps *steps = value;
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

static void steps_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    const struct sgdmft_steps *steps = value;
    size_t length = 0;
    (void)parameter;
    if (steps->count == 0)
        strcpy(out, "none");
    for (size_t i = 0; i < steps->count && length < SGDMFT_TEXT_MAX; i++)
        length += (size_t)snprintf(out + length, SGDMFT_TEXT_MAX - length, "%s%ld", i ? "," : "", steps->step[i]);
}

static json_t *steps_json(const struct sgdmft_parameter *parameter, const void *value)
{
    const struct sgdmft_steps *steps = value;
    (void)parameter;
    return json_steps(steps->step, steps->count);
}

static bool steps_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    const struct sgdmft_steps *steps = value;
    const hsize_t size = steps->count;
    return attribute_write(object, parameter->name, H5T_STD_I64LE, H5T_NATIVE_LONG, 1, &size, steps->step);
}

static bool steps_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    struct sgdmft_steps *steps = value;
    memset(steps, 0, sizeof *steps);
    const hssize_t count =
        attribute_read(object, parameter->name, H5T_INTEGER, H5T_NATIVE_LONG, SGDMFT_WAITING_MAX, steps->step);
    steps->count = count > 0 ? (size_t)count : 0;
    return count >= 0;
}

const struct parameter_kind kind_steps = {.argument = "STEP,...",
                                          .wrap = KIND_WRAP_LIST,
                                          .parse = steps_parse,
                                          .format = steps_format,
                                          .json = steps_json,
                                          .write = steps_write,
                                          .read = steps_read};
