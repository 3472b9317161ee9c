/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Milliseconds per step of the simulator: sgd, logistic loss, sign teacher. validation/benchmarks/simulator.sh holds it
 * against the same descent in NumPy (simulator_numpy.py). One line per precision and number of threads:
 *     PROGRAM PRECISION THREADS MEDIAN_MS MEASURE_MS OVERLAP
 * With T threads T runs advance side by side and MEDIAN_MS is the time of a step divided by T. MEASURE_MS is
 * what one measured step costs more: losses and errors of all training and test examples. */
#include "validation/simulator/worker.h"

#include <math.h>
#include <omp.h>
#include <sgdmft/result.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double benchmark_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int benchmark_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double benchmark_median(size_t n, double *value)
{
    qsort(value, n, sizeof *value, benchmark_order);
    return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

static bool benchmark_run(const char *precision, const char *steps, struct sgdmft_run *run)
{
    const char *text[][2] = {{"precision", precision}, {"steps", steps}, {"dim", "2000"}, {"alpha", "3"},
                             {"data", "teacher"}, {"teacher", "sign"}, {"loss", "logistic"}, {"rule", "sgd"},
                             {"batch", "0.3"}, {"rate", "0.1"}, {"ridge", "0.1"}};
    struct sgdmft_settings *settings = sgdmft_settings_create();
    struct sgdmft_error error = {.status = SGDMFT_OK};
    enum sgdmft_status status = settings ? SGDMFT_OK : SGDMFT_INTERNAL;
    for (size_t i = 0; i < sizeof text / sizeof *text && status == SGDMFT_OK; i++)
        status = sgdmft_settings_set(settings, text[i][0], text[i][1], &error);
    if (status == SGDMFT_OK)
        status = sgdmft_run_resolve(settings, run, NULL, &error);
    sgdmft_settings_free(settings);
    if (status != SGDMFT_OK)
        fprintf(stderr, "%s\n", error.text);
    return status == SGDMFT_OK;
}

/* All steps of one run after another; returns the median seconds per step. */
static double benchmark_steps(const struct sgdmft_run *run, struct worker *worker, uint32_t number, double *seconds)
{
    for (long k = 0; k < run->steps; k++) {
        const double begin = benchmark_clock();
        step_advance(run, &worker->train, number, k, &worker->step);
        seconds[k] = benchmark_clock() - begin;
    }
    return benchmark_median((size_t)run->steps, seconds);
}

/* Seconds per measured step. */
static double benchmark_measure(const struct sgdmft_run *run, struct worker *worker)
{
    const double begin = benchmark_clock();
    observe_begin(&worker->observer, 0);
    for (long k = 0; k <= run->steps; k++)
        observe_step(&worker->observer, k, &worker->step);
    observe_end(&worker->observer);
    return (benchmark_clock() - begin) / (double)(run->steps + 1);
}

static bool benchmark(const char *precision, const char *steps, int threads)
{
    struct sgdmft_run run;
    if (!benchmark_run(precision, steps, &run))
        return false;
    struct sgdmft_result *result = sgdmft_result_create(&run, SGDMFT_SIMULATION, 1);
    double step = 0, measure = 0, overlap = 0;
    bool complete = result != NULL;
#pragma omp parallel num_threads(threads) reduction(+ : step, measure) reduction(&& : complete)
    if (result) {
        const uint32_t number = (uint32_t)omp_get_thread_num();
        struct worker worker;
        double *seconds = malloc((size_t)run.steps * sizeof *seconds);
        complete = worker_create(&run, result, 1, &worker) && seconds;
        if (complete)
            worker_draw(&worker, number);
#pragma omp barrier
        if (complete)
            step = benchmark_steps(&run, &worker, number, seconds);
#pragma omp barrier
        if (complete && number == 0) {
            measure = benchmark_measure(&run, &worker);
            overlap = step_product(worker.step.dim, worker.step.weights, worker.signal) / (double)run.dim;
        }
        worker_free(&worker);
        free(seconds);
    }
    sgdmft_result_free(result);
    if (complete)
        printf("sgdmft %s %d %.4f %.4f %.4f\n", precision, threads, 1e3 * step / (threads * threads), 1e3 * measure,
               overlap);
    return complete;
}

int main(int argc, char **argv)
{
    const char *steps = argc > 1 ? argv[1] : "200";
    bool complete = true;
    for (int threads = 1; threads <= omp_get_max_threads() && complete; threads *= 2)
        complete = benchmark("single", steps, threads) && benchmark("double", steps, threads);
    return complete ? 0 : 1;
}
