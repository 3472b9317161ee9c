/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/run/batch_curvature.h"

#include "models/result/sharpness_series.h"
#include <stdlib.h>

bool batch_curvature_open(struct batch_curvature *curvature, const struct engine *engine,
                          const struct sgdmft_result *result, size_t paths)
{
    *curvature = (struct batch_curvature){.pending = false};
    if (!sharpness_has_batch(&result->run, SGDMFT_THEORY) || !engine->selected || result->run.sharpness_at.count == 0)
        return true;
    curvature->r = malloc(2 * paths * sizeof *curvature->r);
    curvature->weight = malloc(2 * paths * sizeof *curvature->weight);
    return curvature->r && curvature->weight;
}

void batch_curvature_close(struct batch_curvature *curvature)
{
    free(curvature->r);
    free(curvature->weight);
}

/* (T18): x.g/sqrt(N) = (r^k - r^{k+1})/eta. */
static void complete(struct batch_curvature *curvature, const struct engine *engine, const struct sgdmft_result *result,
                     size_t sample, const void *state)
{
    const struct sgdmft_run *run = &result->run;
    const double eta = sgdmft_rate(run, curvature->at);
    size_t replicas, count;
    const double *r, *y;
    double sum = 0;
    engine->examples(state, &replicas, &count, &r, &y);
    for (size_t i = 0; i < curvature->count; i++)
        sum += curvature->weight[i] * (curvature->r[i] - r[i]) * (curvature->r[i] - r[i]);
    *sharpness_values(result, "batch_sharpness", sample, curvature->place) =
        run->ridge + run->alpha * sum / ((double)curvature->count * eta * eta * curvature->norm);
    curvature->pending = false;
}

static void begin(struct batch_curvature *curvature, const struct engine *engine, const struct sgdmft_run *run,
                  const void *state, long k)
{
    size_t replicas, count;
    const double *r, *y, *share = engine->weights ? engine->weights(state) : NULL;
    const unsigned char *selected = engine->selected(state);
    engine->examples(state, &replicas, &count, &r, &y);
    curvature->count = replicas * count;
    sgdmft_loss_evaluate(run, curvature->count, r, y, NULL, NULL, curvature->weight);
    for (size_t i = 0; i < curvature->count; i++) {
        curvature->r[i] = r[i];
        curvature->weight[i] *= (selected[i] ? sgdmft_batch_weight(run, k) : 0) * (share ? share[i] : 1);
    }
    curvature->at = k;
    curvature->pending = true;
}

void batch_curvature_step(struct batch_curvature *curvature, const struct engine *engine,
                          const struct sgdmft_result *result, size_t sample, const void *state, long k)
{
    if (!curvature->r)
        return;
    if (curvature->pending && curvature->at == k - 1)
        complete(curvature, engine, result, sample, state);
    curvature->place = sharpness_place(result, k);
    if (curvature->place < result->run.sharpness_at.count && k < result->run.steps)
        begin(curvature, engine, &result->run, state, k);
}

void batch_curvature_advance(struct batch_curvature *curvature, const struct engine *engine, const void *state, long k)
{
    double overlap;
    if (curvature->pending && curvature->at == k)
        engine->gradient(state, &overlap, &curvature->norm);
}

bool batch_curvature_archive(struct batch_curvature *curvature, struct archive *archive)
{
    return archive_bytes(archive, &curvature->pending, sizeof curvature->pending)
           && (!curvature->pending
               || (archive_count(archive, &curvature->place, SGDMFT_WAITING_MAX)
                   && archive_long(archive, &curvature->at) && archive_doubles(archive, &curvature->norm, 1)
                   && archive_count(archive, &curvature->count, SIZE_MAX)
                   && archive_doubles(archive, curvature->r, curvature->count)
                   && archive_doubles(archive, curvature->weight, curvature->count)));
}
