/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Richardson extrapolation of the rule with steps at rates h, h/2, h/4, ...: Euler's error, and that of a chain with
 * steps, is a series in h, so Neville's scheme removes one more power with each level, and its last correction bounds
 * the error that remains. h is halved until that correction is small, or until the limit of the engine or of the
 * memory. */
#include "solver/run/flow_limit.h"
#include "models/base/memory.h"

#include "solver/run/machine_speed.h"
#include "solver/run/solve_internal.h"
#include <math.h>
#include <string.h>

#define FLOW_TOLERANCE 1e-4 /* of a quantity's scale, or */
#define FLOW_SAMPLING 1.0   /* of its sampling error, whichever is larger */
#define FLOW_SUBSTEPS 64    /* at the most, of those of the coarsest level */
#define FLOW_FIRST 4096     /* of the coarsest level, at the most */
#define FLOW_LEVELS 5       /* the finest ones are extrapolated */

struct sgdmft_run flow_discretised(const struct sgdmft_run *run, long substeps)
{
    struct sgdmft_run fine = *run;
    fine.rule = run->rule->discrete;
    fine.rate /= (double)substeps;
    fine.steps *= substeps;
    fine.derived.substeps = substeps;
    for (size_t i = 0; i < fine.rate_steps.count; i++) {
        fine.rate_steps.from[i] *= substeps;
        fine.rate_steps.value[i] /= (double)substeps;
    }
    for (size_t i = 0; i < fine.rate_cycle.count; i++) {
        fine.rate_cycle.from[i] *= substeps;
        fine.rate_cycle.value[i] /= (double)substeps;
    }
    for (size_t i = 0; i < fine.waiting.count; i++)
        fine.waiting.step[i] *= substeps;
    return fine;
}

/* True if no example enters or leaves the batch with a chance above 1/2 in one of `substeps` parts of a step. */
static bool is_slow(const struct sgdmft_run *run, long substeps)
{
    const struct sgdmft_run fine = flow_discretised(run, substeps);
    for (long k = 1; k <= fine.steps; k += substeps)
        if (!(fine.rule->probability(&fine, k, 0) <= 0.5 && fine.rule->probability(&fine, k, 1) >= 0.5))
            return false;
    return true;
}

/* Substeps of the coarsest level: 1 without a chain, otherwise as many as the chain needs; above FLOW_FIRST where that
 * is too many. */
static long first_level(const struct sgdmft_run *run)
{
    long substeps = 1;
    while (!run->rule->full_batch && substeps <= FLOW_FIRST && !is_slow(run, substeps))
        substeps *= 2;
    return substeps;
}

enum sgdmft_status flow_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate, const char **engine,
                                 struct sgdmft_error *error)
{
    *estimate = (struct sgdmft_estimate){.bytes = 0};
    const long first = first_level(run);
    if (first > FLOW_FIRST)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "persistence: %.15g is so short beside rate %.15g that the theory would take more than %d "
                           "steps for each of the run (rule %s); rule flow is the limit of short ones",
                           run->persistence, run->rate, FLOW_FIRST, run->rule->entry.name);
    for (long substeps = first; substeps < first << FLOW_LEVELS_LEAST; substeps *= 2) {
        const struct sgdmft_run fine = flow_discretised(run, substeps);
        const struct engine *chosen = engine_choose(&fine, error);
        if (!chosen)
            return SGDMFT_USAGE;
        const struct sgdmft_estimate one = groups_estimate(chosen, &fine);
        estimate_add(estimate, &one);
        estimate->bytes = fmax(estimate->bytes, one.bytes);
        *engine = chosen->entry.name;
    }
    return SGDMFT_OK;
}

/* The discretisations of a flow, coarsest first. */
struct levels {
    size_t count;
    struct sgdmft_result *level[FLOW_LEVELS];
};

/* Neville's value at h = 0 of one number, and its last correction. */
static double neville(const struct levels *levels, size_t quantity, size_t index, double *correction)
{
    double x[FLOW_LEVELS];
    for (size_t i = 0; i < levels->count; i++)
        x[i] = levels->level[i]->quantity[quantity].sample[index];
    for (size_t order = 1; order < levels->count; order++)
        for (size_t i = levels->count - 1; i >= order; i--) {
            *correction = (x[i] - x[i - 1]) / ((double)(1 << order) - 1);
            x[i] += *correction;
        }
    return x[levels->count - 1];
}

/* True for numbers that jump with h and are not extrapolated: counts of paths (the law of margins) and the largest
 * share of a path. They are those of the finest level, and do not decide about the refinement. */
static bool jumps(const struct sgdmft_quantity *quantity)
{
    return strcmp(quantity->observable->group, "margins") == 0
           || strcmp(quantity->observable->name, "tangent_share") == 0;
}

/* Extrapolates every sample, reduces result, and adds the mean's last correction to its errors. Returns the largest
 * correction in units of the tolerance. */
static double extrapolate(const struct levels *levels, struct sgdmft_result *result)
{
    double worst = 0;
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *out = &result->quantity[q];
        double unused;
        for (size_t i = 0; i < result->samples * out->length; i++)
            out->sample[i] =
                jumps(out) ? levels->level[levels->count - 1]->quantity[q].sample[i] : neville(levels, q, i, &unused);
    }
    sgdmft_result_reduce(result);
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *out = &result->quantity[q];
        double scale = 0;
        for (size_t i = 0; i < out->length; i++)
            scale = fmax(scale, fabs(out->mean[i])); /* fmax ignores NaN, which is not measured */
        for (size_t i = 0; i < out->length; i++) {
            double correction = 0, sum = 0;
            for (size_t s = 0; s < result->samples; s++, sum += correction)
                neville(levels, q, s * out->length + i, &correction);
            correction = fabs(sum) / (double)result->samples;
            if (isnan(correction) || correction == 0)
                continue;
            if (!jumps(out))
                worst = fmax(worst, correction / fmax(FLOW_TOLERANCE * scale, FLOW_SAMPLING * out->se[i]));
            out->se[i] = hypot(out->se[i], correction);
        }
    }
    return worst;
}

/* True if the next level fits the engine's and the memory's limits. */
static bool affordable(const struct sgdmft_run *run, long first, long substeps)
{
    const struct sgdmft_run fine = flow_discretised(run, substeps);
    const struct engine *engine = engine_choose(&fine, NULL);
    return substeps <= first * FLOW_SUBSTEPS && engine
           && groups_estimate(engine, &fine).bytes <= sgdmft_memory_limit(run);
}

static enum sgdmft_status solve_level(const struct sgdmft_run *run, long substeps, const struct sgdmft_watch *watch,
                                      double first, double last, struct sgdmft_result *result,
                                      struct sgdmft_error *error)
{
    const struct sgdmft_run fine = flow_discretised(run, substeps);
    const struct engine *engine = engine_choose(&fine, error);
    if (!engine)
        return SGDMFT_USAGE;
    return groups_solve(engine, &fine, 0, substeps, watch, first, last, result, error);
}

/* Appends a level, in place of the coarsest if there is no room. NULL without memory. */
static struct sgdmft_result *add_level(struct levels *levels, const struct sgdmft_run *run)
{
    if (levels->count == FLOW_LEVELS) {
        sgdmft_result_free(levels->level[0]);
        levels->count--;
        memmove(levels->level, levels->level + 1, levels->count * sizeof *levels->level);
    }
    struct sgdmft_result *level = solve_result(run, (size_t)run->groups);
    if (level)
        levels->level[levels->count++] = level;
    return level;
}

static void drop_levels(struct levels *levels)
{
    while (levels->count > 0)
        sgdmft_result_free(levels->level[--levels->count]);
}

/* Copies the part before the divergence of the finest discretisation, for a flow that diverges itself. */
static void keep_diverged(const struct sgdmft_result *level, struct sgdmft_result *result)
{
    for (size_t q = 0; q < result->quantities; q++)
        memcpy(result->quantity[q].sample, level->quantity[q].sample,
               result->samples * result->quantity[q].length * sizeof(double));
    result->status = level->status;
    result->last_step = level->last_step;
    sgdmft_result_reduce(result);
}

static enum sgdmft_status refine(const struct sgdmft_run *run, const struct sgdmft_watch *watch, struct levels *levels,
                                 struct sgdmft_result *result, struct sgdmft_error *error)
{
    const long first = first_level(run);
    double done = 0;
    for (long substeps = first;; substeps *= 2) {
        struct sgdmft_result *level = add_level(levels, run);
        if (!level)
            return memory_fail(error, "the results of a flow");
        /* the first three levels cost 1, 8 and 64 */
        const double next = substeps == first ? 0.01 : substeps == 2 * first ? 0.12 : done + (1 - done) * 0.88;
        const enum sgdmft_status status = solve_level(run, substeps, watch, done, next, level, error);
        done = next;
        const bool more = affordable(run, first, 2 * substeps);
        if (status == SGDMFT_DIVERGED) { /* steps may be unstable at a rate at which the flow is finite */
            if (!more) {
                keep_diverged(level, result);
                return status;
            }
            drop_levels(levels);
        } else if (status != SGDMFT_OK)
            return status;
        else if (levels->count >= FLOW_LEVELS_LEAST && (extrapolate(levels, result) <= 1 || !more))
            return SGDMFT_OK;
        else if (!more)
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "memory_limit: %.3g bytes do not allow the three discretisations of rule %s; fewer "
                               "steps or paths, or a smaller rate, need less",
                               sgdmft_memory_limit(run), run->rule->entry.name);
    }
}

enum sgdmft_status flow_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                              struct sgdmft_result *result, struct sgdmft_error *error)
{
    struct levels levels = {.count = 0};
    const enum sgdmft_status status = refine(run, watch, &levels, result, error);
    drop_levels(&levels);
    return status;
}
