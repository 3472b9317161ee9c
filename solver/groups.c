/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each group is a complete solve with its own kernels; the spread of the groups is the error of their mean. */
#include "solver/groups.h"

#include "models/run/margins.h"
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
    double *done;                 /* [groups] */
    struct distances distances;
    double reported;
};

struct groups_threads groups_threads(const struct sgdmft_run *run)
{
    const int threads = (int)sgdmft_threads(run), groups = (int)run->groups;
    const int outer = threads < groups ? threads : groups;
    return (struct groups_threads){.outer = outer, .inner = threads / outer};
}

struct sgdmft_estimate groups_estimate(const struct engine *engine, const struct sgdmft_run *run)
{
    const struct groups_threads threads = groups_threads(run);
    const struct sgdmft_estimate one = engine->estimate(run, engine_group_paths(run));
    const double rounds = ceil((double)run->groups / threads.outer);
    const double margins = (double)margins_scratch_bytes(2 * engine_group_paths(run));
    return (struct sgdmft_estimate){.bytes = (one.bytes + margins) * threads.outer
                                             + margins_bytes(run, (size_t)run->groups),
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
    memorization_gather(recorder->run, replicas * count, r, y, recorder->engine->flipped(state), record->scratch, &sums);
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

/* The last step with values, or -1 without memory. */
static long solve_group(struct recorder *recorder, uint32_t number, int threads)
{
    const struct engine *engine = recorder->engine;
    const struct engine_group group = {
        .run = recorder->run, .number = number, .paths = engine_group_paths(recorder->run), .threads = threads};
    struct group_record record;
    if (!record_open(recorder, number, &record)) {
        record_close(&record);
        return -1;
    }
    void *state = engine->start(&group);
    long k = -1;
    for (bool going = state != NULL; going;) {
        struct engine_values values;
        k++;
        engine->evaluate(state, &values);
        if (!isfinite(values.train_loss)) {
            k--;
            break;
        }
        if (k % recorder->substeps == 0)
            record_step(recorder, &record, state, k, &values);
        going = k < recorder->run->steps && engine->advance(state) == SGDMFT_OK;
        if (going)
            record_gradient(recorder, &record, state, k);
        report(recorder, number, going ? engine->progress(recorder->run, k + 1) : 1);
    }
    if (state)
        engine->finish(state);
    record_close(&record);
    return k;
}

enum sgdmft_status groups_solve(const struct engine *engine, const struct sgdmft_run *run, long substeps,
                                const struct sgdmft_watch *watch, double first, double last,
                                struct sgdmft_result *result, struct sgdmft_error *error)
{
    const struct groups_threads threads = groups_threads(run);
    const size_t groups = (size_t)run->groups;
    struct recorder recorder = {.engine = engine, .run = run, .substeps = substeps, .watch = watch,
                                .first = first, .last = last, .result = result, .reported = first};
    long *reached = calloc(groups, sizeof *reached);
    recorder.done = calloc(groups, sizeof *recorder.done);
    if (!distances_create(&recorder.distances, result) || !reached || !recorder.done) {
        distances_free(&recorder.distances);
        free(reached);
        free(recorder.done);
        return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for %zu groups", groups);
    }
    if (threads.inner > 1)
        omp_set_max_active_levels(2);
#pragma omp parallel for num_threads(threads.outer) schedule(dynamic, 1)
    for (size_t g = 0; g < groups; g++)
        reached[g] = solve_group(&recorder, (uint32_t)g, threads.inner);

    long lowest = run->steps;
    for (size_t g = 0; g < groups; g++)
        lowest = reached[g] < lowest ? reached[g] : lowest;
    distances_combine(&recorder.distances, result);
    distances_free(&recorder.distances);
    free(reached);
    free(recorder.done);
    if (lowest < 0)
        return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for a group of %zu paths and %ld steps",
                           engine_group_paths(run), run->steps);
    result->last_step = lowest / substeps;
    result->status = lowest < run->steps ? SGDMFT_DIVERGED : SGDMFT_OK;
    return result->status;
}
