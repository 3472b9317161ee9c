/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal numbers, read strictly and written so that reading gives the same bits. strtod alone would take nan, inf,
 * 0x1p3 and the 3 of 3x. */
#include "models/run/table.h"

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

/* *whole: nothing but a sign and digits. */
static bool is_decimal(const char *text, bool *whole)
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
        return false;
    if (*text == 'e' || *text == 'E') {
        *whole = false;
        text++;
        if (*text == '+' || *text == '-')
            text++;
        text = skip_digits(text, &exponent);
        if (exponent == 0)
            return false;
    }
    return *text == '\0';
}

enum number_verdict number_real(const char *text, double *value)
{
    bool whole;
    if (!is_decimal(text, &whole))
        return NUMBER_BAD;
    *value = strtod(text, NULL);
    return isfinite(*value) ? NUMBER_OK : NUMBER_TOO_LARGE;
}

/* The whole number behind a text with a point or an exponent. */
static enum number_verdict whole_of_real(const char *text, double *value)
{
    enum number_verdict verdict = number_real(text, value);
    if (verdict != NUMBER_OK)
        return verdict;
    if (rint(*value) != *value)
        return NUMBER_NOT_WHOLE;
    return fabs(*value) <= exact_limit ? NUMBER_OK : NUMBER_TOO_LARGE;
}

enum number_verdict number_integer(const char *text, long *value)
{
    bool whole;
    if (!is_decimal(text, &whole))
        return NUMBER_BAD;
    if (whole) {
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
