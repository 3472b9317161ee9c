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

#define FIELDS 97 /* pre-activations at which l'' is looked at, up to FAR */
#define FAR 6.0

/* The largest l'' over typical pre-activations and labels, and between neighbouring kinks of the loss. */
static double largest_curvature(const struct sgdmft_run *run)
{
    static const double label[] = {-2, -1, 0, 1, 2};
    const double far = FAR * fmax(1, sqrt(sgdmft_variance(run) * run->norm0));
    const bool classes = sgdmft_has_classes(run);
    double largest = 0;
    for (size_t j = classes ? 1 : 0; j < (classes ? 4 : 5); j += classes ? 2 : 1) {
        double r[FIELDS + SGDMFT_KINKS_MAX], y[FIELDS + SGDMFT_KINKS_MAX], second[FIELDS + SGDMFT_KINKS_MAX];
        double kink[SGDMFT_KINKS_MAX];
        const size_t kinks = sgdmft_loss_kinks(run, label[j], kink);
        size_t n = 0;
        for (; n < FIELDS; n++)
            r[n] = far * (2.0 * (double)n / (FIELDS - 1) - 1);
        for (size_t i = 0; i + 1 < kinks; i++)
            r[n++] = 0.5 * (kink[i] + kink[i + 1]);
        for (size_t i = 0; i < n; i++)
            y[i] = label[j];
        sgdmft_loss_evaluate(run, n, r, y, NULL, NULL, second);
        for (size_t i = 0; i < n; i++)
            largest = fmax(largest, second[i]);
    }
    return largest;
}

/* Upper bound of the Hessian's eigenvalues in the mean step at step k: the edge of Marchenko and Pastur's law, plus the
 * centres of clusters. A batch that persists is a training set of its own, with fewer examples of larger weight. */
static double largest_eigenvalue(const struct sgdmft_run *run, double curvature, long k)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t components = run->data->components(run, component);
    const bool stays = run->rule->probability(run, 1, 1) > run->rule->probability(run, 1, 0) && !run->rule->epochs;
    const double b = run->rule->full_batch ? 1 : sgdmft_batch(run, k), ratio = run->alpha * (stays ? b : 1);
    double centre = 0;
    for (size_t i = 0; i < components; i++)
        centre = fmax(centre, fabs(component[i].centre));
    const double edge = sqrt(sgdmft_variance(run)) * (1 + sqrt(ratio)) + sqrt(ratio) * centre;
    return run->ridge + curvature * sgdmft_batch_weight(run, k) * (stays ? 1 : b) * edge * edge;
}

/* True if a mode of the weights may change its sign in every step, 1 - eta times its eigenvalue being negative: at the
 * start, at a jump of rate or batch, or before one, where a ramp of the rate ends. */
static bool alternates(const struct sgdmft_run *run, const long *jump, size_t jumps)
{
    const double curvature = largest_curvature(run);
    double most = sgdmft_rate(run, 0) * largest_eigenvalue(run, curvature, 0);
    for (size_t i = 0; i < jumps; i++)
        for (long k = jump[i] - 1; k <= jump[i]; k++)
            most = fmax(most, sgdmft_rate(run, k) * largest_eigenvalue(run, curvature, k));
    return most > 1;
}

static size_t phases(const struct sgdmft_run *run, const long *jump, size_t jumps)
{
    const bool epochs =
        run->rule->epochs && run->order >= PHASE_ORDER && !schedule_changing(run) && run->batch * MOST_PHASES >= 1;
    const size_t period = epochs ? (size_t)lround(1 / run->batch) : 1;
    if (period % 2 == 0 || !alternates(run, jump, jumps))
        return period;
    return 2 * period <= MOST_PHASES ? 2 * period : 2;
}

struct plan plan_of(const struct sgdmft_run *run, size_t paths)
{
    long jump[SCHEDULES * SGDMFT_SCHEDULE_MAX];
    struct plan plan = {.order = (size_t)run->order, .jumps = plan_jumps(run, jump)};
    plan.phases = phases(run, jump, plan.jumps);
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
