/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Analysis boundary: the conditions on a run, and the json document of the law of the margins. */
#include "solver/observe/boundary_law.h"
#include "models/result/json_values.h"
#include "models/result/result_hdf5.h"
#include "solver/run/engine.h"

#include <sgdmft/boundary.h>

#include <math.h>
#include <string.h>

const char *const margin_kinds[MARGIN_KINDS] = {"raw", "normalised", "wall", "wall_normalised"};
const char *const margin_fractions[MARGIN_FRACTIONS] = {"fraction_negative", "fraction_below_kappa", "contacts"};

enum sgdmft_status boundary_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    if (!sgdmft_has_classes(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "data: %s has real labels, but margins need labels +1/-1",
                           run->data->entry.name);
    if (run->rule->fresh)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "rule: %s draws new examples at every step, so that no training example has a margin at the "
                           "end; another rule is needed (usual: sgd)",
                           run->rule->entry.name);
    if (!simulate && engine_skips_steps(run))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "engine: %s does not follow the run from its start, so that there are no margins; dense does",
            engines[run->engine - 1]->entry.name);
    if (run->margins_at.count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "margins_at: none, but boundary needs at least one step");
    return SGDMFT_OK;
}

enum sgdmft_status boundary_find(const struct sgdmft_result *result, struct sgdmft_error *error)
{
    if (!sgdmft_result_find(result, "margins", "raw_density"))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "margins: the result does not have them; they need labels +1/-1, a step in --margins-at, "
                           "and an engine that follows the run from its start (dense)");
    return SGDMFT_OK;
}

const struct sgdmft_quantity *margin_find(const struct sgdmft_result *result, const char *kind, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", kind, *kind ? "_" : "", what);
    return sgdmft_result_find(result, "margins", name);
}

double margin_value(const struct sgdmft_quantity *quantity, bool se, size_t at, size_t j)
{
    if (!quantity)
        return (double)NAN;
    return (se ? quantity->se : quantity->mean)[at * (quantity->length / quantity->size[0]) + j];
}

static void set_both(json_t *object, const char *name, const struct sgdmft_quantity *quantity, size_t at, size_t j)
{
    json_set_value(object, name, margin_value(quantity, false, at, j), margin_value(quantity, true, at, j));
}

static json_t *quantiles_object(const struct sgdmft_quantity *quantiles, size_t at, bool se)
{
    json_t *object = json_object();
    for (size_t j = 0; j < SGDMFT_MARGIN_LEVELS; j++) {
        char level[32];
        snprintf(level, sizeof level, "%g", sgdmft_margin_levels[j]);
        json_object_set_new(object, level, json_number(margin_value(quantiles, se, at, j)));
    }
    return object;
}

static json_t *kind_object(const struct sgdmft_result *result, const char *kind, size_t at)
{
    double edges[SGDMFT_MARGIN_BINS + 1];
    json_t *object = json_object(), *histogram = json_object();
    const struct sgdmft_quantity *quantiles = margin_find(result, kind, "quantiles"),
                                 *density = margin_find(result, kind, "density");
    const size_t row = at * SGDMFT_MARGIN_BINS;
    json_object_set_new(object, "quantiles", quantiles_object(quantiles, at, false));
    json_object_set_new(object, "quantiles_se", quantiles_object(quantiles, at, true));
    set_both(object, "mean", margin_find(result, kind, "mean"), at, 0);
    set_both(object, "median", quantiles, at, SGDMFT_MARGIN_LEVELS - 1);
    set_both(object, "smallest", margin_find(result, kind, "smallest"), at, 0);
    sgdmft_margin_edges(&result->run, strcmp(kind, "raw") == 0, edges);
    json_object_set_new(histogram, "edges", json_numbers(edges, SGDMFT_MARGIN_BINS + 1));
    json_set_values(histogram, "density", density->mean + row, density->se + row, SGDMFT_MARGIN_BINS);
    json_object_set_new(object, "histogram", histogram);
    return object;
}

static void set_law(json_t *object, const struct sgdmft_result *result, size_t at)
{
    json_object_set_new(object, "step", json_integer(result->margin_step[at]));
    set_both(object, "width", margin_find(result, "normalised", "mean"), at, 0);
    for (int f = 0; f < MARGIN_FRACTIONS; f++)
        set_both(object, margin_fractions[f], margin_find(result, "", margin_fractions[f]), at, 0);
    for (int i = 0; i < MARGIN_KINDS; i++)
        if (margin_find(result, margin_kinds[i], "density"))
            json_object_set_new(object, margin_kinds[i], kind_object(result, margin_kinds[i], at));
}

static json_t *reached_object(enum sgdmft_status status, const struct sgdmft_reached *reached)
{
    if (status)
        return json_null();
    json_t *object = json_object();
    json_object_set_new(object, "threshold", json_number(reached->threshold));
    json_object_set_new(object, "fraction", json_number(reached->fraction));
    json_set_value(object, "step", reached->step, reached->step_se);
    json_object_set_new(object, "first", reached->first < 0 ? json_null() : json_integer(reached->first));
    json_object_set_new(object, "last", reached->last < 0 ? json_null() : json_integer(reached->last));
    json_object_set_new(object, "bound", json_number(reached->bound));
    return object;
}

enum sgdmft_status boundary_json(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error)
{
    struct sgdmft_reached reached;
    json_t *document = json_document("boundary", result_status_name(result->status)), *earlier = json_array();
    json_set_source(document, result);
    enum sgdmft_status status = sgdmft_error_reached(result, &reached, NULL);
    json_object_set_new(document, "train_error_zero", reached_object(status, &reached));
    status = sgdmft_loss_reached(result, &reached, NULL);
    json_object_set_new(document, "train_loss_zero", reached_object(status, &reached));
    set_law(document, result, result->margin_steps - 1);
    for (size_t at = 0; at + 1 < result->margin_steps; at++) {
        json_t *object = json_object();
        set_law(object, result, at);
        json_array_append_new(earlier, object);
    }
    json_object_set_new(document, "earlier", earlier);
    return json_print(document, out, error);
}
