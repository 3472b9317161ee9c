/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Milliseconds per step of the simulator: sgd, logistic loss, sign teacher, P = 3 N, threads that share one run.
 * validation/benchmarks/simulator.sh compares it with the same descent in NumPy (simulator_numpy.py). Usage: DIM,...
 * One line for each setting, then the rate of memory, measured between the settings:
 *     sgdmft PRECISION THREADS DIM BATCH MEDIAN_MS OVERLAP
 *     memory - THREADS - - GBYTES_PER_SECOND - */
#include "validation/benchmarks/measured_run.h"
#include "validation/simulator/worker.h"

#include <math.h>
#include <omp.h>
#include <sgdmft/result.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALPHA 3
#define ELEMENTS 4e8 /* of the rows used, in the steps of a setting */
#define STEPS_LEAST 9
#define STEPS_MOST 400
#define STREAM ((size_t)1 << 28) /* bytes read to measure memory */
#define SUMS 8                   /* vectors under way at once */

typedef double vector __attribute__((vector_size(64)));

/* GB/s of reading once, each thread its share; the best of five. NaN without memory. */
static double benchmark_memory(int threads)
{
    const size_t count = STREAM / sizeof(vector);
    vector *x = aligned_alloc(sizeof *x, STREAM), total = {0};
    double best = 0;
    if (!x)
        return (double)NAN;
#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < count; i++)
        x[i] = (vector){0} + 1;
    for (int round = 0; round < 5; round++) {
        const double begin = omp_get_wtime();
#pragma omp parallel num_threads(threads)
        {
            vector sum[SUMS] = {0};
#pragma omp for nowait
            for (size_t i = 0; i < count; i += SUMS)
                for (size_t s = 0; s < SUMS; s++)
                    sum[s] += x[i + s];
#pragma omp critical
            for (size_t s = 0; s < SUMS; s++)
                total += sum[s];
        }
        best = fmax(best, 1e-9 * (double)STREAM / (omp_get_wtime() - begin));
    }
    free(x);
    return total[0] > 0 ? best : 0;
}

static long benchmark_count(long dim, double batch)
{
    const double steps = ELEMENTS / (batch * ALPHA * (double)dim * (double)dim);
    return steps < STEPS_LEAST ? STEPS_LEAST : steps > STEPS_MOST ? STEPS_MOST : (long)steps;
}

static bool benchmark(const char *precision, int threads, long dim, const char *batch)
{
    char words[256];
    snprintf(
        words, sizeof words,
        "precision=%s steps=%ld dim=%ld alpha=3 data=teacher teacher=sign loss=logistic rule=sgd batch=%s rate=0.1 "
        "ridge=0.1 test_examples=1",
        precision, benchmark_count(dim, strtod(batch, NULL)), dim, batch);
    const struct sgdmft_run run = measured_run(words);
    struct sgdmft_result *result = sgdmft_result_create(&run, SGDMFT_SIMULATION, 1);
    double *seconds = malloc((size_t)run.steps * sizeof *seconds);
    struct worker worker = {.run = NULL};
    const bool complete = result && seconds && worker_create(&run, result, threads, &worker);
    if (complete) {
        worker_draw(&worker, 0);
        for (long k = 0; k < run.steps; k++) {
            const double begin = omp_get_wtime();
            step_advance(&run, &worker.train, 0, k, &worker.step);
            seconds[k] = omp_get_wtime() - begin;
        }
        printf("sgdmft %s %d %ld %s %.4f %.4f\n", precision, threads, dim, batch,
               1e3 * measured_median((size_t)run.steps, seconds),
               step_product(worker.step.dim, worker.step.weights, worker.signal) / (double)dim);
        fflush(stdout);
    }
    worker_free(&worker);
    free(seconds);
    sgdmft_result_free(result);
    return complete;
}

int main(int argc, char **argv)
{
    bool complete = true;
    for (char *dim = strtok(argc > 1 ? argv[1] : (char[]){"2000"}, ","); dim; dim = strtok(NULL, ","))
        for (int threads = 1; threads <= omp_get_max_threads(); threads *= 2) {
            for (int i = 0; i < 4; i++)
                complete = complete && benchmark(i / 2 ? "double" : "single", threads, atol(dim), i % 2 ? "1" : "0.3");
            printf("memory - %d - - %.2f -\n", threads, benchmark_memory(threads));
        }
    return complete ? 0 : 1;
}
