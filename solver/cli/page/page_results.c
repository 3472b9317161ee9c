/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of results that are named by themselves. */
#include "models/base/memory.h"
#include "models/base/json_scalars.h"
#include "models/result/axes.h"
#include "models/result/result_hdf5.h"
#include "solver/cli/page/page.h"
#include "solver/cli/run/rerun.h"

#include <sgdmft/compare.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MOST 6 /* results beside each other in the tables of parameters and provenance */

/* ---- figures ------------------------------------------------------------------------------------------------ */

/* Adds a figure of a kind; none if no result has its quantities. */
static enum sgdmft_status add_figure(struct page *page, const struct plot_kind *kind,
                                     const struct plot_request *request, struct sgdmft_error *error)
{
    struct figure figure;
    figure_open(&figure);
    enum sgdmft_status status = kind->make(request, &figure, error);
    if (!status)
        status = figure_close(&figure, error);
    if (!status)
        page_figure(page, &figure);
    figure_free(&figure);
    return status == SGDMFT_USAGE ? SGDMFT_OK : status;
}

/* Adds the figures of all series that some result has, then those of the other quantities. */
static enum sgdmft_status add_figures(struct page *page, const struct gathering *gathering, const struct curves *curves,
                                      struct sgdmft_error *error)
{
    static const char density[] = "_density";
    enum sgdmft_status status = SGDMFT_OK;
    char name[96];
    for (size_t i = 0; i < sgdmft_observable_count && !status; i++) {
        const struct sgdmft_observable *observable = &sgdmft_observables[i];
        const bool law = axes_are(observable, SGDMFT_AXIS_MARGIN_STEP, SGDMFT_AXIS_BIN);
        const bool series = strcmp(observable->group, "series") == 0 && curves_have(curves, observable->name);
        snprintf(name, sizeof name, "%.*s", (int)(strlen(observable->name) - (law ? sizeof density - 1 : 0)),
                 observable->name);
        if (law || series)
            status =
                add_figure(page, law ? &plot_margins : &plot_observable,
                           &(struct plot_request){.gathering = gathering, .curves = curves, .observable = name}, error);
    }
    const struct plot_request whole = {.gathering = gathering, .curves = curves};
    if (!status)
        status = add_figure(page, &plot_fdt, &whole, error);
    return status ? status : add_figure(page, &plot_spectrum, &whole, error);
}

/* ---- theory beside simulation ------------------------------------------------------------------------------- */

static void add_comparison(struct page *page, const struct sgdmft_comparison *comparison, const char *label)
{
    char title[300], reason[SGDMFT_TEXT_MAX];
    sgdmft_comparison_reason(comparison, reason);
    snprintf(title, sizeof title, "verdict%s%.250s", *label ? ", " : "", label);
    page_line(page, title, reason);
    snprintf(title, sizeof title, "Theory beside simulation%s%.250s", *label ? ", " : "", label);
    json_t *table = page_table(page, title, title, true);
    page_column(table, "observable", "observable", false);
    page_column(table, "step", "step", true);
    page_column(table, comparison->label[0], comparison->label[0], true);
    page_column(table, comparison->label[1], comparison->label[1], true);
    page_column(table, "z", "$z$", true);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct sgdmft_comparison_row *line = &comparison->row[i];
        json_t *row = json_array();
        json_array_append_new(row, json_text(line->name));
        json_array_append_new(row, page_estimate((double)line->step, 0));
        json_array_append_new(row, page_estimate(line->theory, line->theory_se));
        json_array_append_new(row, page_estimate(line->simulation, line->simulation_se));
        char text[32];
        snprintf(text, sizeof text, "%.2f", line->z);
        json_t *score = json_array();
        json_array_append_new(score, json_number(line->z));
        json_array_append_new(score, json_null());
        json_array_append_new(score, json_text(text));
        json_array_append_new(row, score);
        json_array_append_new(json_object_get(table, "rows"), row);
    }
}

/* Adds a verdict for each run that has a theory and a simulation. */
static void compare(struct page *page, const struct curves *curves)
{
    for (size_t g = 0; g < curves->groups; g++) {
        const struct sgdmft_result *pair[2] = {NULL, NULL};
        struct sgdmft_comparison *comparison = NULL;
        struct sgdmft_error why = {.status = SGDMFT_OK};
        for (size_t i = 0; i < curves->count; i++)
            if (curves->curve[i].group == g)
                pair[curves->curve[i].result->source == SGDMFT_SIMULATION] = curves->curve[i].result;
        if (!pair[0] || !pair[1])
            continue;
        if (sgdmft_compare(pair[0], pair[1], &comparison, &why) == SGDMFT_OK)
            add_comparison(page, comparison, curves->group[g].label);
        else
            page_line(page, "verdict", why.text);
        sgdmft_comparison_free(comparison);
    }
}

/* ---- tables ------------------------------------------------------------------------------------------------- */

static enum sgdmft_status add_table(struct page *page, const struct gathering *gathering, enum table_shape shape,
                                    const char *title, bool open, struct sgdmft_error *error)
{
    struct table *table = calloc(1, sizeof *table);
    if (!table)
        return memory_fail(error, "the table");
    enum sgdmft_status status = table_fill(table, gathering, shape, gathering->count, NULL, error);
    for (size_t i = 0; i < table->count; i++)
        table->show[table->shown++] = i; /* all columns with a value */
    if (!status)
        page_fill_table(page, table, title, open);
    table_free(table);
    free(table);
    return status;
}

/* ---- the section -------------------------------------------------------------------------------------------- */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add_facts(struct page *page, const struct gathering *gathering, const struct curves *curves)
{
    struct sgdmft_result *result[SHOWN_MOST];
    const char *name[SHOWN_MOST];
    size_t count = 0;
    for (size_t i = 0; i < curves->count; i++) {
        char *again = rerun_line(curves->curve[i].result);
        page_describe(page, curves->curve[i].result, NULL);
        page_line(page, "ended", result_status_name(curves->curve[i].result->status));
        page_command(page, "again", again ? again : "");
        page_references(page, curves->curve[i].result);
        free(again);
        if (count == SHOWN_MOST)
            continue;
        result[count] = curves->curve[i].result;
        name[count++] = file_name(gathering->item[i].origin);
    }
    compare(page, curves);
    page_parameters(page, result, name, count, NULL);
    page_provenance(page, result, name, count);
}

enum sgdmft_status page_results(struct page *page, const struct gathering *gathering, struct sgdmft_error *error)
{
    struct curves curves;
    char title[200];
    enum sgdmft_status status = curves_load(gathering, &curves, error);
    snprintf(title, sizeof title, gathering->count == 1 ? "%.190s" : "Results", file_name(gathering->item[0].origin));
    page_section(page, title);
    if (!status)
        status = add_table(page, gathering, TABLE_LAST, "Last values", true, error);
    if (!status)
        add_facts(page, gathering, &curves);
    if (!status)
        status = add_figures(page, gathering, &curves, error);
    for (size_t i = 0; i < gathering->count && !status; i++) {
        const struct gathering one = {.count = 1, .item = &gathering->item[i]};
        snprintf(title, sizeof title, "Series of %.180s", file_name(gathering->item[i].origin));
        status = add_table(page, &one, TABLE_AUTO, title, false, error);
    }
    curves_free(&curves);
    return status;
}
