/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_template.h, included for each kind of CPU: CPU(x) names the functions, CPU_ATTRIBUTE is its
 * instruction set, CPU_BYTES the size of its vectors, KERNEL_LINE with 32 registers and KERNEL_VECTOR with 16. */
#define CPU_LANES (CPU_BYTES / sizeof(REAL))
#define CPU_PART(pointer) (*(const CPU(vector) *)(pointer))
typedef REAL CPU(vector) __attribute__((vector_size(CPU_BYTES), may_alias));

/* The sum of the lanes, in double, by halves. */
KERNEL_INLINE double CPU(vector_sum)(const CPU(vector) * vector)
{
    const REAL *x = (const REAL *)vector;
    double lane[CPU_LANES / 2];
    for (size_t i = 0; i < CPU_LANES / 2; i++)
        lane[i] = (double)x[i] + (double)x[i + CPU_LANES / 2];
    for (size_t n = CPU_LANES / 4; n > 0; n /= 2)
        for (size_t i = 0; i < n; i++)
            lane[i] += lane[i + n];
    return lane[0];
}

/* The sums of n vectors, several at once. */
static CPU_ATTRIBUTE void CPU(vector_sums)(size_t n, const CPU(vector) * vector, double *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = CPU(vector_sum)(&vector[i]);
}

#include "validation/simulator/kernel/kernel_block_template.h"
#if CPU_BYTES == KERNEL_LINE
#include "validation/simulator/kernel/kernel_wide_template.h"
/* Wider vectors are not faster: rows from memory arrive more slowly, and rows from cache gain nothing. */
#define CPU_GROUP(x) NAME(x##_narrow)
#else
#include "validation/simulator/kernel/kernel_group_template.h"
#include "validation/simulator/kernel/kernel_tile_template.h"
#define CPU_GROUP(x) CPU(x)
#endif

static CPU_ATTRIBUTE void CPU(all_spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                          const double *slope, void *sums)
{
    for (size_t start = 0; start < stride; start += CPU_SPREAD_COLUMNS) {
        const size_t end = start + CPU_SPREAD_COLUMNS < stride ? start + CPU_SPREAD_COLUMNS : stride;
        for (size_t j = 0; j < count; j += KERNEL_SUMS) {
            REAL *sum = (REAL *)sums + j * stride;
            const double *own = slope + KERNEL_ROWS * j;
            switch (count - j) {
            case 1:
                CPU(spread_piece)(1, stride, start, end, rows, own, sum);
                break;
            case 2:
                CPU(spread_piece)(2, stride, start, end, rows, own, sum);
                break;
            default:
                CPU(spread_piece)(KERNEL_SUMS, stride, start, end, rows, own, sum);
                break;
            }
        }
    }
}

static CPU_ATTRIBUTE void CPU(dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                    const void *weights, const void *const next[KERNEL_ROWS], double *out)
{
    if (count == 1)
        CPU_GROUP(group_dots)(stride, rows, weights, next, out);
    else
        CPU(all_dots)(stride, rows, count, weights, next, out);
}

static CPU_ATTRIBUTE void CPU(spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                      const double *slope, const void *const next[KERNEL_ROWS], void *sums)
{
    assert(count == 1 || !next);
    if (count == 1)
        CPU_GROUP(group_spread)(stride, rows, slope, next, sums);
    else
        CPU(all_spread)(stride, rows, count, slope, sums);
}

static CPU_ATTRIBUTE void CPU(empty)(size_t n, void *from, double *to)
{
    REAL *sum = from;
    for (size_t i = 0; i < n; i++) {
        to[i] += (double)sum[i];
        sum[i] = 0;
    }
}

static CPU_ATTRIBUTE void CPU(round)(size_t n, const double *from, void *to)
{
    REAL *out = to;
    for (size_t i = 0; i < n; i++)
        out[i] = (REAL)from[i];
}

static const struct kernel CPU(kernel) = {
    .size = sizeof(REAL),
    .dots = CPU(dots),
    .spread = CPU(spread),
    .block_dots = CPU(block_dots),
    .block_spread = CPU(block_spread),
    .empty = CPU(empty),
    .round = CPU(round),
};

#undef CPU_LANES
#undef CPU_PART
#undef CPU_GROUP
#undef CPU_SPREAD_COLUMNS
#undef CPU
#undef CPU_BYTES
#undef CPU_ATTRIBUTE
