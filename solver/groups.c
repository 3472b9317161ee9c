/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each group is a complete solve with its own kernels; the spread of the groups is the error of their mean. */
#include "solver/groups.h"

#include "models/run/checkpoint.h"
#include "models/run/margins.h"
#include "models/run/samples.h"
#include "models/run/memorization.h"
#include "models/run/sharpness.h"
#include "solver/distance.h"
#include "solver/generalization.h"
#include "solver/sharpness.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdlib.h>

struct recorder {
    const struct engine *engine;
    const struct sgdmft_run *run;
    long substeps;
    const struct sgdmft_watch *watch;
    double first, last;           /* of the watch's fraction */
    struct sgdmft_result *result;
    uint64_t key;                 /* of the checkpoint's pieces */
    double *done;                 /* [groups] */
    struct distances distances;
    double reported;
};

/* How the threads of one rank are shared by the groups that it owns. A group has no work for more threads than it
 * has units of paths, in which the tangents go. */
static struct groups_threads groups_threads_of(const struct sgdmft_run *run, const struct ranks *ranks)
{
    const int threads = (int)sgdmft_threads(run), count = ranks_count(ranks);
    const int groups = ((int)run->groups + count - 1) / count;
    const int outer = threads < groups ? threads : groups;
    const int units = (int)(engine_group_paths(run) / ENGINE_PATH_UNIT), share = threads / outer;
    return (struct groups_threads){.outer = outer, .inner = share < units ? share : units};
}

struct groups_threads groups_threads(const struct sgdmft_run *run) { return groups_threads_of(run, NULL); }

struct sgdmft_estimate groups_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_threads threads = groups_threads(run);
    const struct sgdmft_estimate one = engine->estimate(run, engine_group_paths(run));
    const double rounds = ceil((double)run->groups / threads.outer);
    const double margins = (double)margins_scratch_bytes(2 * engine_group_paths(run));
    return (struct sgdmft_estimate){.bytes = (one.bytes + margins) * threads.outer,
                                    .seconds = one.seconds * rounds / threads.inner};
}

static double *sample_of(struct sgdmft_result *result, const char *group, const char *name, size_t sample)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    return quantity ? quantity->sample + sample * quantity->length : NULL;
}

/* Where one group writes, and how far it is. */
struct group_record {
    double *overlap, *norm, *train_loss, *train_error, *test_loss, *test_error, *correlation, *response;
    double *gradient_overlap, *gradient_norm;
    double *correlation_matrix, *response_matrix;
    size_t group;
    size_t next_step;
    size_t next_lag[SGDMFT_WAITING_MAX];
    struct generalization *generalization;
    double *scratch; /* of margins */
};

static bool record_open(const struct recorder *recorder, size_t group, struct group_record *record)
{
    struct sgdmft_result *result = recorder->result;
    *record = (struct group_record){.overlap = sample_of(result, "series", "overlap", group),
                                    .norm = sample_of(result, "series", "norm", group),
                                    .train_loss = sample_of(result, "series", "train_loss", group),
                                    .train_error = sample_of(result, "series", "train_error", group),
                                    .test_loss = sample_of(result, "series", "test_loss", group),
                                    .test_error = sample_of(result, "series", "test_error", group),
                                    .correlation = sample_of(result, "two_time", "correlation", group),
                                    .response = sample_of(result, "two_time", "response", group),
                                    .gradient_overlap = sample_of(result, "series", "gradient_overlap", group),
                                    .gradient_norm = sample_of(result, "series", "gradient_norm", group),
                                    .correlation_matrix = sample_of(result, "two_time", "correlation_matrix", group),
                                    .response_matrix = sample_of(result, "two_time", "response_matrix", group),
                                    .group = group,
                                    .generalization = generalization_create(recorder->run)};
    record->scratch = malloc(margins_scratch_bytes(2 * engine_group_paths(recorder->run)));
    return record->generalization && record->scratch;
}

static void record_close(struct group_record *record)
{
    generalization_free(record->generalization);
    free(record->scratch);
}

static void record_margins(const struct recorder *recorder, const struct group_record *record, const void *state, long step,
                           const struct engine_values *values)
{
    size_t replicas, count;
    const double *r, *y, norm[2] = {values->norm, values->norm};
    const size_t place = margins_place(recorder->result, step);
    if (place == recorder->result->margin_steps || !recorder->engine->examples)
        return;
    recorder->engine->examples(state, &replicas, &count, &r, &y);
    margins_record(recorder->result, record->group, place, replicas, count, r, y, norm, record->scratch);
}

static void record_sharpness(const struct recorder *recorder, const struct group_record *record, const void *state, long step)
{
    size_t replicas, count;
    const double *r, *y;
    const size_t place = sharpness_place(recorder->result, step);
    if (place == recorder->result->run.sharpness_at.count || !recorder->engine->examples)
        return;
    recorder->engine->examples(state, &replicas, &count, &r, &y);
    sharpness_record(recorder->result, record->group, place, replicas * count, r, y, record->scratch);
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

/* Records step k of the run (k is a multiple of substeps). */
static void record_step(const struct recorder *recorder, struct group_record *record, const void *state, long k,
                        const struct engine_values *values)
{
    const struct sgdmft_result *result = recorder->result;
    const long step = k / recorder->substeps;
    if (record->next_step < result->steps && result->step[record->next_step] == step) {
        const size_t i = record->next_step++;
        record->overlap[i] = values->overlap;
        record->norm[i] = values->norm;
        record->train_loss[i] = values->train_loss;
        record->train_error[i] = values->train_error;
        distances_record(&recorder->distances, record->group, i, values->distance, values->distance_drawn);
        double field_overlap = values->overlap, field_square = values->norm;
        if (recorder->engine->field_moments)
            recorder->engine->field_moments(state, &field_overlap, &field_square);
        generalization_evaluate_field(record->generalization, values->overlap, field_overlap, field_square,
                                      &record->test_loss[i], &record->test_error[i]);
        record_memorization(recorder, record, state, i);
    }
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

static void report(struct recorder *recorder, size_t group, double done)
{
    if (!recorder->watch || !recorder->watch->report)
        return;
#pragma omp critical(sgdmft_groups_report)
    {
        recorder->done[group] = done;
        double sum = 0;
        for (long g = 0; g < recorder->run->groups; g++)
            sum += recorder->done[g];
        const double fraction =
            recorder->first + (recorder->last - recorder->first) * sum / (double)recorder->run->groups;
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
    long k;                    /* its present step */
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
           && archive_bytes(archive, work->record.next_lag, sizeof work->record.next_lag) && recorded_archive(work, archive)
           && work->recorder->engine->archive(work->state, archive);
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
        recorder->engine->matrices(work->state, (size_t)recorder->run->steps + 1, record->correlation_matrix, record->response_matrix);
}

/* From the present step to the end of the run, or to a stop; saved where a checkpoint is due. */
static void follow_group(struct group_work *work)
{
    struct recorder *recorder = work->recorder;
    const size_t number = work->record.group;
    bool going = true, stop = false;
    while (going && !stop) {
        going = step_group(work);
        report(recorder, number, going ? recorder->engine->progress(recorder->run, work->k) : 1);
        stop = going && stopped(recorder);
        if (going && recorder->engine->archive)
            checkpoint_offer(checkpoint_of(recorder), work->piece, stop, part_archive, work);
    }
    work->reached->done = !going;
    record_matrices(work);
    checkpoint_end(checkpoint_of(recorder), work->piece, going ? NULL : done_archive, work);
}

/* A group from its start or from where the checkpoint has it. INTERNAL without memory, FILE if the checkpoint does not fit. */
static enum sgdmft_status solve_group(struct recorder *recorder, uint32_t number, int threads,
                                      struct samples_reached *reached)
{
    const struct engine_group group = {
        .run = recorder->run, .number = number, .paths = engine_group_paths(recorder->run), .threads = threads};
    struct group_work work = {.recorder = recorder, .piece = {recorder->key, number}, .reached = reached};
    enum sgdmft_status status = SGDMFT_OK;
    const bool ready = record_open(recorder, number, &work.record);
    enum checkpoint_known known = checkpoint_begin(checkpoint_of(recorder), work.piece);
    if (known == CHECKPOINT_DONE) {
        reached->done = checkpoint_read(checkpoint_of(recorder), work.piece, done_archive, &work);
        status = reached->done ? SGDMFT_OK : SGDMFT_FILE;
        report(recorder, number, 1);
    } else if (!ready || !(work.state = recorder->engine->start(&group)))
        status = SGDMFT_INTERNAL;
    else if (known == CHECKPOINT_PART && recorder->engine->archive) {
        status = checkpoint_read(checkpoint_of(recorder), work.piece, part_archive, &work) ? SGDMFT_OK : SGDMFT_FILE;
        reached->step = work.k - 1;
        report(recorder, number, recorder->engine->progress(recorder->run, work.k));
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
    const size_t groups = (size_t)recorder->run->groups;
    const struct groups_threads threads = groups_threads_of(recorder->run, ranks);
    size_t failed = groups;
    enum sgdmft_status status = SGDMFT_OK;
    if (threads.inner > 1)
        omp_set_max_active_levels(2);
#pragma omp parallel for num_threads(threads.outer) schedule(dynamic, 1)
    for (size_t g = 0; g < groups; g++) {
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
static enum sgdmft_status conclude(struct recorder *recorder, struct samples_reached *reached, bool *keep,
                                   struct sgdmft_error *error)
{
    struct sgdmft_result *result = recorder->result;
    const size_t groups = (size_t)recorder->run->groups;
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
    distances_combine(&recorder->distances, result);
    return result->status;
}

static enum sgdmft_status fail_group(const struct recorder *recorder, enum sgdmft_status status, struct sgdmft_error *error)
{
    if (status == SGDMFT_FILE)
        return sgdmft_fail(error, status, "the checkpoint does not fit: another build wrote it");
    return sgdmft_fail(error, status, "no memory for a group of %zu paths and %ld steps", engine_group_paths(recorder->run),
                       recorder->run->steps);
}

enum sgdmft_status groups_solve(const struct engine *engine, const struct sgdmft_run *run, long substeps,
                                const struct sgdmft_watch *watch, double first, double last,
                                struct sgdmft_result *result, struct sgdmft_error *error)
{
    const struct ranks *ranks = watch ? watch->ranks : NULL;
    const size_t groups = (size_t)run->groups;
    struct recorder recorder = {.engine = engine, .run = run, .substeps = substeps, .watch = watch,
                                .first = first, .last = last, .result = result, .reported = first};
    struct samples_reached *reached = calloc(groups, sizeof *reached);
    bool *keep = calloc(groups, sizeof *keep);
    recorder.done = calloc(groups, sizeof *recorder.done);
    enum sgdmft_status status = SGDMFT_INTERNAL;
    if (distances_create(&recorder.distances, result) && reached && keep && recorder.done) {
        for (size_t g = 0; g < groups; g++)
            reached[g].step = -1;
        if (watch && watch->checkpoint)
            recorder.key = checkpoint_key(run, engine->entry.name, substeps);
        status = solve_groups(&recorder, reached);
    }
    if (status != SGDMFT_OK)
        fail_group(&recorder, status, error);
    status = ranks_agree(ranks, status, error);
    if (status == SGDMFT_OK) {
        for (size_t g = 0; g < groups; g++)
            samples_share(ranks, result, g, &reached[g]);
        distances_share(ranks, &recorder.distances);
        status = conclude(&recorder, reached, keep, error);
    }
    distances_free(&recorder.distances);
    free(reached);
    free(keep);
    free(recorder.done);
    return status;
}
