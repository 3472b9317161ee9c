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

/* Share of steps at which a path is curved and in the batch: rows of tangents are kept for these only. */
static double tangent_density(const struct sgdmft_run *run) { return run->rule->full_batch ? 1 : run->batch; }

/* The share of the memory of all rows that those take which are kept. */
static double tangent_share(const struct sgdmft_run *run)
{
    double kept = 0, all = 0;
    for (long k = 0; k < run->steps; k++) {
        kept += (double)(k + 1) * (run->rule->full_batch ? 1 : fmin(1, sgdmft_batch(run, k)));
        all += (double)(k + 1);
    }
    return kept / all;
}

static size_t dense_bytes(const struct sgdmft_run *run, size_t paths)
{
    const size_t steps = (size_t)run->steps, rows = steps + 1, all = paths_replicas(run) * paths;
    return paths_bytes(run, paths, field_width(run)) + field_bytes(run, paths) + dyson_bytes(run, all > paths)
           + tangent_bytes(all, steps, tangent_share(run)) + 2 * rows * all * sizeof(double) + reaction_bytes(all)
           + surprise_bytes(run, paths) + calibration_bytes(paths)
           + (path_blocks(all) + 2 * sgdmft_spectrum(run)->modes) * (rows + 1) * sizeof(double);
}

static struct sgdmft_estimate estimate(const struct sgdmft_run *run, size_t paths)
{
    const double S = (double)paths, K = (double)run->steps, replicas = (double)paths_replicas(run);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const double modes = sgdmft_spectrum_is_plain(spectrum) ? 0 : (double)spectrum->modes;
    /* Nanoseconds measured on a 2.6 GHz Zen 4 core: a streamed multiply-add of the tangents, of the path
     * histories (field, reaction, moments, orthogonalisation: twelve in all), the losses and the weight of one path step, and the
     * mixture of the modes of a spectrum with all that each of them keeps. */
    const double seconds = 1e-9 * (0.45 * tangent_density(run) * replicas * S * K * K * K / 6
                                   + 0.25 * 12 * replicas * replicas * S * K * K / 2 + 130 * replicas * S * K
                                   + 0.3 * 3 * replicas * K * K * K / 2
                                   + 4 * modes * replicas * replicas * K * K * K);
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
    reaction_free(&dense->reaction);
    surprise_free(&dense->surprise);
    calibration_free(&dense->calibration);
    double *array[] = {dense->r, dense->g, dense->covariance, dense->cross_covariance, dense->block_sum};
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
    bool good = paths_create(&dense->paths, group, field_width(group->run));
    good = good && field_create(&dense->omega, &dense->paths, perpendicular);
    good = reaction_create(&dense->reaction, &dense->paths) && good;
    good = dyson_create(&dense->dyson, group->run, replicas > 1) && good;
    if (good)
        field_mix(&dense->omega, &dense->paths, 0, &dense->dyson);
    good = tangent_create(&dense->tangent, n, steps, group->threads) && good;
    dense->controls = good && surprise_applies(&dense->reaction);
    dense->weighs = good && calibration_applies(&dense->paths);
    if (dense->controls)
        good = surprise_create(&dense->surprise, &dense->paths);
    if (dense->weighs)
        good = calibration_create(&dense->calibration, &dense->paths) && good;
    if (dense->weighs)
        dense->reaction.weight = dense->calibration.weight;
    struct {
        double **array;
        size_t length;
    } need[] = {{&dense->r, rows * n}, {&dense->g, rows * n},
                {&dense->covariance, dense->omega.modes * (rows + 1)},
                {&dense->cross_covariance, dense->omega.modes * (rows + 1)},
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
    const double m = dyson->field_m[k], drawn = field_variance(&dense->omega, k);
    const double own = dyson->field_square[k] - m * m;
    return dense->reaction.averages && drawn > 0 && own > 0 ? sqrt(own / drawn) : 1;
}

/* r^k of the paths begin..end-1, counted in all replicas, of the replica that they belong to (T3). */
SIMD_CLONES static void pre_activations(struct dense *dense, double scale, size_t replica, size_t begin, size_t end)
{
    const struct paths *paths = &dense->paths;
    const struct dyson *dyson = &dense->dyson;
    const size_t n = dense->all, k = (size_t)dense->k, first = replica * paths->group.paths;
    const double root = sqrt(paths->variance), m = dyson->m[k];
    const double more = root * (dyson->field_m[k] - m); /* exactly 0 without a spectrum */
    const double *R = dyson->field_R + k * dyson->stride;
    double *r = dense->r + k * n;
    for (size_t i = begin; i < end; i++)
        r[i] = m * (paths->centre[i] + root * paths->u[i]);
    for (size_t i = begin; i < end && !dyson->plain; i++)
        r[i] += more * paths->u[i];
    field_add(&dense->omega, field_row(&dense->omega, replica, k), root * scale, begin - first, end - first, r + first);
    for (size_t i = begin; i < end && dense->weighs; i++)
        dense->calibration.field[i] = r[i] - m * paths->centre[i];
    for (size_t l = 0; l < k; l++) {
        const double c = -paths->variance * R[l] * dyson->eta[l];
        const double *g = dense->g + l * n;
        for (size_t i = begin; i < end; i++)
            r[i] += c * g[i];
    }
}

/* |w1 - w2|^2/N of the weights whose fields the paths have been given, with the variance of the averaged solution. */
static double drawn_distance(const struct dense *dense)
{
    const struct field *field = &dense->omega;
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->k;
    double drawn = 0, apart = 0;
    if (field->replicas == 1)
        return (double)NAN;
    for (size_t i = 0; i < dyson->modes; i++) {
        const double weight = dyson->mode[i].weight, square = field_covariance(field, i, k, k);
        drawn += weight * square;
        apart += weight * (square - field_cross_covariance(field, i, k, k));
    }
    const double own = dyson->own.C[k * dyson->stride + k] - dyson_along(dyson, dense->k);
    const double scale = dense->reaction.averages && drawn > 0 && own > 0 ? sqrt(own / drawn) : 1;
    return 2 * scale * scale * apart;
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
            reaction_lose(&dense->reaction, dense->r + k * n, begin, end);
        }
    }
    if (dense->weighs)
        calibration_weigh(&dense->calibration, dense->paths.variance * dyson->field_square[k],
                          dyson->field_m[k] / sqrt(dyson->field_square[k]));
    paths_select(&dense->paths, dense->k, dense->reaction.first);
    reaction_push(&dense->reaction, dense->g + k * n);
    if (dense->controls)
        surprise_draw(&dense->surprise, &dense->reaction);
    *values = (struct engine_values){.overlap = dyson->m[k],
                                     .norm = dyson->own.C[k * dyson->stride + k],
                                     .distance = dyson_distance(dyson, dense->k),
                                     .distance_drawn = drawn_distance(dense),
                                     .train_loss = reaction_loss(&dense->reaction),
                                     .train_error = reaction_training_error(&dense->reaction, dense->r + k * n)};
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

static const double *weights(const void *state) { return ((const struct dense *)state)->reaction.weight; }

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

/* Takes the noise of the batches out of Gamma, M and d. */
static void control(struct dense *dense, double scale)
{
    struct surprise *surprise = &dense->surprise;
    const size_t k = (size_t)dense->k, row = k * surprise->stride;
    history_means(dense, k, surprise->push, dense->g, surprise->M + row);
    for (size_t l = 0; l <= k; l++) {
        surprise->M[row + l] *= scale;
        surprise->Gamma[row + l] *= scale;
    }
    surprise_correct(surprise, &dense->reaction, dense->k, &dense->dyson);
}

void dense_moments(struct dense *dense)
{
    const struct paths *paths = &dense->paths;
    struct reaction *reaction = &dense->reaction;
    struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->k;
    const double scale = paths->run->alpha * paths->variance;
    tangent_step(&dense->tangent, dense->k, paths->variance, dyson->eta[k], dyson->field_R + k * dyson->stride,
                 reaction->mean_curvature, reaction->curvature, dyson->Gamma,
                 dense->controls ? dense->surprise.curvature : NULL, dense->surprise.Gamma + k * dense->surprise.stride);
    for (size_t l = 0; l <= k; l++)
        dyson->Gamma[l] *= scale;
    double *M = dyson->own.M + k * dyson->stride;
    history_means(dense, k, reaction->mean_g, dense->g, M);
    M[k] = reaction_square(reaction);
    for (size_t l = 0; l <= k; l++)
        M[l] *= scale;
    if (dyson->replicas && reaction->averages) {
        /* Not averaged over the other replica's s^l, l < k, though that is exact: as it stands M - M12 is the mean of
         * (mean_g1^k - mean_g2^k)(g1^l - g2^l)/2, whose noise vanishes with the distance. */
        double *M12 = dyson->cross.M + k * dyson->stride;
        cross_means(dense, k, reaction->mean_g, dense->g, M12);
        cross_means(dense, 1, reaction->mean_g, reaction->mean_g, M12 + k);
        for (size_t l = 0; l <= k; l++)
            M12[l] *= scale;
    }
    dyson->d = reaction_drift(reaction);
    dyson->centre_d = dyson->plain ? 0 : reaction_centre_drift(reaction);
    if (dense->controls)
        control(dense, scale);
}

enum sgdmft_status dense_extend(struct dense *dense)
{
    struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->k, n = dense->all;
    const double *g = dense->g + k * n;
    field_advance(&dense->omega, &dense->paths, k, dense->weighs ? calibration_push(&dense->calibration, g) : g, dyson->Gamma);
    for (size_t i = 0; i < dyson->modes && !dense->reaction.averages; i++) {
        const size_t row = i * (dyson->stride + 1);
        for (size_t l = 0; l <= k + 1; l++) {
            dense->covariance[row + l] = field_covariance(&dense->omega, i, k + 1, l);
            if (dyson->replicas)
                dense->cross_covariance[row + l] = field_cross_covariance(&dense->omega, i, k + 1, l);
        }
    }
    const enum sgdmft_status status = dyson_advance(dyson, dense->k, dense->reaction.averages ? NULL : dense->covariance,
                                                    dense->reaction.averages ? NULL : dense->cross_covariance);
    field_rescale(&dense->omega, k + 1, dyson->rho);
    if (!status)
        field_mix(&dense->omega, &dense->paths, k + 1, dyson);
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

static void field_moments(const void *state, double *overlap, double *square)
{
    const struct dense *dense = state;
    *overlap = dense->dyson.field_m[dense->k];
    *square = dense->dyson.field_square[dense->k];
}

static void matrices(const void *state, size_t stride, double *correlation, double *response)
{
    const struct dense *dense = state;
    const struct dyson *dyson = &dense->dyson;
    const size_t steps = (size_t)dense->k + 1;
    for (size_t k = 0; k < steps; k++)
        for (size_t l = 0; l < steps; l++) {
            correlation[k * stride + l] = dyson->own.C[k * dyson->stride + l];
            response[k * stride + l] = l < k ? dyson->R[k * dyson->stride + l] : 0;
        }
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
        const double direct = alpha * dot(n, dense->reaction.mean_g, dense->r + l * n) / (double)n;
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
    .weights = weights,
    .spectrum = true,
    .field_moments = field_moments,
    .two_time = two_time,
    .matrices = matrices,
    .advance = advance,
    .gradient = gradient,
    .archive = dense_archive,
    .finish = finish,
};
