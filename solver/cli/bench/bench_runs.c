/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of the program on the machine: its own loops, the engines and the simulator. An amount of work is the least
 * of any implementation, not that of this one: rows of tangents and of examples that must be read. */
#include "solver/cli/bench/command_bench.h"

#include <omp.h>
#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>

#define NUMBERS 204800 /* a thread, whole blocks */
#define TURNS_MOST 10  /* of a measurement that other programs spoil */

bool bench_resolve(const struct bench_item *item, int threads, struct sgdmft_run *run)
{
    struct sgdmft_settings *settings = sgdmft_settings_create();
    char count[16];
    snprintf(count, sizeof count, "%d", threads);
    bool good = settings && sgdmft_settings_set(settings, "threads", count, NULL) == SGDMFT_OK;
    for (const char *const *text = item->run; good && *text; text += 2)
        good = sgdmft_settings_set(settings, text[0], text[1], NULL) == SGDMFT_OK;
    good = good && sgdmft_run_resolve(settings, run, NULL, NULL) == SGDMFT_OK;
    sgdmft_settings_free(settings);
    return good;
}

bool bench_normals(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double seconds = 0;
    bool good = true;
#pragma omp parallel num_threads(threads) reduction(max : seconds) reduction(&& : good)
    {
        double *out = calloc(NUMBERS, sizeof *out);
        struct sgdmft_stream stream = sgdmft_stream_open(1, SGDMFT_TEST_SUITE, (uint32_t)omp_get_thread_num(), 0);
        good = out != NULL;
        const double begin = omp_get_wtime();
        if (out)
            sgdmft_normals(&stream, NUMBERS, out);
        seconds = omp_get_wtime() - begin;
        free(out);
    }
    *sample = (struct bench_sample){1e-6 * NUMBERS * threads, seconds};
    return good;
}

bool bench_loss(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    double seconds = 0;
    bool good = bench_resolve(item, threads, &run);
#pragma omp parallel num_threads(threads) reduction(max : seconds) reduction(&& : good)
    {
        enum { BLOCK = 2048 };
        double *x = calloc(5 * BLOCK, sizeof *x);
        good = good && x;
        for (int i = 0; good && i < BLOCK; i++) {
            x[i] = 4.0 * i / BLOCK - 2;
            x[BLOCK + i] = i % 2 ? 1 : -1;
        }
        const double begin = omp_get_wtime();
        for (int i = 0; good && i < NUMBERS / BLOCK; i++)
            sgdmft_loss_evaluate(&run, BLOCK, x, x + BLOCK, x + 2 * BLOCK, x + 3 * BLOCK, x + 4 * BLOCK);
        seconds = omp_get_wtime() - begin;
        free(x);
    }
    *sample = (struct bench_sample){1e-6 * NUMBERS * threads, seconds};
    return good;
}

static bool time_solve(const struct sgdmft_run *run, double *seconds)
{
    struct sgdmft_result *result = NULL;
    const double begin = omp_get_wtime();
    const enum sgdmft_status status = sgdmft_solve(run, NULL, &result, NULL);
    *seconds = omp_get_wtime() - begin;
    sgdmft_result_free(result);
    return status == SGDMFT_OK;
}

/* Measures the dense engine by the rows D(j,.) that (T7) must read: for every path and every step j with the path in
 * the batch, j + 1 numbers at each later step. */
bool bench_tangents(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    if (!bench_resolve(item, threads, &run) || !time_solve(&run, &sample->seconds))
        return false;
    const double K = (double)run.steps;
    sample->amount = 8e-9 * run.batch * (double)run.paths * K * K * K / 6;
    return true;
}

/* Measures any engine by steps of paths. */
bool bench_solve(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    if (!bench_resolve(item, threads, &run) || !time_solve(&run, &sample->seconds))
        return false;
    sample->amount = 1e-6 * (double)run.paths * (double)run.steps;
    return true;
}

/* Measures a run without its data matrix on all threads: step k must read the 2 k known rows once. */
bool bench_implicit(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    struct sgdmft_result *result = NULL;
    if (!bench_resolve(item, threads, &run))
        return false;
    const double begin = omp_get_wtime(), K = (double)run.steps;
    const enum sgdmft_status status = sgdmft_simulate_implicit(&run, 0, NULL, &result, NULL);
    sgdmft_result_free(result);
    sample->seconds = omp_get_wtime() - begin;
    sample->amount = 4e-9 * (double)sgdmft_examples(&run) * K * K;
    return status == SGDMFT_OK;
}

static bool time_simulation(const struct sgdmft_run *run, double *seconds)
{
    struct sgdmft_result *result = NULL;
    const double begin = omp_get_wtime();
    const enum sgdmft_status status = sgdmft_simulate(run, 0, NULL, &result, NULL);
    *seconds = omp_get_wtime() - begin;
    sgdmft_result_free(result);
    return status == SGDMFT_OK;
}

/* Measures the steps of the simulator, one run a thread. The time of a short run is subtracted from that of a long
 * one, which removes the cost of the start; where other programs made the short one the longer, both run again. A step
 * reads the rows of its batch once. */
bool bench_simulate(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    double whole, begin;
    int turns = 0;
    if (!bench_resolve(item, threads, &run))
        return false;
    struct sgdmft_run brief = run;
    run.runs = brief.runs = threads;
    run.every = run.steps;
    brief.steps = brief.every = run.steps / 10;
    brief.waiting.count = run.waiting.count = 0;
    brief.margins_at.count = run.margins_at.count = 0;
    do {
        if (!time_simulation(&brief, &begin) || !time_simulation(&run, &whole))
            return false;
    } while (!(whole > begin) && ++turns < TURNS_MOST);
    const double size = run.precision == SGDMFT_PRECISION_DOUBLE ? 8 : 4, steps = (double)(run.steps - brief.steps);
    sample->seconds = whole - begin;
    sample->amount = 1e-9 * size * run.batch * (double)sgdmft_examples(&run) * (double)run.dim * steps * threads;
    return sample->seconds > 0;
}

#define LOGISTIC "data", "teacher", "teacher", "sign", "loss", "logistic"
static const char *const logistic[] = {LOGISTIC, NULL};
static const char *const dense_sgd[] = {LOGISTIC, "engine", "dense", "rule", "sgd",    "batch", "0.3",
                                        "steps",  "200",    "paths", "4000", "groups", "8",     NULL};
static const char *const dense_gd[] = {LOGISTIC, "engine", "dense", "rule",   "gd", "steps",
                                       "200",    "paths",  "2000",  "groups", "8",  NULL};
static const char *const long_dense[] = {LOGISTIC, "engine", "dense", "rule", "sgd",    "batch", "0.3",
                                         "steps",  "400",    "paths", "1024", "groups", "2",     NULL};
static const char *const long_blocks[] = {LOGISTIC, "engine", "hierarchical", "rule", "sgd",    "batch", "0.3",
                                          "steps",  "400",    "paths",        "1024", "groups", "2",     NULL};
static const char *const stationary[] = {"data",   "random",     "loss",  "hinge2", "kappa",  "1", "rate", "0.2",
                                         "engine", "stationary", "paths", "512",    "groups", "2", NULL};
static const char *const blocks[] = {LOGISTIC, "engine", "hierarchical", "rule", "sgd",    "batch", "0.3",
                                     "steps",  "1500",   "paths",        "1024", "groups", "1",     NULL};
static const char *const turn[] = {"data", "random", "loss",   "hinge2",     "kappa", "1",
                                   "rate", "0.2",    "engine", "stationary", NULL};
static const char *const small[] = {LOGISTIC, "dim", "500", "batch", "0.3", "steps", "1000", NULL};
static const char *const single[] = {LOGISTIC, "dim", "2000", "batch", "0.3", "steps", "1000", NULL};
static const char *const implicit[] = {LOGISTIC, "matrix", "implicit", "dim",  "100000",     "steps", "100",
                                       "runs",   "1",      "waiting",  "none", "margins_at", "none",  NULL};
static const char *const twice[] = {LOGISTIC, "dim", "2000",      "batch",  "0.3",
                                    "steps",  "600", "precision", "double", NULL};

const struct bench_item bench_items[] = {
    {"stream_read", "sum over 128 MB", "GB/s", NULL, bench_stream_read, NULL},
    {"stream_triad", "a = b + 3 c, 128 MB each", "GB/s", NULL, bench_stream_triad, NULL},
    {"dgemm", "products of matrices, one a thread", "Gflop/s", NULL, bench_dgemm, NULL},
    {"normals_plain", "normal numbers, a plain loop", "million/s", NULL, bench_normals_plain, NULL},
    {"loss_plain", "logistic loss and two derivatives, a plain loop", "million/s", NULL, bench_loss_plain, NULL},
    {"normals", "normal numbers of the random streams", "million/s", "normals_plain", bench_normals, NULL},
    {"loss", "logistic loss and two derivatives", "million/s", "loss_plain", bench_loss, logistic},
    {"dense_sgd", "dense engine, sgd, 4000 paths, 200 steps: tangents read", "GB/s", "stream_read", bench_tangents,
     dense_sgd},
    {"dense_gd", "dense engine, gd, 2000 paths, 200 steps: tangents read", "GB/s", "stream_read", bench_tangents,
     dense_gd},
    {"dense_long", "dense engine, sgd, 1024 paths, 400 steps: steps of paths", "million/s", NULL, bench_solve,
     long_dense},
    {"hierarchical", "hierarchical engine, the same run", "million/s", "dense_long", bench_solve, long_blocks},
    {"stationary", "stationary engine, 512 paths: solutions times paths times 200", "million/s", NULL, bench_solve,
     stationary},
    {"hierarchical_rows", "hierarchical engine, 1024 paths a thread, 1500 steps: rows read", "GB/s", "stream_read",
     bench_blocks, blocks},
    {"stationary_turn", "stationary engine, memory 512, 512 paths a thread: products of a turn", "Gflop/s", "dgemm",
     bench_turn, turn},
    {"implicit", "run without its matrix, N = 100000, 100 steps: rows read", "GB/s", "stream_read", bench_implicit,
     implicit},
    {"simulator_500", "simulator, N = 500, single: rows read", "GB/s", "stream_read", bench_simulate, small},
    {"simulator_2000", "simulator, N = 2000, single: rows read", "GB/s", "stream_read", bench_simulate, single},
    {"simulator_double", "simulator, N = 2000, double: rows read", "GB/s", "stream_read", bench_simulate, twice},
};

const size_t bench_item_count = sizeof bench_items / sizeof bench_items[0];
