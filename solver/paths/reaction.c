/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses, forces and their averages over the paths of one step. */
#include "solver/paths/reaction.h"
#include "models/base/state.h"
#include "models/run/parameter_table.h"
#include "solver/paths/vector.h"

#include <math.h>

bool reaction_averages(const struct sgdmft_run *run)
{
    double least, most;
    schedule_batch_range(run, &least, &most);
    return run->rule->averages_selection && least < 1;
}

static struct state_table reaction_arrays(size_t all)
{
    return (struct state_table){{STATE_ARRAY(reaction, value, all), STATE_ARRAY(reaction, first, all),
                                 STATE_ARRAY(reaction, second, all), STATE_ARRAY(reaction, mean_g, all),
                                 STATE_ARRAY(reaction, mean_curvature, all), STATE_ARRAY(reaction, curvature, all)}};
}

size_t reaction_bytes(size_t all)
{
    const struct state_table arrays = reaction_arrays(all);
    return (size_t)state_bytes(&arrays);
}

bool reaction_create(struct reaction *reaction, const struct paths *paths)
{
    const struct state_table arrays = reaction_arrays(paths->all);
    *reaction = (struct reaction){
        .paths = paths, .averages = reaction_averages(paths->run) && !(paths->group.plain & ENGINE_PLAIN_AVERAGES)};
    return state_create(&arrays, reaction);
}

void reaction_free(struct reaction *reaction)
{
    const struct state_table arrays = reaction_arrays(0);
    state_free(&arrays, reaction);
    *reaction = (struct reaction){0};
}

void reaction_evaluate(struct reaction *reaction, const double *r, size_t begin, size_t end)
{
    const struct paths *paths = reaction->paths;
    sgdmft_loss_evaluate(paths->run, end - begin, r + begin, paths->y + begin, reaction->value + begin,
                         reaction->first + begin, reaction->second + begin);
}

SIMD_CLONES void reaction_force(struct reaction *reaction, double *g)
{
    const struct paths *paths = reaction->paths;
    for (size_t i = 0; i < paths->all; i++) {
        g[i] = paths->sigma[i] * reaction->first[i];
        reaction->mean_g[i] = paths->mean_sigma[i] * reaction->first[i];
        reaction->curvature[i] = paths->sigma[i] * reaction->second[i];
        reaction->mean_curvature[i] = paths->mean_sigma[i] * reaction->second[i];
    }
    for (size_t i = 0; i < paths->all && reaction->weight; i++) {
        reaction->mean_g[i] *= reaction->weight[i];
        reaction->mean_curvature[i] *= reaction->weight[i];
    }
}

SIMD_CLONES double paths_mean(size_t n, const double *x)
{
    double sum = 0;
    for (size_t b = 0; b < path_blocks(n); b++) {
        double part = 0;
#pragma omp simd reduction(+ : part)
        for (size_t i = b * PATH_BLOCK; i < path_block_end(b, n); i++)
            part += x[i];
        sum += part;
    }
    return sum / (double)n;
}

static double mean(const struct reaction *reaction, const double *x)
{
    const size_t n = reaction->paths->all;
    return reaction->weight ? path_mean_product(n, reaction->weight, x) : paths_mean(n, x);
}

double reaction_loss(const struct reaction *reaction)
{
    return mean(reaction, reaction->value);
}

double reaction_training_error(const struct reaction *reaction, const double *r)
{
    const struct paths *paths = reaction->paths;
    const size_t n = paths->all;
    if (!sgdmft_has_classes(paths->run))
        return (double)NAN;
    double wrong = 0;
    for (size_t begin = 0; begin < n; begin += PATH_BLOCK) {
        double phi[PATH_BLOCK];
        const size_t size = begin + PATH_BLOCK < n ? PATH_BLOCK : n - begin;
        sgdmft_link_evaluate(paths->run, size, r + begin, phi);
        for (size_t i = 0; i < size; i++)
            if (phi[i] * paths->y[begin + i] < 0)
                wrong += reaction->weight ? reaction->weight[begin + i] : 1;
    }
    return wrong / (double)n;
}

double reaction_square(struct reaction *reaction)
{
    const struct paths *paths = reaction->paths;
    for (size_t i = 0; i < paths->all; i++)
        reaction->value[i] = paths->mean_sigma2[i] * reaction->first[i] * reaction->first[i];
    return mean(reaction, reaction->value);
}

double reaction_drift(struct reaction *reaction)
{
    const struct paths *paths = reaction->paths;
    const double root = sqrt(paths->variance);
    if (paths->overlap_vanishes)
        return 0;
    for (size_t i = 0; i < paths->all; i++)
        reaction->value[i] = reaction->mean_g[i] * (paths->centre[i] + root * paths->u[i]);
    return paths->run->alpha * paths_mean(paths->all, reaction->value);
}

double reaction_centre_drift(struct reaction *reaction)
{
    const struct paths *paths = reaction->paths;
    for (size_t i = 0; i < paths->all; i++)
        reaction->value[i] = reaction->mean_g[i] * paths->centre[i];
    return paths->overlap_vanishes ? 0 : paths->run->alpha * paths_mean(paths->all, reaction->value);
}
