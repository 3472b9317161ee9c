/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Effect of the surprises of the batches (selection less its mean) on later averages, and its subtraction. */
#include "solver/dense/surprise.h"
#include "models/base/state.h"

#include "solver/paths/vector.h"
#include <math.h>

bool surprise_applies(const struct reaction *reaction)
{
    const struct paths *paths = reaction->paths;
    return reaction->averages && paths->replicas == 1 && !(paths->group.plain & ENGINE_PLAIN_SURPRISES);
}

static struct state_table surprise_arrays(size_t rows, size_t all)
{
    return (struct state_table){{STATE_ARRAY(surprise, force, all), STATE_ARRAY(surprise, curvature, all),
                                 STATE_ARRAY(surprise, memory, rows), STATE_ARRAY(surprise, member, rows),
                                 STATE_ARRAY(surprise, effect, rows * rows), STATE_ARRAY(surprise, M, rows * rows),
                                 STATE_ARRAY(surprise, Gamma, rows * rows), STATE_ARRAY(surprise, d, rows),
                                 STATE_ARRAY(surprise, centre_d, rows)}};
}

size_t surprise_bytes(const struct sgdmft_run *run, size_t paths)
{
    const struct state_table arrays = surprise_arrays((size_t)run->steps + 1, paths);
    return (size_t)state_bytes(&arrays);
}

bool surprise_create(struct surprise *surprise, const struct paths *paths)
{
    const size_t rows = (size_t)paths->run->steps + 1;
    const struct state_table arrays = surprise_arrays(rows, paths->all);
    *surprise = (struct surprise){.stride = rows};
    return state_create(&arrays, surprise);
}

void surprise_free(struct surprise *surprise)
{
    const struct state_table arrays = surprise_arrays(0, 0);
    state_free(&arrays, surprise);
    *surprise = (struct surprise){0};
}

SIMD_CLONES void surprise_innovate(struct surprise *surprise, const struct reaction *reaction)
{
    const struct paths *paths = reaction->paths;
    for (size_t i = 0; i < paths->all; i++) {
        const double unexpected = paths->sigma[i] - paths->mean_sigma[i];
        surprise->force[i] = unexpected * reaction->first[i];
        surprise->curvature[i] = unexpected * reaction->second[i];
    }
}

/* Updates memory, rho(k,.), and member, P(s^k = 1), from those of the step before. */
static void enter(struct surprise *surprise, const struct sgdmft_run *run, long step)
{
    const size_t k = (size_t)step;
    const double out = run->rule->probability(run, step, 0), in = run->rule->probability(run, step, 1);
    for (size_t j = 0; j < k; j++)
        surprise->memory[j] *= in - out;
    surprise->memory[k] = 1;
    surprise->member[k] = k == 0 ? out : out + (in - out) * surprise->member[k - 1];
}

/* Row k of effect. */
SIMD_CLONES static void effects(struct surprise *surprise, const struct reaction *reaction, size_t k,
                                const struct dyson *dyson)
{
    const struct paths *paths = reaction->paths;
    const size_t n = surprise->stride;
    const double weight = sgdmft_batch_weight(paths->run, (long)k);
    const double answer = paths->variance * weight * paths_mean(paths->all, reaction->second);
    const double *R = dyson->field_R + k * n;
    double *row = surprise->effect + k * n;
    for (size_t j = 0; j < k; j++)
        row[j] = weight / sgdmft_batch_weight(paths->run, (long)j) * surprise->memory[j];
    for (size_t i = 0; i < k; i++) {
        const double together = surprise->member[k] + surprise->memory[i] * (1 - surprise->member[i]);
        vector_add(i + 1, -answer * together * R[i] * dyson->eta[i], surprise->effect + i * n, row);
    }
    row[k] = 1;
    for (size_t j = 0; j < k; j++) /* the linear response is not valid if small changes grow without bound */
        row[j] = fmax(-1, fmin(1, row[j]));
}

static void drifts(struct surprise *surprise, const struct paths *paths, size_t k)
{
    const double root = sqrt(paths->variance), scale = paths->run->alpha / (double)paths->all;
    double centre = 0, signal = 0;
    for (size_t i = 0; i < paths->all && !paths->overlap_vanishes; i++) {
        centre += surprise->force[i] * paths->centre[i];
        signal += surprise->force[i] * root * paths->u[i];
    }
    surprise->centre_d[k] = scale * centre;
    surprise->d[k] = scale * (centre + signal);
}

SIMD_CLONES void surprise_correct(struct surprise *surprise, const struct reaction *reaction, long step,
                                  struct dyson *dyson)
{
    const size_t k = (size_t)step, n = surprise->stride;
    const double *effect = surprise->effect + k * n;
    double *M = dyson->own.M + k * n;
    enter(surprise, reaction->paths->run, step);
    effects(surprise, reaction, k, dyson);
    drifts(surprise, reaction->paths, k);
    for (size_t j = 0; j < k; j++) {
        vector_add(j, -effect[j], surprise->M + j * n, M);
        vector_add(j + 1, -effect[j], surprise->Gamma + j * n, dyson->Gamma);
    }
    dyson->d -= vector_dot(k, effect, surprise->d);
    dyson->centre_d -= vector_dot(k, effect, surprise->centre_d);
}

bool surprise_archive(struct surprise *surprise, long step, struct archive *archive)
{
    const size_t rows = (size_t)step, n = surprise->stride;
    return archive_mark(archive, "surprise") && archive_doubles(archive, surprise->memory, rows)
           && archive_doubles(archive, surprise->member, rows) && archive_rows(archive, surprise->effect, rows, rows, n)
           && archive_rows(archive, surprise->M, rows, rows, n) && archive_rows(archive, surprise->Gamma, rows, rows, n)
           && archive_doubles(archive, surprise->d, rows) && archive_doubles(archive, surprise->centre_d, rows);
}
