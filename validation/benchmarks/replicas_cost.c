/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost of many replicas of one data set beside as many runs: logistic loss, sign teacher, temperature 0.01.
 *     replicas RULE BATCH STEPS EVERY REPLICAS...
 * One line per number of replicas and precision:
 *     PRECISION REPLICAS STEP_MS RUN_SECONDS DISTANCE
 * STEP_MS is the median time of a step of all replicas together, RUN_SECONDS that of the whole simulation: drawing,
 * steps and measurements at every EVERY-th step. One thread; times of the processor, so that other programs matter
 * less. validation/benchmarks/replicas.sh prints the table. */
#include "validation/benchmarks/measured_run.h"
#include "validation/simulator/worker.h"

#include <sgdmft/simulate.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double benchmark_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Median seconds of a step; negative without memory. */
static double benchmark_step(const struct sgdmft_run *run, double *distance)
{
    struct sgdmft_result *result = sgdmft_result_create(run, SGDMFT_SIMULATION, 1);
    double *seconds = malloc((size_t)run->steps * sizeof *seconds), median = -1;
    struct worker worker = {.run = run};
    if (result && seconds && worker_create(run, result, 1, &worker)) {
        worker_draw(&worker, 0);
        for (long k = 0; k < run->steps; k++) {
            const double begin = benchmark_clock();
            step_advance(run, &worker.train, 0, k, &worker.step);
            seconds[k] = benchmark_clock() - begin;
        }
        median = measured_median((size_t)run->steps, seconds);
        *distance = run->replicas > 1 ? step_distance(&worker.step) : 0;
    }
    worker_free(&worker);
    free(seconds);
    sgdmft_result_free(result);
    return median;
}

static bool benchmark(const char *precision, char **argument, const char *replicas)
{
    char words[512];
    struct sgdmft_result *result = NULL;
    double distance = 0;
    snprintf(words, sizeof words,
             "precision=%s rule=%s batch=%s steps=%s every=%s replicas=%s dim=2000 alpha=3 data=teacher teacher=sign "
             "loss=logistic temperature=0.01 rate=0.1 ridge=0.1 runs=1 threads=1",
             precision, argument[1], argument[2], argument[3], argument[4], replicas);
    const struct sgdmft_run run = measured_run(words);
    const double step = benchmark_step(&run, &distance), begin = benchmark_clock();
    const enum sgdmft_status status = sgdmft_simulate(&run, 0, NULL, &result, NULL);
    const double whole = benchmark_clock() - begin;
    sgdmft_result_free(result);
    if (step >= 0 && status == SGDMFT_OK)
        printf("%s %s %.4f %.4f %.4f\n", precision, replicas, 1e3 * step, whole, distance);
    return step >= 0 && status == SGDMFT_OK;
}

int main(int argc, char **argv)
{
    bool complete = argc > 5;
    for (int i = 5; i < argc && complete; i++)
        complete = benchmark("single", argv, argv[i]) && benchmark("double", argv, argv[i]);
    return complete ? 0 : 1;
}
