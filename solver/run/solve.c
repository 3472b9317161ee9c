/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a run to a result: choice of the engine, limits, groups. */
#include "solver/run/solve_internal.h"
#include "models/base/memory.h"

#include "models/base/ranks.h"
#include "models/result/result_size.h"
#include "solver/run/machine_speed.h"
#include "solver/run/sizes.h"
#include "solver/run/equivalent.h"
#include "solver/run/flow_limit.h"
#include "solver/observe/tails.h"
#include "solver/run/target.h"
#include <math.h>
#include <omp.h>
#include <stdio.h>

/* Adds the work of the small groups. */
static void add_small_estimate(const struct engine *engine, const struct sgdmft_run *run,
                               struct sgdmft_estimate *estimate)
{
    const struct sgdmft_run small = sizes_run(run);
    const struct sgdmft_estimate more = groups_estimate(engine, &small);
    estimate->seconds += more.seconds;
    estimate->bytes = fmax(estimate->bytes, more.bytes);
}

/* Estimates the work of the groups, with the trial of the engine or without, and the result with its file. A flow has a
 * result for each of its discretisations as well. */
static enum sgdmft_status estimate_of(const struct sgdmft_run *run, bool trial, struct sgdmft_estimate *estimate,
                                      const char **engine, struct sgdmft_error *error)
{
    const struct engine *chosen = run->rule->continuous ? NULL : engine_choose(run, error);
    struct sgdmft_result *shapes = NULL;
    if (chosen) {
        *estimate = groups_estimate(chosen, run);
        *engine = chosen->entry.name;
        const enum sgdmft_status status =
            trial && chosen->trial ? chosen->trial(run, estimate, &shapes, error) : SGDMFT_OK;
        if (status)
            return status;
    } else if (!run->rule->continuous || flow_estimate(run, estimate, engine, error))
        return SGDMFT_USAGE;
    if (!shapes)
        shapes = chosen && chosen->shapes ? chosen->shapes(run) : solve_engine_result(chosen, run, 0);
    if (!shapes)
        return memory_fail(error, "an estimate");
    if (sizes_wanted(chosen, run))
        add_small_estimate(chosen, run, estimate);
    result_add_estimate(shapes, (size_t)run->groups,
                        chosen ? (engine_parts(chosen, run) > 1 ? 1 + ENGINE_PARTS : 1) : 1 + FLOW_LEVELS_LEAST,
                        estimate);
    sgdmft_result_free(shapes);
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_solve_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                         const char **engine, struct sgdmft_error *error)
{
    struct sgdmft_run own;
    const enum sgdmft_status status = equivalent_run(run, &own, error);
    return status ? status : estimate_of(&own, false, estimate, engine, error);
}

enum sgdmft_status sgdmft_solve_estimate_trial(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                               const char **engine, struct sgdmft_error *error)
{
    struct sgdmft_run own;
    const enum sgdmft_status status = equivalent_run(run, &own, error);
    return status ? status : estimate_of(&own, true, estimate, engine, error);
}

static enum sgdmft_status check_memory(const struct sgdmft_run *run, struct sgdmft_error *error, const char **engine)
{
    struct sgdmft_estimate estimate;
    const enum sgdmft_status status = estimate_of(run, false, &estimate, engine, error);
    if (status != SGDMFT_OK)
        return status;
    if (estimate_exceeds(&estimate, run))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "memory_limit: the theory needs %.3g bytes (engine %s, %ld paths, %ld steps, %ld threads), "
                           "the limit is %.3g: fewer paths or threads, more groups, or fewer steps need less",
                           estimate.bytes, *engine, run->paths, run->steps, sgdmft_threads(run),
                           sgdmft_memory_limit(run));
    return SGDMFT_OK;
}

/* Solves the groups of `run`, after the small groups that correct them where there are any. */
static enum sgdmft_status solve_sizes(const struct engine *engine, const struct sgdmft_run *run,
                                      const struct sgdmft_watch *watch, struct sgdmft_result *result,
                                      struct sgdmft_error *error)
{
    if (!sizes_wanted(engine, run))
        return groups_solve(engine, run, 0, 1, watch, 0, 1, result, error);
    const struct sgdmft_run fewer = sizes_run(run);
    const double own = groups_estimate(engine, run).seconds, more = groups_estimate(engine, &fewer).seconds;
    struct sgdmft_result *small = solve_engine_result(engine, &fewer, (size_t)fewer.groups);
    if (!small)
        return memory_fail(error, "a result");
    enum sgdmft_status status =
        groups_solve(engine, &fewer, SIZES_FIRST, 1, watch, 0, more / (own + more), small, error);
    if (status == SGDMFT_INTERRUPTED)
        sgdmft_fail(error, status, "stopped among the small groups, before the first step of the others");
    if (status == SGDMFT_OK || status == SGDMFT_DIVERGED)
        status = groups_solve(engine, run, 0, 1, watch, more / (own + more), 1, result, error);
    if (solve_has_values(status, result))
        status = sizes_correct(result, small);
    sgdmft_result_free(small);
    return status;
}

static enum sgdmft_status solve(const struct engine *engine, const char *name, const struct sgdmft_run *run,
                                const struct sgdmft_watch *watch, struct sgdmft_result **result,
                                struct sgdmft_error *error)
{
    const double begin = omp_get_wtime();
    const bool whole = engine && engine->solve;
    struct sgdmft_result *made = whole ? NULL : solve_engine_result(engine, run, (size_t)run->groups);
    if (!made && !whole)
        return memory_fail(error, "a result");
    enum sgdmft_status status;
    if (whole)
        status = engine->solve(run, watch, &made, error);
    else if (engine) {
        status = solve_sizes(engine, run, watch, made, error);
        if (solve_has_values(status, made))
            sgdmft_result_reduce(made);
    } else
        status = flow_solve(run, watch, made, error);
    if (!solve_has_values(status, made)) {
        sgdmft_result_free(made);
        return status;
    }
    if (status == SGDMFT_INTERRUPTED)
        sgdmft_fail(error, status, "the theory was stopped: %zu of %ld groups are kept, up to step %ld", made->samples,
                    run->groups, made->last_step);
    if (status == SGDMFT_DIVERGED)
        sgdmft_fail(error, status,
                    "the theory diverged after step %ld: |w|^2/N is not finite or above 1e12 (1 + norm0)",
                    made->last_step);
    snprintf(made->provenance.engine, sizeof made->provenance.engine, "%s", name);
    made->provenance.wall_time = omp_get_wtime() - begin;
    made->provenance.threads = sgdmft_threads(run);
    *result = made;
    return status == SGDMFT_OK ? tails_judge(made, error) : status;
}

enum sgdmft_status sgdmft_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                struct sgdmft_result **result, struct sgdmft_error *error)
{
    const char *name;
    struct sgdmft_run own;
    *result = NULL;
    enum sgdmft_status status = equivalent_run(run, &own, error);
    if (status == SGDMFT_OK)
        status = check_memory(&own, error, &name);
    status = ranks_agree(watch ? watch->ranks : NULL, status, error);
    if (status != SGDMFT_OK)
        return status;
    const struct engine *engine = own.rule->continuous ? NULL : engine_choose(&own, error);
    for (;;) {
        status = solve(engine, name, &own, watch, result, error);
        const double reached = status == SGDMFT_OK && own.target_error > 0 ? target_reached(*result) : 0;
        if (!(reached > own.target_error))
            return status;
        if (!target_grow(&own, reached) || check_memory(&own, error, &name) != SGDMFT_OK) {
            (*result)->status = SGDMFT_NOT_CONVERGED;
            return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                               "target_error: %.15g, but an error of %.2g is as far as %ld groups come, and more are "
                               "beyond the limits of groups, paths or memory_limit",
                               own.target_error, reached, (*result)->run.groups);
        }
        sgdmft_result_free(*result);
    }
}

enum sgdmft_status solve_with(const struct engine *engine, const struct sgdmft_run *run, struct sgdmft_result **result,
                              struct sgdmft_error *error)
{
    *result = NULL;
    return solve(engine, engine->entry.name, run, NULL, result, error);
}
