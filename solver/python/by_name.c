/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs, results and comparisons by name. */
#include "models/result/axes.h"
#include "models/base/memory.h"
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"
#include "models/run/suggest.h"
#include "solver/observe/derive.h"
#include "solver/run/machine_speed.h"
#include "solver/run/simulated_run.h"

#include <sgdmft/margin_bins.h>
#include <sgdmft/by_name.h>
#include <sgdmft/implicit.h>
#include <sgdmft/solve.h>
#include <stdlib.h>
#include <string.h>

void sgdmft_text_free(char *text)
{
    free(text);
}

static char *dump(json_t *document)
{
    char *text = document ? json_dumps(document, JSON_REAL_PRECISION(17)) : NULL;
    json_decref(document);
    return text;
}

/* ---- runs ------------------------------------------------------------------------------------------- */

enum sgdmft_status sgdmft_run_create(const struct sgdmft_settings *settings, struct sgdmft_run **run,
                                     struct sgdmft_error *warning, struct sgdmft_error *error)
{
    *run = malloc(sizeof **run);
    if (!*run)
        return memory_fail(error, "the run");
    const enum sgdmft_status status = sgdmft_run_resolve(settings, *run, warning, error);
    if (status) {
        free(*run);
        *run = NULL;
    }
    return status;
}

void sgdmft_run_free(struct sgdmft_run *run)
{
    free(run);
}

char *sgdmft_run_document(const struct sgdmft_run *run)
{
    return dump(json_parameters(run));
}

char *sgdmft_run_config(const struct sgdmft_run *run)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    sgdmft_run_print(run, out);
    fclose(out);
    return text;
}

enum sgdmft_status sgdmft_run_estimate(const struct sgdmft_run *run, bool simulate, char **text,
                                       struct sgdmft_error *error)
{
    struct sgdmft_estimate estimate = {.bytes = 0};
    const char *engine = simulated_engine(run);
    const enum sgdmft_status status = simulate ? simulated_estimate(run, &estimate, error)
                                               : sgdmft_solve_estimate_trial(run, &estimate, &engine, error);
    *text = NULL;
    if (status)
        return status;
    const struct machine_speed speed = machine_speed();
    machine_scale(&speed, &estimate);
    json_t *document = json_object();
    json_object_set_new(document, "engine", json_text(engine));
    json_object_set_new(document, "memory_bytes", json_number(estimate.bytes));
    json_object_set_new(document, "seconds", json_number(estimate.seconds));
    json_object_set_new(document, "disk_bytes", json_number(*run->out ? estimate.disk : 0));
    *text = dump(document);
    return *text ? SGDMFT_OK : memory_fail(error, "the run");
}

/* ---- results ---------------------------------------------------------------------------------------- */

const struct sgdmft_run *sgdmft_result_run(const struct sgdmft_result *result)
{
    return &result->run;
}

static json_t *edges_array(const struct sgdmft_run *run, bool raw)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    sgdmft_margin_edges(run, raw, edges);
    return json_numbers(edges, SGDMFT_MARGIN_BINS + 1);
}

static json_t *axes_object(const struct sgdmft_result *result)
{
    json_t *axes = json_object();
    const struct sgdmft_quantity *omega = sgdmft_result_find(result, "spectrum", "omega");
    const struct sgdmft_steps *sharpness = &result->run.sharpness_at;
    json_object_set_new(axes, "step", json_steps(result->step, result->steps));
    json_object_set_new(axes, "time", json_numbers(result->time, result->steps));
    json_object_set_new(axes, "waiting", json_steps(result->waiting, result->waitings));
    json_object_set_new(axes, "lag", json_steps(result->lag, result->lags));
    json_object_set_new(axes, "margin_step", json_steps(result->margin_step, result->margin_steps));
    json_object_set_new(axes, "sharpness_step", json_steps(sharpness->step, sharpness->count));
    json_object_set_new(axes, "level", json_numbers(sgdmft_margin_levels, SGDMFT_MARGIN_LEVELS));
    if (result->margin_steps) {
        json_object_set_new(axes, "edges", edges_array(&result->run, false));
        json_object_set_new(axes, "edges_raw", edges_array(&result->run, true));
    }
    if (omega)
        json_object_set_new(axes, "omega", json_numbers(omega->mean, omega->length));
    return axes;
}

static json_t *quantity_object(const struct sgdmft_quantity *quantity)
{
    const struct sgdmft_observable *observable = quantity->observable;
    char axes[AXES_TEXT_MAX];
    json_t *object = json_object(), *shape = json_array();
    for (size_t i = 0; i < quantity->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)quantity->size[i]));
    json_object_set_new(object, "group", json_text(observable->group));
    json_object_set_new(object, "name", json_text(observable->name));
    json_object_set_new(object, "units", json_text(observable->units));
    json_object_set_new(object, "axes", json_text(axes_text(observable, axes)));
    json_object_set_new(object, "description", json_text(observable->description));
    json_object_set_new(object, "shape", shape);
    return object;
}

char *sgdmft_result_document(const struct sgdmft_result *result)
{
    json_t *document = json_object(), *quantities = json_array();
    for (size_t i = 0; i < result->quantities; i++)
        json_array_append_new(quantities, quantity_object(&result->quantity[i]));
    json_object_set_new(document, "source", json_text(result_source_name(result->source)));
    json_object_set_new(document, "status", json_text(result_status_name(result->status)));
    json_object_set_new(document, "last_step", json_integer(result->last_step));
    json_object_set_new(document, "samples", json_integer((json_int_t)result->samples));
    json_object_set_new(document, "parameters", json_parameters(&result->run));
    json_object_set_new(document, "provenance", json_provenance(result));
    json_object_set_new(document, "axes", axes_object(result));
    json_object_set_new(document, "quantities", quantities);
    return dump(document);
}

const double *sgdmft_result_values(const struct sgdmft_result *result, const char *group, const char *name,
                                   const char *part, size_t *length)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    *length = quantity ? quantity->length : 0;
    if (!quantity)
        return NULL;
    return strcmp(part, "mean") == 0     ? quantity->mean
           : strcmp(part, "se") == 0     ? quantity->se
           : strcmp(part, "sample") == 0 ? quantity->sample
                                         : NULL;
}

enum sgdmft_status sgdmft_result_derive(struct sgdmft_result *result, struct sgdmft_error *error)
{
    return derive(result, error);
}

/* ---- output -------------------------------------------------------------------------------- */

/* Finds a format by its name; USAGE for an unknown one. */
static enum sgdmft_status read_format(const char *name, int *format, struct sgdmft_error *error)
{
    const char *const *choices = sgdmft_parameter_find("format")->choices;
    char meant[SUGGESTION_MAX];
    size_t count = 0;
    for (; choices[count]; count++)
        if (strcmp(choices[count], name) == 0) {
            *format = (int)count;
            return SGDMFT_OK;
        }
    return sgdmft_fail(error, SGDMFT_USAGE, "unknown format '%.80s'%s", name,
                       suggestion(name, "'", "'", choices, count, meant));
}

/* Finds the format and opens a stream that fills *text. */
static enum sgdmft_status open_text(const char *name, int *format, char **text, size_t *size, FILE **out,
                                    struct sgdmft_error *error)
{
    const enum sgdmft_status status = read_format(name, format, error);
    *text = NULL;
    if (status)
        return status;
    *out = open_memstream(text, size);
    return *out ? SGDMFT_OK : memory_fail(error, "the run");
}

enum sgdmft_status sgdmft_result_shown(const struct sgdmft_result *result, const char *name, char **text,
                                       struct sgdmft_error *error)
{
    FILE *out;
    size_t size;
    int format = SGDMFT_FORMAT_TEXT;
    enum sgdmft_status status = open_text(name, &format, text, &size, &out, error);
    if (status)
        return status;
    if (format == SGDMFT_FORMAT_JSON)
        status = sgdmft_result_json(result, result->source == SGDMFT_THEORY ? "solve" : "simulate", out, error);
    else
        status = format == SGDMFT_FORMAT_CSV ? sgdmft_result_csv(result, out, error)
                                             : sgdmft_result_text(result, out, error);
    fclose(out);
    return status;
}

enum sgdmft_status sgdmft_comparison_shown(const struct sgdmft_comparison *comparison,
                                           const struct sgdmft_result *theory, const char *name, char **text,
                                           struct sgdmft_error *error)
{
    FILE *out;
    size_t size;
    int format = SGDMFT_FORMAT_TEXT;
    enum sgdmft_status status = open_text(name, &format, text, &size, &out, error);
    if (status)
        return status;
    if (format == SGDMFT_FORMAT_JSON)
        status = sgdmft_comparison_json(comparison, &theory->run, "validate", out, error);
    else if (format == SGDMFT_FORMAT_CSV)
        sgdmft_comparison_csv(comparison, out);
    else
        sgdmft_comparison_text(comparison, out);
    fclose(out);
    return status;
}
