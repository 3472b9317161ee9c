/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of whole results: an observable in time, the distance of replicas, the law of the margins. Theory is drawn as
 * lines, simulation as points. */
#include "solver/cli/view/plot_kinds.h"

#include <math.h>
#include <sgdmft/margin_bins.h>
#include <string.h>

/* ---- an observable in time --------------------------------------------------------------------------------- */

static enum sgdmft_status make_series(const struct plot_request *request, const char *name, const char *kind,
                                      struct figure *figure, struct sgdmft_error *error)
{
    const struct curves *curves = request->curves;
    double smallest = (double)INFINITY, largest = 0;
    bool known = false;
    char missing[120];
    snprintf(missing, sizeof missing, "%.80s at two or more steps", name);
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        const struct sgdmft_result *result = curve->result;
        const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
        const bool theory = result->source == SGDMFT_THEORY;
        const size_t every = theory ? 1 : result->steps / PLOT_POINTS_SHOWN + 1;
        char label[200];
        known = known || quantity;
        if (!quantity || result->steps < 2)
            continue;
        const size_t block = plot_block(figure, curves, curve);
        for (size_t row = 0; row < result->steps; row += every) {
            const double value[3] = {result->time[row], quantity->mean[row], plot_no_nan(quantity->se[row])};
            figure_row(figure, 3, value);
            smallest = fmin(smallest, value[1]);
            largest = fmax(largest, value[1]);
        }
        plot_label(curves, curve, label);
        figure_add(figure, theory ? FIGURE_LINE : FIGURE_POINTS, block, plot_colour(curves, curve), label);
    }
    if (figure->count == 0)
        return plot_nothing(kind, known ? missing : name, error);
    plot_warn(figure, figure->count, curves->count, missing);
    figure->y_log = figure_wants_log(smallest, largest);
    symbol_plot("time", figure->x_label);
    symbol_plot(name, figure->y_label);
    plot_panel_title(request, figure);
    return SGDMFT_OK;
}

static enum sgdmft_status observable(const struct plot_request *request, struct figure *figure,
                                     struct sgdmft_error *error)
{
    return make_series(request, request->observable ? request->observable : "train_loss", "series", figure, error);
}

const struct plot_kind plot_observable = {"series", "an observable in time (all standard ones without --observable)",
                                          true, observable};

static enum sgdmft_status panel_replicas(const struct plot_request *request, struct figure *figure,
                                         struct sgdmft_error *error)
{
    return make_series(request, request->observable ? request->observable : "distance", "replicas", figure, error);
}

const struct plot_kind plot_replicas = {"replicas", "the distance of two replicas in time", true, panel_replicas};

/* ---- margins --------------------------------------------------------------------------------------------------- */

/* Least width of a drawn bin; narrow bins near the centre are joined, to reduce their noise. */
#define BIN_WIDTH 0.2

static enum sgdmft_status margins(const struct plot_request *request, struct figure *figure, struct sgdmft_error *error)
{
    const struct curves *curves = request->curves;
    const char *kind = request->observable ? request->observable : "normalised";
    char name[96];
    double left = (double)INFINITY, right = -(double)INFINITY, most = 0, edges[SGDMFT_MARGIN_BINS + 1];
    snprintf(name, sizeof name, "%.60s_density", kind);
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        const struct sgdmft_result *result = curve->result;
        const struct sgdmft_quantity *density = sgdmft_result_find(result, "margins", name);
        const bool theory = result->source == SGDMFT_THEORY;
        char label[200];
        if (!density || result->margin_steps == 0)
            continue;
        sgdmft_margin_edges(&result->run, strcmp(kind, "raw") == 0, edges);
        const size_t block = plot_block(figure, curves, curve);
        const size_t row = (result->margin_steps - 1) * SGDMFT_MARGIN_BINS;
        for (size_t j = 0; j < SGDMFT_MARGIN_BINS;) {
            double mass = 0, variance = 0, width = 0;
            const double from = edges[j];
            for (; j < SGDMFT_MARGIN_BINS && (width == 0 || width + 0.5 * (edges[j + 1] - edges[j]) < BIN_WIDTH); j++) {
                const double bin = edges[j + 1] - edges[j], se = plot_no_nan(density->se[row + j]);
                mass += bin * plot_no_nan(density->mean[row + j]);
                variance += bin * bin * se * se;
                width += bin;
            }
            const double middle = from + width / 2;
            if (mass > 2e-4) {
                left = fmin(left, from);
                right = fmax(right, from + width);
            }
            most = fmax(most, mass / width);
            if (mass > 0)
                figure_row(figure, 3, (const double[]){middle, mass / width, sqrt(variance) / width});
        }
        plot_label(curves, curve, label);
        figure_add(figure, theory ? FIGURE_LINE : FIGURE_POINTS, block, plot_colour(curves, curve), label);
    }
    if (figure->count == 0)
        return plot_nothing("margins", name, error);
    plot_warn(figure, figure->count, curves->count, name);
    figure->range[0] = left;
    figure->range[1] = right;
    figure->range[2] = 0;
    figure->range[3] = 1.1 * most;
    if (most * (right - left) > 12) { /* a peak of contacts */
        figure->y_log = true;
        figure->range[2] = 1e-3;
        figure->range[3] = 2 * most;
    }
    snprintf(figure->x_label, sizeof figure->x_label,
             strcmp(kind, "raw") == 0          ? "margin {/:Italic y φ}({/:Italic r})"
             : strcmp(kind, "normalised") == 0 ? "normalised margin {/:Italic y φ}({/:Italic r})/√{/:Italic C}"
                                               : "margin (%s)",
             kind);
    for (char *c = figure->x_label; *c; c++)
        if (*c == '_' && strncmp(kind, "wall", 4) == 0)
            *c = ' ';
    snprintf(figure->y_label, sizeof figure->y_label, "density");
    plot_panel_title(request, figure);
    return SGDMFT_OK;
}

const struct plot_kind plot_margins = {
    "margins", "the law of the margins (--observable raw, normalised, wall, wall_normalised)", true, margins};
