/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements of a group's state, written into its sample of a result. */
#include "solver/run/group_record.h"
#include "models/result/margins.h"
#include "models/result/memorization.h"
#include "models/result/sharpness_series.h"
#include "solver/observe/hessian_bulk.h"

#include <omp.h>
#include <stdlib.h>

bool group_record_open(struct group_record *record, size_t paths)
{
    const struct {
        const char *group, *name;
        double **sample;
    } list[] = {
        {"series", "overlap", &record->overlap},
        {"series", "norm", &record->norm},
        {"series", "train_loss", &record->train_loss},
        {"series", "train_error", &record->train_error},
        {"series", "test_loss", &record->test_loss},
        {"series", "test_error", &record->test_error},
        {"series", "gradient_overlap", &record->gradient_overlap},
        {"series", "gradient_norm", &record->gradient_norm},
        {"series", "tangent_share", &record->tangent_share},
        {"series", "averaged_overlap", &record->averaged.overlap},
        {"series", "averaged_norm", &record->averaged.norm},
        {"series", "averaged_train_loss", &record->averaged.train_loss},
        {"series", "averaged_train_error", &record->averaged.train_error},
        {"series", "averaged_test_loss", &record->averaged.test_loss},
        {"series", "averaged_test_error", &record->averaged.test_error},
        {"two_time", "correlation", &record->correlation},
        {"two_time", "response", &record->response},
        {"two_time", "correlation_matrix", &record->correlation_matrix},
        {"two_time", "response_matrix", &record->response_matrix},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        const struct sgdmft_quantity *quantity = sgdmft_result_find(record->result, list[i].group, list[i].name);
        *list[i].sample = quantity ? quantity->sample + record->group * quantity->length : NULL;
    }
    record->generalization = generalization_create(record->run);
    record->scratch = malloc(margins_scratch_bytes(2 * paths));
    return batch_curvature_open(&record->curvature, record->engine, record->result, paths) && record->generalization
           && record->scratch;
}

void group_record_close(struct group_record *record)
{
    generalization_free(record->generalization);
    free(record->scratch);
    batch_curvature_close(&record->curvature);
}

static void record_margins(const struct group_record *record, const void *state, long step,
                           const struct engine_values *values)
{
    size_t replicas, count;
    const double *r, *y, *own = values->own_norm;
    const double norm[2] = {own[0] > 0 ? own[0] : values->norm, own[1] > 0 ? own[1] : values->norm};
    const size_t place = margins_place(record->result, step);
    if (place == record->result->margin_steps || !record->engine->examples)
        return;
    record->engine->examples(state, &replicas, &count, &r, &y);
    margins_record(record->result, record->group, place, replicas, count, r, y, norm, record->scratch);
}

static void record_sharpness(struct group_record *record, void *state, long step)
{
    size_t replicas, count;
    const double *r, *y;
    struct sharpness_ends ends;
    const size_t place = sharpness_place(record->result, step);
    batch_curvature_step(&record->curvature, record->engine, record->result, record->group, state, step);
    if (place == record->result->run.sharpness_at.count || !record->engine->examples)
        return;
    double *limit = sharpness_values(record->result, "stability_limit", record->group, place);
    if (limit)
        *limit = 2 / sgdmft_rate(record->run, step);
    record->engine->examples(state, &replicas, &count, &r, &y);
    if (!record->alone)
        sharpness_record(record->result, record->group, place, replicas * count, r, y, record->scratch);
    if (!record->engine->hessian)
        return;
    const double begin = omp_get_wtime();
    record->engine->hessian(state, record->whole_search, &ends);
    record->search_seconds = omp_get_wtime() - begin;
    sharpness_record_ends(record->result, record->group, place, &ends);
}

static void record_memorization(const struct group_record *record, const void *state, size_t at)
{
    size_t replicas, count;
    const double *r, *y;
    struct memorization sums = {{0}, {0}, {0}};
    if (!memorization_matters(record->run) || !record->engine->examples || !record->engine->flipped)
        return;
    record->engine->examples(state, &replicas, &count, &r, &y);
    memorization_gather(record->run, replicas * count, r, y, record->engine->flipped(state),
                        record->engine->weights ? record->engine->weights(state) : NULL, record->scratch, &sums);
    memorization_record(record->result, record->group, at, &sums);
}

/* Values at the start in place of averages over paths. The order parameters are given, and the start is independent of
 * the data, so that a training example is as a fresh one. */
static void record_start(const struct group_record *record, double field_overlap, double field_square)
{
    struct memorization means = {.count = {1, 1}};
    record->overlap[0] = record->run->overlap0;
    record->norm[0] = record->run->norm0;
    record->train_loss[0] = record->test_loss[0];
    record->train_error[0] = record->test_error[0];
    for (int kind = 0; kind < 2; kind++)
        generalization_evaluate_labels(record->generalization, kind == 1, record->run->overlap0, field_overlap,
                                       field_square, &means.loss[kind], &means.errors[kind]);
    memorization_record(record->result, record->group, 0, &means);
}

/* Records the averaged weights at measured step number i; at the start they are the weights. */
static void record_average(const struct group_record *record, const void *state, long k, size_t i)
{
    const struct group_average *out = &record->averaged;
    struct engine_average values;
    if (!out->overlap || !record->engine->averaged)
        return;
    record->engine->averaged(state, &values);
    out->overlap[i] = values.overlap;
    out->norm[i] = values.norm;
    out->train_loss[i] = k == 0 ? record->train_loss[i] : values.train_loss;
    out->train_error[i] = k == 0 ? record->train_error[i] : values.train_error;
    generalization_evaluate_field(record->generalization, values.overlap, values.field_overlap, values.field_square,
                                  &out->test_loss[i], &out->test_error[i]);
    if (k > 0 || record->alone)
        return;
    out->overlap[0] = record->overlap[0];
    out->norm[0] = record->norm[0];
}

/* Records the series at measured step number i, step k of the run. */
static void record_series(const struct group_record *record, const void *state, long k, size_t i,
                          const struct engine_values *values)
{
    double field_overlap = values->overlap, field_square = values->norm;
    record->overlap[i] = values->overlap;
    record->norm[i] = values->norm;
    record->train_loss[i] = values->train_loss;
    record->train_error[i] = values->train_error;
    distances_record(record->distances, record->group, i, values->distance, values->distance_drawn);
    if (record->engine->field_moments)
        record->engine->field_moments(state, &field_overlap, &field_square);
    generalization_evaluate_field(record->generalization, values->overlap, field_overlap, field_square,
                                  &record->test_loss[i], &record->test_error[i]);
    if (record->tangent_share && record->engine->tangent_share)
        record->tangent_share[i] = record->engine->tangent_share(state);
    if (k == 0 && !record->alone)
        record_start(record, field_overlap, field_square);
    else
        record_memorization(record, state, i);
    record_average(record, state, k, i);
}

bool group_record_searches(const struct group_record *record, long k)
{
    return k % record->substeps == 0 && record->engine->hessian && record->engine->examples
           && sharpness_place(record->result, k / record->substeps) < record->result->run.sharpness_at.count;
}

void group_record_step(struct group_record *record, void *state, long k, const struct engine_values *values)
{
    const struct sgdmft_result *result = record->result;
    const long step = k / record->substeps;
    if (record->next_step < result->steps && result->step[record->next_step] == step)
        record_series(record, state, k, record->next_step++, values);
    record_margins(record, state, step, values);
    record_sharpness(record, state, step);
    for (size_t w = 0; w < result->waitings; w++) {
        const size_t lag = record->next_lag[w];
        if (lag >= result->lags || result->waiting[w] + result->lag[lag] != step)
            continue;
        record->next_lag[w]++;
        double correlation, response;
        record->engine->two_time(state, result->waiting[w] * record->substeps, &correlation, &response);
        record->correlation[w * result->lags + lag] = correlation;
        if (record->response)
            record->response[w * result->lags + lag] = response;
    }
}

void group_record_gradient(struct group_record *record, const void *state, long k)
{
    const struct sgdmft_result *result = record->result;
    batch_curvature_advance(&record->curvature, record->engine, state, k);
    if (!record->gradient_overlap || !record->gradient_norm || record->next_step == 0)
        return;
    const size_t i = record->next_step - 1;
    if (result->step[i] * record->substeps == k)
        record->engine->gradient(state, &record->gradient_overlap[i], &record->gradient_norm[i]);
}

void group_record_matrices(const struct group_record *record, const void *state)
{
    if (record->correlation_matrix && record->response_matrix)
        record->engine->matrices(state, (size_t)record->run->steps + 1, record->correlation_matrix,
                                 record->response_matrix);
}
