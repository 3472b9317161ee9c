/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --vary NAME=VALUES: ranges, logarithmic ranges and lists. */
#include "solver/cli/sweep/vary.h"
#include "models/base/memory.h"
#include "models/run/suggest.h"

#include "models/run/parameter_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sgdmft_status vary_add(struct vary *vary, const char *text, size_t length, struct sgdmft_error *error)
{
    if (length == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s has an empty value", vary->parameter->name);
    char *copy = strndup(text, length);
    char **grown = copy ? realloc(vary->text, (vary->count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(copy);
        return memory_fail(error, "the values of vary");
    }
    vary->text = grown;
    vary->text[vary->count++] = copy;
    return SGDMFT_OK;
}

/* Adds a number of a list, with 30% as 0.3, since points are compared, sorted and drawn by their texts. */
static enum sgdmft_status add_value_text(struct vary *vary, const char *text, size_t length, struct sgdmft_error *error)
{
    const enum sgdmft_kind kind = vary->parameter->kind;
    char piece[64];
    double value;
    snprintf(piece, sizeof piece, "%.*s", (int)(length < 63 ? length : 63), text);
    if ((kind != SGDMFT_REAL && kind != SGDMFT_INTEGER) || number_is_decimal(piece)
        || parameter_number(vary->parameter, piece, &value) != NUMBER_OK)
        return vary_add(vary, text, length, error);
    number_format(value, piece);
    return vary_add(vary, piece, strlen(piece), error);
}

/* Adds a number with 12 digits, so that 0.1 + 2 * 0.1 is 0.3. */
static enum sgdmft_status add_value_number(struct vary *vary, double value, struct sgdmft_error *error)
{
    char text[40];
    if (vary->parameter->kind != SGDMFT_REAL)
        value = round(value);
    snprintf(text, sizeof text, "%.12g", value);
    if (vary->count > 0 && strcmp(vary->text[vary->count - 1], text) == 0)
        return SGDMFT_OK;
    return vary_add(vary, text, strlen(text), error);
}

static enum sgdmft_status parse_list(struct vary *vary, const char *words, struct sgdmft_error *error)
{
    bool nested = vary->parameter->kind == SGDMFT_SCHEDULE || vary->parameter->kind == SGDMFT_STEPS;
    const char *separator = nested ? ";" : ",";
    for (const char *next = words;; next++) {
        size_t length = strcspn(next, separator);
        enum sgdmft_status status = add_value_text(vary, next, length, error);
        if (status)
            return status;
        next += length;
        if (!*next)
            return SGDMFT_OK;
    }
}

/* Parses A:B:C into three numbers. */
static enum sgdmft_status parse_three(const struct vary *vary, const char *words, double number[3],
                                      struct sgdmft_error *error)
{
    char piece[64];
    const char *next = words;
    for (int i = 0; i < 3; i++) {
        size_t length = strcspn(next, ":");
        bool last = next[length] == '\0';
        snprintf(piece, sizeof piece, "%.*s", (int)(length < 63 ? length : 63), next);
        if (last != (i == 2) || parameter_number(vary->parameter, piece, &number[i]) != NUMBER_OK)
            return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s=%.100s: a range is A:B:STEP or log:A:B:N, three numbers",
                               vary->parameter->name, words);
        next += length + 1;
    }
    return SGDMFT_OK;
}

static enum sgdmft_status parse_range(struct vary *vary, const char *words, struct sgdmft_error *error)
{
    double number[3];
    enum sgdmft_status status = parse_three(vary, words, number, error);
    if (status)
        return status;
    double intervals = (number[1] - number[0]) / number[2];
    if (!(intervals >= 0) || intervals >= VARY_VALUES_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "vary: %s=%.100s: the step must lead from A to B in less than %d values",
                           vary->parameter->name, words, VARY_VALUES_MAX);
    size_t count = (size_t)(intervals + 1e-9) + 1;
    vary->beyond = count == 1 && number[0] != number[1];
    for (size_t i = 0; i < count && !status; i++)
        status = add_value_number(vary, number[0] + (double)i * number[2], error);
    return status;
}

static enum sgdmft_status parse_logarithmic(struct vary *vary, const char *words, struct sgdmft_error *error)
{
    double number[3];
    enum sgdmft_status status = parse_three(vary, words, number, error);
    if (status)
        return status;
    if (!(number[0] > 0 && number[1] > 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s=log:%.100s: both ends must be positive",
                           vary->parameter->name, words);
    if (!(number[2] >= 2 && number[2] <= VARY_VALUES_MAX && number[2] == floor(number[2])))
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s=log:%.100s: N must be an integer from 2 to %d",
                           vary->parameter->name, words, VARY_VALUES_MAX);
    size_t count = (size_t)number[2];
    for (size_t i = 0; i < count && !status; i++) {
        double fraction = (double)i / (double)(count - 1);
        status = add_value_number(vary, number[0] * pow(number[1] / number[0], fraction), error);
    }
    return status;
}

enum sgdmft_status vary_parse(const char *words, struct vary *vary, struct sgdmft_error *error)
{
    char name[64];
    size_t length = strcspn(words, "=");
    *vary = (struct vary){.parameter = NULL};
    if (words[length] != '=' || length == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: '%.100s' is not NAME=A:B:STEP, NAME=A,B,C or NAME=log:A:B:N",
                           words);
    snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), words);
    vary->parameter = sgdmft_parameter_find(name);
    if (!vary->parameter) {
        const char **names = calloc(sgdmft_parameter_count, sizeof *names);
        for (size_t i = 0; names && i < sgdmft_parameter_count; i++)
            names[i] = sgdmft_parameters[i].name;
        char meant[SUGGESTION_MAX];
        suggestion(name, "'", "'", names, names ? sgdmft_parameter_count : 0, meant);
        free(names);
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: unknown parameter '%s'%s", name, meant);
    }
    if (parameter_is_outside(vary->parameter))
        return sgdmft_fail(error, SGDMFT_USAGE, "vary: %s does not change the run", vary->parameter->name);
    const char *values = words + length + 1;
    bool number = vary->parameter->kind == SGDMFT_REAL || vary->parameter->kind == SGDMFT_INTEGER
                  || vary->parameter->kind == SGDMFT_SEED;
    if (number && strncmp(values, "log:", 4) == 0)
        return parse_logarithmic(vary, values + 4, error);
    if (number && strchr(values, ':'))
        return parse_range(vary, values, error);
    return parse_list(vary, values, error);
}

void vary_free(struct vary *vary)
{
    for (size_t i = 0; i < vary->count; i++)
        free(vary->text[i]);
    free(vary->text);
    *vary = (struct vary){.parameter = NULL};
}
