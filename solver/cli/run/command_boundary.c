/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sgdmft boundary: the law of the margins of the training examples, whether training reaches zero, and up to which
 * alpha. */
#include "solver/cli/run/command_boundary.h"
#include "models/run/parameter_table.h"
#include "solver/cli/run/by.h"
#include "solver/observe/boundary_law.h"
#include "solver/run/machine_speed.h"

#include <sgdmft/boundary.h>

static enum sgdmft_status read_tolerance(const struct invocation *invocation, bool find_alpha, double *tolerance,
                                         struct sgdmft_error *error)
{
    const char *text = invocation_option(invocation, "alpha-tolerance", 0);
    *tolerance = SGDMFT_ALPHA_TOLERANCE;
    if (!text)
        return SGDMFT_OK;
    if (!find_alpha)
        return sgdmft_fail(error, SGDMFT_USAGE, "alpha-tolerance: '%.40s' has no effect without --find-alpha", text);
    if (number_real(text, tolerance) != NUMBER_OK)
        return sgdmft_fail(error, SGDMFT_USAGE, "alpha-tolerance: '%.40s' is not a number", text);
    return SGDMFT_OK;
}

/* Estimates the least work of the search: one doubling, then the halvings of its logarithm. */
static enum sgdmft_status find_dry_run(const struct invocation *invocation, bool simulate, double tolerance,
                                       struct sgdmft_error *error)
{
    struct estimate_line line;
    char more[80];
    const double runs = 2 + (double)sgdmft_find_alpha_runs(2, tolerance);
    const struct sgdmft_run *run = &invocation->run;
    const enum sgdmft_status status =
        simulate ? estimate_simulation(run, &line, error) : estimate_theory(invocation, run, &line, error);
    if (status)
        return status;
    snprintf(more, sizeof more, "--find-alpha: %.0f runs or more, each at its own alpha", runs);
    estimate_times(&line.estimate, runs);
    line.more = more;
    return estimate_print(invocation, &line, 1, error);
}

static enum sgdmft_status find_alpha(const struct invocation *invocation, bool simulate, double tolerance,
                                     struct sgdmft_error *error)
{
    if (!invocation->has_run)
        return sgdmft_fail(error, SGDMFT_USAGE, "find-alpha: it needs a run, but %.200s is a result",
                           invocation->file[0]);
    const enum sgdmft_status status = sgdmft_find_alpha_check(&invocation->run, simulate, tolerance, error);
    if (status)
        return status;
    return invocation->dry_run ? find_dry_run(invocation, simulate, tolerance, error)
                               : boundary_find_alpha(invocation, simulate, tolerance, error);
}

static enum sgdmft_status law(const struct invocation *invocation, bool simulate, struct sgdmft_error *error)
{
    struct sgdmft_result *result = NULL;
    struct sgdmft_error unwritten = {0}, trouble = {0};
    if (invocation->dry_run && invocation->has_run)
        return by_dry_run(invocation, &invocation->run, simulate, error);
    enum sgdmft_status status = by_result(invocation, &invocation->run, simulate, &result, &unwritten, error), printed;
    if (!result || (status && status != SGDMFT_DIVERGED)) {
        sgdmft_result_free(result);
        return by_end(status, &unwritten, error);
    }
    printed = boundary_find(result, &trouble);
    if (!printed && !invocation->dry_run)
        printed = boundary_print(invocation, result, invocation_option(invocation, "histogram", 0), &trouble);
    if (printed) {
        *error = trouble;
        status = printed;
    }
    if (!status && !invocation->dry_run)
        status = result->status; /* the status of a result file */
    sgdmft_result_free(result);
    return by_end(status, &unwritten, error);
}

static enum sgdmft_status boundary(const struct invocation *invocation, struct sgdmft_error *error)
{
    const bool find = invocation_option(invocation, "find-alpha", 0);
    double tolerance;
    bool simulate;
    enum sgdmft_status status = by_read(invocation, &simulate, error);
    if (!status)
        status = read_tolerance(invocation, find, &tolerance, error);
    if (!status && invocation->has_run)
        status = boundary_check(&invocation->run, simulate, error);
    if (!status && invocation_option(invocation, "histogram", 0)
        && (find || invocation->run.format != SGDMFT_FORMAT_CSV))
        status = sgdmft_fail(error, SGDMFT_USAGE, "histogram: it has no effect %s (json always has the densities)",
                             find ? "with --find-alpha" : "without --format csv");
    if (status)
        return status;
    return find ? find_alpha(invocation, simulate, tolerance, error) : law(invocation, simulate, error);
}

static const struct analysis analysis = {
    .by = BY_SOLVE,
    .takes_by = true,
    .check = boundary_check,
    .columns = (const char *const[]){"width", "fraction_negative", "fraction_below_kappa", "contacts",
                                     "train_error_zero", "train_loss_zero", NULL},
    .usual = "width",
    .of_steps = true,
};

static const struct command_option options[] = {
    BY_OPTION,
    {"histogram", NULL, "with --format csv: the densities, one line a bin", false, NULL},
    {"find-alpha", NULL, "find the largest alpha at which the run reaches zero, by bisection from its own alpha", false,
     NULL},
    {"alpha-tolerance", "X", "relative width of the last bracket of --find-alpha (default 0.01)", false, NULL},
    {NULL, NULL, NULL, false, NULL},
};

const struct command command_boundary = {
    .name = "boundary",
    .operands = "[FILE.ini]\nRESULT.h5",
    .summary = BOUNDARY_SUMMARY,
    .analysis = &analysis,
    .writes = WRITES_RESULT,
    .resumes = true,
    .shares = true,
    .takes = OPERANDS_RUN_OR_RESULTS,
    .least = 1,
    .most = 1,
    .options = options,
    .notes = "A margin is y phi(r) of a training example. There are two kinds, raw and normalised; the door link "
             "has two more, wall (the distance of r from the nearest zero of phi, negative on the wrong side) and "
             "wall_normalised. width is the mean of the normalised margin y phi(r)/sqrt(C), C = |w|^2/N, over the "
             "training examples. contacts is the fraction within contact_tolerance of kappa. Training reaches zero "
             "at the step from which on no training example is wrong (losses with a margin: the training loss is "
             "below contact_tolerance^2/2). The theory has a finite number of paths and gives an upper bound (95 "
             "%) on the fraction of wrong examples. --find-alpha uses the loss if it can reach zero, otherwise the "
             "error, in at least half of the samples. The alpha found grows with --steps towards the "
             "capacity. " NOTE_EXIT_CODES("3 no bracket, 4 diverged"),
    .run = boundary,
};
