/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts and tables about a run: parameters, provenance, references of its records. */
#include "models/base/json_scalars.h"
#include "models/result/result_hdf5.h"
#include "models/run/parameter_table.h"
#include "solver/cli/page/page.h"
#include "solver/cli/run/rerun.h"
#include "solver/run/engine.h"

#include <string.h>

/* ---- what was run ------------------------------------------------------------------------------------------ */

void page_describe(struct page *page, const struct sgdmft_result *result, const struct points *points)
{
    const char *varied[POINTS_VARY_MAX + 1];
    size_t count = points ? points->vary_count : 0;
    const bool theory = result->source == SGDMFT_THEORY;
    char text[600], label[120];
    for (size_t v = 0; v < count; v++)
        varied[v] = points->vary[v]->name;
    if (theory)
        varied[count++] = "dim"; /* dim of the simulation */
    plot_describe(&result->run, count, varied, true, text);
    if (theory)
        snprintf(label, sizeof label, "theory (engine %.32s, %zu groups of paths)",
                 *result->provenance.engine ? result->provenance.engine : "unknown", result->samples);
    else
        snprintf(label, sizeof label, "simulation (%zu runs)", result->samples);
    page_words(page, label, text);
}

/* ---- parameters -------------------------------------------------------------------------------------------- */

static bool is_varied(const struct points *points, const struct sgdmft_parameter *parameter)
{
    for (size_t v = 0; points && v < points->vary_count; v++)
        if (points->vary[v] == parameter)
            return true;
    return false;
}

/* The value of a parameter in a run; "" if it has no effect, "(varied)" if it differs between the points. */
static json_t *value_of(const struct sgdmft_parameter *parameter, const struct sgdmft_result *result,
                        const struct points *points)
{
    char text[SGDMFT_TEXT_MAX];
    if (is_varied(points, parameter))
        return json_text("(varied)");
    if (parameter->matters && !parameter->matters(&result->run))
        return json_text("");
    sgdmft_parameter_format(parameter, &result->run, text);
    return json_text(text);
}

void page_parameters(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count,
                     const struct points *points)
{
    json_t *table = page_table(page, "Parameters", "Parameters of the runs.", false);
    page_column(table, "parameter", "parameter", false);
    for (size_t r = 0; r < count; r++)
        page_column(table, name[r], name[r], false);
    page_column(table, "unit", "unit", false);
    page_column(table, "meaning", "meaning", false);
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        bool matters = false;
        for (size_t r = 0; r < count; r++)
            matters = matters || !parameter->matters || parameter->matters(&result[r]->run);
        if (!matters || strcmp(parameter->section, "output") == 0)
            continue;
        json_t *row = json_array();
        json_array_append_new(row, json_text(parameter->name));
        for (size_t r = 0; r < count; r++)
            json_array_append_new(row, value_of(parameter, result[r], points));
        json_array_append_new(row, json_text(strcmp(parameter->unit, "1") == 0 ? "" : parameter->unit));
        json_array_append_new(row, json_text(parameter->meaning));
        json_array_append_new(json_object_get(table, "rows"), row);
    }
}

/* ---- provenance -------------------------------------------------------------------------------------------- */

static void add_fact(json_t *table, const char *name, size_t count, json_t *const *value)
{
    json_t *row = json_array();
    json_array_append_new(row, json_text(name));
    for (size_t r = 0; r < count; r++)
        json_array_append_new(row, value[r]);
    json_array_append_new(json_object_get(table, "rows"), row);
}

static json_t *fact_text(const char *format, double number)
{
    char text[64];
    snprintf(text, sizeof text, format, number);
    return json_text(text);
}

void page_provenance(struct page *page, struct sgdmft_result *const *result, const char *const *name, size_t count)
{
    json_t *table = page_table(page, "Provenance", "Provenance of the results.", false), *value[POINTS_VARY_MAX];
    count = count < POINTS_VARY_MAX ? count : POINTS_VARY_MAX;
    page_column(table, "fact", "fact", false);
    for (size_t r = 0; r < count; r++)
        page_column(table, name[r], name[r], false);
    for (size_t i = 0; i < result_provenance_text_count; i++) {
        bool known = false;
        for (size_t r = 0; r < count; r++) {
            const char *text = (const char *)&result[r]->provenance + result_provenance_texts[i].offset;
            known = known || *text;
            value[r] = json_text(text);
        }
        if (known)
            add_fact(table, result_provenance_texts[i].name, count, value);
        else
            for (size_t r = 0; r < count; r++)
                json_decref(value[r]);
    }
    for (size_t r = 0; r < count; r++)
        value[r] = json_text(result_status_name(result[r]->status));
    add_fact(table, "status", count, value);
    for (size_t r = 0; r < count; r++)
        value[r] = json_seed(result[r]->run.seed);
    add_fact(table, "seed", count, value);
    for (size_t r = 0; r < count; r++)
        value[r] = fact_text("%.0f", (double)result[r]->samples);
    add_fact(table, "samples", count, value);
    for (size_t r = 0; r < count; r++)
        value[r] = fact_text("%.0f", (double)result[r]->provenance.threads);
    add_fact(table, "threads", count, value);
    for (size_t r = 0; r < count; r++)
        value[r] = fact_text("%.3g s", result[r]->provenance.wall_time);
    add_fact(table, "wall time", count, value);
}

/* ---- references -------------------------------------------------------------------------------------------- */

static bool is_known(const json_t *list, const char *kind, const char *name)
{
    size_t index;
    json_t *entry;
    json_array_foreach(list, index, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "kind")), kind) == 0
            && strcmp(json_string_value(json_object_get(entry, "name")), name) == 0)
            return true;
    }
    return false;
}

static void add_reference(struct page *page, const char *kind, const struct sgdmft_entry *entry)
{
    json_t *list = json_object_get(page->document, "references"), *object;
    if (is_known(list, kind, entry->name))
        return;
    object = json_object();
    json_object_set_new(object, "kind", json_text(kind));
    json_object_set_new(object, "name", json_text(entry->name));
    json_object_set_new(object, "summary", json_text(entry->summary));
    json_object_set_new(object, "reference", json_text(entry->reference));
    json_array_append_new(list, object);
}

void page_references(struct page *page, const struct sgdmft_result *result)
{
    const struct sgdmft_entry *engine;
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (parameter->kind == SGDMFT_RECORD && (!parameter->matters || parameter->matters(&result->run)))
            add_reference(page, parameter->name,
                          *(const struct sgdmft_entry *const *)((const char *)&result->run + parameter->offset));
    }
    for (size_t i = 0; (engine = sgdmft_engine_entry(i)); i++)
        if (strcmp(engine->name, result->provenance.engine) == 0)
            add_reference(page, "engine", engine);
}
