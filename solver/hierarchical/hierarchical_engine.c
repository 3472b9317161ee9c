/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine. An example's pre-activation is
 *     r^k = c m^k + sqrt(Delta) (u m^k + omega^k) + y^k
 * where the field omega and the reaction y both follow the local form (T8), with the short memory Gamma:
 *     omega^{k+1} = (1 - eta lambda) omega^k - eta [sum_j Gamma(k,j) omega^j + nu^k] + sqrt(2 T eta) zeta^k
 *     y^{k+1}     = (1 - eta lambda) y^k     - eta [sum_j Gamma(k,j) y^j + Delta g^k]
 * (their sum is x of (T8)). They are kept apart because the field is given the variance of the averaged solution
 * at each step. */
#include "solver/hierarchical/hierarchical_engine.h"
#include "models/base/state.h"

#include "solver/hierarchical/hierarchical_archive.h"
#include "solver/hierarchical/plan.h"
#include "solver/paths/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct state_table hierarchical_arrays(size_t all, size_t n, size_t waitings)
{
    return (struct state_table){{STATE_SAVED(hierarchical, omega, all), STATE_SAVED(hierarchical, memory, all),
                                 STATE_ARRAY(hierarchical, r, all), STATE_ARRAY(hierarchical, g, all),
                                 STATE_ARRAY(hierarchical, nu, all), STATE_SAVED(hierarchical, omegas, n * all),
                                 STATE_SAVED(hierarchical, memories, n * all),
                                 STATE_SAVED(hierarchical, frozen, waitings * all)}};
}

static void hierarchical_finish(void *state)
{
    struct hierarchical *h = state;
    const struct state_table arrays = hierarchical_arrays(0, 0, 0);
    if (!h)
        return;
    ensemble_free(&h->ensemble);
    blocks_free(&h->blocks);
    noise_free(&h->noise);
    kernels_free(&h->kernels);
    block_tangent_free(&h->tangent);
    free(h->jump);
    state_free(&arrays, h);
    free(h);
}

static bool hierarchical_create(struct hierarchical *h, const struct engine_group *group)
{
    const struct sgdmft_run *run = group->run;
    const struct plan plan = plan_of(run, group->paths);
    h->jump = malloc((plan.jumps + 1) * sizeof *h->jump);
    if (!h->jump)
        return false;
    plan_jumps(run, h->jump);
    const size_t n = h->n = plan.coordinates;
    struct paths *paths = &h->ensemble.paths;
    bool good = blocks_create(&h->blocks, plan.order, plan.phases, plan.slots, h->jump, plan.jumps);
    good = ensemble_create(&h->ensemble, group, plan.innovations, n) && good;
    if (!good)
        return false;
    const size_t all = h->all = paths->all;
    good = noise_create(&h->noise, paths, n) && good;
    good = kernels_create(&h->kernels, run, n, paths->replicas > 1) && good;
    good = block_tangent_create(&h->tangent, all, &h->blocks, group->threads) && good;
    const struct state_table arrays = hierarchical_arrays(all, n, run->waiting.count);
    return state_create(&arrays, h) && good;
}

/* Appends the present step at a coordinate of its own. */
static void append(struct hierarchical *h)
{
    h->at = blocks_append(&h->blocks);
    kernels_append(&h->kernels, h->ensemble.k, h->at);
    block_tangent_append(&h->tangent, &h->blocks, h->at);
    memcpy(h->omegas + h->at * h->all, h->omega, h->all * sizeof(double));
    memcpy(h->memories + h->at * h->all, h->memory, h->all * sizeof(double));
    for (size_t w = 0; w < h->kernels.waitings; w++)
        if (h->kernels.waiting[w].step == h->ensemble.k)
            memcpy(h->frozen + w * h->all, h->memory, h->all * sizeof(double));
}

static void *hierarchical_start(const struct engine_group *group)
{
    struct hierarchical *h = calloc(1, sizeof *h);
    if (h && !hierarchical_create(h, group)) {
        hierarchical_finish(h);
        return NULL;
    }
    const struct sgdmft_run *run = group->run;
    const double perpendicular = run->norm0 - run->overlap0 * run->overlap0;
    if (h && perpendicular > 0) {
        const double *innovation = paths_innovation(&h->ensemble.paths);
        for (size_t i = 0; i < h->all; i++)
            h->omega[i] = sqrt(perpendicular) * innovation[i % group->paths];
    }
    if (h)
        append(h);
    return h;
}

SIMD_CLONES static double field_scale(const struct hierarchical *h)
{
    const struct kernels *kernels = &h->kernels;
    return ensemble_field_scale(&h->ensemble, kernels->own.square - kernels->overlap * kernels->overlap,
                                path_mean_product(h->all, h->omega, h->omega));
}

SIMD_CLONES static void pre_activations(struct hierarchical *h, size_t begin, size_t end)
{
    const struct paths *paths = &h->ensemble.paths;
    const double root = sqrt(paths->variance), m = h->kernels.overlap, scale = root * h->scale;
    for (size_t i = begin; i < end; i++)
        h->r[i] = m * (paths->centre[i] + root * paths->u[i]) + scale * h->omega[i] + h->memory[i];
    for (size_t i = begin; i < end && h->ensemble.weighs; i++)
        h->ensemble.calibration.field[i] = m * root * paths->u[i] + scale * h->omega[i];
}

/* |w1 - w2|^2/N of the weights of the drawn fields. */
static double drawn_distance(const struct hierarchical *h)
{
    const size_t each = h->ensemble.paths.group.paths;
    double sum = 0;
    if (h->ensemble.paths.replicas == 1)
        return (double)NAN;
    for (size_t i = 0; i < each; i++)
        sum += (h->omega[i] - h->omega[each + i]) * (h->omega[i] - h->omega[each + i]);
    return h->scale * h->scale * sum / (double)each;
}

static void hierarchical_evaluate(void *state, struct engine_values *values)
{
    struct hierarchical *h = state;
    const struct kernels *kernels = &h->kernels;
    const int threads = h->ensemble.paths.group.threads;
    h->scale = field_scale(h);
#pragma omp parallel for num_threads(threads) if (threads > 1)
    for (size_t b = 0; b < path_blocks(h->all); b++)
        pre_activations(h, b * PATH_BLOCK, path_block_end(b, h->all));
    *values = (struct engine_values){.overlap = kernels->overlap,
                                     .norm = kernels->own.square,
                                     .distance = kernels_distance(kernels),
                                     .distance_drawn = drawn_distance(h)};
    ensemble_react(&h->ensemble, h->r, kernels->overlap, kernels->own.square, h->g, values);
}

/* out[c] = alpha times the mean over paths of x[i] rows[c][i + shift], c < count (ensemble_products). */
static void products(struct hierarchical *h, const double *x, size_t shift, size_t count, const double *rows,
                     double *out)
{
    ensemble_products(&h->ensemble, x, shift, count, rows, out);
    for (size_t c = 0; c < count; c++)
        out[c] = h->ensemble.paths.run->alpha * out[c] / (double)h->all;
}

/* Gamma, M(k,k), a(k,.) and d of the present step (T4). */
static void moments(struct hierarchical *h)
{
    struct kernels *kernels = &h->kernels;
    struct reaction *reaction = &h->ensemble.reaction;
    const double scale = h->ensemble.paths.run->alpha * h->ensemble.paths.variance;
    block_tangent_average(&h->tangent, reaction->mean_curvature, h->at, kernels->Gamma);
    if (h->ensemble.answer)
        block_tangent_answer(&h->tangent, &h->blocks, h->ensemble.answer);
    ensemble_share(&h->ensemble);
    for (size_t b = 0; b < h->n; b++)
        kernels->Gamma[b] *= scale;
    products(h, reaction->mean_g, 0, h->n, h->memories, kernels->own.a);
    kernels->own.force = scale * reaction_square(reaction);
    if (kernels->replicas) {
        products(h, reaction->mean_g, h->ensemble.paths.group.paths, h->n, h->memories, kernels->cross.a);
        products(h, reaction->mean_g, h->ensemble.paths.group.paths, 1, reaction->mean_g, &kernels->cross.force);
        kernels->cross.force *= h->ensemble.paths.variance;
    }
    for (size_t w = 0; w < kernels->waitings && kernels->waiting[w].step <= h->ensemble.k; w++)
        products(h, reaction->mean_g, 0, 1, h->frozen + w * h->all, &kernels->waiting[w].a);
    kernels->d = reaction_drift(reaction);
}

/* Advances x of the paths begin..end-1 by one step of (T8), driven by drive. */
SIMD_CLONES static void remember(const struct hierarchical *h, const double *history, const double *drive,
                                 double factor, size_t begin, size_t end, double *x)
{
    const struct sgdmft_run *run = h->ensemble.paths.run;
    const double eta = sgdmft_rate(run, h->ensemble.k), keep = 1 - eta * run->ridge;
    for (size_t i = begin; i < end; i++)
        x[i] = keep * x[i] - eta * factor * drive[i];
    for (size_t b = 0; b < h->n; b++)
        if (h->kernels.Gamma[b] != 0)
            vector_add(end - begin, -eta * h->kernels.Gamma[b], history + b * h->all + begin, x + begin);
}

static void heat(struct hierarchical *h)
{
    const size_t each = h->ensemble.paths.group.paths;
    const struct sgdmft_run *run = h->ensemble.paths.run;
    const double amplitude = sqrt(2 * sgdmft_temperature(run, h->ensemble.k) * sgdmft_rate(run, h->ensemble.k));
    for (size_t replica = 0; amplitude > 0 && replica < h->ensemble.paths.replicas; replica++) {
        const double *zeta = paths_innovation(&h->ensemble.paths);
        for (size_t i = 0; i < each; i++)
            h->omega[replica * each + i] += amplitude * zeta[i];
    }
}

/* Computes field and reaction of the next step. */
static void advance_paths(struct hierarchical *h)
{
    const double rho = h->kernels.rho;
    noise_draw(&h->noise, ensemble_drive(&h->ensemble, h->g), h->nu);
    noise_append(&h->noise, h->at);
#pragma omp parallel for num_threads(h->ensemble.paths.group.threads) if (h->ensemble.paths.group.threads > 1)
    for (size_t b = 0; b < path_blocks(h->all); b++) {
        const size_t begin = b * PATH_BLOCK, end = path_block_end(b, h->all);
        remember(h, h->omegas, h->nu, 1, begin, end, h->omega);
        remember(h, h->memories, h->g, h->ensemble.paths.variance, begin, end, h->memory);
    }
    heat(h);
    for (size_t i = 0; i < h->all && rho != 1; i++) {
        h->omega[i] *= rho;
        h->memory[i] *= rho;
    }
}

static void merge_histories(struct hierarchical *h, const struct merge *merge)
{
    kernels_merge(&h->kernels, merge);
    noise_merge(&h->noise, merge);
    block_tangent_merge(&h->tangent, &h->blocks, merge);
#pragma omp parallel for num_threads(h->ensemble.paths.group.threads) if (h->ensemble.paths.group.threads > 1)
    for (size_t b = 0; b < path_blocks(h->all); b++) {
        const size_t begin = b * PATH_BLOCK, end = path_block_end(b, h->all);
        merge_rows(merge, h->omegas, h->all, begin, end);
        merge_rows(merge, h->memories, h->all, begin, end);
    }
}

static enum sgdmft_status hierarchical_advance(void *state)
{
    struct hierarchical *h = state;
    const struct sgdmft_run *run = h->ensemble.paths.run;
    moments(h);
    const enum sgdmft_status status = kernels_advance(&h->kernels, h->ensemble.k, h->at);
    if (status != SGDMFT_OK)
        return status;
    const double eta = sgdmft_rate(run, h->ensemble.k);
    const struct tangent_step step = {.Gamma = h->kernels.Gamma,
                                      .curvature = h->ensemble.reaction.curvature,
                                      .keep = 1 - eta * run->ridge,
                                      .rate = eta,
                                      .variance = h->ensemble.paths.variance,
                                      .rho = h->kernels.rho,
                                      .at = h->at};
    block_tangent_advance(&h->tangent, &h->blocks, &step);
    advance_paths(h);
    h->ensemble.k++;
    struct merge merge;
    while (blocks_merge(&h->blocks, &merge))
        merge_histories(h, &merge);
    append(h);
    if (blocks_opened(&h->blocks))
        block_tangent_forget(&h->tangent, &h->blocks);
    return SGDMFT_OK;
}

double hierarchical_step_bytes(const struct hierarchical *h)
{
    const struct block_tangent *tangent = &h->tangent;
    const double width = (double)h->blocks.width, all = (double)h->blocks.count,
                 reached = (double)(h->blocks.count - tangent->first);
    const double tiles =
        reached * (reached + 1) / 2 * width * width * (tangent->single ? sizeof(float) : sizeof(double));
    const double histories = (all + 2 * reached) * width * sizeof(double); /* a(k,.), then omega and y */
    const double replicas = (double)h->ensemble.paths.replicas;
    const size_t window = h->ensemble.paths.basis.window,
                 innovations = h->ensemble.paths.basis.rows < window ? h->ensemble.paths.basis.rows : window;
    const double rows = 3 * (double)h->noise.forces.rows + 2 * (double)innovations; /* products, differences, and nu */
    return (double)h->all * (tiles + histories)
           + replicas * (double)h->ensemble.paths.group.paths * rows * sizeof(double);
}

static void hierarchical_two_time(const void *state, long waiting, double *correlation, double *response)
{
    const struct hierarchical *h = state;
    for (size_t w = 0; w < h->kernels.waitings; w++)
        if (h->kernels.waiting[w].step == waiting) {
            *correlation = h->kernels.waiting[w].correlation;
            *response = h->kernels.waiting[w].response;
        }
}

static void hierarchical_gradient(const void *state, double *overlap, double *norm)
{
    const struct hierarchical *h = state;
    *overlap = h->kernels.gradient_overlap;
    *norm = h->kernels.gradient_norm;
}

const struct engine engine_hierarchical = {
    .entry =
        {.name = "hierarchical",
         .summary =
             "the past on blocks that double with distance, projected on polynomials; cost K log^2 K, memory log^2 K",
         .reference = "solver/THEORY.md section 6"},
    .supports = plan_supports,
    .tangents = true,
    .estimate = plan_estimate,
    .progress = plan_progress,
    .start = hierarchical_start,
    .evaluate = hierarchical_evaluate,
    .examples = ensemble_examples,
    .selected = ensemble_selected,
    .flipped = ensemble_flipped,
    .weights = ensemble_weights,
    .tangent_share = ensemble_tangent_share,
    .two_time = hierarchical_two_time,
    .advance = hierarchical_advance,
    .gradient = hierarchical_gradient,
    .archive = hierarchical_archive,
    .finish = hierarchical_finish,
};
