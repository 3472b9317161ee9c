/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Length of the memory: fixed points of a small sample, whose memory doubles until the kernels decay before its end.
 * Each starts from the one before. The first starts from the kernels of a short causal run or, if that fails, from
 * examples that do not react. */
#include "solver/stationary/causal.h"
#include "models/base/memory.h"
#include "solver/stationary/stationary_engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_MEMORY 48
#define LAST_MEMORY 6144
#define LAST_MEMORY_TAILS                                                                                              \
    1536           /* if the tangents may have heavy tails: longer kernels are noise, at 16 times the cost */
#define FAILURES 4 /* memories in a row without a fixed point */
#define PILOT_PATHS 256
#define PILOT_PATHS_LONG 128
#define PILOT_LONG 512
#define PILOT_SPANS 8
#define PILOT_TOLERANCE 3e-3
#define RESPONSE_LEFT 2e-3 /* of chi(infinity), beyond three quarters of the memory */
#define RESPONSE_KEPT 1e-3 /* the same beyond the shortened memory, */
#define TRIM_LEAST 96      /* least memory that is shortened */
#define BATCHES_TIMES 6    /* correlation times of the batches */

enum sgdmft_status stationary_fail(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                   enum sgdmft_status status, const char *what,
                                   const struct fixed_point_history *history, struct sgdmft_error *error)
{
    char list[100] = "", cause[240] = "";
    size_t used = 0;
    struct stationary_causal causal = {.vector = NULL};
    if (status == SGDMFT_INTERNAL)
        return memory_fail(error, "the stationary state");
    const size_t turns = history->turns; /* the first and the last residuals */
    for (size_t i = 0; i < turns && used + 16 < sizeof list; i += i == 0 && turns > 4 ? turns - 3 : 1)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s %.1e", turns > 4 && i + 3 == turns ? " ..." : "",
                                 history->residual[i]);
    if (!sgdmft_watch_stops(watch) && stationary_causal_run(run, watch, STATIONARY_CAUSAL_DIAGNOSIS, &causal))
        stationary_causal_diagnosis(&causal, sizeof cause, cause);
    stationary_causal_free(&causal);
    if (status == SGDMFT_INTERRUPTED || sgdmft_watch_stops(watch))
        return sgdmft_fail(error, SGDMFT_INTERRUPTED, "the theory was stopped before its stationary state was found");
    return sgdmft_fail(error, SGDMFT_NOT_CONVERGED, "no ergodic stationary state was found: %s%s%s%s%s%s%s", cause,
                       *cause ? "; " : "", what, *list ? " (residuals:" : "", list, *list ? ")" : "",
                       sgdmft_loss_is_convex(run) ? "" : "; engine conditional solves such a run without tangents");
}

/* Examples at r ~ N(0, Delta) that do not react: instantaneous Gamma, M of independent batches. */
static void guess(const struct stationary_turn *turn, struct stationary_kernels *kernels)
{
    const struct sgdmft_run *run = turn->run;
    const struct paths *paths = &turn->sample.paths;
    const size_t n = kernels->period, L = kernels->memory;
    const double weight = turn->sample.weight, scale = run->alpha * paths->variance;
    double first2 = 0, second = 0;
    for (size_t i = 0; i < paths->group.paths; i++) {
        double value, first, curvature;
        const double r = run->overlap0 * (paths->centre[i] + sqrt(paths->variance) * paths->u[i])
                         + sqrt(paths->variance) * turn->sample.z[0][i];
        sgdmft_loss_evaluate(run, 1, &r, &paths->y[i], &value, &first, &curvature);
        first2 += first * first / (double)paths->group.paths;
        second += fabs(curvature) / (double)paths->group.paths;
    }
    memset(kernels->Gamma, 0, kernels->length * sizeof(double));
    for (size_t p = 0; p < n; p++) {
        kernels->Gamma[p * L] = scale * weight * run->batch * second;
        kernels->M[p * L] = scale * weight * weight * run->batch * (1 - run->batch) * first2;
        for (size_t q = 0; q < n; q++)
            kernels->M_inf[p * n + q] = scale * weight * weight * run->batch * run->batch * first2;
        kernels->m[p] = run->overlap0;
    }
}

/* True if the response has decayed. The correlation decays with the same modes and with the memory of the batches, but
 * with weak noise its tail is sampling error. */
static bool decayed(const struct stationary_order *order)
{
    const double whole = order->chi[order->shape.reach];
    return fabs(whole - order->chi[3 * order->shape.memory / 4]) <= RESPONSE_LEFT * fabs(whole);
}

/* Shortest memory at which the response has decayed. The tried memories double, and the cost is quadratic in the
 * memory. */
static size_t enough(const struct stationary_order *order)
{
    const double whole = order->chi[order->shape.reach];
    size_t lag = order->shape.memory;
    while (lag > 1 && fabs(whole - order->chi[lag - 1]) <= RESPONSE_KEPT * fabs(whole))
        lag--;
    return 4 * lag / 3;
}

/* Shortest memory to be tried: that of the batches. */
static size_t first_memory(const struct sgdmft_run *run)
{
    size_t first = FIRST_MEMORY;
    const double stay = run->rule->probability(run, 1, 1) - run->rule->probability(run, 1, 0);
    if (!run->rule->epochs && stay > 0 && stay < 1) /* correlation of s^k and s^{k+1} */
        first = (size_t)fmax((double)first, fmin(BATCHES_TIMES / -log(stay), LAST_MEMORY));
    return first < 4 * stationary_period(run) ? 4 * stationary_period(run) : first;
}

/* Summary of a fixed point. */
struct stationary_found {
    double norm;   /* |w|^2/N */
    size_t memory; /* shortest memory at which the response has decayed */
};

/* True if no other attempt can succeed. */
static bool is_final(enum sgdmft_status status)
{
    return status == SGDMFT_INTERNAL || status == SGDMFT_INTERRUPTED;
}

enum beginning { FROM_BEFORE, FROM_CAUSAL, FROM_GUESS };

/* Searches for the fixed point with the memory of pilot->shape, from kernels of a shorter memory, those of the causal
 * run, or a guess. */
static enum sgdmft_status search(struct stationary_turn *turn, enum beginning beginning,
                                 const struct stationary_kernels *before, const struct stationary_causal *causal,
                                 struct stationary_kernels *kernels, struct fixed_point_history *history)
{
    enum sgdmft_status status = SGDMFT_OK;
    history->turns = 0;
    if (beginning == FROM_BEFORE)
        stationary_refit(before, kernels);
    else if (beginning == FROM_CAUSAL && !stationary_causal_kernels(causal, kernels))
        return SGDMFT_NOT_CONVERGED;
    else if (beginning == FROM_GUESS) {
        guess(turn, kernels);
        status = fixed_point_relax(turn, kernels, 0.5, 4);
    }
    return status == SGDMFT_OK ? fixed_point_find(turn, kernels, PILOT_TOLERANCE, history) : status;
}

/* Finds the fixed point with the memory of pilot->shape; *done is true if the response decays within it. */
static enum sgdmft_status attempt(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                  struct stationary_pilot *pilot, const struct stationary_kernels *before,
                                  const struct stationary_causal *causal, bool *done, struct stationary_found *found,
                                  struct fixed_point_history *history)
{
    const struct stationary_shape *shape = &pilot->shape;
    const size_t all = engine_group_paths(run), most = shape->memory < PILOT_LONG ? PILOT_PATHS : PILOT_PATHS_LONG;
    const size_t paths = all < most ? all : most;
    const int threads = (int)sgdmft_threads(run), blocks = (int)path_blocks(paths);
    const struct engine_group group = {.run = run,
                                       .number = (uint32_t)run->groups,
                                       .paths = paths,
                                       .threads = threads < blocks ? threads : blocks,
                                       .watch = watch};
    struct stationary_transforms transforms = {0};
    struct stationary_turn turn = {0};
    enum sgdmft_status status = SGDMFT_INTERNAL;
    pilot->vector = calloc(stationary_length(shape->period, shape->memory), sizeof(double));
    *done = false;
    history->turns = 0;
    if (pilot->vector && stationary_transforms_create(&transforms, shape)
        && stationary_turn_create(&turn, &group, shape, &transforms)) {
        struct stationary_kernels kernels = stationary_view(shape->period, shape->memory, pilot->vector);
        status = search(&turn, before ? FROM_BEFORE : FROM_CAUSAL, before, causal, &kernels, history);
        if (!before && status != SGDMFT_OK && !is_final(status))
            status = search(&turn, FROM_GUESS, before, causal, &kernels, history);
        *done = status == SGDMFT_OK && decayed(&turn.order);
        *found = (struct stationary_found){.memory = enough(&turn.order)};
        for (size_t p = 0; p < shape->period && status == SGDMFT_OK; p++)
            found->norm += turn.order.norm[p] / (double)shape->period;
    }
    stationary_turn_free(&turn);
    stationary_transforms_free(&transforms);
    return status;
}

static size_t last_memory(const struct sgdmft_run *run)
{
    return sgdmft_loss_is_convex(run) ? LAST_MEMORY : LAST_MEMORY_TAILS;
}

/* Tries memories that double, from that of the run's own times on. */
static enum sgdmft_status find_memory(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                      const struct stationary_causal *causal, struct stationary_pilot *pilot,
                                      struct stationary_found *found, bool *done, struct fixed_point_history *history)
{
    struct stationary_kernels before = {0};
    int failures = 0;
    for (size_t memory = first_memory(run);; memory *= 2) {
        double *old = pilot->vector;
        pilot->shape = stationary_shape(run, memory, PILOT_SPANS);
        if (old && before.memory >= pilot->shape.memory)
            pilot->shape = stationary_shape(run, 2 * before.memory, PILOT_SPANS);
        const enum sgdmft_status status =
            attempt(run, watch, pilot, old ? &before : NULL, causal, done, found, history);
        free(old);
        failures = status == SGDMFT_OK ? 0 : failures + 1;
        if (*done || is_final(status) || pilot->shape.memory >= last_memory(run) || failures == FAILURES)
            return status;
        if (status == SGDMFT_OK)
            before = stationary_view(pilot->shape.period, pilot->shape.memory, pilot->vector);
        else { /* a memory that is too short may have no fixed point: restart with the next one */
            free(pilot->vector);
            pilot->vector = NULL;
        }
    }
}

static enum sgdmft_status fail(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                               enum sgdmft_status status, const struct stationary_pilot *pilot,
                               const struct fixed_point_history *history, struct sgdmft_error *error)
{
    char what[160];
    if (status == SGDMFT_OK)
        snprintf(what, sizeof what, "the response has not decayed within %zu steps", pilot->shape.memory);
    else
        snprintf(what, sizeof what, "%s with a memory of %zu steps",
                 status == SGDMFT_DIVERGED ? "the kernels diverge" : "the kernels do not converge",
                 pilot->shape.memory);
    return stationary_fail(run, watch, status, what, history, error);
}

/* Rejects a fixed point whose memory is much shorter than the causal run, if that run has another norm. */
static enum sgdmft_status check_reached(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                        const struct stationary_causal *causal, const struct stationary_pilot *pilot,
                                        double norm, struct sgdmft_error *error)
{
    char what[160];
    const struct fixed_point_history none = {.turns = 0};
    if (3 * pilot->shape.memory > (size_t)causal->steps || causal->reached < causal->steps
        || stationary_causal_agrees(causal, norm))
        return SGDMFT_OK;
    snprintf(what, sizeof what,
             "kernels of the lag give |w|^2/N = %.3g, but a run from the start has %.3g(%.1g) after %ld steps", norm,
             causal->norm[1], causal->norm_se[1], causal->steps);
    return stationary_fail(run, watch, SGDMFT_NOT_CONVERGED, what, &none, error);
}

/* Rejects a fixed point that forgets sooner than the causal run, whose correlation alternates: eta times the largest
 * eigenvalue of the Hessian is near 2 or above, and C reaches its limit much later or never. A run with more paths
 * decides. */
static enum sgdmft_status check_decay(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                      const struct stationary_causal *causal, size_t memory, struct sgdmft_error *error)
{
    char what[256];
    const struct fixed_point_history none = {.turns = 0};
    struct stationary_causal large = {.vector = NULL};
    enum sgdmft_status status = SGDMFT_OK;
    if (memory > (size_t)causal->steps / 2 || !stationary_causal_may_alternate(causal))
        return SGDMFT_OK;
    if (!stationary_causal_run(run, watch, STATIONARY_CAUSAL_DIAGNOSIS, &large))
        status = stationary_fail(run, watch, SGDMFT_INTERNAL, "", &none, error);
    else if (sgdmft_watch_stops(watch))
        status = stationary_fail(run, watch, SGDMFT_INTERRUPTED, "", &none, error);
    else if (stationary_causal_alternates(&large)) {
        snprintf(what, sizeof what,
                 "in a run from the start the correlation alternates from one lag to the next (by %.2g(%.1g) of "
                 "|w|^2/N at lags %ld to %ld) for longer than the response lasts (%zu lags)",
                 fabs(large.alternation), large.alternation_se, large.steps / 4, large.steps / 2, memory);
        status = stationary_fail(run, watch, SGDMFT_NOT_CONVERGED, what, &none, error);
    }
    stationary_causal_free(&large);
    return status;
}

/* Shortens the memory. False without memory. */
static bool trim(const struct sgdmft_run *run, struct stationary_pilot *pilot, size_t memory)
{
    const size_t first = first_memory(run), least = first < TRIM_LEAST ? TRIM_LEAST : first, n = pilot->shape.period;
    const struct stationary_shape shape = stationary_shape(run, memory < least ? least : memory, PILOT_SPANS);
    if (shape.memory >= pilot->shape.memory)
        return true;
    double *vector = calloc(stationary_length(n, shape.memory), sizeof *vector);
    if (!vector)
        return false;
    const struct stationary_kernels from = stationary_view(n, pilot->shape.memory, pilot->vector);
    struct stationary_kernels to = stationary_view(n, shape.memory, vector);
    stationary_refit(&from, &to);
    free(pilot->vector);
    pilot->vector = vector;
    pilot->shape = shape;
    return true;
}

enum sgdmft_status stationary_pilot_find(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                         struct stationary_pilot *pilot, struct sgdmft_error *error)
{
    struct fixed_point_history history = {.turns = 0};
    struct stationary_causal causal;
    struct stationary_found found = {.norm = 0};
    bool done = false;
    *pilot = (struct stationary_pilot){0};
    enum sgdmft_status status =
        stationary_causal_run(run, watch, STATIONARY_CAUSAL_START, &causal) ? SGDMFT_OK : SGDMFT_INTERNAL;
    if (status == SGDMFT_OK)
        status = find_memory(run, watch, &causal, pilot, &found, &done, &history);
    if (done)
        status = check_reached(run, watch, &causal, pilot, found.norm, error);
    else
        status = fail(run, watch, status, pilot, &history, error);
    if (status == SGDMFT_OK)
        status = check_decay(run, watch, &causal, found.memory, error);
    stationary_causal_free(&causal);
    pilot->turns = history.turns;
    if (status == SGDMFT_OK && !trim(run, pilot, found.memory))
        status = stationary_fail(run, watch, SGDMFT_INTERNAL, "", &history, error);
    return status;
}
