/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft teff: the effective temperature of a run or of a result. */
#include "solver/cli/run/by.h"
#include "solver/cli/run/command_teff.h"
#include "solver/observe/derive.h"

static enum sgdmft_status analyse_teff(const struct invocation *invocation, const struct sgdmft_result *result,
                                       struct sgdmft_error *error)
{
    const bool asked = sgdmft_settings_get(invocation->settings, "window") != NULL;
    struct teff teff = {.force = invocation_option(invocation, "force", 0),
                        .spectrum = invocation_option(invocation, "spectrum", 0),
                        .identities = invocation_option(invocation, "identities", 0)};
    enum sgdmft_status status = teff_measure(result, asked ? &invocation->run : NULL, &teff, error);
    if (teff.fdt && *teff.fdt->warning)
        warning(invocation, "%s", teff.fdt->warning);
    if (!status && (teff.temperatures || teff.identities) && !invocation->dry_run)
        status = teff_print(invocation, &teff, error);
    if (!status)
        status = teff_refusal(&teff, error);
    sgdmft_fdt_free(teff.fdt);
    return status;
}

static enum sgdmft_status teff(const struct invocation *invocation, struct sgdmft_error *error)
{
    bool simulate;
    const enum sgdmft_status status = by_read(invocation, &simulate, error);
    if (status)
        return status;
    if (invocation->run.format == SGDMFT_FORMAT_CSV && invocation_option(invocation, "spectrum", 0)
        && invocation_option(invocation, "identities", 0))
        return sgdmft_fail(error, SGDMFT_USAGE, "format: csv is one table, either --spectrum or --identities");
    return by_analyse(invocation, simulate, analyse_teff, error);
}

/* Judges a result: one that did not diverge must also be stationary. */
static void judge_teff(struct sgdmft_result *const result[2], struct verdict *verdict)
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
            verdict_set(verdict, POINT_FAILED, "the result has no two-time functions, which a temperature needs");
    }
}

static const struct analysis analysis = {
    .by = BY_SOLVE,
    .takes_by = true,
    .defaults = teff_defaults,
    .check = teff_check,
    .judge = judge_teff,
    .columns =
        (const char *const[]){"teff_short", "teff_chord", "teff_late", "correlation_limit", "response_limit", NULL},
    .usual = "teff_chord",
};

#define OPTION(name, meaning) {name, NULL, meaning, false, NULL},
static const struct command_option options[] = {
    BY_OPTION,
    TEFF_OPTIONS(OPTION){NULL, NULL, NULL, false, NULL},
};

const struct command command_teff = {
    .name = "teff",
    .operands = "[FILE.ini]\nRESULT.h5",
    .summary = TEFF_SUMMARY,
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 1,
    .most = 1,
    .options = options,
    .beside = "window",
    .analysis = &analysis,
    .notes =
        "T_eff = -dC/dchi along the curve of C(t,t_w) against chi(t,t_w). Three slopes are printed: that of the "
        "first step (short time), that of the chord from lag 0 to the limits of both, and that between 90 and "
        "99 % of the response (late), which does not exist if C oscillates. T_eff(omega) of a run with lags up to L "
        "rests on the fit of the tails below 2 pi/L. Without --waiting the waiting times are half and "
        "three quarters of the steps (with reshuffle all phases of an epoch). The run is stationary from the "
        "earliest waiting time that agrees with the last. "
        "With a result file only flags of the section output and --window are allowed. " NOTE_EXIT_CODES(
            "3 not stationary, 4 diverged"),
    .run = teff,
};
