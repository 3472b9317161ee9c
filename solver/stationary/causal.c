/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small groups of paths, stepped causally; their kernels, averaged over the second half of the steps, are a first
 * estimate of the stationary ones. */
#include "solver/stationary/causal.h"

#include "solver/dense/dense.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define STEPS 256
#define GROUPS_MOST 16
static const struct {
    size_t groups, paths;
} sizes[] = {[STATIONARY_CAUSAL_START] = {4, 128}, [STATIONARY_CAUSAL_DIAGNOSIS] = {GROUPS_MOST, 256}};
#define FIRST_OWNER 0x40000000u /* first owner of the random streams of these groups */
#define DRIFT 0.02              /* of the norm's logarithm, between the second and the last quarter, */
#define DRIFT_Z 3               /* and in standard errors */
#define PLATEAU 0.02            /* of the response */
#define ASIDE 0.10              /* of a norm, and */
#define ASIDE_Z 6
#define ALTERNATION 0.01 /* of |w|^2/N, and */
#define ALTERNATION_Z 5

/* Sums of one group. */
struct sums {
    double norm[2], response, responses, alternation, alternations;
    long reached;
    double *vector, *rows; /* kernels; [n] number of rows in those of a phase */
};

static struct sgdmft_run short_run(const struct sgdmft_run *run, long steps)
{
    struct sgdmft_run view = *run;
    view.steps = steps;
    view.waiting.count = 0;
    view.replicas = 1;
    return view;
}

/* Adds row k of the kernels, at the lags inside the second half. */
static void add_row(const struct dense *dense, struct stationary_kernels *kernels, struct sums *sums)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t n = kernels->period, L = kernels->memory, k = (size_t)dense->ensemble.k, p = k % n;
    const double *M = dyson->own.M + k * dyson->stride;
    for (size_t lag = 0; lag < L; lag++) {
        kernels->Gamma[p * L + lag] += dyson->Gamma[k - lag];
        kernels->M[p * L + lag] += M[k - lag];
    }
    kernels->m[p] += dyson->m[k];
    sums->rows[p] += 1;
}

/* Adds the response to kicks a quarter of the steps ago, over the epoch around that time. */
static void add_response(const struct dense *dense, size_t period, struct sums *sums)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->ensemble.k, lag = (size_t)dyson->run->steps / 4;
    for (size_t i = 0; i < period; i++) {
        const size_t l = k - lag + i;
        sums->response += dyson->R[k * dyson->stride + l] / dyson->R[(l + 1) * dyson->stride + l];
        sums->responses += 1;
    }
}

/* Adds the part of C that changes its sign with each lag, over the second quarter of the lags. */
static void add_alternation(const struct dense *dense, struct sums *sums)
{
    const struct dyson *dyson = &dense->dyson;
    const size_t k = (size_t)dense->ensemble.k, from = (size_t)dyson->run->steps / 4, count = from & ~(size_t)1;
    const double *C = dyson->own.C + k * dyson->stride;
    for (size_t i = 0; i < count; i++)
        sums->alternation += (i % 2 == 0 ? 1 : -1) * (from % 2 == 0 ? 1 : -1) * C[k - from - i] / (double)count;
    sums->alternations += 1;
}

static bool run_group(const struct sgdmft_run *run, const struct sgdmft_watch *watch, size_t number, size_t paths,
                      size_t period, size_t memory, struct sums *sums)
{
    const struct engine_group group = {
        .run = run, .number = FIRST_OWNER + (uint32_t)number, .paths = paths, .threads = 1};
    struct stationary_kernels kernels = stationary_view(period, memory, sums->vector);
    struct dense *dense = engine_dense.start(&group);
    if (!dense)
        return false;
    const long half = run->steps / 2, quarter = run->steps / 4;
    enum sgdmft_status status = SGDMFT_OK;
    for (long k = 0; k < run->steps && status == SGDMFT_OK; k++) {
        struct engine_values values;
        engine_dense.evaluate(dense, &values);
        if (!isfinite(values.train_loss) || sgdmft_watch_stops(watch))
            break;
        sums->reached = k;
        dense_moments(dense);
        if (k >= half)
            add_row(dense, &kernels, sums);
        if (k / quarter == 1)
            sums->norm[0] += values.norm / (double)quarter;
        if (k / quarter == 3) {
            sums->norm[1] += values.norm / (double)quarter;
            add_response(dense, period, sums);
            add_alternation(dense, sums);
        }
        status = dense_extend(dense);
    }
    sums->reached += status == SGDMFT_OK && sums->reached == run->steps - 1;
    engine_dense.finish(dense);
    return true;
}

/* Turns sums over rows into averages; the static part is the mean over the last eighth of the lags. */
static void finish_kernels(struct stationary_kernels *kernels, const double *rows)
{
    const size_t n = kernels->period, L = kernels->memory, from = 3 * L / 4;
    for (size_t p = 0; p < n; p++) {
        double sum[2] = {0}; /* of M over lags, and their number, by the phase of the earlier time */
        kernels->m[p] /= rows[p];
        for (size_t lag = 0; lag < L; lag++) {
            kernels->Gamma[p * L + lag] /= rows[p];
            kernels->M[p * L + lag] /= rows[p];
        }
        for (size_t q = 0; q < n; q++) {
            sum[0] = sum[1] = 0;
            for (size_t lag = from; lag < L; lag++)
                if ((lag + q) % n == p) {
                    sum[0] += kernels->M[p * L + lag];
                    sum[1] += 1;
                }
            kernels->M_inf[p * n + q] = sum[0] / sum[1];
        }
    }
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < p; q++)
            kernels->M_inf[p * n + q] = kernels->M_inf[q * n + p] =
                0.5 * (kernels->M_inf[p * n + q] + kernels->M_inf[q * n + p]);
    for (size_t p = 0; p < n; p++)
        for (size_t lag = 0; lag < L; lag++)
            kernels->M[p * L + lag] =
                lag < from ? kernels->M[p * L + lag] - kernels->M_inf[p * n + (p + n - lag % n) % n] : 0;
}

#define VALUES 4
static void group_values(const struct sums *sums, double value[VALUES])
{
    value[0] = sums->norm[0];
    value[1] = sums->norm[1];
    value[2] = log(sums->norm[1] / sums->norm[0]);
    value[3] = sums->alternation / sums->alternations / sums->norm[1];
}

/* Means and standard errors over the groups. */
static void reduce(const struct sums *sums, size_t groups, struct stationary_causal *causal)
{
    const double count = (double)groups;
    double mean[VALUES] = {0}, square[VALUES] = {0}, response = 0;
    for (size_t g = 0; g < groups; g++) {
        double value[VALUES];
        group_values(&sums[g], value);
        for (int i = 0; i < VALUES; i++)
            mean[i] += value[i] / count;
        response += sums[g].response / sums[g].responses / count;
    }
    for (size_t g = 0; g < groups; g++) {
        double value[VALUES];
        group_values(&sums[g], value);
        for (int i = 0; i < VALUES; i++)
            square[i] += pow(value[i] - mean[i], 2) / (count * (count - 1));
    }
    for (int i = 0; i < 2; i++) {
        causal->norm[i] = mean[i];
        causal->norm_se[i] = sqrt(square[i]);
    }
    causal->change = mean[2];
    causal->change_se = sqrt(square[2]);
    causal->alternation = mean[3];
    causal->alternation_se = sqrt(square[3]);
    causal->response = response;
}

/* Adds up the groups' kernels into the first one's. */
static void gather(struct sums *sums, size_t groups, size_t period, struct stationary_causal *causal)
{
    const size_t length = stationary_length(period, causal->memory);
    for (size_t g = 1; g < groups; g++) {
        for (size_t i = 0; i < length; i++)
            sums[0].vector[i] += sums[g].vector[i];
        for (size_t p = 0; p < period; p++)
            sums[0].rows[p] += sums[g].rows[p];
    }
    struct stationary_kernels kernels = stationary_view(period, causal->memory, sums[0].vector);
    finish_kernels(&kernels, sums[0].rows);
    for (size_t i = 0; i < length; i++)
        if (!isfinite(sums[0].vector[i]))
            return;
    causal->vector = sums[0].vector;
    sums[0].vector = NULL;
}

bool stationary_causal_run(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                           enum stationary_causal_purpose purpose, struct stationary_causal *causal)
{
    const size_t n = stationary_period(run), epochs = (STEPS + 8 * n - 1) / (8 * n);
    const struct sgdmft_run view = short_run(run, (long)(8 * n * epochs));
    const size_t groups = sizes[purpose].groups, paths = sizes[purpose].paths;
    const int all = (int)sgdmft_threads(run), threads = all < (int)groups ? all : (int)groups;
    struct sums sums[GROUPS_MOST] = {{.reached = 0}};
    bool good = true;
    *causal = (struct stationary_causal){.steps = view.steps, .memory = (size_t)view.steps / 2};
    for (size_t g = 0; g < groups; g++) {
        sums[g].vector = calloc(stationary_length(n, causal->memory), sizeof(double));
        sums[g].rows = calloc(n, sizeof(double));
        good = good && sums[g].vector && sums[g].rows;
    }
    if (good) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) reduction(&& : good)
        for (size_t g = 0; g < groups; g++)
            good = run_group(&view, watch, g, paths, n, causal->memory, &sums[g]) && good;
    }
    causal->reached = view.steps;
    for (size_t g = 0; g < groups && good; g++)
        causal->reached = sums[g].reached < causal->reached ? sums[g].reached : causal->reached;
    if (good && causal->reached == view.steps) {
        reduce(sums, groups, causal);
        gather(sums, groups, n, causal);
    }
    for (size_t g = 0; g < groups; g++) {
        free(sums[g].vector);
        free(sums[g].rows);
    }
    return good;
}

void stationary_causal_free(struct stationary_causal *causal)
{
    free(causal->vector);
    *causal = (struct stationary_causal){0};
}

bool stationary_causal_kernels(const struct stationary_causal *causal, struct stationary_kernels *kernels)
{
    if (!causal->vector)
        return false;
    const struct stationary_kernels from = stationary_view(kernels->period, causal->memory, causal->vector);
    stationary_refit(&from, kernels);
    return true;
}

bool stationary_causal_diagnosis(const struct stationary_causal *causal, size_t size, char *text)
{
    size_t used = 0;
    *text = '\0';
    if (causal->reached < causal->steps) {
        snprintf(text, size, "a run from the start diverges after step %ld", causal->reached);
        return true;
    }
    if (fabs(causal->change) > fmax(DRIFT, DRIFT_Z * causal->change_se))
        used = (size_t)snprintf(text, size,
                                "in a run from the start the kernels keep drifting (|w|^2/N is %.3g around step %ld "
                                "and %.3g around step %ld)",
                                causal->norm[0], 3 * causal->steps / 8, causal->norm[1], 7 * causal->steps / 8);
    if (fabs(causal->response) > PLATEAU)
        snprintf(text + used, size - used, "%s the response has a plateau (%.2g of a kick is left after %ld steps)",
                 used ? " and" : "in a run from the start", causal->response, causal->steps / 4);
    return *text != '\0';
}

bool stationary_causal_agrees(const struct stationary_causal *causal, double norm)
{
    return fabs(causal->norm[1] - norm) <= ASIDE * norm + ASIDE_Z * causal->norm_se[1];
}

bool stationary_causal_may_alternate(const struct stationary_causal *causal)
{
    return causal->reached == causal->steps && fabs(causal->alternation) + causal->alternation_se > ALTERNATION;
}

bool stationary_causal_alternates(const struct stationary_causal *causal)
{
    return causal->reached == causal->steps
           && fabs(causal->alternation) > fmax(ALTERNATION, ALTERNATION_Z * causal->alternation_se);
}
