/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft solve: the theory of a run. */
#include "solver/cli/run/solve_check.h"

static enum sgdmft_status solve_dry_run(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct estimate_line line;
    const enum sgdmft_status status = invocation_option(invocation, "check", 0)
                                          ? solve_check_estimate(invocation, &line, error)
                                          : estimate_theory(invocation, &invocation->run, &line, error);
    return status ? status : estimate_print(invocation, &line, 1, error);
}

static enum sgdmft_status solve(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    struct progress progress;
    const bool check = invocation_option(invocation, "check", 0);
    enum sgdmft_status status = check ? solve_check_run(&invocation->run, error) : SGDMFT_OK;
    if (status)
        return status;
    if (invocation->dry_run)
        return solve_dry_run(invocation, error);
    if (check)
        return solve_check(invocation, error);
    progress_start(&progress, invocation, "theory");
    status = sgdmft_solve(&invocation->run, &progress.watch, &result, error);
    progress_end(&progress);
    if (!result)
        return status;
    status = output_both(invocation, result, status, error);
    sgdmft_result_free(result);
    return status;
}

static const struct command_option options[] = {
    {"check", NULL,
     "solve at --order p and p + 2, engine hierarchical, and show the difference beside the sampling error", false,
     NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_solve = {
    .name = "solve",
    .operands = "[FILE.ini]",
    .summary = "Solve the dynamical mean-field theory of a run.",
    .analysis = &(const struct analysis){.by = BY_SOLVE, .usual = "train_loss", .of_series = true, .of_steps = true},
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN,
    .options = options,
    .notes = NOTE_RUN_FILE "Errors come from the spread of the groups. " NOTE_EXIT_CODES(
        "3 not converged (target_error is not reached, or means of tangents are unreliable; the "
        "result is written and marked), 4 diverged (the part before is written and marked)"),
    .run = solve,
};
