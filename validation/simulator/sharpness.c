/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Products with the Hessian are two passes over the rows; sums are in double precision. */
#include "validation/simulator/sharpness.h"

#include "models/result/sharpness_series.h"
#include "models/base/simd.h"

#include <math.h>
#include <sgdmft/random.h>
#include <stdlib.h>
#include <string.h>

double sharpness_simulator_bytes(const struct sgdmft_run *run)
{
    const size_t n = (size_t)run->dim;
    if (run->sharpness_at.count == 0)
        return 0;
    return lanczos_bytes(n, SHARPNESS_ITERATIONS < n ? SHARPNESS_ITERATIONS : n)
           + (double)(2 * (size_t)sgdmft_examples(run) + (2 + SGDMFT_SHARPNESS_TOP) * n) * sizeof(double);
}

bool sharpness_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                      const double *signal, struct sharpness *sharpness)
{
    const size_t n = train->dim, count = run->sharpness_at.count;
    *sharpness = (struct sharpness){.run = run, .result = result, .train = train, .signal = signal, .pending = count};
    if (count == 0)
        return true;
    double **array[] = {&sharpness->curvature, &sharpness->field, &sharpness->start, &sharpness->before,
                        &sharpness->top};
    const size_t length[] = {train->count, train->count, n, n, SGDMFT_SHARPNESS_TOP * n};
    bool good = lanczos_create(n, SHARPNESS_ITERATIONS, &sharpness->lanczos);
    for (size_t i = 0; i < 5; i++)
        good = (*array[i] = malloc(length[i] * sizeof(double))) && good;
    return good;
}

void sharpness_free(struct sharpness *sharpness)
{
    lanczos_free(&sharpness->lanczos);
    free(sharpness->curvature);
    free(sharpness->field);
    free(sharpness->start);
    free(sharpness->before);
    free(sharpness->top);
    *sharpness = (struct sharpness){.run = NULL};
}

/* ---- rows ----------------------------------------------------------------------------------------------- */

SIMD_CLONES static double dot_single(size_t n, const float *row, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)row[i] * x[i];
    return sum;
}

SIMD_CLONES static double dot_double(size_t n, const double *row, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += row[i] * x[i];
    return sum;
}

SIMD_CLONES static void add_single(size_t n, double factor, const float *row, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] += factor * (double)row[i];
}

SIMD_CLONES static void add_double(size_t n, double factor, const double *row, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] += factor * row[i];
}

static bool is_single(const struct dataset *set)
{
    return set->kernel->size == sizeof(float);
}

static double row_dot(const struct dataset *set, size_t mu, const double *x)
{
    return is_single(set) ? dot_single(set->dim, dataset_row(set, mu), x)
                          : dot_double(set->dim, dataset_row(set, mu), x);
}

static void row_add(const struct dataset *set, size_t mu, double factor, double *x)
{
    if (is_single(set))
        add_single(set->dim, factor, dataset_row(set, mu), x);
    else
        add_double(set->dim, factor, dataset_row(set, mu), x);
}

static double row_square(const struct dataset *set, size_t mu)
{
    const float *single = dataset_row(set, mu);
    const double *whole = dataset_row(set, mu);
    double sum = 0;
    for (size_t i = 0; i < set->dim; i++)
        sum += is_single(set) ? (double)single[i] * (double)single[i] : whole[i] * whole[i];
    return sum;
}

/* ---- the Hessian ------------------------------------------------------------------------------------------ */

void sharpness_product(void *context, const double *x, double *out)
{
    const struct sharpness *sharpness = context;
    const struct dataset *set = sharpness->train;
    const double share = 1 / (double)set->dim;
    for (size_t i = 0; i < set->dim; i++)
        out[i] = sharpness->run->ridge * x[i];
    for (size_t mu = 0; mu < set->count; mu++)
        if (sharpness->curvature[mu] < 0 || sharpness->curvature[mu] > 0)
            row_add(set, mu, share * sharpness->curvature[mu] * row_dot(set, mu, x), out);
}

static double trace(const struct sharpness *sharpness)
{
    const double n = (double)sharpness->train->dim;
    double sum = 0;
    for (size_t mu = 0; mu < sharpness->train->count; mu++)
        sum += sharpness->curvature[mu] * row_square(sharpness->train, mu);
    return sharpness->run->ridge + sum / (n * n);
}

static void bend(struct sharpness *sharpness, const double *weights)
{
    const struct dataset *set = sharpness->train;
    const double scale = 1 / sqrt((double)set->dim);
    for (size_t mu = 0; mu < set->count; mu++)
        sharpness->field[mu] = scale * row_dot(set, mu, weights);
    sgdmft_loss_evaluate(sharpness->run, set->count, sharpness->field, set->label, NULL, NULL, sharpness->curvature);
}

/* Squared cosines of x with the top directions. */
static void overlaps(const struct sharpness *sharpness, const double *x, double *out)
{
    const size_t n = sharpness->train->dim;
    const double square = dot_double(n, x, x);
    for (size_t i = 0; i < SGDMFT_SHARPNESS_TOP; i++) {
        const double *e = sharpness->top + i * n, along = dot_double(n, e, x), length = dot_double(n, e, e);
        out[i] = length > 0 ? along * along / square : (double)NAN;
    }
}

/* g.H_B g/|g|^2 with the batch and the gradient of the step from the weights of l''. */
static double batch_curvature(const struct sharpness *sharpness, long k, const struct step *step)
{
    const struct sgdmft_run *run = sharpness->run;
    const struct dataset *set = sharpness->train;
    const double *g = step->gradient;
    double sum = 0;
    for (size_t mu = 0; mu < set->count; mu++)
        if (run->rule->full_batch || step->selected[mu])
            sum += sharpness->curvature[mu] * pow(row_dot(set, mu, g), 2);
    return run->ridge + sgdmft_batch_weight(run, k) * sum / ((double)set->dim * dot_double(set->dim, g, g));
}

/* Completes the measurement with the step from its weights. */
static void complete(struct sharpness *sharpness, size_t sample, long k, const struct step *step)
{
    const double *weights = step->weights;
    const size_t n = sharpness->train->dim;
    if (sharpness->pending == sharpness->run->sharpness_at.count)
        return;
    for (size_t i = 0; i < n; i++)
        sharpness->before[i] = weights[i] - sharpness->before[i];
    overlaps(sharpness, sharpness->before,
             sharpness_values(sharpness->result, "step_overlap", sample, sharpness->pending));
    double *curvature = sharpness_values(sharpness->result, "batch_sharpness", sample, sharpness->pending);
    if (curvature)
        *curvature = batch_curvature(sharpness, k, step);
    sharpness->pending = sharpness->run->sharpness_at.count;
}

void sharpness_measure(struct sharpness *sharpness, uint32_t number, size_t sample, long k, const struct step *step)
{
    const double *weights = step->weights;
    const struct sgdmft_result *result = sharpness->result;
    const size_t n = sharpness->train->dim, count = sharpness->run->sharpness_at.count;
    if (count == 0)
        return;
    if (k == 0)
        sharpness->pending = count; /* left by a run that ended early */
    complete(sharpness, sample, k - 1, step);
    const size_t place = sharpness_place(result, k);
    if (place == count)
        return;
    double *largest = sharpness_values(result, "largest", sample, place);
    double *smallest = sharpness_values(result, "smallest", sample, place);
    struct sgdmft_stream stream = sgdmft_stream_open(sharpness->run->seed, SGDMFT_LANCZOS, number, (uint32_t)k);
    bend(sharpness, weights);
    sgdmft_normals(&stream, n, sharpness->start);
    lanczos_ends(&sharpness->lanczos, sharpness_product, sharpness, sharpness->start, SHARPNESS_TOLERANCE,
                 SGDMFT_SHARPNESS_TOP, largest, sharpness->top, smallest);
    *sharpness_values(result, "trace", sample, place) = trace(sharpness);
    *sharpness_values(result, "condition", sample, place) = *smallest > 0 ? largest[0] / *smallest : (double)NAN;
    overlaps(sharpness, sharpness->signal, sharpness_values(result, "signal_overlap", sample, place));
    overlaps(sharpness, weights, sharpness_values(result, "weight_overlap", sample, place));
    double *limit = sharpness_values(result, "stability_limit", sample, place);
    if (limit)
        *limit = 2 / sgdmft_rate(sharpness->run, k);
    memcpy(sharpness->before, weights, n * sizeof *weights);
    sharpness->pending = k < sharpness->run->steps ? place : count;
}
