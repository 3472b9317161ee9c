/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of fluctuation and dissipation: correlation against integrated response, and the spectrum of the effective
 * temperature. Theory is drawn as lines, simulation as points. */
#include "solver/cli/view/plot_kinds.h"
#include "solver/observe/scalar.h"

#include <math.h>
#include <sgdmft/fdt.h>

static const struct sgdmft_fdt_curve *used_curve(const struct sgdmft_fdt *fdt)
{
    for (size_t i = 0; i < fdt->curves; i++)
        if (fdt->used > 0 && fdt->curve[i].waiting == fdt->used_waiting[0])
            return &fdt->curve[i];
    return fdt->curves > 0 ? &fdt->curve[fdt->curves - 1] : NULL;
}

/* Draws a straight line of slope -T from one response to another, through (chi0, c0). */
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
    const double reach = fmin(end, 0.9 * start / fdt->teff_short.value); /* to a tenth of its start */
    snprintf(name[0], sizeof name[0], "short times%s", whose);
    snprintf(name[1], sizeof name[1], "chord%s", whose);
    snprintf(name[2], sizeof name[2], "late%s", whose);
    put_slope(figure, name[0], &fdt->teff_short, 0, start, 0, isnan(reach) ? end : reach, figure_colour(2, 7));
    put_slope(figure, name[1], &fdt->teff_chord, 0, start, 0,
              isnan(fdt->response_limit.value) ? end : fdt->response_limit.value, figure_colour(3, 7));
    put_slope(figure, name[2], &fdt->teff_late, curve->response[late], curve->correlation[late] - zero, 0.4 * end, end,
              figure_colour(4, 7));
}

/* Extends the ranges of a figure (x from, x to, y from, y to) by a point. */
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

/* Draws an FDT curve. Points of a simulation are separated by a distance, and the last is always drawn. A theory has
 * a band, or bars if its response is not monotonic, as with an oscillating correlation. */
static void put_fdt_curve(struct figure *figure, const struct curves *curves, const struct curve *of,
                          const struct sgdmft_fdt_curve *curve, double zero, bool limits, double reach[4])
{
    const bool theory = of->result->source == SGDMFT_THEORY, grows = response_grows(curve);
    const double range[2] = {fabs(curve->response[curve->lags - 1]),
                             fabs(curve->correlation[0] - curve->correlation[curve->lags - 1])};
    char label[200];
    size_t last = 0;
    const size_t block = plot_block(figure, curves, of);
    for (size_t l = 0; l < curve->lags; l++) {
        const double chi = curve->response[l], c = curve->correlation[l] - zero;
        const double se =
            theory && limits ? 0
                             : plot_no_nan(curve->correlation_se[l]); /* the error of the limit shifts the whole line */
        const double away =
            hypot((chi - curve->response[last]) / range[0], (c + zero - curve->correlation[last]) / range[1]);
        if (!theory && l > 0 && l + 1 < curve->lags && away < 1.0 / PLOT_POINTS_SHOWN)
            continue;
        last = l;
        reach_out(reach, chi, c, se);
        if (theory && grows)
            figure_row(figure, 3, (const double[]){chi, c, se});
        else
            figure_row(figure, 4, (const double[]){chi, c, plot_no_nan(curve->response_se[l]), se});
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

/* True if all curves have a limit and are stationary, so that C - C(inf) is drawn. */
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

/* Makes the figure. With one run it has the fitted slopes, those of the theory if there is one. */
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
                              : plot_nothing("fdt", "two-time functions", error);
    plot_warn(figure, drawn, curves->count,
              reason.text[0] ? reason.text : "no correlation and response at two or more lags");
    const double room = 0.04 * (reach[3] - reach[2]);
    figure->range[0] = reach[0] - 0.015 * reach[1]; /* room for the bars at lag 0 beside the axis */
    figure->range[1] = 1.03 * reach[1];
    figure->range[2] = limits && !(reach[2] < 0) ? 0 : reach[2] - room;
    figure->range[3] = reach[3] + (sloped ? 5 : 1) * room; /* the key of the slopes is above the chord */
    figure->key_inside = limits && curves->groups <= 6;
    snprintf(figure->x_label, sizeof figure->x_label, "integrated response {/:Italic χ}");
    snprintf(figure->y_label, sizeof figure->y_label,
             limits ? "{/:Italic C} − {/:Italic C}(∞)" : "correlation {/:Italic C}");
    plot_panel_title(request, figure);
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
        char label[200];
        if (!scalar_spectrum(curve->result, &omega, &teff))
            continue;
        const size_t block = plot_block(figure, curves, curve);
        for (size_t j = 0; j < omega->length; j++)
            if (isfinite(teff->mean[j])
                && !(teff->se[j] > fabs(teff->mean[j]))) { /* not resolved: the error exceeds the value */
                figure_row(figure, 3, (const double[]){omega->mean[j], teff->mean[j], plot_no_nan(teff->se[j])});
                least = fmin(least, teff->mean[j]);
                most = fmax(most, teff->mean[j]);
            }
        plot_label(curves, curve, label);
        figure_add(figure, theory ? FIGURE_LINE : FIGURE_POINTS, block, plot_colour(curves, curve), label);
    }
    if (figure->count == 0)
        return plot_nothing("spectrum", "a spectrum of the effective temperature", error);
    plot_warn(figure, figure->count, curves->count, "no spectrum of the effective temperature");
    figure->x_log = true;
    figure->y_log = figure_wants_log(least, most);
    if (!figure->y_log) {
        figure->range[2] = fmin(0, 1.15 * least);
        figure->range[3] = 1.15 * most;
    }
    snprintf(figure->x_label, sizeof figure->x_label, "angular frequency {/:Italic ω} (radians per step)");
    snprintf(figure->y_label, sizeof figure->y_label, "{/:Italic T}_{eff}({/:Italic ω})");
    plot_panel_title(request, figure);
    return SGDMFT_OK;
}

const struct plot_kind plot_spectrum = {"spectrum", "the effective temperature of each frequency", true, spectrum};
