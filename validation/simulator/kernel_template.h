/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Body of the kernels; the including file defines REAL, the type of rows and weights, and NAME(x). No include guard: it
 * is a template. */
#include "models/run/simd.h"
#include "validation/simulator/kernel.h"

#include <string.h>

#define LANES (KERNEL_LINE / sizeof(REAL))

void NAME(kernel_pass)(size_t stride, const void *const rows[KERNEL_ROWS], const void *weights,
                       const void *const old[KERNEL_ROWS], const double slope[KERNEL_ROWS],
                       const void *const next[KERNEL_ROWS], double *restrict sum, double out[KERNEL_ROWS]);
void NAME(kernel_block_dots)(size_t stride, const struct kernel_block *block, const void *weights, double *out);
void NAME(kernel_block_spread)(size_t stride, const struct kernel_block *block, const double *slope, void *sums);
void NAME(kernel_empty)(size_t n, void *from, double *to);
void NAME(kernel_round)(size_t n, const double *from, void *to);

/* Vectors of 32 bytes: eight of them and their operands fit the registers of AVX2. */
#define WIDTH (KERNEL_VECTOR / sizeof(REAL))
typedef REAL NAME(kernel_vector) __attribute__((vector_size(WIDTH * sizeof(REAL)), may_alias));
typedef double NAME(kernel_wide) __attribute__((vector_size(WIDTH * sizeof(double)), may_alias));
#define PART(pointer) (*(const NAME(kernel_vector) *)(pointer))

/* Reading from memory, dot products and the sum run side by side, each at its own rate: one loop. The rows `next`
 * are asked for two by two at four places far apart. AVX-512 is left out: a faster loop only asks faster than memory
 * answers, and was slower in all. */
#if defined __clang__ || defined __SANITIZE_THREAD__ || !defined __x86_64__
#define PASS_CLONES
#else
#define KERNEL_TARGETS /* there are also functions written for one kind of CPU */
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

#define KERNEL_INLINE static inline __attribute__((always_inline))
#ifdef KERNEL_TARGETS
#include "validation/simulator/kernel_wide_template.h"
#define BLOCK_BYTES KERNEL_LINE
#define BLOCK(x) NAME(x##_wide)
#define BLOCK_ATTRIBUTE WIDE
#include "validation/simulator/kernel_block_template.h"
#undef BLOCK_BYTES
#undef BLOCK
#undef BLOCK_ATTRIBUTE
#endif
#define BLOCK_BYTES KERNEL_VECTOR
#define BLOCK(x) NAME(x##_narrow)
#define BLOCK_ATTRIBUTE PASS_CLONES
#include "validation/simulator/kernel_block_template.h"
#include "validation/simulator/kernel_tile_template.h"
#include "validation/simulator/kernel_choose_template.h"

PASS_CLONES void NAME(kernel_empty)(size_t n, void *from, double *to)
{
    REAL *sum = from;
    for (size_t i = 0; i < n; i++) {
        to[i] += (double)sum[i];
        sum[i] = 0;
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
    .spread = NAME(kernel_spread),
    .pass = NAME(kernel_pass),
    .block_dots = NAME(kernel_block_dots),
    .block_spread = NAME(kernel_block_spread),
    .empty = NAME(kernel_empty),
    .round = NAME(kernel_round),
};
