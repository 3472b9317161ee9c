/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_cpu_template.h: a block of rows against many weight vectors, each with some rows of its own. The block
 * is cut into pieces of BLOCK_PARTS vectors, which stay in L1 while all weights use them; of the weights the piece is
 * in registers, so that each product takes one load. */
#define BLOCK_PARTS 8

/* Prefetches the bytes of `parts` vectors from column `start` on of one share in `shares` of some rows: share number
 * `share`. */
KERNEL_INLINE void CPU(block_ask)(const void *const *rows, size_t count, size_t share, size_t shares, size_t start,
                                  const size_t parts)
{
    for (size_t r = count * share / shares; r < count * (share + 1) / shares; r++)
        for (size_t i = 0; i < parts * CPU_LANES; i += LANES)
            __builtin_prefetch((const REAL *)rows[r] + start + i, 0, 2);
}

KERNEL_INLINE void CPU(block_dots_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                         const REAL *weights)
{
    CPU(vector) *partial = block->partial;
    for (size_t j = 0; j < block->vectors; j++, weights += block->pitch) {
        const unsigned char *member = block->member[j];
        CPU(vector) w[BLOCK_PARTS];
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            w[p] = CPU_PART(weights + start + p * CPU_LANES);
        CPU(block_ask)(block->next, block->next_rows / 2, j, block->vectors, start, parts);
        for (size_t i = 0; i < block->count[j]; i++, partial++) {
            const REAL *x = (const REAL *)block->row[member[i]] + start;
            CPU(vector) even = *partial, odd = {0};
#pragma GCC unroll 8
            for (size_t p = 0; p < parts; p++)
                if (p % 2)
                    odd += CPU_PART(x + p * CPU_LANES) * w[p];
                else
                    even += CPU_PART(x + p * CPU_LANES) * w[p];
            *partial = even + odd;
        }
    }
}

KERNEL_INLINE void CPU(block_spread_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                           const double *slope, REAL *sums)
{
    const size_t half = block->next_rows / 2;
    for (size_t j = 0; j < block->vectors; j++, sums += block->pitch) {
        const unsigned char *member = block->member[j];
        CPU(vector) s[BLOCK_PARTS];
        CPU(block_ask)(block->next + half, block->next_rows - half, j, block->vectors, start, parts);
        if (block->count[j] == 0)
            continue;
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            s[p] = CPU_PART(sums + start + p * CPU_LANES);
        for (size_t i = 0; i < block->count[j]; i++) {
            const REAL *x = (const REAL *)block->row[member[i]] + start, factor = (REAL)*slope++;
#pragma GCC unroll 8
            for (size_t p = 0; p < parts; p++)
                s[p] += CPU_PART(x + p * CPU_LANES) * factor;
        }
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            *(CPU(vector) *)(sums + start + p * CPU_LANES) = s[p];
    }
}

static CPU_ATTRIBUTE void CPU(block_dots)(size_t stride, const struct kernel_block *block, const void *weights,
                                          double *out)
{
    CPU(vector) *const partial = block->partial;
    size_t all = 0, start = 0;
    for (size_t j = 0; j < block->vectors; j++)
        all += block->count[j];
    for (size_t i = 0; i < all; i++)
        partial[i] = (CPU(vector)){0};
    for (; start + 8 * CPU_LANES <= stride; start += 8 * CPU_LANES)
        CPU(block_dots_piece)(8, start, block, weights);
    for (; start + 2 * CPU_LANES <= stride; start += 2 * CPU_LANES)
        CPU(block_dots_piece)(2, start, block, weights);
    for (; start < stride; start += CPU_LANES)
        CPU(block_dots_piece)(1, start, block, weights);
    for (size_t i = 0; i < all; i++)
        out[i] = CPU(vector_sum)(&partial[i]);
}

static CPU_ATTRIBUTE void CPU(block_spread)(size_t stride, const struct kernel_block *block, const double *slope,
                                            void *sums)
{
    size_t start = 0;
    for (; start + 8 * CPU_LANES <= stride; start += 8 * CPU_LANES)
        CPU(block_spread_piece)(8, start, block, slope, sums);
    for (; start + 2 * CPU_LANES <= stride; start += 2 * CPU_LANES)
        CPU(block_spread_piece)(2, start, block, slope, sums);
    for (; start < stride; start += CPU_LANES)
        CPU(block_spread_piece)(1, start, block, slope, sums);
}

#undef BLOCK_PARTS
