/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Groups of paths: each is a complete solve with kernels of its own, and their spread gives the error of the mean. */
#include "solver/run/groups.h"
#include "models/registry.h"
#include "models/base/memory.h"

#include "models/base/checkpoint_pieces.h"
#include "models/base/ranks.h"
#include "models/result/margins.h"
#include "models/result/samples.h"
#include "solver/run/group_record.h"
#include "solver/run/halves.h"
#include "solver/run/machine_speed.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Groups of a solve, or of a simulation, where each group is one run. */
struct groups_shape {
    size_t groups, paths, parts;
    uint32_t first; /* number of the first group */
    bool alone;     /* a simulation */
};

struct recorder {
    const struct engine *engine;
    const struct sgdmft_run *run;
    struct groups_shape shape;
    long substeps;
    const struct sgdmft_watch *watch;
    double first, last;           /* range of the watch's fraction */
    struct sgdmft_result *result; /* one sample an item */
    size_t items;                 /* one for each group, or three: all of its paths and each half of them */
    uint64_t key;                 /* of the checkpoint's pieces */
    double *done;                 /* [items] */
    struct distances distances;
    double reported;
};

/* Memory of all groups at a time beyond which those of an engine that can use all threads run one after another. */
#define TOGETHER_BYTES 1e9

static struct groups_shape theory_shape(const struct engine *engine, const struct sgdmft_run *run, uint32_t first)
{
    return (struct groups_shape){.groups = (size_t)run->groups,
                                 .paths = engine_group_paths(run),
                                 .parts = engine_parts(engine, run),
                                 .first = first};
}

static struct groups_shape simulation_shape(const struct sgdmft_run *run, long first)
{
    return (struct groups_shape){.groups = (size_t)run->runs,
                                 .paths = (size_t)sgdmft_examples(run),
                                 .parts = 1,
                                 .first = (uint32_t)first,
                                 .alone = true};
}

/* Seconds of work of a thread of a group, below which waiting for each other takes the threads longer. */
#define LEAST_SECONDS 0.05

/* Splits the threads of one rank among its groups. A group has no work for more threads than units of paths. */
static struct groups_threads threads_of(const struct engine *engine, const struct sgdmft_run *run,
                                        const struct groups_shape *shape, const struct ranks *ranks)
{
    const int threads = (int)sgdmft_threads(run), count = ranks_count(ranks);
    const int groups = ((int)shape->groups + count - 1) / count;
    int outer = threads < groups ? threads : groups;
    int most = (int)(shape->paths / ENGINE_PATH_UNIT) + 1;
    if (engine->halves && threads > 1) {
        const struct sgdmft_estimate one = engine->estimate(run, shape->paths);
        if (outer > 1 && outer * one.bytes > TOGETHER_BYTES)
            outer = 1;
        most = (int)fmax(1, fmin(most, one.seconds / LEAST_SECONDS));
    }
    const int share = threads / outer;
    return (struct groups_threads){.outer = outer, .inner = share < most ? share : most};
}

struct groups_threads groups_threads(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = theory_shape(engine, run, 0);
    return threads_of(engine, run, &shape, NULL);
}

static struct sgdmft_estimate shape_estimate(const struct engine *engine, const struct sgdmft_run *run,
                                             const struct groups_shape *shape)
{
    const struct groups_threads threads = threads_of(engine, run, shape, NULL);
    struct sgdmft_estimate one = engine->estimate(run, shape->paths);
    const double rounds = ceil((double)shape->groups / threads.outer);
    const double margins = (double)margins_scratch_bytes(2 * shape->paths);
    const bool whole = engine->halves && shape->parts == 1; /* the estimate is that of a group and its halves */
    estimate_times(&one, rounds / threads.inner / (whole ? 2 : 1));
    one.bytes = (one.bytes + margins) * threads.outer;
    return one;
}

struct sgdmft_estimate groups_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = theory_shape(engine, run, 0);
    return shape_estimate(engine, run, &shape);
}

struct sgdmft_estimate groups_simulate_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = simulation_shape(run, 0);
    return shape_estimate(engine, run, &shape);
}

static void groups_report(struct recorder *recorder, size_t group, double done)
{
    if (!recorder->watch || !recorder->watch->report)
        return;
#pragma omp critical(sgdmft_groups_report)
    {
        recorder->done[group] = done;
        double sum = 0;
        for (size_t i = 0; i < recorder->items; i++)
            sum += recorder->done[i];
        const double fraction = recorder->first + (recorder->last - recorder->first) * sum / (double)recorder->items;
        if (fraction >= recorder->reported + 0.002 || done >= 1) {
            recorder->reported = fraction;
            recorder->watch->report(recorder->watch->context, fraction);
        }
    }
}

#define SHORT_SEARCH 0.3 /* seconds */

/* A group under way. */
struct group_work {
    struct recorder *recorder;
    struct group_record record;
    void *state;
    long k; /* its present step */
    struct checkpoint_piece piece;
    struct samples_reached *reached;
};

static bool recorded_archive(struct group_work *work, struct archive *archive)
{
    return samples_archive(work->recorder->result, work->record.group, archive)
           && distances_archive(&work->recorder->distances, work->record.group, archive);
}

/* State from which a group continues at step k. */
static bool part_archive(void *context, struct archive *archive)
{
    struct group_work *work = context;
    return archive_long(archive, &work->k) && archive_count(archive, &work->record.next_step, SIZE_MAX)
           && archive_bytes(archive, work->record.next_lag, sizeof work->record.next_lag)
           && recorded_archive(work, archive) && batch_curvature_archive(&work->record.curvature, archive)
           && work->recorder->engine->archive(work->state, archive);
}

/* Data of a finished group. */
static bool done_archive(void *context, struct archive *archive)
{
    struct group_work *work = context;
    return archive_long(archive, &work->reached->step) && recorded_archive(work, archive);
}

static bool stopped(const struct recorder *recorder)
{
    return sgdmft_watch_stops(recorder->watch);
}

static struct sgdmft_checkpoint *checkpoint_of(const struct recorder *recorder)
{
    return recorder->watch ? recorder->watch->checkpoint : NULL;
}

enum group_step {
    STEP_MADE,
    STEP_LAST, /* the end of the run, or of a group that diverged */
    STEP_CUT   /* a stop ended its search: the group continues before it */
};

/* Makes and records one step. */
static enum group_step step_group(struct group_work *work)
{
    struct recorder *recorder = work->recorder;
    const struct engine *engine = recorder->engine;
    struct engine_values values;
    engine->evaluate(work->state, &values);
    const bool finite = isfinite(values.train_loss);
    if (!finite && work->k > 0) /* step 0 is kept even if it is not finite: every result has it */
        return STEP_LAST;
    work->reached->step = work->k;
    if (work->k % recorder->substeps == 0)
        group_record_step(&work->record, work->state, work->k, &values);
    if (group_record_searches(&work->record, work->k) && !work->record.whole_search && stopped(recorder))
        return STEP_CUT;
    if (!finite || work->k == recorder->run->steps || engine->advance(work->state) != SGDMFT_OK)
        return STEP_LAST;
    group_record_gradient(&work->record, work->state, work->k);
    work->k++;
    return STEP_MADE;
}

/* Saves the state before a search that takes long, so that a stop may end it. A short one is made to its end. */
static void save_before_search(struct group_work *work)
{
    struct group_record *record = &work->record;
    struct sgdmft_checkpoint *checkpoint = checkpoint_of(work->recorder);
    if (!group_record_searches(record, work->k) || !checkpoint)
        return;
    record->whole_search = !work->recorder->engine->archive || record->search_seconds < SHORT_SEARCH;
    if (!record->whole_search)
        checkpoint_offer(checkpoint, work->piece, true, part_archive, work);
}

/* Steps to the end of the run, or to a stop, and saves the state where a checkpoint is due. */
static void follow_group(struct group_work *work)
{
    struct recorder *recorder = work->recorder;
    const size_t number = work->record.group;
    enum group_step step = STEP_MADE;
    bool stop = false;
    while (step == STEP_MADE && !stop) {
        save_before_search(work);
        step = step_group(work);
        groups_report(recorder, number, step == STEP_LAST ? 1 : recorder->engine->progress(recorder->run, work->k));
        stop = step == STEP_MADE && stopped(recorder);
        if (step == STEP_MADE && recorder->engine->archive)
            checkpoint_offer(checkpoint_of(recorder), work->piece, stop, part_archive, work);
    }
    work->reached->done = step == STEP_LAST;
    group_record_matrices(&work->record, work->state);
    checkpoint_end(checkpoint_of(recorder), work->piece, step == STEP_LAST ? done_archive : NULL, work);
}

/* Solves a group or a part of one, from its start or from the checkpoint. INTERNAL without memory, FILE if the
 * checkpoint does not fit. */
static enum sgdmft_status solve_group(struct recorder *recorder, uint32_t number, int threads,
                                      struct samples_reached *reached)
{
    const struct groups_shape *shape = &recorder->shape;
    const enum engine_part part = shape->alone ? ENGINE_ALONE : (enum engine_part)(number % shape->parts);
    const bool half = part == ENGINE_FIRST_HALF || part == ENGINE_SECOND_HALF;
    const struct engine_group group = {.run = recorder->run,
                                       .number = shape->first + number / (uint32_t)shape->parts,
                                       .part = part,
                                       .paths = half ? shape->paths / 2 : shape->paths,
                                       .threads = threads,
                                       .watch = recorder->watch};
    struct group_work work = {.recorder = recorder,
                              .record = {.engine = recorder->engine,
                                         .run = recorder->run,
                                         .result = recorder->result,
                                         .distances = &recorder->distances,
                                         .substeps = recorder->substeps,
                                         .alone = shape->alone,
                                         .search_seconds = SHORT_SEARCH,
                                         .group = number},
                              .piece = {recorder->key, shape->first * (uint32_t)shape->parts + number},
                              .reached = reached};
    enum sgdmft_status status = SGDMFT_OK;
    bool begun = true;
    const bool ready = group_record_open(&work.record, shape->paths);
    enum checkpoint_known known = checkpoint_begin(checkpoint_of(recorder), work.piece);
    if (known == CHECKPOINT_DONE) {
        reached->done = checkpoint_read(checkpoint_of(recorder), work.piece, done_archive, &work);
        status = reached->done ? SGDMFT_OK : SGDMFT_FILE;
        groups_report(recorder, number, 1);
    } else if (!ready || !(work.state = recorder->engine->start(&group)))
        status = SGDMFT_INTERNAL;
    else if (stopped(recorder)) /* the draw of the examples may be incomplete: the group is dropped */
        begun = false;
    else if (known == CHECKPOINT_PART && recorder->engine->archive) {
        status = checkpoint_read(checkpoint_of(recorder), work.piece, part_archive, &work) ? SGDMFT_OK : SGDMFT_FILE;
        reached->step = work.k - 1;
        groups_report(recorder, number, recorder->engine->progress(recorder->run, work.k));
    }
    if (work.state && status == SGDMFT_OK && begun)
        follow_group(&work);
    else
        checkpoint_end(checkpoint_of(recorder), work.piece, status == SGDMFT_OK && begun ? done_archive : NULL, &work);
    if (work.state)
        recorder->engine->finish(work.state);
    group_record_close(&work.record);
    return status;
}

/* Groups that are solved side by side, and the first that failed. */
struct groups_work {
    struct recorder *recorder;
    struct samples_reached *reached;
    int threads; /* of a group */
    size_t failed;
    enum sgdmft_status status;
};

static void take_group(void *context, size_t g)
{
    struct groups_work *work = context;
    if (stopped(work->recorder))
        return;
    const enum sgdmft_status one = solve_group(work->recorder, (uint32_t)g, work->threads, &work->reached[g]);
#pragma omp critical(sgdmft_groups_failed)
    if (one != SGDMFT_OK && g < work->failed) {
        work->failed = g;
        work->status = one;
    }
}

/* Solves the groups of this rank. The status is that of the first one that failed. */
static enum sgdmft_status solve_groups(struct recorder *recorder, struct samples_reached *reached)
{
    const struct ranks *ranks = recorder->watch ? recorder->watch->ranks : NULL;
    const struct groups_threads threads = threads_of(recorder->engine, recorder->run, &recorder->shape, ranks);
    struct groups_work work = {.recorder = recorder,
                               .reached = reached,
                               .threads = threads.inner,
                               .failed = recorder->items,
                               .status = SGDMFT_OK};
    if (threads.inner > 1)
        omp_set_max_active_levels(2);
    ranks_each(ranks, threads.outer, recorder->items, take_group, &work);
    return work.status;
}

/* Joins the groups of all ranks to a result: complete, diverged or interrupted. */
static enum sgdmft_status conclude(struct recorder *recorder, struct sgdmft_result *result,
                                   struct samples_reached *reached, bool *keep, struct sgdmft_error *error)
{
    const size_t groups = recorder->shape.groups;
    const bool folded = recorder->shape.parts > 1;
    if (folded) {
        distances_combine(&recorder->distances, recorder->result);
        fold_halves(recorder->result, result, reached);
    }
    long lowest = recorder->run->steps;
    for (size_t g = 0; g < groups; g++)
        lowest = reached[g].step < lowest ? reached[g].step : lowest;
    if (!samples_done(reached, groups)) {
        for (size_t g = 0; g < groups; g++)
            reached[g].step = reached[g].step < 0 ? -1 : reached[g].step / recorder->substeps;
        if (!samples_interrupt(result, reached, keep))
            return sgdmft_fail(error, SGDMFT_INTERRUPTED, "stopped before the first step");
        distances_keep(&recorder->distances, keep);
    } else if (lowest < 0)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "the training loss of a group is not finite at the start");
    else {
        result->last_step = lowest / recorder->substeps;
        result->status = lowest < recorder->run->steps ? SGDMFT_DIVERGED : SGDMFT_OK;
    }
    if (!folded)
        distances_combine(&recorder->distances, result);
    return result->status;
}

static enum sgdmft_status fail_group(const struct recorder *recorder, enum sgdmft_status status,
                                     struct sgdmft_error *error)
{
    if (status == SGDMFT_FILE)
        return sgdmft_fail(error, status, "the checkpoint does not fit: another build wrote it");
    return memory_fail(error, "a group of %zu paths and %ld steps", recorder->shape.paths, recorder->run->steps);
}

/* Solves all items of recorder, whose engine, run, shape, substeps and watch are set, and fills result. */
static enum sgdmft_status solve_shape(struct recorder recorder, struct sgdmft_result *result,
                                      struct sgdmft_error *error)
{
    const struct sgdmft_watch *watch = recorder.watch;
    const struct ranks *ranks = watch ? watch->ranks : NULL;
    const size_t parts = recorder.shape.parts, items = recorder.shape.groups * parts;
    recorder.items = items;
    recorder.result = parts > 1 ? result_of_parts(result, items) : result;
    recorder.reported = recorder.first;
    struct samples_reached *reached = calloc(items, sizeof *reached);
    bool *keep = calloc(items, sizeof *keep);
    recorder.done = calloc(items, sizeof *recorder.done);
    enum sgdmft_status status = SGDMFT_INTERNAL;
    if (recorder.result && distances_create(&recorder.distances, recorder.result) && reached && keep && recorder.done) {
        for (size_t i = 0; i < items; i++)
            reached[i].step = -1;
        if (watch && watch->checkpoint)
            recorder.key =
                checkpoint_key(recorder.run, recorder.shape.alone ? SIMULATION_IMPLICIT : recorder.engine->entry.name,
                               recorder.substeps);
        status = solve_groups(&recorder, reached);
    }
    if (status != SGDMFT_OK)
        fail_group(&recorder, status, error);
    status = ranks_agree(ranks, status, error);
    if (status == SGDMFT_OK) {
        for (size_t i = 0; i < items; i++)
            samples_share(ranks, recorder.result, i, &reached[i]);
        distances_share(ranks, &recorder.distances);
        status = conclude(&recorder, result, reached, keep, error);
    }
    distances_free(&recorder.distances);
    if (recorder.result != result)
        sgdmft_result_free(recorder.result);
    free(reached);
    free(keep);
    free(recorder.done);
    return status;
}

enum sgdmft_status groups_solve(const struct engine *engine, const struct sgdmft_run *run, uint32_t group,
                                long substeps, const struct sgdmft_watch *watch, double first, double last,
                                struct sgdmft_result *result, struct sgdmft_error *error)
{
    return solve_shape((struct recorder){.engine = engine,
                                         .run = run,
                                         .shape = theory_shape(engine, run, group),
                                         .substeps = substeps,
                                         .watch = watch,
                                         .first = first,
                                         .last = last},
                       result, error);
}

enum sgdmft_status groups_simulate(const struct engine *engine, const struct sgdmft_run *run, long first_run,
                                   const struct sgdmft_watch *watch, struct sgdmft_result *result,
                                   struct sgdmft_error *error)
{
    return solve_shape((struct recorder){.engine = engine,
                                         .run = run,
                                         .shape = simulation_shape(run, first_run),
                                         .substeps = 1,
                                         .watch = watch,
                                         .first = 0,
                                         .last = 1},
                       result, error);
}
