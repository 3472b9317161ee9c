/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_cpu_template.h: a block of rows against many weight vectors, each with some rows of its own. The block
 * is cut into pieces of BLOCK_PARTS vectors, which stay in L1 while all weights use them; of the weights the piece is
 * in registers, so that each product takes one load. */
#if CPU_BYTES == KERNEL_LINE
#define BLOCK_PARTS 16
#define BLOCK_ROWS 4 /* whose products are summed side by side: by the number of registers */
#else
#define BLOCK_PARTS 8
#define BLOCK_ROWS 2
#endif
#define BLOCK_SUMMED 8 /* products added up in two partial sums, before these are added to those of other pieces */

/* Hides where a pointer comes from, so that its elements are addressed by constant offsets from it. */
#define BLOCK_PLAIN(pointer) __asm__("" : "+r"(pointer))

/* Rows to be prefetched, evenly over the vectors. */
struct CPU(block_share) {
    const void *const *row;
    size_t rows, vectors, due, done;
};

/* Prefetches the bytes of `parts` vectors from column `start` on of the share of one vector. */
KERNEL_INLINE void CPU(block_ask)(struct CPU(block_share) * share, size_t start, const size_t parts)
{
    for (share->due += share->rows; share->due >= share->vectors; share->due -= share->vectors) {
        const REAL *row = (const REAL *)share->row[share->done++] + start;
        BLOCK_PLAIN(row);
#pragma GCC unroll 8
        for (size_t i = 0; i < parts * CPU_LANES; i += LANES)
            __builtin_prefetch(row + i, 0, 2);
    }
}

/* Adds x . w to the sums of `count` rows, of at most BLOCK_SUMMED vectors. */
KERNEL_INLINE void CPU(block_sum)(const size_t count, const size_t parts, const REAL *const *x, const CPU(vector) * w,
                                  CPU(vector) * sum)
{
    CPU(vector) odd[BLOCK_ROWS];
#pragma GCC unroll 4
    for (size_t r = 0; r < count; r++)
        odd[r] = (CPU(vector)){0};
#pragma GCC unroll 8
    for (size_t p = 0; p < parts; p++)
#pragma GCC unroll 4
        for (size_t r = 0; r < count; r++)
            if (p % 2)
                odd[r] += CPU_PART(x[r] + p * CPU_LANES) * w[p];
            else
                sum[r] += CPU_PART(x[r] + p * CPU_LANES) * w[p];
#pragma GCC unroll 4
    for (size_t r = 0; r < count; r++)
        sum[r] += odd[r];
}

/* Adds the products of `count` rows with w to partial: a chain of sums for each row hides the latency of the others. */
KERNEL_INLINE void CPU(block_rows)(const size_t count, const size_t parts, size_t start, const void *const *row,
                                   const unsigned char *member, const CPU(vector) * w, CPU(vector) * partial)
{
    const REAL *x[BLOCK_ROWS], *rest[BLOCK_ROWS];
    CPU(vector) sum[BLOCK_ROWS];
#pragma GCC unroll 4
    for (size_t r = 0; r < count; r++) {
        x[r] = (const REAL *)row[member[r]] + start;
        BLOCK_PLAIN(x[r]);
        rest[r] = x[r] + BLOCK_SUMMED * CPU_LANES;
        sum[r] = partial[r];
    }
    CPU(block_sum)(count, parts < BLOCK_SUMMED ? parts : BLOCK_SUMMED, x, w, sum);
    if (parts > BLOCK_SUMMED)
        CPU(block_sum)(count, parts - BLOCK_SUMMED, rest, w + BLOCK_SUMMED, sum);
#pragma GCC unroll 4
    for (size_t r = 0; r < count; r++)
        partial[r] = sum[r];
}

KERNEL_INLINE void CPU(block_dots_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                         const REAL *weights)
{
    const void *const *const row = block->row;
    CPU(vector) *partial = block->partial;
    for (size_t j = 0; j < block->vectors; j++) {
        const unsigned char *member = block->member[j], *const end = member + block->count[j];
        const REAL *own = weights + j * block->pitch + start;
        CPU(vector) w[BLOCK_PARTS];
        BLOCK_PLAIN(own);
#pragma GCC unroll 16
        for (size_t p = 0; p < parts; p++)
            w[p] = CPU_PART(own + p * CPU_LANES);
        for (; member + BLOCK_ROWS <= end; member += BLOCK_ROWS, partial += BLOCK_ROWS)
            CPU(block_rows)(BLOCK_ROWS, parts, start, row, member, w, partial);
        for (; member < end; member++, partial++)
            CPU(block_rows)(1, parts, start, row, member, w, partial);
    }
}

KERNEL_INLINE void CPU(block_spread_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                           const double *slope, REAL *sums)
{
    struct CPU(block_share) share = {.row = block->next, .rows = block->next_rows, .vectors = block->vectors};
    const void *const *const row = block->row;
    for (size_t j = 0; j < block->vectors; j++) {
        const unsigned char *member = block->member[j], *const end = member + block->count[j];
        REAL *own = sums + j * block->pitch + start;
        CPU(vector) s[BLOCK_PARTS];
        CPU(block_ask)(&share, start, parts);
        if (member == end)
            continue;
        BLOCK_PLAIN(own);
#pragma GCC unroll 16
        for (size_t p = 0; p < parts; p++)
            s[p] = CPU_PART(own + p * CPU_LANES);
        for (; member < end; member++) {
            const REAL *x = (const REAL *)row[*member] + start, factor = (REAL)*slope++;
            BLOCK_PLAIN(x);
#pragma GCC unroll 16
            for (size_t p = 0; p < parts; p++)
                s[p] += CPU_PART(x + p * CPU_LANES) * factor;
        }
#pragma GCC unroll 16
        for (size_t p = 0; p < parts; p++)
            *(CPU(vector) *)(own + p * CPU_LANES) = s[p];
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
    for (; start + BLOCK_PARTS * CPU_LANES <= stride; start += BLOCK_PARTS * CPU_LANES)
        CPU(block_dots_piece)(BLOCK_PARTS, start, block, weights);
    for (; start + 8 * CPU_LANES <= stride; start += 8 * CPU_LANES)
        CPU(block_dots_piece)(8, start, block, weights);
    for (; start + 2 * CPU_LANES <= stride; start += 2 * CPU_LANES)
        CPU(block_dots_piece)(2, start, block, weights);
    for (; start < stride; start += CPU_LANES)
        CPU(block_dots_piece)(1, start, block, weights);
    CPU(vector_sums)(all, partial, out);
}

static CPU_ATTRIBUTE void CPU(block_spread)(size_t stride, const struct kernel_block *block, const double *slope,
                                            void *sums)
{
    size_t start = 0;
    for (; start + BLOCK_PARTS * CPU_LANES <= stride; start += BLOCK_PARTS * CPU_LANES)
        CPU(block_spread_piece)(BLOCK_PARTS, start, block, slope, sums);
    for (; start + 8 * CPU_LANES <= stride; start += 8 * CPU_LANES)
        CPU(block_spread_piece)(8, start, block, slope, sums);
    for (; start + 2 * CPU_LANES <= stride; start += 2 * CPU_LANES)
        CPU(block_spread_piece)(2, start, block, slope, sums);
    for (; start < stride; start += CPU_LANES)
        CPU(block_spread_piece)(1, start, block, slope, sums);
}

#undef BLOCK_PARTS
#undef BLOCK_ROWS
#undef BLOCK_SUMMED
#undef BLOCK_PLAIN
