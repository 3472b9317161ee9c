/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything is done in the eigenbasis of H, where the relation reads, entry by entry,
 * (kappa_i + kappa_j - eta kappa_i kappa_j) S_ij = eta B_ij for any two outputs. */
#include "validation/linear_map/linear_map.h"
#include "models/base/memory.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <sgdmft/random.h>
#include <stdlib.h>
#include <string.h>

#define RELATIONS 3

struct map {
    struct linear_map_run run;
    size_t n, outputs, size, examples;   /* size = outputs * n */
    double *x;                           /* [examples][n], in the eigenbasis, over sqrt(N) */
    double *y;                           /* [examples][outputs] */
    double *kappa;                       /* [n] eigenvalues of H */
    double *w, *gradient, *full, *error; /* [size], [size], [size], [outputs] */
    unsigned char *selected;             /* [examples] */
    double *uniform;                     /* [examples] */
    double *mean, *covariance,
        *square;       /* [size], [size][size], [examples][outputs][outputs]: sums over the steps kept */
    double moments[4]; /* w.g, |g|^2, |full|^2, g.H g */
    long kept;
};

static bool map_create(const struct linear_map_run *run, struct map *map)
{
    *map = (struct map){
        .run = *run, .n = (size_t)run->dim, .outputs = (size_t)run->outputs, .examples = (size_t)run->examples};
    map->size = map->n * map->outputs;
    double **array[] = {&map->x,     &map->y,       &map->kappa, &map->w,          &map->gradient, &map->full,
                        &map->error, &map->uniform, &map->mean,  &map->covariance, &map->square};
    const size_t length[] = {map->examples * map->n,
                             map->examples * map->outputs,
                             map->n,
                             map->size,
                             map->size,
                             map->size,
                             map->outputs,
                             map->examples,
                             map->size,
                             map->size * map->size,
                             map->examples * map->outputs * map->outputs};
    bool good = true;
    for (size_t i = 0; i < sizeof length / sizeof *length; i++)
        good = (*array[i] = calloc(length[i], sizeof(double))) && good;
    return (map->selected = malloc(map->examples)) && good;
}

static void map_free(struct map *map)
{
    double *array[] = {map->x,     map->y,       map->kappa, map->w,          map->gradient, map->full,
                       map->error, map->uniform, map->mean,  map->covariance, map->square};
    for (size_t i = 0; i < sizeof array / sizeof *array; i++)
        free(array[i]);
    free(map->selected);
}

/* Examples, rotated so that H is diagonal, with targets of a random map and noise. */
static bool map_draw(struct map *map, uint32_t number)
{
    const size_t n = map->n, P = map->examples, O = map->outputs;
    double *raw = malloc(P * n * sizeof *raw), *h = calloc(n * n, sizeof *h),
           *target = malloc(map->size * sizeof *target);
    bool good = raw && h && target;
    if (good) {
        struct sgdmft_stream stream = sgdmft_stream_open(map->run.seed, SGDMFT_TRAIN_INPUT, number, 0);
        sgdmft_normals(&stream, P * n, raw);
        stream = sgdmft_stream_open(map->run.seed, SGDMFT_SIGNAL, number, 0);
        sgdmft_normals(&stream, map->size, target);
        stream = sgdmft_stream_open(map->run.seed, SGDMFT_TRAIN_LABEL, number, 0);
        sgdmft_normals(&stream, P * O, map->y);
        for (size_t i = 0; i < P * n; i++)
            raw[i] /= sqrt((double)n);
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)n, (int)P, 1, raw, (int)n, 0, h, (int)n);
        good = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, h, (lapack_int)n, map->kappa) == 0;
    }
    if (good) {
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)P, (int)n, (int)n, 1, raw, (int)n, h, (int)n, 0,
                    map->x, (int)n);
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)P, (int)O, (int)n, 1, map->x, (int)n, target, (int)n,
                    map->run.noise, map->y, (int)O);
    }
    for (size_t i = 0; good && i < n; i++)
        map->kappa[i] += map->run.ridge;
    free(raw);
    free(h);
    free(target);
    return good;
}

/* Gradients of the batch and of all examples at w; keeps what the covariance of the gradient is made of. */
static void map_gradients(struct map *map, bool keep)
{
    const size_t n = map->n, O = map->outputs;
    for (size_t i = 0; i < map->size; i++)
        map->gradient[i] = map->full[i] = map->run.ridge * map->w[i];
    for (size_t mu = 0; mu < map->examples; mu++) {
        const double *x = map->x + mu * n, share = map->selected[mu] ? 1 / map->run.batch : 0;
        for (size_t o = 0; o < O; o++) {
            double e = -map->y[mu * O + o];
            for (size_t i = 0; i < n; i++)
                e += map->w[o * n + i] * x[i];
            map->error[o] = e;
            for (size_t i = 0; i < n; i++) {
                map->full[o * n + i] += e * x[i];
                map->gradient[o * n + i] += share * e * x[i];
            }
        }
        for (size_t o = 0; keep && o < O; o++)
            for (size_t q = 0; q < O; q++)
                map->square[(mu * O + o) * O + q] += map->error[o] * map->error[q];
    }
}

static void map_keep(struct map *map)
{
    const size_t size = map->size;
    for (size_t i = 0; i < size; i++) {
        map->mean[i] += map->w[i];
        map->moments[0] += map->w[i] * map->gradient[i];
        map->moments[1] += map->gradient[i] * map->gradient[i];
        map->moments[2] += map->full[i] * map->full[i];
        map->moments[3] += map->kappa[i % map->n] * map->gradient[i] * map->gradient[i];
        for (size_t j = 0; j <= i; j++)
            map->covariance[i * size + j] += map->w[i] * map->w[j];
    }
    map->kept++;
}

/* Starts at the minimum of each mode, which is w = sum_mu y x/kappa. */
static void map_start(struct map *map)
{
    memset(map->w, 0, map->size * sizeof *map->w);
    memset(map->mean, 0, map->size * sizeof *map->mean);
    memset(map->covariance, 0, map->size * map->size * sizeof *map->covariance);
    memset(map->square, 0, map->examples * map->outputs * map->outputs * sizeof *map->square);
    memset(map->moments, 0, sizeof map->moments);
    map->kept = 0;
    for (size_t mu = 0; mu < map->examples; mu++)
        for (size_t i = 0; i < map->size; i++)
            map->w[i] +=
                map->y[mu * map->outputs + i / map->n] * map->x[mu * map->n + i % map->n] / map->kappa[i % map->n];
}

static void map_run(struct map *map, uint32_t number)
{
    map_start(map);
    for (long k = 0; k < map->run.steps; k++) {
        struct sgdmft_stream stream = sgdmft_stream_open(map->run.seed, SGDMFT_BATCH, number, (uint32_t)k);
        const bool keep = k >= map->run.steps / 5;
        sgdmft_uniforms(&stream, map->examples, map->uniform);
        for (size_t mu = 0; mu < map->examples; mu++)
            map->selected[mu] = map->uniform[mu] < map->run.batch;
        map_gradients(map, keep);
        if (keep)
            map_keep(map);
        for (size_t i = 0; i < map->size; i++)
            map->w[i] -= map->run.rate * map->gradient[i];
    }
}

/* Entry (i, j) of H S + S H - eta H S H, without the last term, and of eta B. */
static void map_entry(const struct map *map, size_t i, size_t j, double *left, double *without, double *right)
{
    const size_t n = map->n, O = map->outputs;
    const double kept = (double)map->kept, eta = map->run.rate, a = map->kappa[i % n], b = map->kappa[j % n];
    const double S = map->covariance[i * map->size + j] / kept - map->mean[i] * map->mean[j] / (kept * kept);
    double B = 0;
    for (size_t mu = 0; mu < map->examples; mu++)
        B += map->square[(mu * O + i / n) * O + j / n] * map->x[mu * n + i % n] * map->x[mu * n + j % n];
    *left = (a + b - eta * a * b) * S;
    *without = (a + b) * S;
    *right = eta * (1 - map->run.batch) / map->run.batch * B / kept;
}

/* ---- over the runs ---------------------------------------------------------------------------------------- */

struct sums {
    size_t size;
    double *residual, *square, *without, *noise; /* [size][size] lower triangle; of the residual, its square, ... */
    double left[RELATIONS], right[RELATIONS], difference[RELATIONS], squares[RELATIONS];
};

static void sums_relation(struct sums *sums, int which, double left, double right)
{
    sums->left[which] += left;
    sums->right[which] += right;
    sums->difference[which] += left - right;
    sums->squares[which] += (left - right) * (left - right);
}

static void sums_add(struct sums *sums, const struct map *map)
{
    const double kept = (double)map->kept, size = (double)sums->size, eta = map->run.rate;
    double trace[2] = {0, 0};
    for (size_t i = 0; i < sums->size; i++)
        for (size_t j = 0; j <= i; j++) {
            double left, without, right;
            const size_t at = i * sums->size + j;
            map_entry(map, i, j, &left, &without, &right);
            sums->residual[at] += left - right;
            sums->square[at] += (left - right) * (left - right);
            sums->without[at] += without - right;
            sums->noise[at] += right;
            trace[0] += i == j ? left : 0;
            trace[1] += i == j ? right : 0;
        }
    sums_relation(sums, 0, trace[0] / size, trace[1] / size);
    sums_relation(sums, 1, map->moments[0] / (kept * size), eta / 2 * map->moments[1] / (kept * size));
    sums_relation(sums, 2, map->moments[2] / (kept * size), eta / 2 * map->moments[3] / (kept * size));
}

static void sums_finish(const struct sums *sums, size_t n, double runs, struct linear_map_result *result)
{
    static const char *const names[RELATIONS] = {"covariance", "yaida1", "yaida2"};
    double residual = 0, without = 0, noise = 0, sampling = 0, between = 0;
    for (int which = 0; which < RELATIONS; which++) {
        const double mean = sums->difference[which] / runs;
        result->relation[which] =
            (struct linear_map_relation){names[which], sums->left[which] / runs, sums->right[which] / runs, mean,
                                         sqrt(fmax(sums->squares[which] / runs - mean * mean, 0) / (runs - 1))};
    }
    for (size_t i = 0; i < sums->size; i++)
        for (size_t j = 0; j <= i; j++) {
            const size_t at = i * sums->size + j;
            const double twice = i == j ? 1 : 2, mean = sums->residual[at] / runs;
            residual += twice * mean * mean;
            sampling += twice * (sums->square[at] / runs - mean * mean) / (runs - 1);
            without += twice * pow(sums->without[at] / runs, 2);
            noise += twice * pow(sums->noise[at] / runs, 2);
            between += i / n != j / n ? twice * pow(sums->noise[at] / runs, 2) : 0;
        }
    result->residual = sqrt(residual / noise);
    result->residual_noise = sqrt(sampling / noise);
    result->without = sqrt(without / noise);
    result->coupling = between / noise;
}

static enum sgdmft_status map_check(const struct linear_map_run *run, struct sgdmft_error *error)
{
    if (run->outputs < 1 || run->dim < 1 || run->examples < 1 || run->steps < 5 || run->runs < 2)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "linear map: outputs, dim and examples must be positive, steps at least 5, runs 2");
    if (!(run->batch > 0 && run->batch <= 1) || !(run->rate > 0) || !(run->ridge >= 0) || !(run->noise >= 0))
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "linear map: 0 < batch <= 1, rate > 0, ridge >= 0 and noise >= 0 must hold");
    return SGDMFT_OK;
}

/* The runs have one data set and batches of their own: the matrices are of one H. */
enum sgdmft_status linear_map(const struct linear_map_run *run, struct linear_map_result *result,
                              struct sgdmft_error *error)
{
    struct map map;
    enum sgdmft_status status = map_check(run, error);
    if (status)
        return status;
    const size_t all = (size_t)(run->outputs * run->dim) * (size_t)(run->outputs * run->dim);
    struct sums sums = {.size = (size_t)(run->outputs * run->dim),
                        .residual = calloc(all, sizeof(double)),
                        .square = calloc(all, sizeof(double)),
                        .without = calloc(all, sizeof(double)),
                        .noise = calloc(all, sizeof(double))};
    if (!map_create(run, &map) || !sums.residual || !sums.square || !sums.without || !sums.noise || !map_draw(&map, 0))
        status = memory_fail(error, "the linear map");
    else if (!(run->rate * map.kappa[map.n - 1] < 2) || !(map.kappa[0] > 0))
        status = sgdmft_fail(error, SGDMFT_USAGE, "linear map: at rate %g the mode of curvature %g does not rest",
                             run->rate, map.kappa[map.n - 1]);
    for (long number = 0; number < run->runs && !status; number++) {
        map_run(&map, (uint32_t)number);
        if (isfinite(map.moments[1]))
            sums_add(&sums, &map);
        else
            status = sgdmft_fail(error, SGDMFT_DIVERGED, "linear map: diverged at rate %g and batch %g", run->rate,
                                 run->batch);
    }
    if (!status)
        sums_finish(&sums, map.n, (double)run->runs, result);
    map_free(&map);
    free(sums.residual);
    free(sums.square);
    free(sums.without);
    free(sums.noise);
    return status;
}
