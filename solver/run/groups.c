/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each group is a complete solve with its own kernels; the spread of the groups is the error of their mean. */
#include "solver/run/groups.h"
#include "models/base/memory.h"

#include "models/base/checkpoint_pieces.h"
#include "models/result/margins.h"
#include "models/result/samples.h"
#include "models/result/memorization.h"
#include "models/result/sharpness_series.h"
#include "solver/observe/distance.h"
#include "solver/observe/generalization.h"
#include "solver/run/halves.h"
#include "solver/observe/hessian_bulk.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>

/* The groups of a solve, or of a simulation: one of its runs each. */
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
    double first, last;           /* of the watch's fraction */
    struct sgdmft_result *result; /* one sample an item */
    size_t items;                 /* a group is one item, or three: all of its paths and each half of them */
    uint64_t key;                 /* of the checkpoint's pieces */
    double *done;                 /* [items] */
    struct distances distances;
    double reported;
};

/* Groups of an engine that can use all threads come one after another where several at a time would take more than
 * this. */
#define TOGETHER_BYTES 1e9

static struct groups_shape theory_shape(const struct engine *engine, const struct sgdmft_run *run)
{
    return (struct groups_shape){
        .groups = (size_t)run->groups, .paths = engine_group_paths(run), .parts = engine->halves ? ENGINE_PARTS : 1};
}

static struct groups_shape simulation_shape(const struct sgdmft_run *run, long first)
{
    return (struct groups_shape){.groups = (size_t)run->runs,
                                 .paths = (size_t)sgdmft_examples(run),
                                 .parts = 1,
                                 .first = (uint32_t)first,
                                 .alone = true};
}

/* How the threads of one rank are shared by the groups that it owns. A group has no work for more threads than it has
 * units of paths. */
static struct groups_threads threads_of(const struct engine *engine, const struct sgdmft_run *run,
                                        const struct groups_shape *shape, const struct ranks *ranks)
{
    const int threads = (int)sgdmft_threads(run), count = ranks_count(ranks);
    const int groups = ((int)shape->groups + count - 1) / count;
    int outer = threads < groups ? threads : groups;
    if (engine->halves && outer > 1 && outer * engine->estimate(run, shape->paths).bytes > TOGETHER_BYTES)
        outer = 1;
    const int units = (int)(shape->paths / ENGINE_PATH_UNIT) + 1, share = threads / outer;
    return (struct groups_threads){.outer = outer, .inner = share < units ? share : units};
}

struct groups_threads groups_threads(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = theory_shape(engine, run);
    return threads_of(engine, run, &shape, NULL);
}

static struct sgdmft_estimate shape_estimate(const struct engine *engine, const struct sgdmft_run *run,
                                             const struct groups_shape *shape)
{
    const struct groups_threads threads = threads_of(engine, run, shape, NULL);
    const struct sgdmft_estimate one = engine->estimate(run, shape->paths);
    const double rounds = ceil((double)shape->groups / threads.outer);
    const double margins = (double)margins_scratch_bytes(2 * shape->paths);
    return (struct sgdmft_estimate){.bytes = (one.bytes + margins) * threads.outer,
                                    .seconds = one.seconds * rounds / threads.inner / (shape->alone ? 2 : 1)};
}

struct sgdmft_estimate groups_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = theory_shape(engine, run);
    return shape_estimate(engine, run, &shape);
}

struct sgdmft_estimate groups_simulate_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_shape shape = simulation_shape(run, 0);
    return shape_estimate(engine, run, &shape);
}

static double *group_sample(struct sgdmft_result *result, const char *group, const char *name, size_t sample)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    return quantity ? quantity->sample + sample * quantity->length : NULL;
}

/* Where one group writes, and how far it is. */
struct group_record {
    double *overlap, *norm, *train_loss, *train_error, *test_loss, *test_error, *correlation, *response;
    double *gradient_overlap, *gradient_norm, *tangent_share;
    double *correlation_matrix, *response_matrix;
    struct group_average { /* of the averaged weights; NULL where none are taken */
        double *overlap, *norm, *train_loss, *train_error, *test_loss, *test_error;
    } averaged;
    size_t group;
    size_t next_step;
    size_t next_lag[SGDMFT_WAITING_MAX];
    struct generalization *generalization;
    double *scratch; /* of margins */
};

static bool record_open(const struct recorder *recorder, size_t group, struct group_record *record)
{
    struct sgdmft_result *result = recorder->result;
    *record = (struct group_record){.overlap = group_sample(result, "series", "overlap", group),
                                    .norm = group_sample(result, "series", "norm", group),
                                    .train_loss = group_sample(result, "series", "train_loss", group),
                                    .train_error = group_sample(result, "series", "train_error", group),
                                    .test_loss = group_sample(result, "series", "test_loss", group),
                                    .test_error = group_sample(result, "series", "test_error", group),
                                    .correlation = group_sample(result, "two_time", "correlation", group),
                                    .response = group_sample(result, "two_time", "response", group),
                                    .gradient_overlap = group_sample(result, "series", "gradient_overlap", group),
                                    .gradient_norm = group_sample(result, "series", "gradient_norm", group),
                                    .tangent_share = group_sample(result, "series", "tangent_share", group),
                                    .correlation_matrix = group_sample(result, "two_time", "correlation_matrix", group),
                                    .response_matrix = group_sample(result, "two_time", "response_matrix", group),
                                    .group = group,
                                    .generalization = generalization_create(recorder->run)};
    record->averaged =
        (struct group_average){.overlap = group_sample(result, "series", "averaged_overlap", group),
                               .norm = group_sample(result, "series", "averaged_norm", group),
                               .train_loss = group_sample(result, "series", "averaged_train_loss", group),
                               .train_error = group_sample(result, "series", "averaged_train_error", group),
                               .test_loss = group_sample(result, "series", "averaged_test_loss", group),
                               .test_error = group_sample(result, "series", "averaged_test_error", group)};
    record->scratch = malloc(margins_scratch_bytes(2 * recorder->shape.paths));
    return record->generalization && record->scratch;
}

static void record_close(struct group_record *record)
{
    generalization_free(record->generalization);
    free(record->scratch);
}

static void record_margins(const struct recorder *recorder, const struct group_record *record, const void *state,
                           long step, const struct engine_values *values)
{
    size_t replicas, count;
    const double *r, *y, norm[2] = {values->norm, values->norm};
    const size_t place = margins_place(recorder->result, step);
    if (place == recorder->result->margin_steps || !recorder->engine->examples)
        return;
    recorder->engine->examples(state, &replicas, &count, &r, &y);
    margins_record(recorder->result, record->group, place, replicas, count, r, y, norm, record->scratch);
}

static void record_sharpness(const struct recorder *recorder, const struct group_record *record, void *state, long step)
{
    size_t replicas, count;
    const double *r, *y;
    struct sharpness_ends ends;
    const size_t place = sharpness_place(recorder->result, step);
    if (place == recorder->result->run.sharpness_at.count || !recorder->engine->examples)
        return;
    recorder->engine->examples(state, &replicas, &count, &r, &y);
    if (!recorder->shape.alone)
        sharpness_record(recorder->result, record->group, place, replicas * count, r, y, record->scratch);
    if (!recorder->engine->hessian)
        return;
    recorder->engine->hessian(state, &ends);
    sharpness_record_ends(recorder->result, record->group, place, &ends);
}

static void record_memorization(const struct recorder *recorder, const struct group_record *record, const void *state,
                                size_t at)
{
    size_t replicas, count;
    const double *r, *y;
    struct memorization sums = {{0}, {0}, {0}};
    if (!memorization_matters(recorder->run) || !recorder->engine->examples || !recorder->engine->flipped)
        return;
    recorder->engine->examples(state, &replicas, &count, &r, &y);
    memorization_gather(recorder->run, replicas * count, r, y, recorder->engine->flipped(state),
                        recorder->engine->weights ? recorder->engine->weights(state) : NULL, record->scratch, &sums);
    memorization_record(recorder->result, record->group, at, &sums);
}

/* The start, in place of averages over paths: its order parameters are given, and it is independent of the data, so
 * that a training example is as a fresh one. */
static void record_start(const struct recorder *recorder, const struct group_record *record, double field_overlap,
                         double field_square)
{
    struct memorization means = {.count = {1, 1}};
    record->overlap[0] = recorder->run->overlap0;
    record->norm[0] = recorder->run->norm0;
    record->train_loss[0] = record->test_loss[0];
    record->train_error[0] = record->test_error[0];
    for (int kind = 0; kind < 2; kind++)
        generalization_evaluate_labels(record->generalization, kind == 1, recorder->run->overlap0, field_overlap,
                                       field_square, &means.loss[kind], &means.errors[kind]);
    memorization_record(recorder->result, record->group, 0, &means);
}

/* The averaged weights at measured step number i; at the start they are the weights. */
static void record_average(const struct recorder *recorder, const struct group_record *record, const void *state,
                           long k, size_t i)
{
    const struct group_average *out = &record->averaged;
    struct engine_average values;
    if (!out->overlap || !recorder->engine->averaged)
        return;
    recorder->engine->averaged(state, &values);
    out->overlap[i] = values.overlap;
    out->norm[i] = values.norm;
    out->train_loss[i] = k == 0 ? record->train_loss[i] : values.train_loss;
    out->train_error[i] = k == 0 ? record->train_error[i] : values.train_error;
    generalization_evaluate_field(record->generalization, values.overlap, values.field_overlap, values.field_square,
                                  &out->test_loss[i], &out->test_error[i]);
    if (k > 0 || recorder->shape.alone)
        return;
    out->overlap[0] = record->overlap[0];
    out->norm[0] = record->norm[0];
}

/* The series at measured step number i, step k of the run. */
static void record_series(const struct recorder *recorder, const struct group_record *record, const void *state, long k,
                          size_t i, const struct engine_values *values)
{
    double field_overlap = values->overlap, field_square = values->norm;
    record->overlap[i] = values->overlap;
    record->norm[i] = values->norm;
    record->train_loss[i] = values->train_loss;
    record->train_error[i] = values->train_error;
    distances_record(&recorder->distances, record->group, i, values->distance, values->distance_drawn);
    if (recorder->engine->field_moments)
        recorder->engine->field_moments(state, &field_overlap, &field_square);
    generalization_evaluate_field(record->generalization, values->overlap, field_overlap, field_square,
                                  &record->test_loss[i], &record->test_error[i]);
    if (record->tangent_share && recorder->engine->tangent_share)
        record->tangent_share[i] = recorder->engine->tangent_share(state);
    if (k == 0 && !recorder->shape.alone)
        record_start(recorder, record, field_overlap, field_square);
    else
        record_memorization(recorder, record, state, i);
    record_average(recorder, record, state, k, i);
}

/* Records step k of the run (k is a multiple of substeps). */
static void record_step(const struct recorder *recorder, struct group_record *record, void *state, long k,
                        const struct engine_values *values)
{
    const struct sgdmft_result *result = recorder->result;
    const long step = k / recorder->substeps;
    if (record->next_step < result->steps && result->step[record->next_step] == step)
        record_series(recorder, record, state, k, record->next_step++, values);
    record_margins(recorder, record, state, step, values);
    record_sharpness(recorder, record, state, step);
    for (size_t w = 0; w < result->waitings; w++) {
        const size_t lag = record->next_lag[w];
        if (lag >= result->lags || result->waiting[w] + result->lag[lag] != step)
            continue;
        record->next_lag[w]++;
        double correlation, response;
        recorder->engine->two_time(state, result->waiting[w] * recorder->substeps, &correlation, &response);
        record->correlation[w * result->lags + lag] = correlation;
        if (record->response)
            record->response[w * result->lags + lag] = response;
    }
}

/* What the step made last, from step k of the run, tells about its gradient. */
static void record_gradient(const struct recorder *recorder, struct group_record *record, const void *state, long k)
{
    const struct sgdmft_result *result = recorder->result;
    if (!record->gradient_overlap || !record->gradient_norm || record->next_step == 0)
        return;
    const size_t i = record->next_step - 1;
    if (result->step[i] * recorder->substeps == k)
        recorder->engine->gradient(state, &record->gradient_overlap[i], &record->gradient_norm[i]);
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

/* What a group needs to go on at step k. */
static bool part_archive(void *context, struct archive *archive)
{
    struct group_work *work = context;
    return archive_long(archive, &work->k) && archive_count(archive, &work->record.next_step, SIZE_MAX)
           && archive_bytes(archive, work->record.next_lag, sizeof work->record.next_lag)
           && recorded_archive(work, archive) && work->recorder->engine->archive(work->state, archive);
}

/* What a group leaves when it is done. */
static bool done_archive(void *context, struct archive *archive)
{
    struct group_work *work = context;
    return archive_long(archive, &work->reached->step) && recorded_archive(work, archive);
}

static bool stopped(const struct recorder *recorder)
{
    const struct sgdmft_watch *watch = recorder->watch;
    return watch && watch->stop && watch->stop(watch->context);
}

static struct sgdmft_checkpoint *checkpoint_of(const struct recorder *recorder)
{
    return recorder->watch ? recorder->watch->checkpoint : NULL;
}

/* One step, with its records. False at the end: of the run, or because the group diverged. */
static bool step_group(struct group_work *work)
{
    struct recorder *recorder = work->recorder;
    const struct engine *engine = recorder->engine;
    struct engine_values values;
    engine->evaluate(work->state, &values);
    const bool finite = isfinite(values.train_loss);
    if (!finite && work->k > 0) /* a start beyond all numbers is kept: a result has its step 0 */
        return false;
    work->reached->step = work->k;
    if (work->k % recorder->substeps == 0)
        record_step(recorder, &work->record, work->state, work->k, &values);
    if (!finite || work->k == recorder->run->steps || engine->advance(work->state) != SGDMFT_OK)
        return false;
    record_gradient(recorder, &work->record, work->state, work->k);
    work->k++;
    return true;
}

static void record_matrices(const struct group_work *work)
{
    const struct group_record *record = &work->record;
    const struct recorder *recorder = work->recorder;
    if (record->correlation_matrix && record->response_matrix)
        recorder->engine->matrices(work->state, (size_t)recorder->run->steps + 1, record->correlation_matrix,
                                   record->response_matrix);
}

/* From the present step to the end of the run, or to a stop; saved where a checkpoint is due. */
static void follow_group(struct group_work *work)
{
    struct recorder *recorder = work->recorder;
    const size_t number = work->record.group;
    bool going = true, stop = false;
    while (going && !stop) {
        going = step_group(work);
        groups_report(recorder, number, going ? recorder->engine->progress(recorder->run, work->k) : 1);
        stop = going && stopped(recorder);
        if (going && recorder->engine->archive)
            checkpoint_offer(checkpoint_of(recorder), work->piece, stop, part_archive, work);
    }
    work->reached->done = !going;
    record_matrices(work);
    checkpoint_end(checkpoint_of(recorder), work->piece, going ? NULL : done_archive, work);
}

/* A group, or a part of one, from its start or from where the checkpoint has it. INTERNAL without memory, FILE if the
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
                                       .threads = threads};
    struct group_work work = {.recorder = recorder,
                              .piece = {recorder->key, shape->first * (uint32_t)shape->parts + number},
                              .reached = reached};
    enum sgdmft_status status = SGDMFT_OK;
    const bool ready = record_open(recorder, number, &work.record);
    enum checkpoint_known known = checkpoint_begin(checkpoint_of(recorder), work.piece);
    if (known == CHECKPOINT_DONE) {
        reached->done = checkpoint_read(checkpoint_of(recorder), work.piece, done_archive, &work);
        status = reached->done ? SGDMFT_OK : SGDMFT_FILE;
        groups_report(recorder, number, 1);
    } else if (!ready || !(work.state = recorder->engine->start(&group)))
        status = SGDMFT_INTERNAL;
    else if (known == CHECKPOINT_PART && recorder->engine->archive) {
        status = checkpoint_read(checkpoint_of(recorder), work.piece, part_archive, &work) ? SGDMFT_OK : SGDMFT_FILE;
        reached->step = work.k - 1;
        groups_report(recorder, number, recorder->engine->progress(recorder->run, work.k));
    }
    if (work.state && status == SGDMFT_OK)
        follow_group(&work);
    else
        checkpoint_end(checkpoint_of(recorder), work.piece, status == SGDMFT_OK ? done_archive : NULL, &work);
    if (work.state)
        recorder->engine->finish(work.state);
    record_close(&work.record);
    return status;
}

/* All groups that belong to this rank. The status is that of the first one that failed. */
static enum sgdmft_status solve_groups(struct recorder *recorder, struct samples_reached *reached)
{
    const struct ranks *ranks = recorder->watch ? recorder->watch->ranks : NULL;
    const size_t items = recorder->items;
    const struct groups_threads threads = threads_of(recorder->engine, recorder->run, &recorder->shape, ranks);
    size_t failed = items;
    enum sgdmft_status status = SGDMFT_OK;
    if (threads.inner > 1)
        omp_set_max_active_levels(2);
#pragma omp parallel for num_threads(threads.outer) schedule(dynamic, 1)
    for (size_t g = 0; g < items; g++) {
        if (ranks_owner(ranks, g) != ranks_index(ranks) || stopped(recorder))
            continue;
        const enum sgdmft_status one = solve_group(recorder, (uint32_t)g, threads.inner, &reached[g]);
#pragma omp critical(sgdmft_groups_failed)
        if (one != SGDMFT_OK && g < failed) {
            failed = g;
            status = one;
        }
    }
    return status;
}

/* From the groups of all ranks to a result: whole, diverged or interrupted. */
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

/* All items of recorder, which has its engine, run, shape, substeps and watch, into result. */
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
            recorder.key = checkpoint_key(recorder.run, recorder.shape.alone ? "implicit" : recorder.engine->entry.name,
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

enum sgdmft_status groups_solve(const struct engine *engine, const struct sgdmft_run *run, long substeps,
                                const struct sgdmft_watch *watch, double first, double last,
                                struct sgdmft_result *result, struct sgdmft_error *error)
{
    return solve_shape((struct recorder){.engine = engine,
                                         .run = run,
                                         .shape = theory_shape(engine, run),
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
