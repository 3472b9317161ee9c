/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of whole results: an observable in time, the fluctuation-dissipation curve, the spectrum of the effective
 * temperature, the distance of replicas, the law of the margins. Theory is drawn as lines, simulation as points. */
#include "solver/cli/view/plot_kinds.h"
#include "solver/cli/view/scalar.h"

#include <math.h>
#include <sgdmft/margin_bins.h>
#include <sgdmft/fdt.h>
#include <string.h>

#define POINTS_SHOWN 25

/* ---- labels -------------------------------------------------------------------------------------------- */

static bool have_source(const struct curves *curves, enum sgdmft_source source)
{
    for (size_t i = 0; i < curves->count; i++)
        if (curves->curve[i].result->source == source)
            return true;
    return false;
}

unsigned plot_colour(const struct curves *curves, const struct curve *curve)
{
    if (curves->groups == 1)
        return figure_colour(curve->result->source == SGDMFT_THEORY ? 0 : 1, 2);
    return figure_colour(curve->group, curves->groups);
}

#define LABELS_MAX 9 /* of curves in the key */

/* "alpha = 2, loss = hinge2" with the symbols of the parameters. */
static void with_symbols(const char *label, char out[200])
{
    char name[64], symbol[SYMBOL_MAX], value[130];
    size_t length = 0;
    out[0] = '\0';
    while (*label && length < 199) {
        const char *equals = strstr(label, " = ");
        const size_t rest = strcspn(equals ? equals + 3 : label, ",");
        if (!equals) { /* no parameter: a number of the result */
            symbol_escape_plot(label, 200, out);
            return;
        }
        snprintf(name, sizeof name, "%.*s", (int)(equals - label < 63 ? equals - label : 63), label);
        symbol_plot_short(name, symbol);
        snprintf(value, sizeof value, "%.*s", (int)(rest < 60 ? rest : 60), equals + 3);
        char escaped[130];
        symbol_escape_plot(value, sizeof escaped, escaped);
        length += (size_t)snprintf(out + length, 200 - length, "%s%.80s = %s", length ? ", " : "", symbol, escaped);
        label = equals + 3 + rest;
        label += strspn(label, ", ");
    }
}

void plot_label(const struct curves *curves, const struct curve *curve, char out[200])
{
    const struct plot_group *group = &curves->group[curve->group];
    const bool simulation = curve->result->source == SGDMFT_SIMULATION;
    out[0] = '\0';
    if (curves->groups == 1)
        snprintf(out, 200, "%s", simulation ? "simulation" : "theory");
    else if (curves_labelled(curves, curve->group, LABELS_MAX) && !(simulation && group->theory))
        with_symbols(group->label, out);
}

void plot_legend_note(const struct curves *curves, char out[100])
{
    const bool theory = have_source(curves, SGDMFT_THEORY), simulation = have_source(curves, SGDMFT_SIMULATION);
    size_t named = 0;
    out[0] = '\0';
    if (curves->groups == 1)
        return;
    for (size_t g = 0; g < curves->groups; g++)
        named += curves_labelled(curves, g, LABELS_MAX);
    const int length = snprintf(out, 100, "%s",
                                theory && simulation ? "lines: theory, points: simulation"
                                : theory             ? "theory"
                                                     : "simulation");
    if (named < curves->groups)
        snprintf(out + length, 100 - (size_t)length, "; %zu of %zu curves are named", named, curves->groups);
}

static bool is_among(const char *name, size_t count, const char *const *names)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void plot_describe(const struct sgdmft_run *run, size_t count, const char *const *varied, bool whole, char out[600])
{
    static const char *const names[] = {"data",  "teacher", "link",  "loss",        "rule",  "kappa", "alpha",
                                        "ridge", "rate",    "batch", "label_noise", "steps", "dim"};
    enum { WORDS = 5, USUAL = 10, ALL = sizeof names / sizeof *names };
    char text[SGDMFT_TEXT_MAX], symbol[SYMBOL_MAX];
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < (whole ? ALL : USUAL) && length < 500; i++) {
        const struct sgdmft_parameter *parameter = sgdmft_parameter_find(names[i]);
        const bool plain =
            (i == 2 && !run->link->even) || (strcmp(names[i], "label_noise") == 0 && run->label_noise == 0.0);
        if (plain || is_among(names[i], count, varied) || (parameter->matters && !parameter->matters(run)))
            continue;
        sgdmft_parameter_format(parameter, run, text);
        if (parameter->kind == SGDMFT_REAL)
            snprintf(text, sizeof text, "%.6g", *(const double *)((const char *)run + parameter->offset));
        symbol_plot_short(names[i], symbol);
        length += (size_t)snprintf(out + length, 600 - length, "%s%s%s%.60s", length ? ", " : "",
                                   i < WORDS ? "" : symbol, i < WORDS ? "" : " = ", text);
    }
}

void plot_title(const struct sgdmft_run *run, const struct points *points, const char *more, char out[600])
{
    const char *varied[POINTS_VARY_MAX] = {NULL};
    const size_t count = points ? points->vary_count : 0;
    for (size_t v = 0; v < count; v++)
        varied[v] = points->vary[v]->name;
    plot_describe(run, count, varied, false, out);
    const size_t length = strlen(out);
    if (*more)
        snprintf(out + length, 600 - length, "\n(%s)", more);
}

/* The parameters that all curves share; those in which they differ are in the key. */
static void title_of(const struct plot_request *request, struct figure *figure)
{
    const struct curves *curves = request->curves;
    char note[100];
    plot_legend_note(curves, note);
    if (curves->groups == 1)
        plot_title(&curves->curve[0].result->run, NULL, "", figure->title);
    else
        plot_title(&curves->curve[0].result->run, request->gathering->item[0].points, note, figure->title);
}

static void block_of(struct figure *figure, const struct curves *curves, const struct curve *curve, size_t *block)
{
    char text[300];
    snprintf(text, sizeof text, "%s %s", curve->result->source == SGDMFT_THEORY ? "theory" : "simulation",
             curves->group[curve->group].label);
    *block = figure_block(figure, text);
}

static double no_nan(double x)
{
    return isnan(x) ? 0 : x;
}

static enum sgdmft_status nothing(const char *kind, const char *what, struct sgdmft_error *error)
{
    return sgdmft_fail(error, SGDMFT_USAGE, "kind: %s, but no result has %s", kind, what);
}

/* What is not drawn is said. */
static void warn_of(struct figure *figure, size_t drawn, size_t all, const char *why)
{
    if (drawn > 0 && drawn < all)
        snprintf(figure->warning, sizeof figure->warning, "%zu of %zu results are not shown: %.200s", all - drawn, all,
                 why);
}

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
        const size_t every = theory ? 1 : result->steps / POINTS_SHOWN + 1;
        size_t block;
        char label[200];
        known = known || quantity;
        if (!quantity || result->steps < 2)
            continue;
        block_of(figure, curves, curve, &block);
        for (size_t row = 0; row < result->steps; row += every) {
            const double value[3] = {result->time[row], quantity->mean[row], no_nan(quantity->se[row])};
            figure_row(figure, 3, value);
            smallest = fmin(smallest, value[1]);
            largest = fmax(largest, value[1]);
        }
        plot_label(curves, curve, label);
        figure_add(figure, theory ? FIGURE_LINE : FIGURE_POINTS, block, plot_colour(curves, curve), label);
    }
    if (figure->count == 0)
        return nothing(kind, known ? missing : name, error);
    warn_of(figure, figure->count, curves->count, missing);
    figure->y_log = figure_wants_log(smallest, largest);
    symbol_plot("time", figure->x_label);
    symbol_plot(name, figure->y_label);
    title_of(request, figure);
    return SGDMFT_OK;
}

static enum sgdmft_status observable(const struct plot_request *request, struct figure *figure,
                                     struct sgdmft_error *error)
{
    return make_series(request, request->observable ? request->observable : "train_loss", "series", figure, error);
}

const struct plot_kind plot_observable = {"series", "an observable in time (all standard ones without --observable)",
                                          true, observable};

static enum sgdmft_status replicas(const struct plot_request *request, struct figure *figure,
                                   struct sgdmft_error *error)
{
    return make_series(request, request->observable ? request->observable : "distance", "replicas", figure, error);
}

const struct plot_kind plot_replicas = {"replicas", "the distance of two replicas in time", true, replicas};

/* ---- fluctuation and dissipation ----------------------------------------------------------------------------- */

static const struct sgdmft_fdt_curve *used_curve(const struct sgdmft_fdt *fdt)
{
    for (size_t i = 0; i < fdt->curves; i++)
        if (fdt->used > 0 && fdt->curve[i].waiting == fdt->used_waiting[0])
            return &fdt->curve[i];
    return fdt->curves > 0 ? &fdt->curve[fdt->curves - 1] : NULL;
}

/* A straight line of slope -T from one response to another, through (chi0, c0). */
static void put_slope(struct figure *figure, const char *name, const struct sgdmft_estimated *teff, double chi0,
                      double c0, double from, double to, unsigned colour)
{
    char title[200], text[64];
    if (isnan(teff->value) || isnan(chi0) || isnan(c0))
        return;
    sgdmft_format_error(teff->value, teff->se, text);
    snprintf(title, sizeof title, "%s, {/:Italic T}_{eff} = %s", name, text);
    const size_t block = figure_block(figure, name);
    const double ends[2][2] = {{from, c0 - teff->value * (from - chi0)}, {to, c0 - teff->value * (to - chi0)}};
    figure_row(figure, 2, ends[0]);
    figure_row(figure, 2, ends[1]);
    figure_add(figure, FIGURE_DASHED, block, colour, title);
}

static void put_slopes(struct figure *figure, const struct sgdmft_fdt *fdt, const struct sgdmft_fdt_curve *curve,
                       double zero, const char *whose)
{
    const double end = curve->response[curve->lags - 1], start = curve->correlation[0] - zero;
    char name[3][60];
    size_t late = 0;
    while (late + 1 < curve->lags && curve->lag[late] < (fdt->teff_late.first + fdt->teff_late.last) / 2)
        late++;
    const double reach = fmin(end, 0.9 * start / fdt->teff_short.value); /* to where it comes near zero */
    snprintf(name[0], sizeof name[0], "short times%s", whose);
    snprintf(name[1], sizeof name[1], "chord%s", whose);
    snprintf(name[2], sizeof name[2], "late%s", whose);
    put_slope(figure, name[0], &fdt->teff_short, 0, start, 0, isnan(reach) ? end : reach, figure_colour(2, 7));
    put_slope(figure, name[1], &fdt->teff_chord, 0, start, 0,
              isnan(fdt->response_limit.value) ? end : fdt->response_limit.value, figure_colour(3, 7));
    put_slope(figure, name[2], &fdt->teff_late, curve->response[late], curve->correlation[late] - zero, 0.4 * end, end,
              figure_colour(4, 7));
}

/* How far the curves of a figure reach: x from, x to, y from, y to. */
static void reach_out(double reach[4], double chi, double c, double se)
{
    reach[0] = fmin(reach[0], chi);
    reach[1] = fmax(reach[1], chi);
    reach[2] = fmin(reach[2], c - se);
    reach[3] = fmax(reach[3], c + se);
}

static bool response_grows(const struct sgdmft_fdt_curve *curve)
{
    for (size_t l = 1; l < curve->lags; l++)
        if (!(curve->response[l] > curve->response[l - 1]))
            return false;
    return true;
}

/* Points of a simulation stand a distance apart in either direction, and the last is always there. A theory whose
 * response turns back, as that of an oscillating correlation does, has no band: its errors are bars. */
static void put_fdt_curve(struct figure *figure, const struct curves *curves, const struct curve *of,
                          const struct sgdmft_fdt_curve *curve, double zero, bool limits, double reach[4])
{
    const bool theory = of->result->source == SGDMFT_THEORY, grows = response_grows(curve);
    const double range[2] = {fabs(curve->response[curve->lags - 1]),
                             fabs(curve->correlation[0] - curve->correlation[curve->lags - 1])};
    char label[200];
    size_t block, last = 0;
    block_of(figure, curves, of, &block);
    for (size_t l = 0; l < curve->lags; l++) {
        const double chi = curve->response[l], c = curve->correlation[l] - zero;
        const double se =
            theory && limits ? 0 : no_nan(curve->correlation_se[l]); /* the limit's error moves all of the line */
        const double away =
            hypot((chi - curve->response[last]) / range[0], (c + zero - curve->correlation[last]) / range[1]);
        if (!theory && l > 0 && l + 1 < curve->lags && away < 1.0 / POINTS_SHOWN)
            continue;
        last = l;
        reach_out(reach, chi, c, se);
        if (theory && grows)
            figure_row(figure, 3, (const double[]){chi, c, se});
        else
            figure_row(figure, 4, (const double[]){chi, c, no_nan(curve->response_se[l]), se});
    }
    plot_label(curves, of, label);
    figure_add(figure,
               !theory ? FIGURE_CROSSES
               : grows ? FIGURE_LINE
                       : FIGURE_PATH,
               block, plot_colour(curves, of), label);
    if (theory && !grows && !limits)
        figure_add(figure, FIGURE_CROSSES, block, plot_colour(curves, of), "");
}

/* C - C(inf) where all have a limit and are stationary. */
static bool fdt_limits(const struct curves *curves)
{
    bool limits = true;
    for (size_t i = 0; i < curves->count && limits; i++) {
        struct sgdmft_fdt *made = NULL;
        struct sgdmft_error reason = {.status = SGDMFT_OK};
        long first = 0, last = 0;
        sgdmft_window(&curves->curve[i].result->run, &first, &last);
        if (sgdmft_fdt(curves->curve[i].result, first, last, &made, &reason) == SGDMFT_OK)
            limits = made->stationarity.stationary && !isnan(made->correlation_limit.value);
        sgdmft_fdt_free(made);
    }
    return limits;
}

/* With one run the fitted slopes are drawn, of the theory if it is there. */
static enum sgdmft_status fdt(const struct plot_request *request, struct figure *figure, struct sgdmft_error *error)
{
    const struct curves *curves = request->curves;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    const bool limits = fdt_limits(curves);
    double reach[4] = {0, 0, limits ? 0 : (double)INFINITY, -(double)INFINITY};
    size_t drawn = 0;
    bool sloped = false;
    for (int pass = 0; pass < 3; pass++) /* curves; slopes of a theory; if there is none, of a simulation */
        for (size_t i = 0; i < curves->count; i++) {
            const struct curve *of = &curves->curve[i];
            struct sgdmft_fdt *made = NULL;
            long first = 0, last = 0;
            sgdmft_window(&of->result->run, &first, &last);
            if (sgdmft_fdt(of->result, first, last, &made, &reason) != SGDMFT_OK)
                continue;
            const struct sgdmft_fdt_curve *curve = used_curve(made);
            const double zero = limits ? made->correlation_limit.value : 0;
            if (curve && curve->lags > 1 && pass == 0) {
                put_fdt_curve(figure, curves, of, curve, zero, limits, reach);
                drawn++;
            } else if (pass > 0 && curve && curve->lags > 1 && curves->groups == 1 && !sloped
                       && made->stationarity.stationary && (pass == 2 || of->result->source == SGDMFT_THEORY)) {
                const char *whose = of->result->source == SGDMFT_THEORY ? " (theory)" : " (simulation)";
                put_slopes(figure, made, curve, zero, curves->count > 1 ? whose : "");
                sloped = true;
            }
            sgdmft_fdt_free(made);
        }
    if (figure->count == 0)
        return reason.text[0] ? sgdmft_fail(error, SGDMFT_USAGE, "kind: fdt, but %.700s", reason.text)
                              : nothing("fdt", "two-time functions", error);
    warn_of(figure, drawn, curves->count,
            reason.text[0] ? reason.text : "no correlation and response at two or more lags");
    const double room = 0.04 * (reach[3] - reach[2]);
    figure->range[0] = reach[0] - 0.015 * reach[1]; /* bars at lag 0 are seen beside the axis */
    figure->range[1] = 1.03 * reach[1];
    figure->range[2] = limits && !(reach[2] < 0) ? 0 : reach[2] - room;
    figure->range[3] = reach[3] + room;
    figure->key_inside = limits && curves->groups <= 6;
    snprintf(figure->x_label, sizeof figure->x_label, "integrated response {/:Italic χ}");
    snprintf(figure->y_label, sizeof figure->y_label,
             limits ? "{/:Italic C} − {/:Italic C}(∞)" : "correlation {/:Italic C}");
    title_of(request, figure);
    return SGDMFT_OK;
}

const struct plot_kind plot_fdt = {
    "fdt", "correlation against integrated response, with the fitted slopes of a single run", true, fdt};

static enum sgdmft_status spectrum(const struct plot_request *request, struct figure *figure,
                                   struct sgdmft_error *error)
{
    const struct curves *curves = request->curves;
    double least = (double)INFINITY, most = 0;
    for (size_t i = 0; i < curves->count; i++) {
        const struct curve *curve = &curves->curve[i];
        const struct sgdmft_quantity *omega, *teff;
        const bool theory = curve->result->source == SGDMFT_THEORY;
        size_t block;
        char label[200];
        if (!scalar_spectrum(curve->result, &omega, &teff))
            continue;
        block_of(figure, curves, curve, &block);
        for (size_t j = 0; j < omega->length; j++)
            if (isfinite(teff->mean[j]) && !(teff->se[j] > fabs(teff->mean[j]))) { /* lost in noise */
                figure_row(figure, 3, (const double[]){omega->mean[j], teff->mean[j], no_nan(teff->se[j])});
                least = fmin(least, teff->mean[j]);
                most = fmax(most, teff->mean[j]);
            }
        plot_label(curves, curve, label);
        figure_add(figure, theory ? FIGURE_LINE : FIGURE_POINTS, block, plot_colour(curves, curve), label);
    }
    if (figure->count == 0)
        return nothing("spectrum", "a spectrum of the effective temperature", error);
    warn_of(figure, figure->count, curves->count, "no spectrum of the effective temperature");
    figure->x_log = true;
    figure->y_log = figure_wants_log(least, most);
    if (!figure->y_log) {
        figure->range[2] = fmin(0, 1.15 * least);
        figure->range[3] = 1.15 * most;
    }
    snprintf(figure->x_label, sizeof figure->x_label, "angular frequency {/:Italic ω} (1/steps)");
    snprintf(figure->y_label, sizeof figure->y_label, "{/:Italic T}_{eff}({/:Italic ω})");
    title_of(request, figure);
    return SGDMFT_OK;
}

const struct plot_kind plot_spectrum = {"spectrum", "the effective temperature of each frequency", true, spectrum};

/* ---- margins --------------------------------------------------------------------------------------------------- */

/* Bins are joined until they are this wide, so that the fine ones near the centre do not show only noise. */
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
        size_t block;
        char label[200];
        if (!density || result->margin_steps == 0)
            continue;
        sgdmft_margin_edges(&result->run, strcmp(kind, "raw") == 0, edges);
        block_of(figure, curves, curve, &block);
        const size_t row = (result->margin_steps - 1) * SGDMFT_MARGIN_BINS;
        for (size_t j = 0; j < SGDMFT_MARGIN_BINS;) {
            double mass = 0, variance = 0, width = 0;
            const double from = edges[j];
            for (; j < SGDMFT_MARGIN_BINS && (width == 0 || width + 0.5 * (edges[j + 1] - edges[j]) < BIN_WIDTH); j++) {
                const double bin = edges[j + 1] - edges[j], se = no_nan(density->se[row + j]);
                mass += bin * no_nan(density->mean[row + j]);
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
        return nothing("margins", name, error);
    warn_of(figure, figure->count, curves->count, name);
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
    title_of(request, figure);
    return SGDMFT_OK;
}

const struct plot_kind plot_margins = {
    "margins", "the law of the margins (--observable raw, normalised, wall, wall_normalised)", true, margins};
