/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_cpu_template.h: one group of rows against one weight vector, the step of a run without replicas. Eight
 * dot products, or eight factors, stay in registers, and each element of a row is loaded once. The sum runs from the
 * last column to the first: of rows that exceed L1, what the dot products read last is still there. */

KERNEL_INLINE void CPU(group_dots_asking)(const bool ask, size_t stride, const void *const rows[KERNEL_ROWS],
                                          const REAL *w, const void *const next[KERNEL_ROWS], double *out)
{
    const REAL *x[KERNEL_ROWS];
    for (size_t r = 0; r < KERNEL_ROWS; r++) {
        x[r] = rows[r];
        out[r] = 0;
    }
    for (size_t start = 0, end; start < stride; start = end) {
        end = start + KERNEL_CHUNK + KERNEL_CHUNK / 8 < stride ? start + KERNEL_CHUNK : stride; /* no short rest */
        CPU(vector) sum[KERNEL_ROWS];
#pragma GCC unroll 8
        for (size_t r = 0; r < KERNEL_ROWS; r++)
            sum[r] = (CPU(vector)){0};
        for (size_t line = start; line < end; line += LANES) {
            if (ask)
                NAME(ask)(next, line);
#pragma GCC unroll 4
            for (size_t i = line; i < line + LANES; i += CPU_LANES) {
                const CPU(vector) wi = CPU_PART(w + i);
#pragma GCC unroll 8
                for (size_t r = 0; r < KERNEL_ROWS; r++)
                    sum[r] += CPU_PART(x[r] + i) * wi;
            }
        }
#pragma GCC unroll 8
        for (size_t r = 0; r < KERNEL_ROWS; r++)
            out[r] += CPU(vector_sum)(&sum[r]);
    }
}

KERNEL_INLINE void CPU(group_spread_asking)(const bool ask, size_t stride, const void *const rows[KERNEL_ROWS],
                                            const double *slope, const void *const next[KERNEL_ROWS], REAL *sums)
{
    const REAL *x[KERNEL_ROWS];
    CPU(vector) factor[KERNEL_ROWS];
#pragma GCC unroll 8
    for (size_t r = 0; r < KERNEL_ROWS; r++) {
        x[r] = rows[r];
        factor[r] = (CPU(vector)){0} + (REAL)slope[r];
    }
    for (size_t line = stride; line > 0;) {
        line -= LANES;
        if (ask)
            NAME(ask)(next, line);
#pragma GCC unroll 4
        for (size_t i = line; i < line + LANES; i += CPU_LANES) {
            CPU(vector) even = CPU_PART(sums + i), odd = factor[1] * CPU_PART(x[1] + i);
            even += factor[0] * CPU_PART(x[0] + i);
#pragma GCC unroll 3
            for (size_t r = 2; r < KERNEL_ROWS; r += 2) {
                even += factor[r] * CPU_PART(x[r] + i);
                odd += factor[r + 1] * CPU_PART(x[r + 1] + i);
            }
            *(CPU(vector) *)(sums + i) = even + odd;
        }
    }
}

static CPU_ATTRIBUTE void CPU(group_dots)(size_t stride, const void *const rows[KERNEL_ROWS], const void *weights,
                                          const void *const next[KERNEL_ROWS], double *out)
{
    if (next)
        CPU(group_dots_asking)(true, stride, rows, weights, next, out);
    else
        CPU(group_dots_asking)(false, stride, rows, weights, next, out);
}

static CPU_ATTRIBUTE void CPU(group_spread)(size_t stride, const void *const rows[KERNEL_ROWS], const double *slope,
                                            const void *const next[KERNEL_ROWS], void *sums)
{
    if (next)
        CPU(group_spread_asking)(true, stride, rows, slope, next, sums);
    else
        CPU(group_spread_asking)(false, stride, rows, slope, next, sums);
}
