/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stationary engine: a pilot finds the memory, then each group finds a fixed point of its own. */
#include "solver/stationary/stationary_engine.h"
#include "models/run/parameter_table.h"

#include "models/base/checkpoint_pieces.h"
#include "models/base/memory.h"
#include "models/base/ranks.h"
#include "models/result/result_size.h"
#include "models/result/samples.h"
#include "solver/run/groups.h"
#include "solver/run/machine_speed.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SPANS 12     /* measured steps in units of the memory; fewer for a long memory, */
#define SPANS_LONG 8 /* (turn.c needs 8) */
#define LONG_MEMORY 384
#define LEAST_STEPS 2304 /* least number of measured steps */
/* Tolerance of the fixed point relative to the largest value of a kernel. It is larger with few paths, since Gamma
 * jumps when a path crosses a kink of the loss. */
#define TOLERANCE 3e-4
#define TOLERANCE_PATHS 512
#define TOLERANCE_MOST 3e-3
#define MOST_PERIOD 64
#define USUAL_MEMORY 384 /* for estimates */
/* The memory of the state and the number of turns are known when it is found: longer at small rates and weak
 * confinement. */
#define TIME_SPREAD 8
#define USUAL_TURNS 4.5
#define TRIAL_SECONDS 3 /* of the processor, at most */
#define TRIAL_PATHS PATH_BLOCK

static enum sgdmft_status stationary_supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (schedule_changing(run))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "engine = stationary: %s changes with time, so that there is no stationary state",
                           schedule_changing(run));
    if (run->replicas > 1 && stationary_period(run) > 1)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "replicas: %ld, but with rule %s two replicas are at the same place of an epoch, over which "
                           "the engine stationary averages C(inf); take engine dense",
                           run->replicas, run->rule->entry.name);
    if (!(run->temperature > 0) && (run->rule->full_batch || run->batch >= 1))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "engine = stationary: rule %s with batch 1 and temperature 0 comes to rest, there is no "
                           "noise and no temperature to find",
                           run->rule->entry.name);
    if (stationary_period(run) > MOST_PERIOD)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "batch = %.15g: the engine stationary takes rule %s with at most %d batches an epoch",
                           run->batch, run->rule->entry.name, MOST_PERIOD);
    return SGDMFT_OK;
}

static struct stationary_shape group_shape(const struct sgdmft_run *run, size_t memory)
{
    const size_t spans = memory < LONG_MEMORY ? SPANS : SPANS_LONG, least = (LEAST_STEPS + memory - 1) / memory;
    return stationary_shape(run, memory, spans > least ? spans : least);
}

/* Estimate of a group whose kernels have this memory. */
static struct sgdmft_estimate memory_estimate(const struct sgdmft_run *run, size_t memory, size_t paths)
{
    const struct stationary_shape shape = group_shape(run, memory);
    /* Nanoseconds of a path step (machine_speed.h): noise, losses and averages; products with the memory; probes. */
    const double functions = 34, products = 0.046 * (double)shape.memory * 4;
    const double turns = 1e-9 * USUAL_TURNS * (double)paths * (double)shape.steps;
    return (struct sgdmft_estimate){
        .bytes = (double)stationary_turn_bytes(run, &shape, paths, groups_threads(&engine_stationary, run).inner),
        .seconds = turns * (functions + products),
        .functions = turns * functions};
}

static struct sgdmft_estimate stationary_estimate(const struct sgdmft_run *run, size_t paths)
{
    struct sgdmft_estimate estimate = memory_estimate(run, USUAL_MEMORY, paths);
    estimate.spread = TIME_SPREAD;
    return estimate;
}

/* Seconds of the processor, of this thread or of all. */
static double processor_seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool trial_is_over(void *end)
{
    return processor_seconds(CLOCK_PROCESS_CPUTIME_ID) > *(const double *)end;
}

/* Seconds of this thread for one turn of a small sample, a path and step of it. 0 without memory. */
static double turn_seconds(const struct sgdmft_run *run, const struct stationary_pilot *pilot,
                           const struct stationary_shape *shape)
{
    const struct engine_group group = {.run = run, .number = (uint32_t)run->groups, .paths = TRIAL_PATHS, .threads = 1};
    const size_t length = stationary_length(shape->period, shape->memory);
    struct stationary_transforms transforms = {0};
    struct stationary_turn turn = {0};
    double *vector = malloc(length * sizeof *vector), seconds = 0;
    if (vector && stationary_transforms_create(&transforms, shape)
        && stationary_turn_create(&turn, &group, shape, &transforms)) {
        const struct stationary_kernels now = stationary_view(shape->period, shape->memory, pilot->vector);
        struct stationary_kernels next = stationary_view(shape->period, shape->memory, vector);
        const double begin = processor_seconds(CLOCK_THREAD_CPUTIME_ID);
        stationary_turn_make(&turn, &now, &next);
        seconds = processor_seconds(CLOCK_THREAD_CPUTIME_ID) - begin;
    }
    stationary_turn_free(&turn);
    stationary_transforms_free(&transforms);
    free(vector);
    return seconds / (double)(TRIAL_PATHS * shape->steps);
}

/* Turns of a group, from those of the pilot. Both take more where paths cross kinks of the loss. */
static double usual_turns(size_t pilot)
{
    return USUAL_TURNS * fmax(1, (double)pilot / 3);
}

/* Finds the memory as the run does, and measures a turn with it. */
static enum sgdmft_status stationary_trial(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                           struct sgdmft_result **shapes, struct sgdmft_error *error)
{
    const double begin = processor_seconds(CLOCK_PROCESS_CPUTIME_ID);
    double end = begin + TRIAL_SECONDS;
    const struct sgdmft_watch watch = {.context = &end, .stop = trial_is_over};
    const size_t paths = engine_group_paths(run);
    const struct groups_threads threads = groups_threads(&engine_stationary, run);
    struct stationary_pilot pilot;
    struct sgdmft_error doubt = {0};
    const enum sgdmft_status status = stationary_pilot_find(run, &watch, &pilot, &doubt);
    if (status == SGDMFT_OK) {
        const struct stationary_shape shape = group_shape(run, pilot.shape.memory);
        const double spent = processor_seconds(CLOCK_PROCESS_CPUTIME_ID) - begin,
                     turn = turn_seconds(run, &pilot, &shape);
        const double rounds = ceil((double)run->groups / threads.outer) / threads.inner;
        *shapes = stationary_result(run, shape.memory, 0);
        if (turn > 0)
            *estimate = (struct sgdmft_estimate){
                .bytes = threads.outer * memory_estimate(run, shape.memory, paths).bytes,
                /* which machine_scale multiplies with the speed again */
                .seconds = (spent + rounds * usual_turns(pilot.turns) * turn * (double)(paths * shape.steps))
                           / machine_speed().products};
    }
    free(pilot.vector);
    if (status == SGDMFT_OK || status == SGDMFT_INTERRUPTED)
        return SGDMFT_OK;
    if (error)
        *error = doubt;
    return status;
}

struct progress {
    const struct sgdmft_watch *watch;
    double groups, done;
};

static void stationary_report(struct progress *progress, double share)
{
#pragma omp critical(sgdmft_stationary_report)
    {
        progress->done += share;
        if (progress->watch && progress->watch->report)
            progress->watch->report(progress->watch->context, fmin(1, progress->done / (progress->groups + 1)));
    }
}

struct outcome {
    enum sgdmft_status status;
    struct fixed_point_history history;
};

/* Data that the groups of one solve share. */
struct work {
    const struct sgdmft_run *run;
    const struct stationary_pilot *pilot;
    const struct stationary_shape *shape;
    const struct stationary_transforms *transforms;
    const struct sgdmft_watch *watch;
    uint64_t key; /* of the checkpoint's pieces */
    struct sgdmft_result *result;
    atomic_bool *failed; /* true if a group of this rank has no fixed point: no other group is begun */
    struct outcome *outcome;
    struct progress *progress;
    int threads; /* of a group */
};

static void solve_group(const struct work *work, size_t number, int threads, struct outcome *outcome)
{
    const struct stationary_pilot *pilot = work->pilot;
    const struct stationary_shape *shape = work->shape;
    const struct engine_group group = {.run = work->run,
                                       .number = (uint32_t)number,
                                       .paths = engine_group_paths(work->run),
                                       .threads = threads,
                                       .watch = work->watch};
    const size_t length = stationary_length(shape->period, shape->memory);
    struct stationary_turn turn = {0};
    double *vector = malloc(length * sizeof *vector);
    outcome->status = SGDMFT_INTERNAL;
    outcome->history.turns = 0;
    if (vector && stationary_turn_create(&turn, &group, shape, work->transforms)) {
        struct stationary_kernels kernels = stationary_view(shape->period, shape->memory, vector);
        memcpy(vector, pilot->vector, length * sizeof *vector);
        const double few = fmax(1, (double)TOLERANCE_PATHS / (double)group.paths);
        outcome->status = fixed_point_find(&turn, &kernels, fmin(TOLERANCE_MOST, few * TOLERANCE), &outcome->history);
        if (outcome->status == SGDMFT_OK && !stationary_record(&turn, &kernels, number, work->result))
            outcome->status = SGDMFT_INTERNAL;
    }
    stationary_turn_free(&turn);
    free(vector);
}

/* Archives the values of a finished group for the checkpoint. */
struct group_values {
    struct sgdmft_result *result;
    size_t group;
};

static bool group_archive(void *context, struct archive *archive)
{
    const struct group_values *values = context;
    return samples_archive(values->result, values->group, archive);
}

/* Reads a group from the checkpoint if it is finished there, else solves it. A group that is stopped before keeps
 * INTERRUPTED. */
static void take_group(void *context, size_t number)
{
    const struct work *work = context;
    const struct sgdmft_watch *watch = work->watch;
    struct outcome *outcome = &work->outcome[number];
    struct sgdmft_checkpoint *checkpoint = watch ? watch->checkpoint : NULL;
    const struct checkpoint_piece piece = {work->key, (uint32_t)number};
    struct group_values values = {work->result, number};
    outcome->status = SGDMFT_INTERRUPTED;
    if (atomic_load(work->failed) || sgdmft_watch_stops(watch))
        return;
    if (checkpoint_begin(checkpoint, piece) == CHECKPOINT_DONE)
        outcome->status = checkpoint_read(checkpoint, piece, group_archive, &values) ? SGDMFT_OK : SGDMFT_FILE;
    else
        solve_group(work, number, work->threads, outcome);
    if (outcome->status != SGDMFT_OK)
        atomic_store(work->failed, true);
    checkpoint_end(checkpoint, piece, outcome->status == SGDMFT_OK ? group_archive : NULL, &values);
    stationary_report(work->progress, 1);
}
/* Status of the groups of all ranks: that of the first that failed; INTERRUPTED if groups are missing. */
static enum sgdmft_status conclude(const struct work *work, struct outcome *outcome, struct sgdmft_error *error)
{
    const struct ranks *ranks = work->watch ? work->watch->ranks : NULL;
    enum sgdmft_status status = SGDMFT_OK;
    for (size_t g = 0; g < work->result->samples; g++) {
        struct samples_reached reached = {.step = -1};
        ranks_broadcast(ranks, ranks_owner(ranks, g), &outcome[g], sizeof outcome[g]);
        samples_share(ranks, work->result, g, &reached);
        if (outcome[g].status == SGDMFT_OK || (status && status != SGDMFT_INTERRUPTED))
            continue;
        if (outcome[g].status == SGDMFT_INTERRUPTED)
            status = sgdmft_fail(error, SGDMFT_INTERRUPTED,
                                 "the theory was stopped before the stationary state of all groups was found");
        else if (outcome[g].status == SGDMFT_FILE)
            status = sgdmft_fail(error, SGDMFT_FILE, "the checkpoint does not fit: another build wrote it");
        else
            status = stationary_fail(work->run, work->watch, outcome[g].status,
                                     outcome[g].status == SGDMFT_DIVERGED
                                         ? "the kernels of a group diverge"
                                         : "the kernels of a group do not converge (larger groups help)",
                                     &outcome[g].history, error);
    }
    return status;
}

static enum sgdmft_status solve_groups(const struct sgdmft_run *run, const struct stationary_pilot *pilot,
                                       const struct stationary_shape *shape, struct progress *progress,
                                       struct sgdmft_result *result, struct sgdmft_error *error)
{
    const struct sgdmft_watch *watch = progress->watch;
    const struct groups_threads threads = groups_threads(&engine_stationary, run);
    const size_t groups = (size_t)run->groups;
    struct outcome *outcome = calloc(groups, sizeof *outcome);
    struct stationary_transforms transforms = {0};
    if (!outcome || !stationary_transforms_create(&transforms, shape)) {
        free(outcome);
        return stationary_fail(run, watch, SGDMFT_INTERNAL, "", NULL, error);
    }
    atomic_bool failed = false;
    struct work work = {.run = run,
                        .pilot = pilot,
                        .shape = shape,
                        .transforms = &transforms,
                        .watch = watch,
                        .key = watch && watch->checkpoint ? checkpoint_key(run, "stationary", 0) : 0,
                        .result = result,
                        .failed = &failed,
                        .outcome = outcome,
                        .progress = progress,
                        .threads = threads.inner};
    if (threads.inner > 1)
        omp_set_max_active_levels(2);
    ranks_each(watch ? watch->ranks : NULL, threads.outer, groups, take_group, &work);
    const enum sgdmft_status status = conclude(&work, outcome, error);
    stationary_transforms_free(&transforms);
    free(outcome);
    return status;
}

static struct sgdmft_result *shapes(const struct sgdmft_run *run)
{
    return stationary_result(run, USUAL_MEMORY, 0);
}

static enum sgdmft_status check_memory(const struct sgdmft_run *run, const struct stationary_shape *shape,
                                       struct sgdmft_error *error)
{
    const struct groups_threads threads = groups_threads(&engine_stationary, run);
    struct sgdmft_result *result = stationary_result(run, shape->memory, 0);
    struct sgdmft_estimate estimate = {
        .bytes =
            (double)threads.outer * (double)stationary_turn_bytes(run, shape, engine_group_paths(run), threads.inner)};
    if (!result)
        return memory_fail(error, "an estimate");
    result_add_estimate(result, (size_t)run->groups, 1, &estimate);
    sgdmft_result_free(result);
    if (estimate.bytes > sgdmft_memory_limit(run))
        return sgdmft_fail(
            error, SGDMFT_USAGE,
            "memory_limit: the stationary state has a memory of %zu steps and needs %.3g bytes, the limit is "
            "%.3g: fewer paths or threads, or more groups need less",
            shape->memory, estimate.bytes, sgdmft_memory_limit(run));
    return SGDMFT_OK;
}

static enum sgdmft_status stationary_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                           struct sgdmft_result **result, struct sgdmft_error *error)
{
    struct stationary_pilot pilot;
    struct progress progress = {.watch = watch, .groups = (double)run->groups};
    *result = NULL;
    enum sgdmft_status status = stationary_pilot_find(run, watch, &pilot, error);
    const struct stationary_shape shape = status ? pilot.shape : group_shape(run, pilot.shape.memory);
    stationary_report(&progress, 1);
    if (status == SGDMFT_OK)
        status = check_memory(run, &shape, error);
    if (status == SGDMFT_OK && !(*result = stationary_result(run, shape.memory, (size_t)run->groups)))
        status = stationary_fail(run, watch, SGDMFT_INTERNAL, "", NULL, error);
    status = ranks_agree(watch ? watch->ranks : NULL, status, error);
    if (status == SGDMFT_OK)
        status = solve_groups(run, &pilot, &shape, &progress, *result, error);
    if (status == SGDMFT_OK)
        stationary_reduce(*result);
    else {
        sgdmft_result_free(*result);
        *result = NULL;
    }
    free(pilot.vector);
    return status;
}

const struct engine engine_stationary = {
    .entry = {.name = "stationary",
              .summary = "the stationary state directly: a fixed point in kernels of the lag, without a transient",
              .reference = "solver/THEORY.md (T14)"},
    .supports = stationary_supports,
    .tangents = true,
    .estimate = stationary_estimate,
    .trial = stationary_trial,
    .shapes = shapes,
    .solve = stationary_solve,
};
