/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of numbers: real, integer and seed, read strictly and within the parameter's range. */
#include "models/kind/kind.h"

#include "models/base/hdf5_attributes.h"
#include "models/base/json_scalars.h"
#include "models/run/parameter_table.h"
#include <math.h>
#include <string.h>

const char *parameter_range(const struct sgdmft_parameter *parameter, char out[160])
{
    char low[32], high[32];
    const bool has_low = isfinite(parameter->minimum), has_high = isfinite(parameter->maximum);
    number_format(parameter->minimum, low);
    number_format(parameter->maximum, high);
    if (has_low && has_high)
        snprintf(out, 160, "%s %s %s %s %s", low, parameter->open_minimum ? "<" : "<=", parameter->name,
                 parameter->open_maximum ? "<" : "<=", high);
    else if (has_low)
        snprintf(out, 160, "%s %s %s", parameter->name, parameter->open_minimum ? ">" : ">=", low);
    else if (has_high)
        snprintf(out, 160, "%s %s %s", parameter->name, parameter->open_maximum ? "<" : "<=", high);
    else
        snprintf(out, 160, "%s", parameter->name);
    return out;
}

static enum sgdmft_status bad_range(const struct sgdmft_parameter *parameter, const char *text,
                                    struct sgdmft_error *error)
{
    char range[160];
    if (!isfinite(parameter->minimum) && !isfinite(parameter->maximum))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is out of range: it must be finite",
                           parameter->name, text);
    const bool fraction = parameter->minimum >= 0 && parameter->maximum <= 1 && parameter->kind != SGDMFT_INTEGER;
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is out of range; allowed: %s%s", parameter->name,
                       text, parameter_range(parameter, range), fraction ? "; it is a fraction, as " NUMBER_FORMS : "");
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
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is not a whole number", parameter->name, text);
    case NUMBER_TOO_LARGE:
        if (parameter->kind == SGDMFT_SEED)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is out of range: 0 to 18446744073709551615",
                               parameter->name, text);
        return bad_range(parameter, text, error);
    }
    const char *forms = parameter_number_forms(parameter);
    if (strchr(text, '#'))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: '" KIND_SHOWN "' is not a number (a comment behind a value starts "
                           "with ;)",
                           parameter->name, text);
    return sgdmft_fail(error, SGDMFT_USAGE, "%s: '" KIND_SHOWN "' is not a number%s%s", parameter->name, text,
                       *forms ? ", as " : "", forms);
}

/* True for the word, auto or none, for which 0 stands. */
static bool means_automatic(const struct sgdmft_parameter *parameter, const char *text)
{
    return parameter_has_word(parameter) && strcmp(text, parameter->default_text) == 0;
}

/* Word for which 0 stands; NULL if 0 is a number like others. */
static const char *zero_word(const struct sgdmft_parameter *parameter)
{
    return !parameter->default_for && parameter_has_word(parameter) ? parameter->default_text : NULL;
}

/* ---- real ------------------------------------------------------------------------------------------------ */

static enum sgdmft_status real_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                     struct sgdmft_error *error)
{
    double *real = value;
    if (means_automatic(parameter, text)) {
        *real = 0;
        return SGDMFT_OK;
    }
    enum sgdmft_status status = check_verdict(parameter, text, number_in(text, parameter->unit, real), error);
    return status ? status : check_range(parameter, text, *real, error);
}

static void real_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    const double real = *(const double *)value;
    char number[32];
    strcpy(out, real == 0 && zero_word(parameter) ? zero_word(parameter) : number_format(real, number));
}

static json_t *real_json(const struct sgdmft_parameter *parameter, const void *value)
{
    (void)parameter;
    return json_number(*(const double *)value);
}

static bool real_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    return attribute_write_double(object, parameter->name, *(const double *)value);
}

static bool real_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    return attribute_read_double(object, parameter->name, value);
}

const struct parameter_kind kind_real = {
    .unit = "", .parse = real_parse, .format = real_format, .json = real_json, .write = real_write, .read = real_read};

/* ---- integer --------------------------------------------------------------------------------------------- */

static enum sgdmft_status integer_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                        struct sgdmft_error *error)
{
    long *integer = value;
    if (means_automatic(parameter, text)) {
        *integer = 0;
        return SGDMFT_OK;
    }
    enum sgdmft_status status = check_verdict(parameter, text, number_integer(text, integer), error);
    return status ? status : check_range(parameter, text, (double)*integer, error);
}

static void integer_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    const long integer = *(const long *)value;
    if (integer == 0 && zero_word(parameter))
        strcpy(out, zero_word(parameter));
    else
        snprintf(out, SGDMFT_TEXT_MAX, "%ld", integer);
}

static json_t *integer_json(const struct sgdmft_parameter *parameter, const void *value)
{
    (void)parameter;
    return json_integer(*(const long *)value);
}

static bool integer_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    return attribute_write_long(object, parameter->name, *(const long *)value);
}

static bool integer_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    return attribute_read_long(object, parameter->name, value);
}

const struct parameter_kind kind_integer = {.argument = "INTEGER",
                                            .unit = "count",
                                            .parse = integer_parse,
                                            .format = integer_format,
                                            .json = integer_json,
                                            .write = integer_write,
                                            .read = integer_read};

/* ---- seed ------------------------------------------------------------------------------------------------ */

static enum sgdmft_status seed_parse(const struct sgdmft_parameter *parameter, const char *text, void *value,
                                     struct sgdmft_error *error)
{
    return check_verdict(parameter, text, number_seed(text, value), error);
}

static void seed_format(const struct sgdmft_parameter *parameter, const void *value, char out[SGDMFT_TEXT_MAX])
{
    (void)parameter;
    snprintf(out, SGDMFT_TEXT_MAX, "%llu", (unsigned long long)*(const uint64_t *)value);
}

static json_t *seed_json(const struct sgdmft_parameter *parameter, const void *value)
{
    (void)parameter;
    return json_seed(*(const uint64_t *)value);
}

static bool seed_write(hid_t object, const struct sgdmft_parameter *parameter, const void *value)
{
    return attribute_write(object, parameter->name, H5T_STD_U64LE, H5T_NATIVE_UINT64, 0, NULL, value);
}

static bool seed_read(hid_t object, const struct sgdmft_parameter *parameter, void *value)
{
    return attribute_read(object, parameter->name, H5T_INTEGER, H5T_NATIVE_UINT64, 1, value) == 1;
}

const struct parameter_kind kind_seed = {.argument = "INTEGER",
                                         .parse = seed_parse,
                                         .format = seed_format,
                                         .json = seed_json,
                                         .write = seed_write,
                                         .read = seed_read};
