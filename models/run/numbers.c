/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, read strictly and written so that reading gives the same bits. strtod alone would take nan, inf, 0x1p3 and
 * the 3 of 3x. A suffix is one of the number's unit: 30%, 300K, 1.5h, 4G. */
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double exact_limit = 0x1p53;

static const char *skip_digits(const char *text, size_t *count)
{
    while (isdigit((unsigned char)*text)) {
        text++;
        ++*count;
    }
    return text;
}

/* The end of the decimal number that text begins with, NULL if it begins with none. *whole: only a sign and digits. */
static const char *decimal_end(const char *text, bool *whole)
{
    size_t digits = 0, exponent = 0;
    *whole = true;
    if (*text == '+' || *text == '-')
        text++;
    text = skip_digits(text, &digits);
    if (*text == '.') {
        *whole = false;
        text = skip_digits(text + 1, &digits);
    }
    if (digits == 0)
        return NULL;
    if (*text == 'e' || *text == 'E') {
        *whole = false;
        text++;
        if (*text == '+' || *text == '-')
            text++;
        text = skip_digits(text, &exponent);
        if (exponent == 0)
            return NULL;
    }
    return text;
}

static bool is_decimal(const char *text, bool *whole)
{
    const char *end = decimal_end(text, whole);
    return end && *end == '\0';
}

bool number_is_decimal(const char *text)
{
    bool whole;
    return is_decimal(text, &whole);
}

static const struct number_unit units[] = {
    {"seconds", "SECONDS", NUMBER_FORMS_SECONDS},
    {"bytes", "BYTES", NUMBER_FORMS_BYTES},
    {"count", "INTEGER", NUMBER_FORMS_COUNT},
    {"", "NUMBER", NUMBER_FORMS},
};

const struct number_unit *number_unit(const char *unit)
{
    const struct number_unit *row = units;
    while (*row->name && strcmp(row->name, unit) != 0)
        row++;
    return row;
}

/* value times `times` and over `over`, in extended precision: 57 over 100 has the bits of 0.57, 57 times 0.01 has not,
 * and 1.001K is 1001, which 1.001 in double precision times 1000 is not. */
static const struct {
    const char *unit, *suffix;
    double times, over;
} suffixes[] = {
    {"", "%", 1, 100},           {"seconds", "s", 1, 1},      {"seconds", "m", 60, 1},     {"seconds", "min", 60, 1},
    {"seconds", "h", 3600, 1},   {"seconds", "d", 86400, 1},  {"count", "K", 1e3, 1},      {"count", "k", 1e3, 1},
    {"count", "M", 1e6, 1},      {"count", "G", 1e9, 1},      {"bytes", "B", 1, 1},        {"bytes", "K", 1e3, 1},
    {"bytes", "M", 1e6, 1},      {"bytes", "G", 1e9, 1},      {"bytes", "T", 1e12, 1},     {"bytes", "KB", 1e3, 1},
    {"bytes", "MB", 1e6, 1},     {"bytes", "GB", 1e9, 1},     {"bytes", "TB", 1e12, 1},    {"bytes", "Ki", 0x1p10, 1},
    {"bytes", "Mi", 0x1p20, 1},  {"bytes", "Gi", 0x1p30, 1},  {"bytes", "Ti", 0x1p40, 1},  {"bytes", "KiB", 0x1p10, 1},
    {"bytes", "MiB", 0x1p20, 1}, {"bytes", "GiB", 0x1p30, 1}, {"bytes", "TiB", 0x1p40, 1},
};

static enum number_verdict finite_verdict(double value)
{
    return isfinite(value) ? NUMBER_OK : NUMBER_TOO_LARGE;
}

/* A/B behind A: *value is A on entry. */
static enum number_verdict over(const char *text, double *value)
{
    bool whole;
    if (!is_decimal(text, &whole) || strtod(text, NULL) == 0)
        return NUMBER_BAD;
    *value /= strtod(text, NULL);
    return finite_verdict(*value);
}

enum number_verdict number_in(const char *text, const char *unit, double *value)
{
    bool whole;
    const char *name = number_unit(unit)->name;
    const char *end = decimal_end(text, &whole);
    if (!end)
        return NUMBER_BAD;
    *value = strtod(text, NULL);
    if (!*end)
        return finite_verdict(*value);
    if (!*name && *end == '/')
        return over(end + 1, value);
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(suffixes[i].unit, name) == 0 && strcmp(suffixes[i].suffix, end) == 0) {
            *value = (double)(strtold(text, NULL) * (long double)suffixes[i].times / (long double)suffixes[i].over);
            return finite_verdict(*value);
        }
    return NUMBER_BAD;
}

enum number_verdict number_real(const char *text, double *value)
{
    return number_in(text, "", value);
}

/* The whole number behind a text with a point, an exponent or a suffix. */
static enum number_verdict whole_of_real(const char *text, double *value)
{
    enum number_verdict verdict = number_in(text, "count", value);
    if (verdict != NUMBER_OK)
        return verdict;
    if (rint(*value) != *value)
        return NUMBER_NOT_WHOLE;
    return fabs(*value) <= exact_limit ? NUMBER_OK : NUMBER_TOO_LARGE;
}

enum number_verdict number_integer(const char *text, long *value)
{
    bool whole;
    if (is_decimal(text, &whole) && whole) {
        errno = 0;
        *value = strtol(text, NULL, 10);
        return errno == ERANGE ? NUMBER_TOO_LARGE : NUMBER_OK;
    }
    double real = 0;
    enum number_verdict verdict = whole_of_real(text, &real);
    if (verdict == NUMBER_OK)
        *value = (long)real;
    return verdict;
}

enum number_verdict number_seed(const char *text, uint64_t *value)
{
    bool whole;
    if (!is_decimal(text, &whole))
        return NUMBER_BAD;
    if (whole) {
        if (*text == '-') /* strtoull would wrap it around */
            return strtod(text, NULL) == 0 ? (*value = 0, NUMBER_OK) : NUMBER_TOO_LARGE;
        errno = 0;
        *value = strtoull(text, NULL, 10);
        return errno == ERANGE ? NUMBER_TOO_LARGE : NUMBER_OK;
    }
    double real = 0;
    enum number_verdict verdict = whole_of_real(text, &real);
    if (verdict == NUMBER_OK && real < 0)
        verdict = NUMBER_TOO_LARGE;
    if (verdict == NUMBER_OK)
        *value = (uint64_t)real;
    return verdict;
}

const char *number_format(double value, char out[32])
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    if (fabs(value) < 1e15 && rint(value) == value) /* 50, not 5e+01 */
        snprintf(text, sizeof text, "%.0f", value);
    return strcpy(out, text);
}
