/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result that a command analyses: read from a file, or computed. */
#include "solver/cli/run/by.h"

#include "models/result/result_hdf5.h"

enum sgdmft_status by_read(const struct invocation *invocation, bool *simulate, struct sgdmft_error *error)
{
    const char *by = invocation_option(invocation, "by", 0);
    int choice = BY_SOLVE;
    const enum sgdmft_status status = invocation_choice(invocation, "by", &choice, error);
    *simulate = choice == BY_SIMULATE;
    if (status)
        return status;
    if (by && !invocation->has_run)
        return sgdmft_fail(error, SGDMFT_USAGE, "by: '%s' has no effect: %.200s is a result already", by,
                           invocation->file[0]);
    return SGDMFT_OK;
}

enum sgdmft_status by_dry_run(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                              struct sgdmft_error *error)
{
    struct estimate_line line;
    const enum sgdmft_status status =
        simulate ? estimate_simulation(run, &line, error) : estimate_theory(invocation, run, &line, error);
    return status ? status : estimate_print(invocation, &line, 1, error);
}

/* Computes a result and writes it, also if the run ended early. */
static enum sgdmft_status by_make(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                                  struct sgdmft_result **result, struct sgdmft_error *unwritten,
                                  struct sgdmft_error *error)
{
    struct progress progress;
    progress_start(&progress, invocation, simulate ? "simulation" : "theory");
    const enum sgdmft_status status = simulate ? simulated_run(run, 0, &progress.watch, result, error)
                                               : sgdmft_solve(run, &progress.watch, result, error);
    progress_end(&progress);
    if (!*result)
        return status;
    output_write(invocation, *result, run->out, unwritten);
    output_warn(invocation, *result);
    return status;
}

enum sgdmft_status by_result(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                             struct sgdmft_result **result, struct sgdmft_error *unwritten, struct sgdmft_error *error)
{
    *result = NULL;
    if (invocation->has_run)
        return by_make(invocation, run, simulate, result, unwritten, error);
    if (*invocation->run.out)
        return sgdmft_fail(error, SGDMFT_USAGE, "out: '%.80s' has no effect: the result is a file already",
                           invocation->run.out);
    return result_read_light(invocation->file[0], result, error);
}

enum sgdmft_status by_end(enum sgdmft_status status, const struct sgdmft_error *unwritten, struct sgdmft_error *error)
{
    if (unwritten->status)
        *error = *unwritten;
    return unwritten->status ? unwritten->status : status;
}

enum sgdmft_status by_analyse(const struct invocation *invocation, bool simulate, by_analysis *analyse,
                              struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &invocation->run;
    struct sgdmft_result *result = NULL;
    struct sgdmft_error unwritten = {0}, trouble = {0};
    enum sgdmft_status status = SGDMFT_OK;
    if (invocation->has_run)
        status = invocation->command->analysis->check(run, simulate, error);
    if (status)
        return status;
    if (invocation->has_run && invocation->dry_run)
        return by_dry_run(invocation, run, simulate, error);
    status = by_result(invocation, run, simulate, &result, &unwritten, error);
    if (result && (!status || status == SGDMFT_DIVERGED)) {
        const enum sgdmft_status analysed = analyse(invocation, result, &trouble);
        if (analysed) {
            *error = trouble;
            status = analysed;
        } else if (!status && !invocation->dry_run)
            status = result->status; /* the status of a result file */
    }
    sgdmft_result_free(result);
    return by_end(status, &unwritten, error);
}
