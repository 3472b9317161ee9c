/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Table of the kinds of parameters, and functions on values of any kind. */
#include "models/kind/kind.h"

#include "models/run/parameter_table.h"
#include <assert.h>
#include <string.h>

static const struct parameter_kind *const kinds[] = {
    [SGDMFT_REAL] = &kind_real,         [SGDMFT_INTEGER] = &kind_integer, [SGDMFT_SEED] = &kind_seed,
    [SGDMFT_CHOICE] = &kind_choice,     [SGDMFT_RECORD] = &kind_record,   [SGDMFT_TEXT] = &kind_text,
    [SGDMFT_SCHEDULE] = &kind_schedule, [SGDMFT_STEPS] = &kind_steps,
};

const struct parameter_kind *parameter_kind(const struct sgdmft_parameter *parameter)
{
    assert((size_t)parameter->kind < sizeof kinds / sizeof kinds[0]);
    return kinds[parameter->kind];
}

static void *own_member(const struct sgdmft_parameter *parameter, struct sgdmft_run *run)
{
    return (char *)run + parameter->offset;
}

enum sgdmft_status parameter_parse(const struct sgdmft_parameter *parameter, const char *text, struct sgdmft_run *run,
                                   struct sgdmft_error *error)
{
    if (*text == '\0')
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the value is empty", parameter->name);
    return parameter_kind(parameter)->parse(parameter, text, own_member(parameter, run), error);
}

void sgdmft_parameter_format(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run,
                             char out[SGDMFT_TEXT_MAX])
{
    parameter_kind(parameter)->format(parameter, parameter_member(parameter, run), out);
}

json_t *parameter_json(const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    return parameter_kind(parameter)->json(parameter, parameter_member(parameter, run));
}

bool parameter_write(hid_t object, const struct sgdmft_parameter *parameter, const struct sgdmft_run *run)
{
    return parameter_kind(parameter)->write(object, parameter, parameter_member(parameter, run));
}

bool parameter_read(hid_t object, const struct sgdmft_parameter *parameter, struct sgdmft_run *run)
{
    return parameter_kind(parameter)->read(object, parameter, own_member(parameter, run));
}

const char *parameter_argument(const struct sgdmft_parameter *parameter)
{
    const struct parameter_kind *kind = parameter_kind(parameter);
    return parameter->argument ? parameter->argument
           : kind->argument    ? kind->argument
                               : number_unit(parameter->unit)->argument;
}

/* The unit of the numbers in its texts; NULL without numbers. */
static const char *unit_of(const struct sgdmft_parameter *parameter)
{
    const char *unit = parameter_kind(parameter)->unit;
    return unit && !*unit ? parameter->unit : unit;
}

const char *parameter_number_forms(const struct sgdmft_parameter *parameter)
{
    const char *unit = unit_of(parameter);
    return unit ? number_unit(unit)->forms : "";
}

enum number_verdict parameter_number(const struct sgdmft_parameter *parameter, const char *text, double *value)
{
    const char *unit = unit_of(parameter);
    return number_in(text, unit ? unit : "", value);
}

const struct sgdmft_entry *parameter_record(const struct sgdmft_parameter *parameter, size_t i)
{
    size_t count = 0;
    if (parameter->kind != SGDMFT_RECORD)
        return NULL;
    while (count < i && parameter->records[count])
        count++;
    return parameter->records[count] || !parameter->made ? parameter->records[count] : parameter->made[i - count];
}

/* ---- defaults -------------------------------------------------------------------------------------------- */

bool parameter_has_word(const struct sgdmft_parameter *parameter)
{
    return strcmp(parameter->default_text, "auto") == 0 || strcmp(parameter->default_text, "none") == 0;
}

bool parameter_is_physical(const struct sgdmft_parameter *parameter)
{
    static const char *const sections[] = {"data", "model", "start", "algorithm"};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (strcmp(parameter->section, sections[i]) == 0)
            return true;
    return false;
}

bool parameter_is_input(const struct sgdmft_parameter *parameter)
{
    return parameter->kind == SGDMFT_TEXT && parameter->argument && strcmp(parameter->argument, "FILE") == 0
           && strcmp(parameter->section, "output") != 0;
}

bool parameter_is_outside(const struct sgdmft_parameter *parameter)
{
    return (strcmp(parameter->section, "output") == 0 && parameter->kind != SGDMFT_SEED)
           || strcmp(parameter->name, "memory_limit") == 0;
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
