/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that make a result again. */
#include "solver/cli/run/rerun.h"

#include "models/run/contents.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/quote.h"

#include <string.h>

/* True for a parameter of the machine, not of the run. */
static bool is_local(const struct sgdmft_parameter *parameter)
{
    static const char *const names[] = {"threads", "memory_limit", "progress", "format", "out"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(parameter->name, names[i]) == 0)
            return true;
    return false;
}

/* True for a parameter of the other source: dim and runs in a theory; engine, paths and groups in a simulation. The
 * held-out rows of a dataset affect the theory too. */
static bool is_foreign(const struct sgdmft_parameter *parameter, const struct sgdmft_result *result)
{
    if (result->source == SGDMFT_SIMULATION)
        return strcmp(parameter->section, "solver") == 0 || strcmp(parameter->name, "full_matrices") == 0;
    return strcmp(parameter->section, "simulation") == 0
           && !(effect_dataset(&result->run) && strcmp(parameter->name, "test_examples") == 0);
}

void rerun_flags(struct sgdmft_result *const *result, size_t count,
                 bool (*skip)(void *, const struct sgdmft_parameter *), void *context, FILE *out)
{
    char text[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        const struct sgdmft_result *of = NULL;
        for (size_t r = 0; r < count && !of; r++)
            if (result[r] && !is_foreign(parameter, result[r])
                && (!parameter->matters || parameter->matters(&result[r]->run))
                && !parameter_is_default(parameter, &result[r]->run))
                of = result[r];
        if (!of || is_local(parameter) || (skip && skip(context, parameter)))
            continue;
        sgdmft_parameter_format(parameter, &of->run, text);
        fputs(" --", out);
        for (const char *letter = parameter->name; *letter; letter++)
            fputc(*letter == '_' ? '-' : *letter, out);
        fputc(' ', out);
        quote_word(text, out);
    }
}

char *rerun_line(struct sgdmft_result *result)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        return NULL;
    fprintf(out, "sgdmft %s", result->source == SGDMFT_THEORY ? "solve" : "simulate");
    rerun_flags(&result, 1, NULL, NULL, out);
    const size_t changed = content_changed(&result->run);
    if (changed < CONTENTS)
        fprintf(out, " # other numbers: the content of %s has changed", contents[changed].parameter);
    fclose(out);
    return line;
}
