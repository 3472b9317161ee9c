/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Use of the steps of a formula: its values, and the text that formula_derive.py reads. */
#include "models/formula/formula.h"
#include "models/run/parameter_table.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define OVERFLOW_NEAR 1e100 /* cubes of it, which second derivatives have, overflow */

/* Value of a step with its rounding errors: eps of its own, and those of its arguments carried through it. */
static struct formula_rounded apply_rounded(const struct formula_function *function, const struct formula_rounded *x)
{
    double plain[3] = {0};
    struct formula_rounded out = {.overflow = false};
    for (int i = 0; i < function->arity; i++) {
        plain[i] = x[i].value;
        out.overflow = out.overflow || x[i].overflow;
    }
    out.value = function->value(plain);
    out.error = DBL_EPSILON * fabs(out.value);
    out.overflow = out.overflow || fabs(out.value) > OVERFLOW_NEAR;
    for (int i = 0; i < function->arity; i++) {
        plain[i] = x[i].value + x[i].error;
        out.error += fabs(function->value(plain) - out.value);
        plain[i] = x[i].value;
    }
    return out;
}

struct formula_rounded formula_value(const struct formula *formula, const double *variables)
{
    struct formula_rounded stack[FORMULA_DEPTH_MAX + 1];
    size_t height = 0;
    for (size_t i = 0; i < formula->count; i++) {
        const struct formula_step *step = &formula->step[i];
        if (step->function) {
            height -= (size_t)step->function->arity;
            stack[height] = apply_rounded(step->function, stack + height);
        } else {
            const double value = step->variable >= 0 ? variables[step->variable] : step->number;
            stack[height] = (struct formula_rounded){.value = value};
        }
        height++;
    }
    return stack[0];
}

bool formula_has_parameters(const struct formula *formula)
{
    for (size_t i = 0; i < formula->count; i++)
        if (!formula->step[i].function && formula->step[i].variable >= 0
            && formula->kind->member[formula->step[i].variable])
            return true;
    return false;
}

char *formula_words(const struct formula *formula, const struct sgdmft_run *run)
{
    const struct formula_kind *kind = formula->kind;
    char *text = NULL, number[32];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, "%s\n", kind->what);
    for (size_t i = 0; kind->names[i]; i++) {
        fprintf(out, "%s%s", i ? " " : "", kind->names[i]);
        if (run && kind->member[i])
            fprintf(out, "=%s", number_format(*(const double *)((const char *)run + kind->member[i]), number));
    }
    fputc('\n', out);
    for (size_t i = 0; i < formula->count; i++) {
        const struct formula_step *step = &formula->step[i];
        fprintf(out, "%s\n",
                step->function        ? step->function->name
                : step->variable >= 0 ? formula->kind->names[step->variable]
                                      : number_format(step->number, number));
    }
    const bool bad = ferror(out) != 0;
    if (fclose(out) == 0 && !bad)
        return text;
    free(text);
    return NULL;
}
