/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of the machine: memory streams, dgemm, and plain loops. */
#include "solver/cli/bench/command_bench.h"

#include <cblas.h>
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define STREAM ((size_t)1 << 24) /* doubles: 128 MB, beyond the caches */
#define CHUNK ((size_t)1 << 14)
#define LARGE_PAGE ((size_t)2 << 20)
#define DGEMM 768
#define PLAIN 200000 /* numbers a thread */

/* Allocates an array in large pages, if there are, which are first written by the threads that read them. */
static double *filled(size_t n, int threads, double value)
{
    double *x = aligned_alloc(LARGE_PAGE, n * sizeof *x);
    if (x)
        madvise(x, n * sizeof *x, MADV_HUGEPAGE);
#pragma omp parallel for num_threads(threads)
    for (size_t i = 0; i < n; i++)
        if (x)
            x[i] = value;
    return x;
}

/* Adds in four chains: the time is that of the reads, not of the additions. */
static double sum_of(size_t n, const double *x)
{
    double a = 0, b = 0, c = 0, d = 0;
    n /= 4;
#pragma omp simd reduction(+ : a, b, c, d)
    for (size_t i = 0; i < n; i++) {
        a += x[i];
        b += x[n + i];
        c += x[2 * n + i];
        d += x[3 * n + i];
    }
    return a + b + c + d;
}

bool bench_stream_read(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double *x = filled(STREAM, threads, 1), sum = 0;
    if (!x)
        return false;
    const double begin = omp_get_wtime();
#pragma omp parallel for reduction(+ : sum) num_threads(threads)
    for (size_t i = 0; i < STREAM; i += CHUNK)
        sum += sum_of(CHUNK, x + i);
    *sample = (struct bench_sample){1e-9 * (double)(STREAM * sizeof *x), omp_get_wtime() - begin};
    free(x);
    return sum == (double)STREAM;
}

bool bench_stream_triad(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double *a = filled(STREAM, threads, 0), *b = filled(STREAM, threads, 1), *c = filled(STREAM, threads, 2);
    const bool good = a && b && c;
    const double begin = omp_get_wtime();
#pragma omp parallel for simd num_threads(threads)
    for (size_t i = 0; i < STREAM; i++)
        if (good)
            a[i] = b[i] + 3 * c[i];
    *sample = (struct bench_sample){1e-9 * (double)(3 * STREAM * sizeof *a), omp_get_wtime() - begin};
    const bool right = good && a[STREAM / 2] == 7;
    free(a);
    free(b);
    free(c);
    return right;
}

/* Measures dgemm with one product a thread, as the program uses BLAS. */
bool bench_dgemm(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double seconds = 0;
    bool good = true;
#pragma omp parallel num_threads(threads) reduction(max : seconds) reduction(&& : good)
    {
        double *a = calloc(3 * DGEMM * DGEMM, sizeof *a);
        good = a != NULL;
        if (a) {
            const double begin = omp_get_wtime();
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, DGEMM, DGEMM, DGEMM, 1, a, DGEMM, a + DGEMM * DGEMM,
                        DGEMM, 0, a + 2 * DGEMM * DGEMM, DGEMM);
            seconds = omp_get_wtime() - begin;
        }
        free(a);
    }
    *sample = (struct bench_sample){2e-9 * DGEMM * DGEMM * DGEMM * threads, seconds};
    return good;
}

/* Draws a uniform number in (0,1). */
static double next_uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 11) + 0.5) * 0x1p-53;
}

/* Measures Box-Muller in a plain loop with the functions of the C library. */
bool bench_normals_plain(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double seconds = 0, squares = 0;
#pragma omp parallel num_threads(threads) reduction(max : seconds) reduction(+ : squares)
    {
        uint64_t state = 1 + (uint64_t)omp_get_thread_num();
        const double begin = omp_get_wtime();
        for (int i = 0; i < PLAIN / 2; i++) {
            const double radius = sqrt(-2 * log(next_uniform(&state))), angle = 2 * M_PI * next_uniform(&state);
            const double x = radius * cos(angle), y = radius * sin(angle);
            squares += x * x + y * y;
        }
        seconds = omp_get_wtime() - begin;
    }
    *sample = (struct bench_sample){1e-6 * PLAIN * threads, seconds};
    return fabs(squares / ((double)PLAIN * threads) - 1) < 0.05;
}

/* Measures logistic loss and its two derivatives in a plain loop. */
bool bench_loss_plain(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    (void)item;
    double seconds = 0, sum = 0;
#pragma omp parallel num_threads(threads) reduction(max : seconds) reduction(+ : sum)
    {
        const double begin = omp_get_wtime();
        for (int i = 0; i < PLAIN; i++) {
            const double r = 4.0 * i / PLAIN - 2, y = i % 2 ? 1 : -1, e = exp(-y * r);
            const double value = log1p(e), first = -y * e / (1 + e), second = e / ((1 + e) * (1 + e));
            sum += value + first + second;
        }
        seconds = omp_get_wtime() - begin;
    }
    *sample = (struct bench_sample){1e-6 * PLAIN * threads, seconds};
    return isfinite(sum);
}
