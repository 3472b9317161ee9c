/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft simulate: the direct simulation of a run; --append adds runs to a result. */
#include "models/base/memory.h"
#include "models/run/contents.h"
#include "models/run/parameter_table.h"
#include "solver/cli/frame/cli.h"

#include <stdlib.h>
#include <string.h>

/* True for parameters that may differ between the runs of one result: no number depends on them, or only those of the
 * theory. Contents are compared instead of their paths. */
static bool is_free(const struct sgdmft_parameter *parameter)
{
    return parameter_is_outside(parameter) || content_of(parameter) < CONTENTS
           || strcmp(parameter->section, "solver") == 0 || strcmp(parameter->name, "runs") == 0;
}

static enum sgdmft_status check_same(const struct sgdmft_run *old, const struct sgdmft_run *run,
                                     struct sgdmft_error *error)
{
    char before[SGDMFT_TEXT_MAX], now[SGDMFT_TEXT_MAX];
    for (size_t i = 0; i < sgdmft_parameter_count; i++) {
        const struct sgdmft_parameter *parameter = &sgdmft_parameters[i];
        if (is_free(parameter))
            continue;
        sgdmft_parameter_format(parameter, old, before);
        sgdmft_parameter_format(parameter, run, now);
        if (strcmp(before, now) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "%s: %.200s, but the result to append to has %.200s",
                               parameter->name, now, before);
    }
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t i = 0; i < CONTENTS && !status; i++)
        status = content_check(run, i, content_checksum(old, i), "the result to append to", error);
    return status ? status : contents_check_same(run, old, "joined", error);
}

/* Locks and reads the result that --append adds to: the runs of another process that adds to it would be lost. */
static enum sgdmft_status read_old(const struct invocation *invocation, int *lock, struct sgdmft_result **old,
                                   struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    const struct ranks *ranks = &invocation->session->ranks;
    enum sgdmft_status status = SGDMFT_OK;
    if (!*run->out)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: --append needs the result file to add to");
    if (!invocation->dry_run && ranks_first(ranks))
        status = files_lock(run->out, lock, error);
    if ((status = ranks_agree(ranks, status, error)) || (status = sgdmft_result_read(run->out, old, error)))
        return status;
    if ((*old)->source != SGDMFT_SIMULATION)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: %.400s is a result of the theory; --append adds to a simulation",
                           run->out);
    return check_same(&(*old)->run, run, error);
}

static enum sgdmft_status join_runs(struct sgdmft_result **result, const struct sgdmft_result *old,
                                    struct sgdmft_error *error)
{
    struct sgdmft_result *joined = NULL;
    enum sgdmft_status status = sgdmft_result_append(old, *result, &joined, error);
    if (status)
        return status;
    sgdmft_result_free(*result);
    *result = joined;
    return SGDMFT_OK;
}

/* Prints runs without adding them to the result: another process has replaced it, or a checkpoint has them. */
static enum sgdmft_status print_alone(const struct invocation *invocation, struct sgdmft_result *result,
                                      enum sgdmft_status status, struct sgdmft_error *error)
{
    struct invocation *alone = malloc(sizeof *alone);
    if (!alone)
        return memory_fail(error, "a result");
    *alone = *invocation;
    *alone->run.out = '\0';
    status = output_both(alone, result, status, error);
    free(alone);
    return status;
}

/* Adds the runs to those before, and writes and prints all. Runs of which a checkpoint has the rest are added when that
 * is complete. */
static enum sgdmft_status add_runs(const struct invocation *invocation, int lock, const struct sgdmft_result *old,
                                   struct sgdmft_result **result, enum sgdmft_status status, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    struct sgdmft_error trouble = {0};
    if (status == SGDMFT_INTERRUPTED && *run->checkpoint)
        return print_alone(invocation, *result, status, error);
    if (ranks_first(&invocation->session->ranks) && !files_locked(lock, run->out)) {
        (void)print_alone(invocation, *result, status, error);
        return sgdmft_fail(error, SGDMFT_FILE,
                           "cannot add to %s: another process has replaced it, and the new runs are printed alone",
                           run->out);
    }
    const enum sgdmft_status joined = join_runs(result, old, &trouble);
    if (joined)
        *error = trouble;
    return joined ? joined : output_both(invocation, *result, status, error);
}

static enum sgdmft_status simulate_runs(const struct invocation *invocation, int lock, const struct sgdmft_result *old,
                                        struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    struct progress progress;
    progress_start(&progress, invocation, "simulation");
    enum sgdmft_status status =
        simulated_run(&invocation->run, old ? (long)old->samples : 0, &progress.watch, &result, error);
    progress_end(&progress);
    if (!result)
        return status;
    status =
        old ? add_runs(invocation, lock, old, &result, status, error) : output_both(invocation, result, status, error);
    sgdmft_result_free(result);
    return status;
}

static enum sgdmft_status simulate(const struct invocation *invocation, struct sgdmft_error *error)
{
    struct sgdmft_result *old = NULL;
    struct estimate_line line;
    enum sgdmft_status status = SGDMFT_OK;
    int lock = -1;
    if (invocation_option(invocation, "append", 0))
        status = read_old(invocation, &lock, &old, error);
    if (!status && !invocation->dry_run)
        status = simulate_runs(invocation, lock, old, error);
    else if (!status && !(status = estimate_simulation(&invocation->run, &line, error)))
        status = estimate_print(invocation, &line, 1, error);
    sgdmft_result_free(old);
    return status;
}

static const struct command_option options[] = {
    {"append", NULL, "add `runs` new runs to the result in --out, which must be of the same run and seed", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_simulate = {
    .name = "simulate",
    .operands = "[FILE.ini]",
    .summary = "Simulate a run directly, with `runs` independent systems of `dim` weights.",
    .analysis = &(const struct analysis){.by = BY_SIMULATE, .usual = "train_loss", .of_series = true, .of_steps = true},
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN,
    .options = options,
    .notes = NOTE_RUN_FILE
    "Errors come from the spread of the runs. One process at a time can append to a result. " NOTE_EXIT_CODES(
        "4 diverged (the part before is written and marked)"),
    .run = simulate,
};
