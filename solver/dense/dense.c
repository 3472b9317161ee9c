/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine. Each step draws the Gaussian field of all paths, adds the reaction of each example with its whole
 * past (T3), takes the averages over the paths (T4), (T7), and extends the order parameters (T5), (T6). Nothing is
 * iterated: all terms on the right-hand sides are known. */
#include "solver/dense/dense.h"
#include "models/base/state.h"

#include "models/base/simd.h"
#include "solver/dense/dense_archive.h"
#include <math.h>
#include <stdlib.h>

static enum sgdmft_status dense_supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->steps > 20000)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "steps: %ld, but the dense engine keeps the whole past and takes at most 20000", run->steps);
    return SGDMFT_OK;
}

/* Share of steps at which a path is curved and in the batch: rows of tangents are kept for these only. */
static double tangent_density(const struct sgdmft_run *run)
{
    return run->rule->full_batch ? 1 : run->batch;
}

/* Memory of the kept rows as a share of that of all rows. */
static double kept_share(const struct sgdmft_run *run)
{
    double kept = 0, all = 0;
    for (long k = 0; k < run->steps; k++) {
        kept += (double)(k + 1) * (run->rule->full_batch ? 1 : fmin(1, sgdmft_batch(run, k)));
        all += (double)(k + 1);
    }
    return kept / all;
}

static struct state_table dense_arrays(size_t rows, size_t all, size_t modes)
{
    return (struct state_table){{STATE_RAW(dense, r, rows * all), STATE_RAW(dense, g, rows * all),
                                 STATE_RAW(dense, covariance, modes * (rows + 1)),
                                 STATE_RAW(dense, cross_covariance, modes * (rows + 1))}};
}

static size_t dense_bytes(const struct sgdmft_run *run, size_t paths)
{
    const size_t steps = (size_t)run->steps, rows = steps + 1, all = paths_replicas(run) * paths;
    const struct state_table arrays = dense_arrays(rows, all, sgdmft_spectrum(run)->modes);
    return ensemble_bytes(run, paths, field_width(run), rows) + field_bytes(run, paths) + dyson_bytes(run, all > paths)
           + tangent_bytes(all, steps, kept_share(run)) + (size_t)state_bytes(&arrays) + surprise_bytes(run, paths);
}

static struct sgdmft_estimate dense_estimate(const struct sgdmft_run *run, size_t paths)
{
    const double S = (double)paths, K = (double)run->steps, replicas = (double)paths_replicas(run);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const double modes = sgdmft_spectrum_is_plain(spectrum) ? 0 : (double)spectrum->modes;
    /* Nanoseconds (machine_speed.h): a streamed multiply-add of the tangents, of the path histories (field, reaction,
     * moments, orthogonalisation: twelve in all), random numbers, losses and weights of one path step, and the mixture
     * of the modes of a spectrum with all that each of them keeps. */
    const double tangents = 0.75e-9 * tangent_density(run) * replicas * S * K * K * K / 6;
    const double histories = 0.25e-9 * 12 * replicas * replicas * S * K * K / 2;
    const double kernels = 1e-9 * K * K * K * (0.3 * 3 * replicas / 2 + 4 * modes * replicas * replicas);
    const double functions = 400e-9 * replicas * S * K;
    return (struct sgdmft_estimate){.bytes = (double)dense_bytes(run, paths),
                                    .seconds = tangents + histories + kernels + functions,
                                    .streamed = tangents,
                                    .functions = functions};
}

static double progress(const struct sgdmft_run *run, long k)
{
    const double S = (double)engine_group_paths(run), x = (double)k, K = (double)run->steps;
    const double cubic = 0.45 * tangent_density(run) * S / 6;
    const double scratch = 1.25 * S, linear = 100 * S;
    return (x * (linear + x * (scratch + x * cubic))) / (K * (linear + K * (scratch + K * cubic)));
}

static void dense_finish(void *state)
{
    struct dense *dense = state;
    if (!dense)
        return;
    ensemble_free(&dense->ensemble);
    field_free(&dense->omega);
    dyson_free(&dense->dyson);
    tangent_free(&dense->tangent);
    surprise_free(&dense->surprise);
    const struct state_table arrays = dense_arrays(0, 0, 0);
    state_free(&arrays, dense);
    free(dense);
}

static bool dense_create(struct dense *dense, const struct engine_group *group)
{
    const struct sgdmft_run *run = group->run;
    const size_t replicas = paths_replicas(run), n = replicas * group->paths, steps = (size_t)run->steps,
                 rows = steps + 1;
    struct paths *paths = &dense->ensemble.paths;
    bool good = ensemble_create(&dense->ensemble, group, field_width(run), rows);
    good = good && field_create(&dense->omega, paths, run->norm0 - run->overlap0 * run->overlap0);
    good = dyson_create(&dense->dyson, run, replicas > 1) && good;
    if (good)
        field_mix(&dense->omega, paths, 0, &dense->dyson);
    good = tangent_create(&dense->tangent, n, steps, group->threads) && good;
    dense->controls = good && surprise_applies(&dense->ensemble.reaction);
    if (dense->controls)
        good = surprise_create(&dense->surprise, paths);
    const struct state_table arrays = dense_arrays(rows, n, dense->omega.modes);
    return state_create(&arrays, dense) && good;
}

static void *dense_start(const struct engine_group *group)
{
    struct dense *dense = calloc(1, sizeof *dense);
    if (dense && !dense_create(dense, group)) {
        dense_finish(dense);
        return NULL;
    }
    return dense;
}

/* Factor of the field at the present step: the same for two replicas, which preserves their correlations. */
SIMD_CLONES static double field_scale(const struct dense *dense)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->ensemble.k;
    const double m = dyson->field_m[k];
    return ensemble_field_scale(&dense->ensemble, dyson->field_square[k] - m * m, field_variance(&dense->omega, k));
}

/* r^k of the paths begin..end-1, counted in all replicas, of the replica that they belong to (T3). */
SIMD_CLONES static void pre_activations(struct dense *dense, double scale, size_t replica, size_t begin, size_t end)
{
    const struct paths *paths = &dense->ensemble.paths;
    const struct dyson *dyson = &dense->dyson;
    const size_t n = paths->all, k = (size_t)dense->ensemble.k, first = replica * paths->group.paths;
    const double root = sqrt(paths->variance), m = dyson->m[k];
    const double more = root * (dyson->field_m[k] - m); /* exactly 0 without a spectrum */
    const double *R = dyson->field_R + k * dyson->stride;
    double *r = dense->r + k * n;
    for (size_t i = begin; i < end; i++)
        r[i] = m * (paths->centre[i] + root * paths->u[i]);
    for (size_t i = begin; i < end && !dyson->plain; i++)
        r[i] += more * paths->u[i];
    field_add(&dense->omega, field_row(&dense->omega, replica, k), root * scale, begin - first, end - first, r + first);
    for (size_t i = begin; i < end && dense->ensemble.weighs; i++)
        dense->ensemble.calibration.field[i] = r[i] - m * paths->centre[i];
    for (size_t l = 0; l < k; l++) {
        const double c = -paths->variance * R[l] * dyson->eta[l];
        const double *g = dense->g + l * n;
        for (size_t i = begin; i < end; i++)
            r[i] += c * g[i];
    }
}

/* |w1 - w2|^2/N of the weights of the drawn fields, with the variance of the averaged solution. */
static double drawn_distance(const struct dense *dense)
{
    const struct field *field = &dense->omega;
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->ensemble.k;
    double drawn = 0, apart = 0;
    if (field->replicas == 1)
        return (double)NAN;
    for (size_t i = 0; i < dyson->modes; i++) {
        const double weight = dyson->mode[i].weight, square = field_covariance(field, i, k, k);
        drawn += weight * square;
        apart += weight * (square - field_cross_covariance(field, i, k, k));
    }
    const double own = dyson->own.C[k * dyson->stride + k] - dyson_along(dyson, dense->ensemble.k);
    const double scale = ensemble_field_scale(&dense->ensemble, own, drawn);
    return 2 * scale * scale * apart;
}

static void dense_evaluate(void *state, struct engine_values *values)
{
    struct dense *dense = state;
    struct ensemble *ensemble = &dense->ensemble;
    const struct dyson *dyson = &dense->dyson;
    const struct engine_group *group = &ensemble->paths.group;
    const size_t n = ensemble->paths.all, each = group->paths, k = (size_t)ensemble->k, blocks = path_blocks(each);
    const double scale = field_scale(dense);
    for (size_t replica = 0; replica < ensemble->paths.replicas; replica++) {
#pragma omp parallel for num_threads(group->threads) if (group->threads > 1)
        for (size_t b = 0; b < blocks; b++)
            pre_activations(dense, scale, replica, replica * each + b * PATH_BLOCK,
                            replica * each + path_block_end(b, each));
    }
    *values = (struct engine_values){.overlap = dyson->m[k],
                                     .norm = dyson->own.C[k * dyson->stride + k],
                                     .distance = dyson_distance(dyson, ensemble->k),
                                     .distance_drawn = drawn_distance(dense)};
    ensemble_react(ensemble, dense->r + k * n, dyson->field_m[k], dyson->field_square[k], dense->g + k * n, values);
    if (dense->controls)
        surprise_innovate(&dense->surprise, &ensemble->reaction);
}

/* out[l] = factor times the mean over the paths of x[i] history[l][i + shift], l < rows (ensemble_products). */
static void means(struct dense *dense, double factor, const double *x, size_t shift, size_t rows, const double *history,
                  double *out)
{
    ensemble_products(&dense->ensemble, x, shift, rows, history, out);
    for (size_t l = 0; l < rows; l++)
        out[l] = out[l] / (double)dense->ensemble.paths.all * factor;
}

/* Subtracts the noise of the batches from Gamma, M and d. */
static void control(struct dense *dense, double scale)
{
    struct surprise *surprise = &dense->surprise;
    const size_t k = (size_t)dense->ensemble.k, row = k * surprise->stride;
    means(dense, scale, surprise->force, 0, k, dense->g, surprise->M + row);
    for (size_t l = 0; l <= k; l++)
        surprise->Gamma[row + l] *= scale;
    surprise_correct(surprise, &dense->ensemble.reaction, dense->ensemble.k, &dense->dyson);
}

void dense_moments(struct dense *dense)
{
    const struct paths *paths = &dense->ensemble.paths;
    struct reaction *reaction = &dense->ensemble.reaction;
    struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->ensemble.k, each = paths->group.paths;
    const double scale = paths->run->alpha * paths->variance;
    tangent_step(&dense->tangent, dense->ensemble.k, paths->variance, dyson->eta[k], dyson->field_R + k * dyson->stride,
                 reaction->mean_curvature, reaction->curvature, dyson->Gamma,
                 dense->controls ? dense->surprise.curvature : NULL, dense->surprise.Gamma + k * dense->surprise.stride,
                 dense->ensemble.answer);
    ensemble_share(&dense->ensemble);
    for (size_t l = 0; l <= k; l++)
        dyson->Gamma[l] *= scale;
    double *M = dyson->own.M + k * dyson->stride;
    means(dense, scale, reaction->mean_g, 0, k, dense->g, M);
    M[k] = scale * reaction_square(reaction);
    if (dyson->replicas && reaction->averages) {
        /* No average over the other replica's s^l, l < k, though it would be exact: so M - M12 is the mean of
         * (mean_g1^k - mean_g2^k)(g1^l - g2^l)/2, whose noise vanishes with the distance. */
        double *M12 = dyson->cross.M + k * dyson->stride;
        means(dense, scale, reaction->mean_g, each, k, dense->g, M12);
        means(dense, scale, reaction->mean_g, each, 1, reaction->mean_g, M12 + k);
    }
    dyson->d = reaction_drift(reaction);
    dyson->centre_d = dyson->plain ? 0 : reaction_centre_drift(reaction);
    if (dense->controls)
        control(dense, scale);
}

enum sgdmft_status dense_extend(struct dense *dense)
{
    struct dyson *dyson = &dense->dyson;
    struct paths *paths = &dense->ensemble.paths;
    const size_t k = (size_t)dense->ensemble.k;
    const bool averages = dense->ensemble.reaction.averages;
    field_advance(&dense->omega, paths, k, ensemble_drive(&dense->ensemble, dense->g + k * paths->all), dyson->Gamma);
    for (size_t i = 0; i < dyson->modes && !averages; i++) {
        const size_t row = i * (dyson->stride + 1);
        for (size_t l = 0; l <= k + 1; l++) {
            dense->covariance[row + l] = field_covariance(&dense->omega, i, k + 1, l);
            if (dyson->replicas)
                dense->cross_covariance[row + l] = field_cross_covariance(&dense->omega, i, k + 1, l);
        }
    }
    const enum sgdmft_status status = dyson_advance(dyson, dense->ensemble.k, averages ? NULL : dense->covariance,
                                                    averages ? NULL : dense->cross_covariance);
    field_rescale(&dense->omega, k + 1, dyson->rho);
    if (!status)
        field_mix(&dense->omega, paths, k + 1, dyson);
    dense->ensemble.k++;
    return status;
}

static enum sgdmft_status dense_advance(void *state)
{
    dense_moments(state);
    return dense_extend(state);
}

static void dense_two_time(const void *state, long waiting, double *correlation, double *response)
{
    const struct dense *dense = state;
    const struct dyson *dyson = &dense->dyson;
    *correlation = dyson->own.C[(size_t)dense->ensemble.k * dyson->stride + (size_t)waiting];
    *response = dyson_integrated_response(dyson, dense->ensemble.k, waiting);
}

static void field_moments(const void *state, double *overlap, double *square)
{
    const struct dense *dense = state;
    *overlap = dense->dyson.field_m[dense->ensemble.k];
    *square = dense->dyson.field_square[dense->ensemble.k];
}

static void matrices(const void *state, size_t stride, double *correlation, double *response)
{
    const struct dense *dense = state;
    const struct dyson *dyson = &dense->dyson;
    const size_t steps = (size_t)dense->ensemble.k + 1;
    for (size_t k = 0; k < steps; k++)
        for (size_t l = 0; l < steps; l++) {
            correlation[k * stride + l] = dyson->own.C[k * dyson->stride + l];
            response[k * stride + l] = l < k ? dyson->R[k * dyson->stride + l] : 0;
        }
}

static void dense_gradient(const void *state, double *overlap, double *norm)
{
    const struct dense *dense = state;
    dyson_gradient(&dense->dyson, dense->ensemble.k - 1, overlap, norm);
}

double dense_identity_residual(const struct dense *dense)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t n = dense->ensemble.paths.all, k = (size_t)dense->ensemble.k - 1; /* A is that of the step before */
    const double alpha = dense->ensemble.paths.run->alpha;
    double largest = 0, residual = 0;
    for (size_t l = 0; l <= k; l++) {
        const double direct = alpha * path_mean_product(n, dense->ensemble.reaction.mean_g, dense->r + l * n);
        largest = fmax(largest, fabs(dyson->own.A[l]));
        residual = fmax(residual, fabs(dyson->own.A[l] - direct));
    }
    return residual / largest;
}

const struct engine engine_dense = {
    .entry = {.name = "dense",
              .summary = "the whole past of every path; cost K^3, memory K^2; exact up to sampling errors for losses "
                         "that are convex in r, elsewhere means of tangents may fail (THEORY 9.8)",
              .reference =
                  "Agoritsas, Biroli, Urbani, Zamponi, J. Phys. A 51, 085002 (2018), arXiv:1710.04894; Gerbelot et "
                  "al., arXiv:2210.06591; solver/THEORY.md (T3)-(T7)"},
    .supports = dense_supports,
    .tangents = true,
    .estimate = dense_estimate,
    .progress = progress,
    .start = dense_start,
    .evaluate = dense_evaluate,
    .examples = ensemble_examples,
    .selected = ensemble_selected,
    .flipped = ensemble_flipped,
    .weights = ensemble_weights,
    .tangent_share = ensemble_tangent_share,
    .spectrum = true,
    .field_moments = field_moments,
    .two_time = dense_two_time,
    .matrices = matrices,
    .advance = dense_advance,
    .gradient = dense_gradient,
    .archive = dense_archive,
    .finish = dense_finish,
};
