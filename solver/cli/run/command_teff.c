/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft teff: the effective temperature of a run or of a result. */
#include "models/run/parameter_table.h"
#include "solver/cli/run/by.h"
#include "solver/cli/run/command_teff.h"
#include "solver/observe/derive.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEAST_LAGS 8 /* as sgdmft_fdt wants them */

static bool engine_is(const struct sgdmft_run *run, const char *name)
{
    return strcmp(sgdmft_parameter_find("engine")->choices[run->engine], name) == 0;
}

/* Half of the run and three quarters; with epochs all phases from there on, if there is room for them. */
static void choose_waiting(const struct sgdmft_run *run, char text[SGDMFT_TEXT_MAX])
{
    const long half = run->steps / 2, quarter = run->steps / 4;
    long phases = run->rule->epochs ? lround(1 / run->batch) : 1;
    if (2 * phases > SGDMFT_WAITING_MAX || phases > quarter)
        phases = 1;
    const long between = quarter / phases * phases; /* whole epochs */
    size_t length = 0;
    for (long i = 0; i < (between ? 2 * phases : 1); i++)
        length += (size_t)snprintf(text + length, SGDMFT_TEXT_MAX - length, "%s%ld", i ? "," : "",
                                   half + i % phases + i / phases * between);
}

/* Without waiting times the run gets some, unless its engine has no use for them; a simulation probes the response. */
static enum sgdmft_status defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error)
{
    struct sgdmft_run run;
    char text[SGDMFT_TEXT_MAX];
    enum sgdmft_status status = sgdmft_run_resolve(settings, &run, NULL, error);
    if (status)
        return status;
    if (simulate || !engine_is(&run, "stationary")) {
        choose_waiting(&run, text);
        status = settings_suggest(settings, "waiting", text, error);
    }
    const bool responds = run.waiting.count > 0 && !run.rule->continuous && run.replicas == 1;
    if (!status && simulate && responds)
        status = settings_suggest(settings, "force_directions", "4", error);
    return status;
}

/* USAGE for a run that cannot have an effective temperature: no waiting times, no response, too few lags. */
static enum sgdmft_status check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    const struct sgdmft_steps *waiting = &run->waiting;
    long first, last;
    if (engine_is(run, "stationary") && !simulate)
        return SGDMFT_OK;
    if (waiting->count == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "waiting: none, but T_eff needs two-time functions");
    if (simulate && run->rule->continuous)
        return sgdmft_fail(error, SGDMFT_USAGE, "rule: a simulation of %s has no response, which T_eff needs",
                           run->rule->entry.name);
    if (simulate && run->force_directions == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "force_directions: 0, but T_eff needs the response");
    if (run->steps - waiting->step[waiting->count - 1] < LEAST_LAGS - 1)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "waiting: step %ld leaves %ld lags to the end of the run (steps is %ld), but T_eff needs at least %d",
            waiting->step[waiting->count - 1], run->steps - waiting->step[waiting->count - 1] + 1, run->steps,
            LEAST_LAGS);
    if (sgdmft_window(run, &first, &last) && last > run->steps - waiting->step[0])
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "window: lag %ld is beyond the end of the run (steps is %ld, the first waiting time %ld)",
                           last, run->steps, waiting->step[0]);
    return SGDMFT_OK;
}

static enum sgdmft_status refuse(const struct sgdmft_fdt *fdt, struct sgdmft_error *error)
{
    const struct sgdmft_stationarity *test = &fdt->stationarity;
    static const char force[] = "so there is no T_eff (--force prints the slopes all the same)";
    if (isnan(test->max_abs_z))
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                           "stationarity is not shown: it takes two waiting times%s and two samples, %s",
                           fdt->curves > 1 ? " (of the same phase, for a rule with epochs)" : "", force);
    return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                       "the run is not stationary: the %s, differs by %.1f standard errors (at most %.1f), %s",
                       test->worst, test->max_abs_z, test->threshold, force);
}

static enum sgdmft_status analyse(const struct invocation *invocation, const struct sgdmft_result *result,
                                  struct sgdmft_error *error)
{
    long first = 0, last = 0;
    struct sgdmft_fdt *fdt = NULL;
    const bool asked = sgdmft_settings_get(invocation->settings, "window") != NULL;
    sgdmft_window(asked ? &invocation->run : &result->run, &first, &last);
    enum sgdmft_status status = sgdmft_fdt(result, first, last, &fdt, error);
    if (status)
        return status;
    struct teff teff = {.result = result,
                        .fdt = fdt,
                        .temperatures = fdt->stationarity.stationary || invocation_option(invocation, "force", 0),
                        .spectrum = invocation_option(invocation, "spectrum", 0),
                        .identities = invocation_option(invocation, "identities", 0)};
    if (teff.identities)
        status = sgdmft_identities(result, fdt, teff.identity, &teff.identity_count, error);
    if (!status && *fdt->warning)
        warning(invocation, "%s", fdt->warning);
    if (!status && teff.temperatures && teff.spectrum && fdt->omegas == 0)
        status = sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                             "spectrum: the tail of the curve is not reached, so there are no sums over all lags");
    if (!status && (teff.temperatures || teff.identities))
        status = teff_print(invocation, &teff, error);
    if (!status && !teff.temperatures)
        status = refuse(fdt, error);
    sgdmft_fdt_free(fdt);
    return status;
}

static enum sgdmft_status teff(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_run run = invocation->run;
    bool simulate;
    enum sgdmft_status status = by_read(invocation, &simulate, error);
    if (!status && run.format == SGDMFT_FORMAT_CSV && invocation_option(invocation, "spectrum", 0)
        && invocation_option(invocation, "identities", 0))
        status = sgdmft_fail(error, SGDMFT_USAGE, "format: csv is one table, either --spectrum or --identities");
    if (!status && invocation->has_run) {
        status = check(&run, simulate, error);
        if (!status && invocation->dry_run)
            return by_dry_run(invocation, &run, simulate, error);
        if (!status)
            status = by_result(invocation, &run, simulate, &result, error);
    } else if (!status)
        status = by_result(invocation, &run, simulate, &result, error);
    if (result && !invocation->dry_run && (!status || status == SGDMFT_DIVERGED))
        status = analyse(invocation, result, error);
    sgdmft_result_free(result);
    return status;
}

/* A run that did not diverge has to be stationary as well. */
static void judge(struct sgdmft_result *const result[2], struct verdict *verdict)
{
    verdict_set(verdict, POINT_COMPLETE, "complete");
    for (int side = 0; side < 2 && verdict->status == POINT_COMPLETE; side++) {
        struct sgdmft_error reason = {.status = SGDMFT_OK};
        if (!result[side])
            continue;
        verdict_of_run(result[side], verdict);
        if (verdict->status != POINT_COMPLETE)
            return;
        if (derive(result[side], &reason) == SGDMFT_NOT_CONVERGED)
            verdict_set(verdict, POINT_NOT_STATIONARY, "%s", reason.text);
        else if (!sgdmft_result_find(result[side], "derived", "teff_short"))
            verdict_set(verdict, POINT_FAILED, "the result has no two-time functions to take a temperature from");
    }
}

static const struct analysis analysis = {
    .by = BY_SOLVE,
    .takes_by = true,
    .defaults = defaults,
    .check = check,
    .judge = judge,
    .columns =
        (const char *const[]){"teff_short", "teff_chord", "teff_late", "correlation_limit", "response_limit", NULL},
    .usual = "teff_chord",
};

static const struct command_option options[] = {
    BY_OPTION,
    {"spectrum", NULL, "T_eff at frequencies omega", false, NULL},
    {"identities", NULL, "both sides of the identities of the stationary state, measured", false, NULL},
    {"force", NULL, "print slopes of a run that is not stationary", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_teff = {
    .name = "teff",
    .operands = "[FILE.ini]\nRESULT.h5",
    .summary = "The effective temperature, from correlation and response in the stationary state.",
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 1,
    .most = 1,
    .options = options,
    .beside = "window",
    .analysis = &analysis,
    .notes = "T_eff = -dC/dchi along the curve of C(t,t_w) against chi(t,t_w): at short times, of the chord to the "
             "limits of both, and where the curve ends (90 to 99 % of the response; none where C oscillates). Without "
             "--waiting a run is measured from half and from three quarters of its steps on (with reshuffle at all "
             "phases of an epoch). The run counts as stationary from the earliest waiting time on that agrees with the "
             "last. With a result file only flags of the section output and --window are taken. Exit codes: 0 ok, 2 "
             "bad use or data that the result lacks, 3 not stationary, 4 diverged, 5 file trouble.",
    .run = teff,
};
