/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fluctuation-dissipation analysis of a result, from its parts. */
#include "solver/observe/fdt_internal.h"
#include "models/base/memory.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_LAGS 8
#define LEAST_IN_WINDOW 4
#define COARSE 0.1 /* share of the range above which the error of a difference hides a drift */

static void warn(struct sgdmft_fdt *fdt, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void warn(struct sgdmft_fdt *fdt, const char *format, ...)
{
    const size_t length = strlen(fdt->warning);
    va_list arguments;
    if (length + 3 >= sizeof fdt->warning)
        return;
    if (length)
        strcat(fdt->warning, "; ");
    va_start(arguments, format);
    vsnprintf(fdt->warning + strlen(fdt->warning), sizeof fdt->warning - strlen(fdt->warning), format, arguments);
    va_end(arguments);
}

static enum sgdmft_status check_result(const struct sgdmft_result *result, struct sgdmft_error *error)
{
    const struct sgdmft_quantity *correlation = sgdmft_result_find(result, "two_time", "correlation");
    const struct sgdmft_quantity *response = sgdmft_result_find(result, "two_time", "response");
    if (!correlation || result->waitings == 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "waiting: none, but T_eff needs two-time functions: give waiting times to the run");
    if (!response)
        return sgdmft_fail(error, SGDMFT_USAGE, "response: the result has none, but T_eff needs chi(t,t_w)");
    if (result->status == SGDMFT_DIVERGED)
        return sgdmft_fail(error, SGDMFT_DIVERGED, "the run diverged after step %ld: it has no effective temperature",
                           result->last_step);
    if (result->status != SGDMFT_OK)
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "the result is not complete: %s",
                           sgdmft_status_sentence(result->status));
    return SGDMFT_OK;
}

/* Checks that every unit has enough lags, and the window enough of those of the first unit. */
static enum sgdmft_status check_lags(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit,
                                     struct sgdmft_error *error)
{
    for (size_t i = 0; i < units; i++)
        if (unit[i].lags < LEAST_LAGS)
            return sgdmft_fail(
                error, SGDMFT_USAGE,
                "waiting: step %ld leaves %zu lags to the end of the run (step %ld), but T_eff needs at least %d",
                result->waiting[unit[i].w[0]], unit[i].lags, result->last_step, LEAST_LAGS);
    return SGDMFT_OK;
}

static enum sgdmft_status check_window(const struct sgdmft_result *result, const struct fdt_unit *unit, long first,
                                       long last, struct sgdmft_error *error)
{
    size_t inside = 0;
    if (last <= first)
        return SGDMFT_OK;
    if (last > result->lag[unit->lags - 1])
        return sgdmft_fail(error, SGDMFT_USAGE, "window: lag %ld is beyond the last lag %ld after waiting time %ld",
                           last, result->lag[unit->lags - 1], result->waiting[unit->w[0]]);
    for (size_t l = 0; l < unit->lags; l++)
        inside += result->lag[l] >= first && result->lag[l] <= last;
    if (inside < LEAST_IN_WINDOW)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "window: %ld:%ld is too short: it holds %zu measured lags, and fits need at least %d", first,
                           last, inside, LEAST_IN_WINDOW);
    return SGDMFT_OK;
}

static bool curve_create(const struct sgdmft_result *result, size_t w, struct sgdmft_fdt_curve *curve)
{
    struct fdt_samples samples = {0};
    const size_t n = fdt_reach(result, w);
    *curve = (struct sgdmft_fdt_curve){
        .waiting = result->waiting[w], .lags = n, .lag = result->lag, .time = malloc((7 * n + 1) * sizeof(double))};
    if (!curve->time)
        return false;
    double **const part[] = {&curve->correlation, &curve->correlation_se, &curve->response,
                             &curve->response_se, &curve->teff,           &curve->teff_se};
    for (size_t i = 0; i < 6; i++)
        *part[i] = curve->time + (i + 1) * n;
    for (size_t l = 0; l < n; l++)
        curve->time[l] =
            sgdmft_time(&result->run, curve->waiting + curve->lag[l]) - sgdmft_time(&result->run, curve->waiting);
    const bool good = fdt_samples_create(result, 1, &w, n, &samples) && fdt_curve_fill(&samples, curve);
    fdt_samples_free(&samples);
    return good;
}

/* The units from `agree` on that reach as far as it does (as the window, if there is one). */
static void choose_used(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit, size_t agree,
                        long last, struct sgdmft_fdt *fdt)
{
    const long needed = last > 0 ? last : result->lag[unit[agree].lags - 1];
    const size_t end = fdt->stationarity.stationary ? units : agree + 1;
    for (size_t i = agree; i < end; i++)
        for (size_t j = 0; j < unit[i].count && result->lag[unit[i].lags - 1] >= needed; j++)
            fdt->used_waiting[fdt->used++] = result->waiting[unit[i].w[j]];
}

static size_t place_of(const struct sgdmft_result *result, long waiting)
{
    size_t w = 0;
    while (result->waiting[w] != waiting)
        w++;
    return w;
}

bool fdt_used(const struct sgdmft_result *result, const struct sgdmft_fdt *fdt, struct fdt_samples *samples,
              struct fdt_plan *plan)
{
    size_t w[SGDMFT_WAITING_MAX], lags = result->lags;
    for (size_t i = 0; i < fdt->used; i++) {
        w[i] = place_of(result, fdt->used_waiting[i]);
        const size_t reach = fdt_reach(result, w[i]);
        lags = reach < lags ? reach : lags;
    }
    *plan = (struct fdt_plan){0};
    return fdt_samples_create(result, fdt->used, w, lags, samples)
           && fdt_plan_create(samples, fdt->window[0], fdt->window[1], plan);
}

/* Values that a result of the engine `stationary` contains itself replace those of the fit. */
static struct sgdmft_estimated take(const struct sgdmft_result *result, const char *name, struct sgdmft_estimated kept)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "stationary", name);
    if (!quantity || quantity->length != 1)
        return kept;
    return (struct sgdmft_estimated){quantity->mean[0], quantity->se[0], 0, result->lag[result->lags - 1]};
}

static void take_limits(const struct sgdmft_result *result, struct sgdmft_fdt *fdt)
{
    fdt->teff_chord = take(result, "teff_chord", fdt->teff_chord);
    fdt->correlation_limit = take(result, "correlation_limit", fdt->correlation_limit);
    fdt->response_limit = take(result, "response_limit", fdt->response_limit);
}

static bool take_spectrum(const struct sgdmft_result *result, struct sgdmft_fdt *fdt)
{
    const struct sgdmft_quantity *omega = sgdmft_result_find(result, "spectrum", "omega");
    const struct sgdmft_quantity *teff = sgdmft_result_find(result, "spectrum", "teff");
    const size_t n = omega && teff && omega->length == teff->length ? omega->length : 0;
    fdt->omega = malloc((3 * n + 1) * sizeof(double));
    if (!fdt->omega)
        return false;
    fdt->omegas = n;
    fdt->teff = fdt->omega + n;
    fdt->teff_se = fdt->omega + 2 * n;
    for (size_t i = 0; i < n; i++) {
        fdt->omega[i] = omega->mean[i];
        fdt->teff[i] = teff->mean[i];
        fdt->teff_se[i] = teff->se[i];
    }
    return true;
}

static bool temperatures(const struct sgdmft_result *result, struct sgdmft_fdt *fdt)
{
    struct fdt_samples samples = {0};
    struct fdt_plan plan = {0};
    bool good = fdt_used(result, fdt, &samples, &plan) && fdt_temperatures(&plan, fdt);
    if (good && fdt->stationarity.by_construction) {
        take_limits(result, fdt);
        good = take_spectrum(result, fdt);
    } else if (good && plan.reached)
        good = fdt_spectrum(&plan, fdt);
    if (good && isnan(fdt->teff_chord.value))
        warn(fdt,
             "the tail of the curve is not reached by lag %ld: no limits, no chord, no spectrum (a longer run or a "
             "later window would help)",
             result->lag[plan.tail_last]);
    if (good && isnan(fdt->teff_late.value))
        warn(fdt, "no late slope from lag %ld to %ld: %s", fdt->teff_late.first, fdt->teff_late.last,
             fdt_slope_turns(&samples, plan.late_first, plan.late_last)
                 ? "C oscillates, so that the local slope changes its sign"
                 : "the response does not move");
    fdt_plan_free(&plan);
    fdt_samples_free(&samples);
    return good;
}

static void warn_weakness(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit,
                          struct sgdmft_fdt *fdt)
{
    if (result->samples < 2)
        warn(fdt, "one sample: no errors, and no test of stationarity");
    else if (units < 2 && !fdt->stationarity.by_construction)
        warn(fdt, "one waiting time: no test of stationarity");
    if (fdt->stationarity.stationary && fdt->stationarity.resolution > COARSE)
        warn(fdt, "errors are up to %.0f %% of the range of C and chi, and hide a smaller drift",
             100 * fdt->stationarity.resolution);
    for (size_t i = 0; i < units; i++)
        if (result->run.rule->epochs && !unit[i].phases && !fdt->stationarity.by_construction) {
            warn(fdt,
                 "rule %s: the temperatures are those of one phase of the epoch; give 1/batch waiting times in a row "
                 "for the average",
                 result->run.rule->entry.name);
            return;
        }
}

static enum sgdmft_status analyse(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit,
                                  struct sgdmft_fdt *fdt, struct sgdmft_error *error)
{
    size_t agree = 0;
    bool good = true;
    if (sgdmft_result_find(result, "spectrum", "teff"))
        fdt->stationarity = (struct sgdmft_stationarity){.stationary = true,
                                                         .by_construction = true,
                                                         .from = result->waiting[0],
                                                         .max_abs_z = (double)NAN,
                                                         .threshold = (double)NAN,
                                                         .resolution = (double)NAN};
    else
        good = fdt_stationarity(result, units, unit, &fdt->stationarity, &agree);
    if (good) {
        const enum sgdmft_status status = check_window(result, &unit[agree], fdt->window[0], fdt->window[1], error);
        if (status != SGDMFT_OK)
            return status;
        choose_used(result, units, unit, agree, fdt->window[1], fdt);
        good = (fdt->curve = calloc(result->waitings, sizeof *fdt->curve)) != NULL;
    }
    for (size_t w = 0; good && w < result->waitings; w++, fdt->curves++)
        good = curve_create(result, w, &fdt->curve[w]);
    if (good)
        good = temperatures(result, fdt);
    if (!good)
        return memory_fail(error, "the analysis of two-time functions");
    warn_weakness(result, units, unit, fdt);
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_fdt(const struct sgdmft_result *result, long first, long last, struct sgdmft_fdt **fdt,
                              struct sgdmft_error *error)
{
    struct fdt_unit unit[SGDMFT_WAITING_MAX];
    *fdt = NULL;
    enum sgdmft_status status = check_result(result, error);
    if (status != SGDMFT_OK)
        return status;
    const size_t units = fdt_units(result, unit);
    status = check_lags(result, units, unit, error);
    if (status != SGDMFT_OK)
        return status;
    struct sgdmft_fdt *made = calloc(1, sizeof *made);
    if (!made)
        return memory_fail(error, "the analysis of two-time functions");
    made->window[0] = first;
    made->window[1] = last;
    status = analyse(result, units, unit, made, error);
    if (status == SGDMFT_OK)
        *fdt = made;
    else
        sgdmft_fdt_free(made);
    return status;
}

void sgdmft_fdt_free(struct sgdmft_fdt *fdt)
{
    if (!fdt)
        return;
    for (size_t i = 0; fdt->curve && i < fdt->curves; i++)
        free(fdt->curve[i].time);
    free(fdt->curve);
    free(fdt->omega);
    free(fdt);
}
