/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dense engine beside what the machine can do: `make benchmarks && build/bench-dense [REPEATS]`. Times are medians;
 * the machine's own numbers, bandwidth of a streamed dot product and flops of dgemm, are measured in the same run, with
 * as many threads. */
#include "validation/benchmarks/measured_run.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <sgdmft/sgdmft.h>
#include <stdio.h>
#include <stdlib.h>

/* GB/s of reading 512 MB in all, by threads. */
static double bandwidth(int threads)
{
    const size_t n = (size_t)1 << 26;
    double *x = malloc(n * sizeof *x), best = 0, total = 0;
    if (!x)
        return (double)NAN;
#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < n; i++)
        x[i] = 1;
    for (int repeat = 0; repeat < 5; repeat++) {
        const double begin = omp_get_wtime();
        double sum = 0;
#pragma omp parallel for simd reduction(+ : sum) num_threads(threads)
        for (size_t i = 0; i < n; i++)
            sum += x[i];
        best = fmax(best, (double)(n * sizeof *x) / (omp_get_wtime() - begin) * 1e-9);
        total += sum;
    }
    free(x);
    return total > 0 ? best : 0;
}

/* GF/s of one dgemm a thread. */
static double peak(int threads)
{
    enum { N = 768 };
    double best = 0;
    openblas_set_num_threads(1);
    for (int repeat = 0; repeat < 4; repeat++) {
        double seconds = 0;
#pragma omp parallel num_threads(threads) reduction(max : seconds)
        {
            double *a = calloc(3 * N * N, sizeof *a);
            if (a) {
                const double begin = omp_get_wtime();
                cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, a + N * N, N, 0, a + 2 * N * N,
                            N);
                seconds = omp_get_wtime() - begin;
            }
            free(a);
        }
        best = fmax(best, 2.0 * N * N * N * threads / seconds * 1e-9);
    }
    return best;
}

struct timing {
    double seconds; /* median */
    struct sgdmft_run run;
    double overlap; /* at the last step */
};

static struct timing timed(int repeats, const char *words)
{
    struct timing timing = {.run = measured_run(words)};
    struct sgdmft_error error = {0};
    double *seconds = calloc((size_t)repeats, sizeof *seconds);
    for (int i = 0; i < repeats; i++) {
        struct sgdmft_result *result = NULL;
        const double begin = omp_get_wtime();
        if (sgdmft_solve(&timing.run, NULL, &result, &error))
            measured_stop(words, &error);
        seconds[i] = omp_get_wtime() - begin;
        timing.overlap = sgdmft_result_find(result, "series", "overlap")->mean[result->steps - 1];
        sgdmft_result_free(result);
    }
    timing.seconds = measured_median((size_t)repeats, seconds);
    free(seconds);
    return timing;
}

int main(int count, char **argument)
{
    const int repeats = count > 1 ? atoi(argument[1]) : 5;
    static const char sgd[] = "rule=sgd steps=200 paths=4000", gd[] = "rule=gd steps=200 paths=4000",
                      small[] =
                          "teacher=linear loss=square ridge=0.5 rule=gd rate=0.1 overlap0=0.2 norm0=1.04 steps=50 "
                          "paths=2000";
    struct timing t = timed(repeats, sgd);
    const int threads = (int)sgdmft_threads(&t.run);
    printf("machine, %d threads: %.1f GB/s streamed, %.0f GF/s dgemm\n", threads, bandwidth(threads), peak(threads));
    for (int i = 0; i < 2; i++) {
        if (i == 1)
            t = timed(repeats, gd);
        const double K = (double)t.run.steps, S = (double)t.run.paths, rows = i == 0 ? t.run.batch : 1;
        const double gigabytes =
            8e-9 * rows * S * K * K * K / 6; /* of kept tangent rows, each read at every later step */
        printf("%-3s 4000 paths, 200 steps: %.2f s; tangents %.1f GF, %.1f GB at %.1f GB/s\n", i == 0 ? "sgd" : "gd",
               t.seconds, gigabytes / 4, gigabytes, gigabytes / t.seconds);
    }
    t = timed(repeats, small);
    printf("gd  2000 paths, 50 steps, square loss: %.3f s; overlap %.12f\n", t.seconds, t.overlap);
    double *exact = calloc(51, sizeof *exact);
    struct sgdmft_error error = {0};
    if (exact && sgdmft_linear_dynamics(&t.run, exact, NULL, NULL, &error) == SGDMFT_OK)
        printf("    closed form %.12f, difference %.1e\n", exact[50], fabs(exact[50] - t.overlap));
    free(exact);
    return 0;
}
