/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/hierarchical/plan.h"

#include "models/run/named_schedule.h"
#include "models/run/parameter_table.h"
#include "solver/hierarchical/hierarchical_kernels.h"
#include "solver/hierarchical/noise.h"
#include "solver/hierarchical/hierarchical_tangent.h"
#include "solver/paths/ensemble.h"
#include <math.h>

#define MOST_INNOVATIONS 512
/* Largest order without coordinates for each phase. Kernels of reshuffle are a smooth law plus a term that repeats with
 * the epoch; polynomials alone represent them to about 2e-5. */
#define PHASE_ORDER 5
#define MOST_PHASES 16

/* Number of steps of the given run: several steps of a discretised flow make one. */
static long given_steps(const struct sgdmft_run *run)
{
    return run->derived.substeps > 0 ? run->steps / run->derived.substeps : run->steps;
}

/* Step of the i-th jump of schedule s, beyond the run behind the last one: rate, batch and temperature by steps, and
 * the rate by name. */
#define SCHEDULES 4
static long jump_of(const struct sgdmft_run *run, int s, size_t i)
{
    const struct sgdmft_schedule *schedule[] = {&run->rate_steps, &run->batch_steps, &run->temperature_steps};
    const long steps = given_steps(run);
    if (s < SCHEDULES - 1)
        return i < schedule[s]->count ? schedule[s]->from[i] : run->steps + 1;
    if ((long)i >= named_turns(&run->derived.rate, steps))
        return run->steps + 1;
    return run->steps / steps * named_turn(&run->derived.rate, steps, (long)i);
}

size_t plan_jumps(const struct sgdmft_run *run, long *out)
{
    size_t next[SCHEDULES] = {0}, count = 0;
    for (;;) {
        long first = run->steps + 1;
        for (int s = 0; s < SCHEDULES; s++)
            if (jump_of(run, s, next[s]) < first)
                first = jump_of(run, s, next[s]);
        if (first > run->steps)
            return count;
        for (int s = 0; s < SCHEDULES; s++)
            next[s] += jump_of(run, s, next[s]) == first;
        if (out)
            out[count] = first;
        count++;
    }
}

static size_t phases(const struct sgdmft_run *run)
{
    if (!run->rule->epochs || run->order < PHASE_ORDER || schedule_changing(run) || run->batch * MOST_PHASES < 1)
        return 1;
    return (size_t)lround(1 / run->batch);
}

struct plan plan_of(const struct sgdmft_run *run, size_t paths)
{
    long jump[SCHEDULES * SGDMFT_SCHEDULE_MAX];
    struct plan plan = {.order = (size_t)run->order, .phases = phases(run), .jumps = plan_jumps(run, jump)};
    const size_t most = (size_t)run->steps * paths_replicas(run) * 2 + 2, window = paths / 2 + 2;
    plan.slots = blocks_slots(plan.order, plan.phases, run->steps, jump, plan.jumps);
    plan.coordinates = plan.slots * plan.order * plan.phases;
    plan.innovations = window < MOST_INNOVATIONS ? window : MOST_INNOVATIONS;
    plan.innovations = most < plan.innovations ? most : plan.innovations;
    return plan;
}

enum sgdmft_status plan_supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->rate_cycle.count > 0 || run->batch_cycle.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "%s: the engine hierarchical takes schedules but no cycles, whose jumps its blocks would "
                           "not resolve; engine dense does",
                           run->rate_cycle.count > 0 ? "rate_cycle" : "batch_cycle");
    const long turns = named_turns(&run->derived.rate, given_steps(run));
    if (turns > SGDMFT_SCHEDULE_MAX)
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "rate_schedule: %s changes the rate %ld times, and the engine hierarchical takes %d changes; "
            "engine dense takes more",
            run->rate_schedule, turns, SGDMFT_SCHEDULE_MAX);
    return SGDMFT_OK;
}

struct sgdmft_estimate plan_estimate(const struct sgdmft_run *run, size_t paths)
{
    const struct plan plan = plan_of(run, paths);
    const size_t n = plan.coordinates, all = paths_replicas(run) * paths;
    const double bytes =
        (double)(ensemble_bytes(run, paths, plan.innovations, n) + noise_bytes(run, paths, n) + kernels_bytes(run, n)
                 + block_tangent_bytes(all, plan.slots, plan.order, plan.phases)
                 + (2 * n + 5 + run->waiting.count) * all * sizeof(double));
    const double N = (double)n, S = (double)all;
    /* Nanoseconds (machine_speed.h). */
    const double products = 1e-9 * (double)run->steps * S * (0.056 * N * N / 2 + 7 * N);
    const double functions = 420e-9 * (double)run->steps * S;
    return (struct sgdmft_estimate){.bytes = bytes, .seconds = products + functions, .functions = functions};
}

double plan_progress(const struct sgdmft_run *run, long k)
{
    return (double)k / (double)run->steps;
}
