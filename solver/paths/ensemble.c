/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of the paths of a group, common to the engines. */
#include "solver/paths/ensemble.h"

#include "solver/paths/paths_archive.h"
#include "solver/paths/vector.h"
#include <math.h>
#include <stdlib.h>

static size_t sums(size_t replicas, size_t paths, size_t width)
{
    return replicas * path_blocks(paths) * width;
}

size_t ensemble_bytes(const struct sgdmft_run *run, size_t paths, size_t innovations, size_t width)
{
    const size_t replicas = paths_replicas(run);
    return paths_bytes(run, paths, innovations) + reaction_bytes(replicas * paths) + calibration_bytes(paths)
           + (sums(replicas, paths, width) + (sgdmft_loss_is_convex(run) ? 0 : replicas * paths)) * sizeof(double);
}

bool ensemble_create(struct ensemble *ensemble, const struct engine_group *group, size_t innovations, size_t width)
{
    *ensemble = (struct ensemble){.width = width};
    struct paths *paths = &ensemble->paths;
    bool good = paths_create(paths, group, innovations);
    good = good && reaction_create(&ensemble->reaction, paths);
    ensemble->weighs = good && calibration_applies(paths);
    if (ensemble->weighs) {
        good = calibration_create(&ensemble->calibration, paths);
        ensemble->reaction.weight = ensemble->calibration.weight;
    }
    if (!good)
        return false;
    const bool convex = sgdmft_loss_is_convex(group->run);
    ensemble->block_sum = malloc(sums(paths->replicas, group->paths, width) * sizeof(double));
    ensemble->answer = convex ? NULL : calloc(paths->all, sizeof(double));
    return ensemble->block_sum && (convex || ensemble->answer);
}

void ensemble_free(struct ensemble *ensemble)
{
    paths_free(&ensemble->paths);
    reaction_free(&ensemble->reaction);
    calibration_free(&ensemble->calibration);
    free(ensemble->block_sum);
    free(ensemble->answer);
    *ensemble = (struct ensemble){0};
}

void ensemble_react(struct ensemble *ensemble, const double *r, double overlap, double square, double *g,
                    struct engine_values *values)
{
    struct paths *paths = &ensemble->paths;
    struct reaction *reaction = &ensemble->reaction;
    ensemble->r = r;
#pragma omp parallel for num_threads(paths->group.threads) if (paths->group.threads > 1)
    for (size_t b = 0; b < path_blocks(paths->all); b++)
        reaction_evaluate(reaction, r, b * PATH_BLOCK, path_block_end(b, paths->all));
    if (ensemble->weighs)
        calibration_weigh(&ensemble->calibration, paths->variance * square, overlap / sqrt(square));
    paths_select(paths, ensemble->k, reaction->first);
    reaction_force(reaction, g);
    values->train_loss = reaction_loss(reaction);
    values->train_error = reaction_training_error(reaction, r);
}

const double *ensemble_drive(struct ensemble *ensemble, const double *g)
{
    return ensemble->weighs ? calibration_weighted(&ensemble->calibration, g) : g;
}

double ensemble_field_scale(const struct ensemble *ensemble, double own, double drawn)
{
    return ensemble->reaction.averages && drawn > 0 && own > 0 ? sqrt(own / drawn) : 1;
}

SIMD_CLONES static double dot(size_t n, const double *x, const double *y)
{
    return vector_dot(n, x, y);
}

void ensemble_products(struct ensemble *ensemble, const double *x, size_t shift, size_t count, const double *history,
                       double *out)
{
    const struct paths *paths = &ensemble->paths;
    const size_t each = paths->group.paths, all = paths->all, parts = path_blocks(each), width = ensemble->width;
#pragma omp parallel for num_threads(paths->group.threads) if (paths->group.threads > 1)
    for (size_t b = 0; b < parts * paths->replicas; b++) {
        const size_t part = b % parts, begin = b / parts * each + part * PATH_BLOCK;
        const size_t size = path_block_end(part, each) - part * PATH_BLOCK;
        for (size_t l = 0; l < count; l++)
            ensemble->block_sum[b * width + l] = dot(size, x + begin, history + l * all + (begin + shift) % all);
    }
    for (size_t l = 0; l < count; l++) {
        out[l] = 0;
        for (size_t b = 0; b < parts * paths->replicas; b++)
            out[l] += ensemble->block_sum[b * width + l];
    }
}

void ensemble_share(struct ensemble *ensemble)
{
    double largest = 0, sum = 0;
    if (!ensemble->answer)
        return;
    for (size_t i = 0; i < ensemble->paths.all; i++) {
        const double size = fabs(ensemble->reaction.mean_curvature[i] * ensemble->answer[i]);
        largest = fmax(largest, size);
        sum += size;
    }
    const double share = isfinite(sum) ? largest / sum : 1;
    ensemble->tangent_share = fmax(ensemble->tangent_share, share); /* fmax takes no NaN: nothing is curved */
}

void ensemble_examples(const void *state, size_t *replicas, size_t *count, const double **r, const double **y)
{
    const struct ensemble *ensemble = state;
    *replicas = ensemble->paths.replicas;
    *count = ensemble->paths.group.paths;
    *r = ensemble->r;
    *y = ensemble->paths.y;
}

const unsigned char *ensemble_selected(const void *state)
{
    return ((const struct ensemble *)state)->paths.selected;
}

const unsigned char *ensemble_flipped(const void *state)
{
    return ((const struct ensemble *)state)->paths.flipped;
}

const double *ensemble_weights(const void *state)
{
    return ((const struct ensemble *)state)->reaction.weight;
}

double ensemble_tangent_share(const void *state)
{
    return ((const struct ensemble *)state)->tangent_share;
}

bool ensemble_archive(struct ensemble *ensemble, struct archive *archive)
{
    return archive_mark(archive, "ensemble") && archive_long(archive, &ensemble->k) && ensemble->k >= 0
           && ensemble->k <= ensemble->paths.run->steps && archive_doubles(archive, &ensemble->tangent_share, 1)
           && paths_archive(&ensemble->paths, archive);
}
