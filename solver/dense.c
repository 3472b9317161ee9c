/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine. Each step draws the field of the others for all paths, lets each example react with its whole
 * past (T3), takes the averages that the others feel (T4), (T7), and extends the order parameters (T5), (T6).
 * Nothing is iterated: everything on the right is known. */
#include "solver/dense.h"

#include "solver/dense_archive.h"
#include "solver/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sgdmft_status supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->rule->continuous)
        return sgdmft_fail(error, SGDMFT_USAGE, "engine: dense has no discrete steps of rule %s", run->rule->entry.name);
    if (run->steps > 20000)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "steps: %ld, but the dense engine keeps the whole past and takes at most 20000", run->steps);
    return SGDMFT_OK;
}

static bool always_full(const struct sgdmft_run *run)
{
    bool full = run->batch == 1;
    for (size_t i = 0; i < run->batch_steps.count; i++)
        full = full && run->batch_steps.value[i] == 1;
    for (size_t i = 0; i < run->batch_cycle.count; i++)
        full = full && run->batch_cycle.value[i] == 1;
    return full;
}

/* Moments are averaged over s^k where the rule allows it and there is something to average. */
static bool averages_selection(const struct sgdmft_run *run)
{
    return run->rule->averages_selection && !always_full(run);
}

static size_t dense_bytes(const struct sgdmft_run *run, size_t paths)
{
    const size_t steps = (size_t)run->steps, rows = steps + 1, all = paths_replicas(run) * paths;
    return paths_bytes(run, paths, field_width(run)) + field_bytes(run, paths) + dyson_bytes(run, all > paths)
           + tangent_bytes(all, steps) + (2 * rows + 8) * all * sizeof(double)
           + (path_blocks(all) + 2) * rows * sizeof(double);
}

/* Share of steps at which a path is curved and in the batch: rows of tangents are kept for these only. */
static double tangent_density(const struct sgdmft_run *run) { return run->rule->full_batch ? 1 : run->batch; }

static struct sgdmft_estimate estimate(const struct sgdmft_run *run, size_t paths)
{
    const double S = (double)paths, K = (double)run->steps, replicas = (double)paths_replicas(run);
    /* Nanoseconds measured on a 2.6 GHz Zen 4 core: a streamed multiply-add of the tangents, of the path
     * histories (field, reaction, moments, orthogonalisation: ten in all), and the losses of one path step. */
    const double seconds = 1e-9 * (0.45 * tangent_density(run) * replicas * S * K * K * K / 6
                                   + 0.25 * 10 * replicas * replicas * S * K * K / 2 + 100 * replicas * S * K
                                   + 0.3 * 3 * replicas * K * K * K / 2);
    return (struct sgdmft_estimate){.bytes = (double)dense_bytes(run, paths), .seconds = seconds};
}

static double progress(const struct sgdmft_run *run, long k)
{
    const double S = (double)engine_group_paths(run), x = (double)k, K = (double)run->steps;
    const double cubic = 0.45 * tangent_density(run) * S / 6;
    const double scratch = 1.25 * S, linear = 100 * S;
    return (x * (linear + x * (scratch + x * cubic))) / (K * (linear + K * (scratch + K * cubic)));
}

static void finish(void *state)
{
    struct dense *dense = state;
    if (!dense)
        return;
    paths_free(&dense->paths);
    field_free(&dense->omega);
    dyson_free(&dense->dyson);
    tangent_free(&dense->tangent);
    double *array[] = {dense->r, dense->g, dense->value, dense->first, dense->second, dense->mean_g,
                       dense->mean_curvature, dense->curvature, dense->covariance, dense->cross_covariance,
                       dense->block_sum};
    for (size_t i = 0; i < sizeof array / sizeof *array; i++)
        free(array[i]);
    free(dense);
}

static bool create(struct dense *dense, const struct engine_group *group)
{
    const size_t replicas = paths_replicas(group->run), n = replicas * group->paths;
    const size_t steps = (size_t)group->run->steps, rows = steps + 1;
    dense->group = *group;
    dense->all = n;
    const double perpendicular = group->run->norm0 - group->run->overlap0 * group->run->overlap0;
    dense->averages = averages_selection(group->run);
    bool good = paths_create(&dense->paths, group, field_width(group->run));
    good = good && field_create(&dense->omega, &dense->paths, perpendicular);
    good = dyson_create(&dense->dyson, group->run, replicas > 1) && good;
    good = tangent_create(&dense->tangent, n, steps, group->threads) && good;
    struct {
        double **array;
        size_t length;
    } need[] = {{&dense->r, rows * n}, {&dense->g, rows * n}, {&dense->value, n}, {&dense->first, n},
                {&dense->second, n}, {&dense->mean_g, n}, {&dense->mean_curvature, n},
                {&dense->curvature, n},
                {&dense->covariance, rows + 1}, {&dense->cross_covariance, rows + 1},
                {&dense->block_sum, path_blocks(n) * rows}};
    for (size_t i = 0; i < sizeof need / sizeof *need; i++)
        good = (*need[i].array = malloc(need[i].length * sizeof(double))) && good;
    return good;
}

static void *start(const struct engine_group *group)
{
    struct dense *dense = calloc(1, sizeof *dense);
    if (dense && !create(dense, group)) {
        finish(dense);
        return NULL;
    }
    return dense;
}

/* The field's factor at the present step: where averages over s^k make C, the field's own covariance is noisier than C;
 * it keeps its correlations, also those of two replicas, and gets C's variance. */
SIMD_CLONES static double field_scale(const struct dense *dense)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->k;
    const double m = dyson->m[k], drawn = field_covariance(&dense->omega, k, k);
    const double own = dyson->own.C[k * dyson->stride + k] - m * m;
    return dense->averages && drawn > 0 && own > 0 ? sqrt(own / drawn) : 1;
}

/* r^k of the paths begin..end-1, counted in all replicas, of the replica that they belong to (T3). */
SIMD_CLONES static void pre_activations(struct dense *dense, double scale, size_t replica, size_t begin, size_t end)
{
    const struct paths *paths = &dense->paths;
    const struct dyson *dyson = &dense->dyson;
    const size_t n = dense->all, k = (size_t)dense->k, first = replica * paths->group.paths;
    const double root = sqrt(paths->variance), m = dyson->m[k];
    const double *R = dyson->R + k * dyson->stride;
    double *r = dense->r + k * n;
    for (size_t i = begin; i < end; i++)
        r[i] = m * (paths->centre[i] + root * paths->u[i]);
    field_add(&dense->omega, field_row(&dense->omega, replica, k), root * scale, begin - first, end - first, r + first);
    for (size_t l = 0; l < k; l++) {
        const double c = -paths->variance * R[l] * dyson->eta[l];
        const double *g = dense->g + l * n;
        for (size_t i = begin; i < end; i++)
            r[i] += c * g[i];
    }
}

/* Losses and their derivatives of the paths begin..end-1. */
static void lose(struct dense *dense, size_t begin, size_t end)
{
    const struct paths *paths = &dense->paths;
    const size_t n = dense->all, k = (size_t)dense->k, size = end - begin;
    sgdmft_loss_evaluate(paths->run, size, dense->r + k * n + begin, paths->y + begin, dense->value + begin,
                         dense->first + begin, dense->second + begin);
}

/* Forces and curvatures of all paths, with their batches. */
static void react(struct dense *dense)
{
    const struct paths *paths = &dense->paths;
    double *g = dense->g + (size_t)dense->k * dense->all;
    for (size_t i = 0; i < dense->all; i++) {
        g[i] = paths->sigma[i] * dense->first[i];
        dense->mean_g[i] = paths->mean_sigma[i] * dense->first[i];
        dense->curvature[i] = paths->sigma[i] * dense->second[i];
        dense->mean_curvature[i] = paths->mean_sigma[i] * dense->second[i];
    }
}

static double mean(size_t n, const double *x)
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

static double training_error(const struct dense *dense)
{
    const struct paths *paths = &dense->paths;
    const size_t n = dense->all;
    if (!sgdmft_has_classes(paths->run))
        return (double)NAN;
    size_t wrong = 0;
    for (size_t begin = 0; begin < n; begin += PATH_BLOCK) {
        double phi[PATH_BLOCK];
        const size_t size = begin + PATH_BLOCK < n ? PATH_BLOCK : n - begin;
        sgdmft_link_evaluate(paths->run, size, dense->r + (size_t)dense->k * n + begin, phi);
        for (size_t i = 0; i < size; i++)
            wrong += phi[i] * paths->y[begin + i] < 0;
    }
    return (double)wrong / (double)n;
}

/* |w1 - w2|^2/N of the weights whose fields the paths have been given. */
static double drawn_distance(const struct dense *dense, double scale)
{
    const struct field *field = &dense->omega;
    const size_t k = (size_t)dense->k;
    if (field->replicas == 1)
        return (double)NAN;
    return 2 * scale * scale * (field_covariance(field, k, k) - field_cross_covariance(field, k, k));
}

static void evaluate(void *state, struct engine_values *values)
{
    struct dense *dense = state;
    const struct dyson *dyson = &dense->dyson;
    const size_t n = dense->all, each = dense->group.paths, k = (size_t)dense->k, blocks = path_blocks(each);
    const double scale = field_scale(dense);
    for (size_t replica = 0; replica < dense->paths.replicas; replica++) {
#pragma omp parallel for num_threads(dense->group.threads) if (dense->group.threads > 1)
        for (size_t b = 0; b < blocks; b++) {
            const size_t begin = replica * each + b * PATH_BLOCK, end = replica * each + path_block_end(b, each);
            pre_activations(dense, scale, replica, begin, end);
            lose(dense, begin, end);
        }
    }
    paths_select(&dense->paths, dense->k, dense->first);
    react(dense);
    *values = (struct engine_values){.overlap = dyson->m[k],
                                     .norm = dyson->own.C[k * dyson->stride + k],
                                     .distance = dyson_distance(dyson, dense->k),
                                     .distance_drawn = drawn_distance(dense, scale),
                                     .train_loss = mean(n, dense->value),
                                     .train_error = training_error(dense)};
}

static void examples(const void *state, size_t *replicas, size_t *count, const double **r, const double **y)
{
    const struct dense *dense = state;
    *replicas = dense->paths.replicas;
    *count = dense->group.paths;
    *r = dense->r + (size_t)dense->k * dense->all;
    *y = dense->paths.y;
}

static const unsigned char *flipped(const void *state) { return ((const struct dense *)state)->paths.flipped; }

SIMD_CLONES static double dot(size_t n, const double *x, const double *y) { return vector_dot(n, x, y); }

/* out[l] = mean over paths of x[i] history[l][i], l < rows. */
static void history_means(struct dense *dense, size_t rows, const double *x, const double *history, double *out)
{
    const size_t n = dense->all, blocks = path_blocks(n), stride = dense->dyson.stride;
#pragma omp parallel for num_threads(dense->group.threads) if (dense->group.threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        const size_t begin = b * PATH_BLOCK, size = path_block_end(b, n) - begin;
        for (size_t l = 0; l < rows; l++)
            dense->block_sum[b * stride + l] = dot(size, x + begin, history + l * n + begin);
    }
    for (size_t l = 0; l < rows; l++) {
        double sum = 0;
        for (size_t b = 0; b < blocks; b++)
            sum += dense->block_sum[b * stride + l];
        out[l] = sum / (double)n;
    }
}

/* out[l] = mean over the examples of x of one replica times history[l] of the other, and the reverse, l < rows. */
static void cross_means(struct dense *dense, size_t rows, const double *x, const double *history, double *out)
{
    const size_t n = dense->group.paths, blocks = path_blocks(n), stride = dense->dyson.stride;
#pragma omp parallel for num_threads(dense->group.threads) if (dense->group.threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        const size_t one = b * PATH_BLOCK, two = n + one, size = path_block_end(b, n) - one;
        for (size_t l = 0; l < rows; l++)
            dense->block_sum[b * stride + l] = dot(size, x + one, history + 2 * l * n + two)
                                               + dot(size, x + two, history + 2 * l * n + one);
    }
    for (size_t l = 0; l < rows; l++) {
        double sum = 0;
        for (size_t b = 0; b < blocks; b++)
            sum += dense->block_sum[b * stride + l];
        out[l] = sum / (double)(2 * n);
    }
}

void dense_moments(struct dense *dense)
{
    const struct paths *paths = &dense->paths;
    struct dyson *dyson = &dense->dyson;
    const size_t n = dense->all, k = (size_t)dense->k;
    const double scale = paths->run->alpha * paths->variance, root = sqrt(paths->variance);
    tangent_step(&dense->tangent, dense->k, paths->variance, dyson->eta[k], dyson->R + k * dyson->stride,
                 dense->mean_curvature, dense->curvature, dyson->Gamma);
    for (size_t l = 0; l <= k; l++)
        dyson->Gamma[l] *= scale;
    double *M = dyson->own.M + k * dyson->stride, *scratch = dense->value; /* losses are used up */
    history_means(dense, k, dense->mean_g, dense->g, M);
    for (size_t i = 0; i < n; i++)
        scratch[i] = paths->mean_sigma2[i] * dense->first[i] * dense->first[i];
    M[k] = mean(n, scratch);
    for (size_t l = 0; l <= k; l++)
        M[l] *= scale;
    if (dyson->replicas && dense->averages) {
        /* Not averaged over the other replica's s^l, l < k, though that is exact: as it stands M - M12 is the mean of
         * (mean_g1^k - mean_g2^k)(g1^l - g2^l)/2, whose noise vanishes with the distance. */
        double *M12 = dyson->cross.M + k * dyson->stride;
        cross_means(dense, k, dense->mean_g, dense->g, M12);
        cross_means(dense, 1, dense->mean_g, dense->mean_g, M12 + k);
        for (size_t l = 0; l <= k; l++)
            M12[l] *= scale;
    }
    dyson->d = 0;
    if (!paths->overlap_vanishes) {
        for (size_t i = 0; i < n; i++)
            scratch[i] = dense->mean_g[i] * (paths->centre[i] + root * paths->u[i]);
        dyson->d = paths->run->alpha * mean(n, scratch);
    }
}

enum sgdmft_status dense_extend(struct dense *dense)
{
    struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->k, n = dense->all;
    field_advance(&dense->omega, &dense->paths, k, dense->g + k * n, dyson->Gamma);
    for (size_t l = 0; l <= k + 1 && !dense->averages; l++) {
        dense->covariance[l] = field_covariance(&dense->omega, k + 1, l);
        if (dyson->replicas)
            dense->cross_covariance[l] = field_cross_covariance(&dense->omega, k + 1, l);
    }
    const enum sgdmft_status status = dyson_advance(dyson, dense->k, dense->averages ? NULL : dense->covariance,
                                                    dense->averages ? NULL : dense->cross_covariance);
    field_rescale(&dense->omega, k + 1, dyson->rho);
    dense->k++;
    return status;
}

static enum sgdmft_status advance(void *state)
{
    dense_moments(state);
    return dense_extend(state);
}

static void two_time(const void *state, long waiting, double *correlation, double *response)
{
    const struct dense *dense = state;
    const struct dyson *dyson = &dense->dyson;
    *correlation = dyson->own.C[(size_t)dense->k * dyson->stride + (size_t)waiting];
    *response = dyson_integrated_response(dyson, dense->k, waiting);
}

static void gradient(const void *state, double *overlap, double *norm)
{
    const struct dense *dense = state;
    dyson_gradient(&dense->dyson, dense->k - 1, overlap, norm);
}

double dense_identity_residual(const struct dense *dense)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t n = dense->all, k = (size_t)dense->k - 1; /* A belongs to the step before */
    const double alpha = dense->paths.run->alpha;
    double largest = 0, residual = 0;
    for (size_t l = 0; l <= k; l++) {
        const double direct = alpha * dot(n, dense->mean_g, dense->r + l * n) / (double)n;
        largest = fmax(largest, fabs(dyson->own.A[l]));
        residual = fmax(residual, fabs(dyson->own.A[l] - direct));
    }
    return residual / largest;
}

const struct engine engine_dense = {
    .entry = {.name = "dense",
              .summary = "the whole past of every path; cost K^3, memory K^2, exact for every rule and loss",
              .reference = "F. Mignacco and P. Urbani, J. Stat. Mech. (2022) 083405; solver/THEORY.md (T3)-(T7)"},
    .supports = supports,
    .estimate = estimate,
    .progress = progress,
    .start = start,
    .evaluate = evaluate,
    .examples = examples,
    .flipped = flipped,
    .two_time = two_time,
    .advance = advance,
    .gradient = gradient,
    .archive = dense_archive,
    .finish = finish,
};
