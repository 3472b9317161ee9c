/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How csv is written: its separator and decimal sign, from its first lines. */
#include "models/data/dataset/dataset_formats.h"

#include <ctype.h>
#include <string.h>

#define LINES_LOOKED_AT 64

/* The separators that are known; of two that fit as well the first. */
static const char known[] = ";\t, ";

/* Counts the separators outside of quotes in the record at `at`; returns the start of the next record. Blanks count as
 * one where they separate two fields. */
static const char *count(const char *at, const char *end, char separator, size_t *number)
{
    bool quoted = false, field = false;
    *number = 0;
    for (; at < end && (quoted || *at != '\n'); at++) {
        quoted = quoted != (*at == '"');
        if (quoted || separator != ' ')
            *number += !quoted && *at == separator;
        else if (isblank((unsigned char)*at))
            *number += field && at + 1 < end && !isspace((unsigned char)at[1]);
        field = field || !isspace((unsigned char)*at);
    }
    return at < end ? at + 1 : end;
}

static bool is_passed_over(const char *at, const char *end)
{
    while (at < end && *at != '\n' && isspace((unsigned char)*at))
        at++;
    return at == end || *at == '\n' || *at == '#';
}

/* Start of the first record at or behind the line at `at`; NULL without one. */
static const char *next_record(const char *at, const char *end)
{
    while (at && at < end && is_passed_over(at, end)) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at ? at + 1 : NULL;
    }
    return at;
}

/* Lines that have the separator as often as the second of them does (the first may be a title). */
static size_t lines_alike(const char *at, const char *end, char separator)
{
    size_t found[LINES_LOOKED_AT], lines = 0, alike = 0;
    while (lines < LINES_LOOKED_AT && (at = next_record(at, end)) && at < end)
        at = count(at, end, separator, &found[lines++]);
    for (size_t i = 0; i < lines; i++)
        alike += found[i] > 0 && found[i] == found[lines > 1];
    return alike;
}

/* Numbers with this sign before their last digits: one sign, digits on both sides or before a separator. */
static bool has_decimals(const char *at, const char *end, char sign, char separator)
{
    bool quoted = false, numeric = true;
    size_t signs = 0, digits = 0;
    for (at = next_record(at, end); at && at <= end; at++) {
        const char c = at < end ? *at : '\n';
        quoted = quoted != (c == '"');
        if (!quoted && (c == separator || c == '\n')) {
            if (numeric && signs == 1 && digits > 0)
                return true;
            numeric = true;
            signs = digits = 0;
            const char *next = c == '\n' && at < end ? next_record(at + 1, end) : at + 1;
            if (!next)
                return false;
            at = next - 1;
        } else {
            signs += c == sign;
            digits += isdigit((unsigned char)c) != 0;
            numeric = numeric && (c == sign || isdigit((unsigned char)c) || strchr("+-eE\" \r", c));
        }
    }
    return false;
}

struct dataset_dialect dataset_dialect_find(const char *text, const char *end, char decimal)
{
    struct dataset_dialect dialect = {.separator = ',', .decimal = decimal ? decimal : '.'};
    size_t best = 0;
    if (decimal == ',') /* and no separator */
        dialect.separator = ';';
    for (const char *separator = known; *separator; separator++) {
        if (*separator == ',' && decimal == ',')
            continue;
        const size_t alike = lines_alike(text, end, *separator);
        if (alike > best) {
            best = alike;
            dialect.separator = *separator;
        }
    }
    if (!decimal && dialect.separator != ',' && has_decimals(text, end, ',', dialect.separator)
        && !has_decimals(text, end, '.', dialect.separator))
        dialect.decimal = ',';
    return dialect;
}
