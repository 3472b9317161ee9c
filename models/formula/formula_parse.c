/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas: recursive descent to postfix steps. Subexpressions without variables are computed at once, so that a number
 * that is not finite is an error at its position, and no large power reaches SymPy. */
#include "models/formula/formula.h"
#include "models/run/parameter_table.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const struct formula_kind formula_loss = {
    "loss_formula",
    "loss",
    {"phi", "y", "kappa", "loss_width", NULL},
    {0, 0, offsetof(struct sgdmft_run, kappa), offsetof(struct sgdmft_run, loss_width)}};
const struct formula_kind formula_link = {
    "link_formula", "link", {"r", "door_width", NULL}, {0, offsetof(struct sgdmft_run, door_width)}};
const struct formula_kind formula_teacher = {
    "teacher_formula", "teacher", {"u", "teacher_width", NULL}, {0, offsetof(struct sgdmft_run, teacher_width)}};

/* ---- functions ------------------------------------------------------------------------------------------ */

#define ONE(name, expression)                                                                                          \
    static double value_##name(const double *x)                                                                        \
    {                                                                                                                  \
        return expression;                                                                                             \
    }
ONE(add, x[0] + x[1])
ONE(subtract, x[0] - x[1])
ONE(multiply, x[0] * x[1])
ONE(divide, x[0] / x[1])
ONE(power, pow(x[0], x[1]))
ONE(negate, -x[0])
ONE(where, x[0] > 0 ? x[1] : x[2])
ONE(exp, exp(x[0]))
ONE(expm1, expm1(x[0]))
ONE(log, log(x[0]))
ONE(log1p, log1p(x[0]))
ONE(sqrt, sqrt(x[0]))
ONE(abs, fabs(x[0]))
ONE(sign, x[0] > 0 ? 1 : x[0] < 0 ? -1 : x[0])
ONE(max, x[0] > x[1] ? x[0] : x[1])
ONE(min, x[0] < x[1] ? x[0] : x[1])
ONE(tanh, tanh(x[0]))
ONE(sinh, sinh(x[0]))
ONE(cosh, cosh(x[0]))
ONE(sin, sin(x[0]))
ONE(cos, cos(x[0]))
ONE(atan, atan(x[0]))
ONE(erf, erf(x[0]))
ONE(erfc, erfc(x[0]))
ONE(sigmoid, 1 / (1 + exp(-x[0])))
ONE(softplus, (x[0] > 0 ? x[0] : 0) + log1p(exp(-fabs(x[0]))))
#undef ONE

enum { OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE, OP_POWER, OP_NEGATE, OP_WHERE, FIRST_CALL };

/* Operators; where, whose first argument is a comparison; the functions of one or two arguments. */
static const struct formula_function functions[] = {
    [OP_ADD] = {"+", 2, value_add},
    [OP_SUBTRACT] = {"-", 2, value_subtract},
    [OP_MULTIPLY] = {"*", 2, value_multiply},
    [OP_DIVIDE] = {"/", 2, value_divide},
    [OP_POWER] = {"**", 2, value_power},
    [OP_NEGATE] = {"neg", 1, value_negate},
    [OP_WHERE] = {"where", 3, value_where},
    [FIRST_CALL] = {"exp", 1, value_exp},
    {"expm1", 1, value_expm1},
    {"log", 1, value_log},
    {"log1p", 1, value_log1p},
    {"sqrt", 1, value_sqrt},
    {"abs", 1, value_abs},
    {"sign", 1, value_sign},
    {"max", 2, value_max},
    {"min", 2, value_min},
    {"tanh", 1, value_tanh},
    {"sinh", 1, value_sinh},
    {"cosh", 1, value_cosh},
    {"sin", 1, value_sin},
    {"cos", 1, value_cos},
    {"atan", 1, value_atan},
    {"erf", 1, value_erf},
    {"erfc", 1, value_erfc},
    {"sigmoid", 1, value_sigmoid},
    {"softplus", 1, value_softplus},
};
#define FUNCTIONS (sizeof functions / sizeof functions[0])

/* ---- reading -------------------------------------------------------------------------------------------- */

struct parser {
    const struct formula_kind *kind;
    const char *text, *at;
    int nested;    /* parentheses, signs and powers that are open */
    size_t height; /* values on the stack */
    struct formula_constants *constants;
    struct formula *formula;
    struct sgdmft_error *error;
};

static enum sgdmft_status fail_at(const struct parser *p, const char *at, const char *what)
{
    return sgdmft_fail(p->error, SGDMFT_USAGE, "%s: position %zu%s%.16s%s: %s", p->kind->parameter,
                       (size_t)(at - p->text) + 1, *at ? ", '" : ", its end", at, *at ? "'" : "", what);
}

static void skip(struct parser *p)
{
    while (*p->at == ' ')
        p->at++;
}

static bool take(struct parser *p, const char *word)
{
    skip(p);
    if (strncmp(p->at, word, strlen(word)) != 0)
        return false;
    p->at += strlen(word);
    return true;
}

static enum sgdmft_status push(struct parser *p, const char *at, struct formula_step step)
{
    if (p->height >= FORMULA_DEPTH_MAX || p->formula->count >= FORMULA_STEPS_MAX)
        return fail_at(p, at, "the formula is too deep");
    p->formula->step[p->formula->count++] = step;
    p->height++;
    return SGDMFT_OK;
}

/* Applies a function to the last values; to numbers at once. */
static enum sgdmft_status apply(struct parser *p, const char *at, const struct formula_function *function)
{
    const size_t arity = (size_t)function->arity;
    const struct formula_step *last = p->formula->step + p->formula->count - arity;
    double x[3] = {0};
    bool numbers = true;
    for (size_t i = 0; i < arity && numbers; i++) {
        numbers = !last[i].function && last[i].variable < 0;
        x[i] = last[i].number;
    }
    p->height -= arity;
    if (!numbers)
        return push(p, at, (struct formula_step){.function = function, .variable = -1});
    p->formula->count -= arity;
    const double value = function->value(x);
    if (!isfinite(value))
        return fail_at(p, at, "this is not a finite real number");
    return push(p, at, (struct formula_step){.variable = -1, .number = value});
}

static enum sgdmft_status read_sum(struct parser *p);

static enum sgdmft_status expect(struct parser *p, const char *word, const char *what)
{
    return take(p, word) ? SGDMFT_OK : fail_at(p, p->at, what);
}

/* A < B as B - A, A > B as A - B. */
static enum sgdmft_status read_comparison(struct parser *p)
{
    enum sgdmft_status status = read_sum(p);
    if (status)
        return status;
    skip(p);
    const char *at = p->at;
    const bool less = *at == '<';
    if (!take(p, "<") && !take(p, ">"))
        return fail_at(p, at, "where takes a comparison first, as in where(y*phi < 1, A, B)");
    take(p, "=");
    if ((status = read_sum(p)) || (status = apply(p, at, &functions[OP_SUBTRACT])))
        return status;
    skip(p);
    if (*p->at && *p->at != ',')
        return fail_at(p, p->at,
                       "where takes a single comparison: write another where in C or D of where(A < B, C, D)");
    return less ? apply(p, at, &functions[OP_NEGATE]) : SGDMFT_OK;
}

static enum sgdmft_status read_call(struct parser *p, const char *at, const struct formula_function *function)
{
    enum sgdmft_status status = expect(p, "(", "a function needs its arguments in parentheses");
    for (int i = 0; i < function->arity && !status; i++) {
        if (i > 0)
            status = expect(p, ",", "the function needs another argument behind a comma");
        if (!status)
            status = i == 0 && function == &functions[OP_WHERE] ? read_comparison(p) : read_sum(p);
    }
    if (!status) {
        skip(p);
        status = expect(p, ")", *p->at == ',' ? "the function takes no more arguments" : "a ) is missing here");
    }
    return status ? status : apply(p, at, function);
}

static bool same(const char *name, const char *at, size_t length)
{
    return strlen(name) == length && strncmp(name, at, length) == 0;
}

/* Names that other programs have, and what is written for them here. */
static const char *const elsewhere[][2] = {
    {"ln", "log(A)"},
    {"e", "exp(A) for e**A"},
    {"log2", "log(A)/log(2)"},
    {"log10", "log(A)/log(10)"},
    {"pow", "A**B"},
    {"relu", "max(A, 0)"},
    {"maximum", "max(A, B)"},
    {"minimum", "min(A, B)"},
    {"clip", "min(max(A, B), C)"},
    {"fabs", "abs(A)"},
    {"if", "where(A < B, C, D)"},
    {"heaviside", "where(A > 0, 1, 0)"},
    {"arctan", "atan(A)"},
    {"sech", "1/cosh(A)"},
    {"logistic", "sigmoid(A)"},
    {"expit", "sigmoid(A)"},
    {"logcosh", "log(cosh(A))"},
    {"normcdf", "erfc(-A/sqrt(2))/2"},
    {"Phi", "erfc(-A/sqrt(2))/2"},
    {"ndtr", "erfc(-A/sqrt(2))/2"},
};

static enum sgdmft_status unknown_name(const struct parser *p, const char *at, size_t length)
{
    char text[768];
    int n = snprintf(text, sizeof text, "unknown name '%.*s'", length < 60 ? (int)length : 60, at);
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (same(elsewhere[i][0], at, length))
            n += snprintf(text + n, sizeof text - (size_t)n, ", which is written %s", elsewhere[i][1]);
    n += snprintf(text + n, sizeof text - (size_t)n, "; known are");
    for (size_t i = 0; p->kind->names[i]; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, " %s", p->kind->names[i]);
    for (size_t i = 0; i < p->constants->count; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, " %s", p->constants->name[i]);
    n += snprintf(text + n, sizeof text - (size_t)n, " pi, NAME=VALUE of formula_constants, and the functions");
    for (size_t i = OP_WHERE; i < FUNCTIONS; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, " %s", functions[i].name);
    return fail_at(p, at, text);
}

static enum sgdmft_status read_name(struct parser *p)
{
    const char *at = p->at;
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    p->at += length;
    for (int i = 0; p->kind->names[i]; i++)
        if (same(p->kind->names[i], at, length))
            return push(p, at, (struct formula_step){.variable = i});
    for (size_t i = 0; i < p->constants->count; i++)
        if (same(p->constants->name[i], at, length)) {
            p->constants->used[i] = true;
            return push(p, at, (struct formula_step){.variable = -1, .number = p->constants->value[i]});
        }
    if (same("pi", at, length))
        return push(p, at, (struct formula_step){.variable = -1, .number = M_PI});
    for (size_t i = OP_WHERE; i < FUNCTIONS; i++)
        if (same(functions[i].name, at, length))
            return read_call(p, at, &functions[i]);
    return unknown_name(p, at, length);
}

/* Digits, a point, an exponent: nothing else that strtod takes (hexadecimal, inf, nan). */
static enum sgdmft_status read_number(struct parser *p)
{
    const char *at = p->at, *end = at;
    while (isdigit((unsigned char)*end) || *end == '.')
        end++;
    if ((*end == 'e' || *end == 'E') && end[1] && (isdigit((unsigned char)end[1]) || strchr("+-", end[1])))
        for (end += 2; isdigit((unsigned char)*end);)
            end++;
    char text[64];
    if (end - at >= (ptrdiff_t)sizeof text)
        return fail_at(p, at, "the number is too long");
    snprintf(text, sizeof text, "%.*s", (int)(end - at), at);
    double value = 0;
    if (!number_is_decimal(text) || number_real(text, &value) != NUMBER_OK)
        return fail_at(p, at, "this is not a finite decimal number");
    p->at = end;
    return push(p, at, (struct formula_step){.variable = -1, .number = value});
}

static enum sgdmft_status read_atom(struct parser *p)
{
    skip(p);
    const char *at = p->at;
    if (take(p, "(")) {
        enum sgdmft_status status = read_sum(p);
        return status ? status : expect(p, ")", "a ) is missing here");
    }
    if (isalpha((unsigned char)*at) || *at == '_')
        return read_name(p);
    if (isdigit((unsigned char)*at) || *at == '.')
        return read_number(p);
    return fail_at(p, at, *at == '|' ? "abs(A) is written for |A|" : "a number, a name or ( is expected here");
}

static enum sgdmft_status read_factor(struct parser *p);

/* a ** b ** c is a ** (b ** c); an exponent without a variable stays small, so that powers can be written out. */
static enum sgdmft_status read_power(struct parser *p)
{
    enum sgdmft_status status = read_atom(p);
    skip(p);
    const char *at = p->at;
    if (status || (!take(p, "**") && !take(p, "^")))
        return status;
    if ((status = read_factor(p)))
        return status;
    const struct formula_step *exponent = &p->formula->step[p->formula->count - 1];
    if (!exponent->function && exponent->variable < 0 && !(fabs(exponent->number) <= 64))
        return fail_at(p, at, "exponents go from -64 to 64");
    return apply(p, at, &functions[OP_POWER]);
}

static enum sgdmft_status read_factor(struct parser *p)
{
    skip(p);
    const char *at = p->at;
    if (++p->nested > FORMULA_DEPTH_MAX)
        return fail_at(p, at, "the formula is too deep");
    enum sgdmft_status status;
    if (take(p, "-"))
        status = (status = read_factor(p)) ? status : apply(p, at, &functions[OP_NEGATE]);
    else
        status = take(p, "+") ? read_factor(p) : read_power(p);
    p->nested--;
    return status;
}

static enum sgdmft_status read_product(struct parser *p)
{
    enum sgdmft_status status = read_factor(p);
    while (!status) {
        skip(p);
        const char *at = p->at;
        if (*at != '*' && *at != '/')
            break;
        p->at++;
        status = read_factor(p);
        if (!status)
            status = apply(p, at, &functions[*at == '*' ? OP_MULTIPLY : OP_DIVIDE]);
    }
    return status;
}

static enum sgdmft_status read_sum(struct parser *p)
{
    enum sgdmft_status status = read_product(p);
    while (!status) {
        skip(p);
        const char *at = p->at;
        if (*at != '+' && *at != '-')
            break;
        p->at++;
        status = read_product(p);
        if (!status)
            status = apply(p, at, &functions[*at == '+' ? OP_ADD : OP_SUBTRACT]);
    }
    return status;
}

static bool has_argument(const struct formula *formula)
{
    for (size_t i = 0; i < formula->count; i++)
        if (!formula->step[i].function && formula->step[i].variable == 0)
            return true;
    return false;
}

enum sgdmft_status formula_parse(const struct formula_kind *kind, const char *text, struct formula_constants *constants,
                                 struct formula *formula, struct sgdmft_error *error)
{
    struct parser p = {
        .kind = kind, .text = text, .at = text, .constants = constants, .formula = formula, .error = error};
    *formula = (struct formula){.kind = kind};
    enum sgdmft_status status = read_sum(&p);
    if (status)
        return status;
    skip(&p);
    if (*p.at)
        return fail_at(&p, p.at,
                       *p.at == ')'            ? "this ) has no ("
                       : strchr("<>=!", *p.at) ? "comparisons stand in where(A < B, C, D)"
                                               : "an operator is expected here (products are written with *)");
    if (!has_argument(formula))
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: '%.80s' does not depend on %s: its derivative is zero",
                           kind->parameter, text, kind->names[0]);
    return SGDMFT_OK;
}

/* ---- constants ------------------------------------------------------------------------------------------ */

static bool name_is_free(const char *name, const struct formula_constants *constants)
{
    static const struct formula_kind *const kinds[] = {&formula_loss, &formula_link, &formula_teacher};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; kinds[i]->names[j]; j++)
            if (strcmp(kinds[i]->names[j], name) == 0)
                return false;
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (strcmp(functions[i].name, name) == 0)
            return false;
    for (size_t i = 0; i < constants->count; i++)
        if (strcmp(constants->name[i], name) == 0)
            return false;
    return strcmp(name, "pi") != 0;
}

enum sgdmft_status formula_constants_parse(const char *text, struct formula_constants *constants,
                                           struct sgdmft_error *error)
{
    *constants = (struct formula_constants){.count = 0};
    for (const char *at = text; *at;) {
        char name[FORMULA_NAME_MAX], number[64];
        size_t length = strcspn(at, "=,"), rest = at[length] == '=' ? strcspn(at + length + 1, ",") : 0;
        bool right = length > 0 && length < sizeof name && rest > 0 && rest < sizeof number
                     && constants->count < FORMULA_CONSTANTS_MAX && (isalpha((unsigned char)*at) || *at == '_');
        for (size_t i = 0; i < length && right; i++)
            right = isalnum((unsigned char)at[i]) || at[i] == '_';
        if (right) {
            snprintf(name, sizeof name, "%.*s", (int)length, at);
            snprintf(number, sizeof number, "%.*s", (int)rest, at + length + 1);
            right =
                name_is_free(name, constants) && number_real(number, &constants->value[constants->count]) == NUMBER_OK;
        }
        if (!right)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "formula_constants: '%.80s' is not NAME=VALUE,... with at most %d new names of letters, "
                               "digits and _ (position %zu)",
                               text, FORMULA_CONSTANTS_MAX, (size_t)(at - text) + 1);
        memcpy(constants->name[constants->count++], name, sizeof name);
        at += length + 1 + rest;
        at += *at == ',' && at[1];
        if (*at == ',')
            return sgdmft_fail(error, SGDMFT_USAGE, "formula_constants: '%.80s' ends with a comma", text);
    }
    return SGDMFT_OK;
}
