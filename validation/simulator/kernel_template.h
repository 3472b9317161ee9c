/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Body of the kernels; the including file defines REAL, the type of rows and weights, and NAME(x). No include guard: it
 * is a template. */
#include "models/run/simd.h"
#include "validation/simulator/kernel.h"

#define LANES (KERNEL_LINE / sizeof(REAL))

void NAME(kernel_dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const void *weights,
                       const void *const next[KERNEL_ROWS], double *out);
void NAME(kernel_pass)(size_t stride, const void *const rows[KERNEL_ROWS], const void *weights,
                       const void *const old[KERNEL_ROWS], const double slope[KERNEL_ROWS],
                       const void *const next[KERNEL_ROWS], double *restrict sum, double out[KERNEL_ROWS]);
void NAME(kernel_spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const double *slope,
                         double *restrict sums);
void NAME(kernel_round)(size_t n, const double *from, void *to);

SIMD_CLONES void NAME(kernel_dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                   const void *weights, const void *const next[KERNEL_ROWS], double *out)
{
    for (size_t i = 0; i < KERNEL_ROWS * count; i++)
        out[i] = 0;
    for (size_t start = 0; start < stride; start += KERNEL_CHUNK) {
        const size_t n = stride - start < KERNEL_CHUNK ? stride - start : KERNEL_CHUNK;
        const REAL *x0 = (const REAL *)rows[0] + start, *x1 = (const REAL *)rows[1] + start;
        const REAL *x2 = (const REAL *)rows[2] + start, *x3 = (const REAL *)rows[3] + start;
        const REAL *x4 = (const REAL *)rows[4] + start, *x5 = (const REAL *)rows[5] + start;
        const REAL *x6 = (const REAL *)rows[6] + start, *x7 = (const REAL *)rows[7] + start;
        for (size_t j = 0; j < count; j++) {
            const REAL *w = (const REAL *)weights + j * stride + start;
            REAL s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3, s4, s5, s6, s7)
            for (size_t i = 0; i < n; i++) {
                const REAL wi = w[i];
                s0 += x0[i] * wi;
                s1 += x1[i] * wi;
                s2 += x2[i] * wi;
                s3 += x3[i] * wi;
                s4 += x4[i] * wi;
                s5 += x5[i] * wi;
                s6 += x6[i] * wi;
                s7 += x7[i] * wi;
            }
            double *o = out + KERNEL_ROWS * j;
            o[0] += (double)s0, o[1] += (double)s1, o[2] += (double)s2, o[3] += (double)s3;
            o[4] += (double)s4, o[5] += (double)s5, o[6] += (double)s6, o[7] += (double)s7;
            for (size_t i = n / LANES * j / count; next && i < n / LANES * (j + 1) / count; i++)
                for (int r = 0; r < KERNEL_ROWS; r++)
                    __builtin_prefetch((const REAL *)next[r] + start + i * LANES, 0, 2);
        }
    }
}

/* Vectors of 32 bytes: eight of them and their operands fit the registers of AVX2. */
#define WIDTH (32 / sizeof(REAL))
typedef REAL NAME(kernel_vector) __attribute__((vector_size(WIDTH * sizeof(REAL)), may_alias));
typedef double NAME(kernel_wide) __attribute__((vector_size(WIDTH * sizeof(double)), may_alias));
#define PART(pointer) (*(const NAME(kernel_vector) *)(pointer))

/* Reading from memory, dot products and the sum run side by side, each at its own rate: one loop. The rows `next`
 * are asked for two by two at four places far apart. AVX-512 is left out: a faster loop only asks faster than memory
 * answers, and was slower in all. */
#if defined __clang__ || defined __SANITIZE_THREAD__ || !defined __x86_64__
#define PASS_CLONES
#else
#define PASS_CLONES __attribute__((target_clones("default", "arch=x86-64-v3")))
#endif
PASS_CLONES void NAME(kernel_pass)(size_t stride, const void *const rows[KERNEL_ROWS], const void *weights,
                                   const void *const old[KERNEL_ROWS], const double slope[KERNEL_ROWS],
                                   const void *const next[KERNEL_ROWS], double *restrict sum,
                                   double out[KERNEL_ROWS])
{
    const REAL *x0 = rows[0], *x1 = rows[1], *x2 = rows[2], *x3 = rows[3];
    const REAL *x4 = rows[4], *x5 = rows[5], *x6 = rows[6], *x7 = rows[7];
    const REAL *z0 = old[0], *z1 = old[1], *z2 = old[2], *z3 = old[3];
    const REAL *z4 = old[4], *z5 = old[5], *z6 = old[6], *z7 = old[7];
    const REAL c0 = (REAL)slope[0], c1 = (REAL)slope[1], c2 = (REAL)slope[2], c3 = (REAL)slope[3];
    const REAL c4 = (REAL)slope[4], c5 = (REAL)slope[5], c6 = (REAL)slope[6], c7 = (REAL)slope[7];
    const REAL *w = weights;
    const size_t lines = stride / LANES, apart = lines / (KERNEL_ROWS / 2);
    for (size_t r = 0; r < KERNEL_ROWS; r++)
        out[r] = 0;
    for (size_t line = 0; line < lines;) {
        NAME(kernel_vector) s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, s7 = {0};
        const size_t end = line + KERNEL_CHUNK / LANES < lines ? line + KERNEL_CHUNK / LANES : lines;
        for (; line < end; line++) {
            for (size_t r = 0; r < KERNEL_ROWS; r++) {
                const size_t at = line + r / 2 * apart;
                __builtin_prefetch((const char *)next[r] + (at < lines ? at : at - lines) * KERNEL_LINE, 0, 2);
            }
            for (size_t i = line * LANES; i < (line + 1) * LANES; i += WIDTH) {
                const NAME(kernel_vector) wi = PART(w + i);
                s0 += PART(x0 + i) * wi;
                s1 += PART(x1 + i) * wi;
                s2 += PART(x2 + i) * wi;
                s3 += PART(x3 + i) * wi;
                s4 += PART(x4 + i) * wi;
                s5 += PART(x5 + i) * wi;
                s6 += PART(x6 + i) * wi;
                s7 += PART(x7 + i) * wi;
                NAME(kernel_vector) even = c0 * PART(z0 + i), odd = c1 * PART(z1 + i);
                even += c2 * PART(z2 + i);
                odd += c3 * PART(z3 + i);
                even += c4 * PART(z4 + i);
                odd += c5 * PART(z5 + i);
                even += c6 * PART(z6 + i);
                odd += c7 * PART(z7 + i);
                *(NAME(kernel_wide) *)(sum + i) += __builtin_convertvector(even + odd, NAME(kernel_wide));
            }
        }
        const NAME(kernel_vector) part[KERNEL_ROWS] = {s0, s1, s2, s3, s4, s5, s6, s7};
        for (size_t i = 0; i < KERNEL_ROWS; i++)
            for (size_t j = 0; j < WIDTH; j++)
                out[i] += (double)part[i][j];
    }
}

PASS_CLONES void NAME(kernel_spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                     const double *slope, double *restrict sums)
{
    for (size_t start = 0; start < stride; start += KERNEL_CHUNK) {
        const size_t end = start + KERNEL_CHUNK < stride ? start + KERNEL_CHUNK : stride;
        const REAL *x0 = rows[0], *x1 = rows[1], *x2 = rows[2], *x3 = rows[3];
        const REAL *x4 = rows[4], *x5 = rows[5], *x6 = rows[6], *x7 = rows[7];
        for (size_t j = 0; j < count; j++) {
            const double *c = slope + KERNEL_ROWS * j;
            const REAL c0 = (REAL)c[0], c1 = (REAL)c[1], c2 = (REAL)c[2], c3 = (REAL)c[3];
            const REAL c4 = (REAL)c[4], c5 = (REAL)c[5], c6 = (REAL)c[6], c7 = (REAL)c[7];
            double *sum = sums + j * stride;
            for (size_t i = start; i < end; i += WIDTH) {
                NAME(kernel_vector) even = c0 * PART(x0 + i), odd = c1 * PART(x1 + i);
                even += c2 * PART(x2 + i);
                odd += c3 * PART(x3 + i);
                even += c4 * PART(x4 + i);
                odd += c5 * PART(x5 + i);
                even += c6 * PART(x6 + i);
                odd += c7 * PART(x7 + i);
                *(NAME(kernel_wide) *)(sum + i) += __builtin_convertvector(even + odd, NAME(kernel_wide));
            }
        }
    }
}

void NAME(kernel_round)(size_t n, const double *from, void *to)
{
    REAL *out = to;
    for (size_t i = 0; i < n; i++)
        out[i] = (REAL)from[i];
}

const struct kernel NAME(kernel) = {
    .size = sizeof(REAL),
    .dots = NAME(kernel_dots),
    .pass = NAME(kernel_pass),
    .spread = NAME(kernel_spread),
    .round = NAME(kernel_round),
};
