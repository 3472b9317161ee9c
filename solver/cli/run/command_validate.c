/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft validate: comparison of theory and simulation of one run, or of two results. */
#include "solver/cli/run/by.h"

#include <stdio.h>

struct pair {
    struct sgdmft_result *theory, *simulation;
};

static void pair_free(struct pair *pair)
{
    sgdmft_result_free(pair->theory);
    sgdmft_result_free(pair->simulation);
}

static enum sgdmft_status validate_dry_run(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct estimate_line line[2];
    struct sgdmft_run own;
    enum sgdmft_status status = estimate_theory(invocation, &invocation->run, &line[0], error);
    if (!status)
        status = simulated_check(&invocation->run, &own, error);
    if (!status)
        status = estimate_simulation(&own, &line[1], error);
    return status ? status : estimate_print(invocation, line, 2, error);
}

static bool has_ended(enum sgdmft_status status)
{
    return status == SGDMFT_OK || status == SGDMFT_DIVERGED;
}

/* *unwritten (zero before): the error of writing one of them, since they can be compared. */
static enum sgdmft_status run_both(const struct invocation *invocation, struct pair *pair,
                                   struct sgdmft_error *unwritten, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    char theory[SGDMFT_TEXT_MAX], simulation[SGDMFT_TEXT_MAX];
    struct progress progress;
    struct sgdmft_run own;
    enum sgdmft_status status;
    if ((status = simulated_check(run, &own, error)) || (status = output_part(run, "theory", theory, error))
        || (status = output_part(run, "simulation", simulation, error)))
        return status;
    progress_start(&progress, invocation, "theory");
    status = sgdmft_solve(run, &progress.watch, &pair->theory, error);
    progress_end(&progress);
    if (pair->theory)
        output_write(invocation, pair->theory, theory, unwritten);
    if (!has_ended(status) || !pair->theory)
        return status;
    progress_start(&progress, invocation, "simulation");
    status = simulated_run(&own, 0, &progress.watch, &pair->simulation, error);
    progress_end(&progress);
    if (pair->simulation)
        output_write(invocation, pair->simulation, simulation, unwritten);
    return has_ended(status) && pair->simulation ? SGDMFT_OK : status;
}

/* Reads both results in any order; sgdmft_compare puts the theory first. */
static enum sgdmft_status read_both(const struct invocation *invocation, struct pair *pair, struct sgdmft_error *error)
{
    enum sgdmft_status status = sgdmft_result_read(invocation->file[0], &pair->theory, error);
    if (!status)
        status = sgdmft_result_read(invocation->file[1], &pair->simulation, error);
    if (!status && *invocation->run.out)
        status = sgdmft_fail(error, SGDMFT_USAGE, "out: '%.80s' has no effect: both results are files already",
                             invocation->run.out);
    return status;
}

static enum sgdmft_status print(const struct invocation *invocation, const struct pair *pair,
                                const struct sgdmft_comparison *comparison, struct sgdmft_error *error)
{
    switch (invocation->run.format) {
    case SGDMFT_FORMAT_JSON:
        return sgdmft_comparison_json(comparison, &pair->theory->run, "validate", stdout, error);
    case SGDMFT_FORMAT_CSV:
        sgdmft_comparison_csv(comparison, stdout);
        return SGDMFT_OK;
    default:
        sgdmft_comparison_text(comparison, stdout);
        return SGDMFT_OK;
    }
}

/* Judges the comparison: DISAGREE, or a warning about its verdict. */
static enum sgdmft_status verdict(const struct invocation *invocation, const struct pair *pair,
                                  const struct sgdmft_comparison *comparison, struct sgdmft_error *error)
{
    struct sgdmft_error doubt = {0};
    const enum sgdmft_status status =
        sgdmft_comparison_judge(pair->theory, pair->simulation, comparison, &doubt, error);
    if (*doubt.text)
        warning(invocation, "%s", doubt.text);
    if (!status && comparison->verdict == SGDMFT_VERDICT_UNDECIDED && invocation_option(invocation, "require-power", 0))
        return sgdmft_fail(
            error, SGDMFT_NOT_CONVERGED,
            "require-power: the comparison decides nothing; it would find a difference of %.3g %% of the "
            "scale",
            100 * comparison->power);
    return status;
}

static enum sgdmft_status check_errors(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error)
{
    (void)simulate;
    if (run->groups < 2 || run->runs < 2)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: 1, but validate needs at least 2 for an error",
                           run->groups < 2 ? "groups" : "runs");
    return SGDMFT_OK;
}

static enum sgdmft_status validate(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct pair pair = {NULL, NULL};
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error unwritten = {0};
    enum sgdmft_status status = invocation->has_run ? check_errors(&invocation->run, true, error) : SGDMFT_OK;
    if (status)
        return status;
    if (invocation->has_run && invocation->dry_run)
        return validate_dry_run(invocation, error);
    status = invocation->has_run ? run_both(invocation, &pair, &unwritten, error) : read_both(invocation, &pair, error);
    if (!status && !invocation->has_run) /* here the order is free, too */
        status = check_independent(pair.theory->provenance.engine, pair.simulation->provenance.engine, error);
    if (!status && !invocation->has_run)
        status = check_independent(pair.simulation->provenance.engine, pair.theory->provenance.engine, error);
    if (!status)
        status = sgdmft_compare(pair.theory, pair.simulation, &comparison, error);
    if (!status && !invocation->dry_run)
        status = print(invocation, &pair, comparison, error);
    if (!status && !invocation->dry_run)
        status = verdict(invocation, &pair, comparison, error);
    sgdmft_comparison_free(comparison);
    pair_free(&pair);
    return by_end(status, &unwritten, error);
}

/* ---- at a point of a sweep ----------------------------------------------------------------------------- */

static void judge_validation(struct sgdmft_result *const result[2], struct verdict *verdict)
{
    const struct sgdmft_result *theory = result[0], *simulation = result[1];
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error reason = {.status = SGDMFT_OK};
    char words[SGDMFT_TEXT_MAX];
    if (theory->status == SGDMFT_NOT_CONVERGED) {
        verdict_set(verdict, POINT_FAILED, "%s", sgdmft_status_sentence(theory->status));
        return;
    }
    if (sgdmft_compare(theory, simulation, &comparison, &reason) != SGDMFT_OK) {
        verdict_set(verdict, POINT_FAILED, "%s", reason.text);
        return;
    }
    sgdmft_comparison_reason(comparison, words);
    verdict->score[0] = comparison->max_abs_z;
    verdict->score[1] = comparison->max_abs_z_after;
    if (comparison->verdict == SGDMFT_VERDICT_DISAGREE)
        verdict_set(verdict, POINT_DISAGREE, "%s", words);
    else if (comparison->verdict == SGDMFT_VERDICT_UNDECIDED)
        verdict_set(verdict, POINT_UNDECIDED, "%s", words);
    else if (theory->status == SGDMFT_DIVERGED)
        verdict_set(verdict, POINT_DIVERGED, "diverged: theory after step %ld, simulation after step %ld",
                    theory->last_step, simulation->last_step);
    else
        verdict_set(verdict, POINT_COMPLETE, "complete");
    sgdmft_comparison_free(comparison);
}

static const struct analysis analysis = {
    .by = BY_BOTH,
    .check = check_errors,
    .judge = judge_validation,
    .scores = (const char *const[]){"max_abs_z", "max_abs_z_after", NULL},
    .usual = "train_loss",
    .of_series = true,
    .of_steps = true,
};

static const struct command_option options[] = {
    {"require-power", NULL, "exit code 3 in place of 0 if the verdict is undecided", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_validate = {
    .name = "validate",
    .operands = "[FILE.ini]\nA.h5 B.h5",
    .summary = "Compare the theory of a run with its simulation, or two results.",
    .analysis = &analysis,
    .writes = WRITES_PAIR,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 2,
    .most = 2,
    .options = options,
    .notes = "Prints both results with their errors. Each difference has z = (theory - simulation)/combined "
             "standard error, the allowance for finite N, and z after the allowance. Averages of a simulation "
             "differ from their limit by c/N of the scale of the observable, and 2/N is allowed. The scale is the "
             "norm for the norm, sqrt(C(t,t) C(t_w,t_w)) for the correlation, the root of the norm for the "
             "overlap, and for other observables the geometric mean of the value and its largest value along the "
             "run. Of the Hessian (sharpness_at) the trace is compared and, if the theory has them (engine "
             "conditional), the eigenvalues outside the bulk with their overlaps. z after is the Gaussian score of "
             "the same probability as Student's t, since errors come from few samples. Verdict: disagree if a |z "
             "after| is beyond the bound (false alarms: 0.5 % in all), marked !; undecided if a difference is "
             "within the bound only by an allowance larger than the error, marked ?, or if an error is above 5 % "
             "of the scale; otherwise agree. The power is the difference, in units of the scale, that is found with "
             "probability 0.9 in whichever overlap, norm, loss, error or correlation it occurs; response, gradient "
             "and sharpness are compared too, and their errors are larger. The text shows a selection of the "
             "comparisons, with the worst of each observable; csv and json have all. For a dataset the theory is that "
             "of Gaussian clusters, and N is the "
             "number of its features. Undecided then means that N is too small to distinguish finite size from "
             "clusters that are not Gaussian. With --out PREFIX the two results are written to PREFIX-theory.h5 "
             "and PREFIX-simulation.h5. " NOTE_RESULT_FILE
             "Exit codes: 0 they agree (also if both diverge) or are undecided (with a warning that says what would "
             "decide; 3 with --require-power), 2 bad use, 5 file error, 6 they disagree.",
    .run = validate,
};
