/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_template.h: which of two functions runs, on a CPU with AVX-512 and on others. */
#ifdef KERNEL_TARGETS
#define CHOOSE(wide, narrow) (__builtin_cpu_supports("x86-64-v4") ? NAME(wide) : NAME(narrow))
#else
#define CHOOSE(wide, narrow) NAME(narrow)
#endif

void NAME(kernel_dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const void *weights,
                       const void *const next[KERNEL_ROWS], double *out)
{
    CHOOSE(wide_dots_all, tile_dots_all)(stride, rows, count, weights, next, out);
}

void NAME(kernel_spread)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count, const double *slope,
                         void *sums)
{
    CHOOSE(wide_spread_all, tile_spread_all)(stride, rows, count, slope, sums);
}

void NAME(kernel_block_dots)(size_t stride, const struct kernel_block *block, const void *weights, double *out)
{
    CHOOSE(block_dots_wide, block_dots_narrow)(stride, block, weights, out);
}

void NAME(kernel_block_spread)(size_t stride, const struct kernel_block *block, const double *slope, void *sums)
{
    CHOOSE(block_spread_wide, block_spread_narrow)(stride, block, slope, sums);
}
