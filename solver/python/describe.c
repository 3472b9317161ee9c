/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of parameters, observables, analyses and engines, as json. */
#include "models/base/json_scalars.h"
#include "models/kind/kind.h"

#include <math.h>
#include <sgdmft/analyses.h>
#include <sgdmft/boundary.h>
#include <sgdmft/by_name.h>
#include <sgdmft/solve.h>
#include <stdlib.h>

static void set(json_t *object, const char *name, const char *text)
{
    json_object_set_new(object, name, text ? json_text(text) : json_null());
}

/* Lists the names of choices or of records; empty for other kinds. */
static json_t *words(const struct sgdmft_parameter *parameter)
{
    json_t *array = json_array();
    for (size_t i = 0; parameter->choices && parameter->choices[i]; i++)
        json_array_append_new(array, json_text(parameter->choices[i]));
    for (size_t i = 0; parameter->records && parameter->records[i]; i++) /* a record begins with its entry */
        json_array_append_new(array, json_text(((const struct sgdmft_entry *)parameter->records[i])->name));
    return array;
}

static json_t *parameter_object(const struct sgdmft_parameter *parameter)
{
    json_t *object = json_object();
    const char *argument = parameter->argument ? parameter->argument : parameter_kind(parameter)->argument;
    set(object, "name", parameter->name);
    set(object, "section", parameter->section);
    set(object, "unit", parameter->unit);
    set(object, "default", parameter->default_text);
    json_object_set_new(object, "minimum", json_number(parameter->minimum));
    json_object_set_new(object, "maximum", json_number(parameter->maximum));
    json_object_set_new(object, "switch", json_boolean(sgdmft_parameter_is_switch(parameter)));
    json_object_set_new(object, "choices", words(parameter));
    set(object, "argument", argument);
    set(object, "with", parameter->matters_with);
    set(object, "meaning", parameter->meaning);
    set(object, "reference", parameter->reference);
    return object;
}

static json_t *observable_object(const struct sgdmft_observable *observable)
{
    json_t *object = json_object();
    set(object, "group", observable->group);
    set(object, "name", observable->name);
    set(object, "units", observable->units);
    set(object, "description", observable->description);
    return object;
}

static json_t *analysis_object(const struct sgdmft_analysis *analysis)
{
    json_t *object = json_object(), *options = json_array();
    set(object, "name", analysis->name);
    set(object, "summary", analysis->summary);
    for (const struct sgdmft_analysis_option *option = analysis->option; option->name; option++) {
        json_t *row = json_object();
        set(row, "name", option->name);
        set(row, "meaning", option->meaning);
        json_array_append_new(options, row);
    }
    json_object_set_new(object, "options", options);
    return object;
}

static json_t *status_object(void)
{
    json_t *object = json_object();
#define STATUS(symbol, value, sentence) json_object_set_new(object, #symbol, json_integer(value));
    SGDMFT_STATUS_LIST(STATUS)
#undef STATUS
    return object;
}

static json_t *engine_array(void)
{
    json_t *array = json_array();
    for (size_t i = 0; sgdmft_engine_entry(i); i++)
        json_array_append_new(array, json_text(sgdmft_engine_entry(i)->name));
    return array;
}

char *sgdmft_describe(void)
{
    struct sgdmft_provenance provenance = {.threads = 0};
    json_t *document = json_object(), *parameters = json_array(), *observables = json_array(), *analyses = json_array();
    sgdmft_provenance_fill(&provenance);
    for (size_t i = 0; i < sgdmft_parameter_count; i++)
        json_array_append_new(parameters, parameter_object(&sgdmft_parameters[i]));
    for (size_t i = 0; i < sgdmft_observable_count; i++)
        json_array_append_new(observables, observable_object(&sgdmft_observables[i]));
    for (size_t i = 0; sgdmft_analysis_at(i); i++)
        json_array_append_new(analyses, analysis_object(sgdmft_analysis_at(i)));
    set(document, "version", provenance.version);
    json_object_set_new(document, "status", status_object());
    json_object_set_new(document, "parameters", parameters);
    json_object_set_new(document, "observables", observables);
    json_object_set_new(document, "analyses", analyses);
    json_object_set_new(document, "engines", engine_array());
    json_object_set_new(document, "alpha_tolerance", json_number(SGDMFT_ALPHA_TOLERANCE));
    json_object_set_new(document, "progress_bar_seconds", json_number(SGDMFT_PROGRESS_BAR_SECONDS));
    json_object_set_new(document, "progress_line_seconds", json_number(SGDMFT_PROGRESS_LINE_SECONDS));
    json_object_set_new(document, "progress_text", json_integer(SGDMFT_PROGRESS_MAX));
    char *text = json_dumps(document, JSON_REAL_PRECISION(17));
    json_decref(document);
    return text;
}
