/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_template.h, included for each width of vector: a block of rows against many weight vectors, each with some
 * rows of its own. The block is cut into pieces of BLOCK_PARTS vectors of BLOCK_BYTES, which stay in L1 while all weights
 * use them; of the weights the piece is in registers, so that each product takes one load. BLOCK(x) names the functions,
 * BLOCK_ATTRIBUTE says for which CPUs they are. */
#define BLOCK_LANES (BLOCK_BYTES / sizeof(REAL))
#define BLOCK_PARTS 8
#define PIECE_OF(pointer) (*(const BLOCK(block_vector) *)(pointer))
typedef REAL BLOCK(block_vector) __attribute__((vector_size(BLOCK_BYTES), may_alias));

/* Asks for the bytes of `parts` vectors from column `start` on of one share in `shares` of some rows: share number `share`. */
KERNEL_INLINE void BLOCK(block_ask)(const void *const *rows, size_t count, size_t share, size_t shares, size_t start,
                                    const size_t parts)
{
    for (size_t r = count * share / shares; r < count * (share + 1) / shares; r++)
        for (size_t i = 0; i < parts * BLOCK_LANES; i += LANES)
            __builtin_prefetch((const REAL *)rows[r] + start + i, 0, 2);
}

/* The sum of the lanes, in double. */
KERNEL_INLINE double BLOCK(vector_sum)(const BLOCK(block_vector) *vector)
{
#if BLOCK_BYTES == KERNEL_LINE
    return NAME(line_sum)(vector);
#else
    double sum = 0;
    for (size_t lane = 0; lane < BLOCK_LANES; lane++)
        sum += (double)(*vector)[lane];
    return sum;
#endif
}

KERNEL_INLINE void BLOCK(block_dots_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                         const REAL *weights)
{
    BLOCK(block_vector) *partial = block->partial;
    for (size_t j = 0; j < block->vectors; j++, weights += block->pitch) {
        const unsigned char *member = block->member[j];
        BLOCK(block_vector) w[BLOCK_PARTS];
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            w[p] = PIECE_OF(weights + start + p * BLOCK_LANES);
        BLOCK(block_ask)(block->next, block->next_rows / 2, j, block->vectors, start, parts);
        for (size_t i = 0; i < block->count[j]; i++, partial++) {
            const REAL *x = (const REAL *)block->row[member[i]] + start;
            BLOCK(block_vector) even = *partial, odd = {0};
#pragma GCC unroll 8
            for (size_t p = 0; p < parts; p++)
                if (p % 2)
                    odd += PIECE_OF(x + p * BLOCK_LANES) * w[p];
                else
                    even += PIECE_OF(x + p * BLOCK_LANES) * w[p];
            *partial = even + odd;
        }
    }
}

KERNEL_INLINE void BLOCK(block_spread_piece)(const size_t parts, size_t start, const struct kernel_block *block,
                                           const double *slope, REAL *sums)
{
    const size_t half = block->next_rows / 2;
    for (size_t j = 0; j < block->vectors; j++, sums += block->pitch) {
        const unsigned char *member = block->member[j];
        BLOCK(block_vector) s[BLOCK_PARTS];
        BLOCK(block_ask)(block->next + half, block->next_rows - half, j, block->vectors, start, parts);
        if (block->count[j] == 0)
            continue;
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            s[p] = PIECE_OF(sums + start + p * BLOCK_LANES);
        for (size_t i = 0; i < block->count[j]; i++) {
            const REAL *x = (const REAL *)block->row[member[i]] + start, factor = (REAL)*slope++;
#pragma GCC unroll 8
            for (size_t p = 0; p < parts; p++)
                s[p] += PIECE_OF(x + p * BLOCK_LANES) * factor;
        }
#pragma GCC unroll 8
        for (size_t p = 0; p < parts; p++)
            *(BLOCK(block_vector) *)(sums + start + p * BLOCK_LANES) = s[p];
    }
}

static BLOCK_ATTRIBUTE void BLOCK(block_dots)(size_t stride, const struct kernel_block *block, const void *weights,
                                              double *out)
{
    BLOCK(block_vector) *const partial = block->partial;
    size_t all = 0, start = 0;
    for (size_t j = 0; j < block->vectors; j++)
        all += block->count[j];
    for (size_t i = 0; i < all; i++)
        partial[i] = (BLOCK(block_vector)){0};
    for (; start + 8 * BLOCK_LANES <= stride; start += 8 * BLOCK_LANES)
        BLOCK(block_dots_piece)(8, start, block, weights);
    for (; start + 2 * BLOCK_LANES <= stride; start += 2 * BLOCK_LANES)
        BLOCK(block_dots_piece)(2, start, block, weights);
    for (; start < stride; start += BLOCK_LANES)
        BLOCK(block_dots_piece)(1, start, block, weights);
    for (size_t i = 0; i < all; i++)
        out[i] = BLOCK(vector_sum)(&partial[i]);
}

static BLOCK_ATTRIBUTE void BLOCK(block_spread)(size_t stride, const struct kernel_block *block, const double *slope,
                                                void *sums)
{
    size_t start = 0;
    for (; start + 8 * BLOCK_LANES <= stride; start += 8 * BLOCK_LANES)
        BLOCK(block_spread_piece)(8, start, block, slope, sums);
    for (; start + 2 * BLOCK_LANES <= stride; start += 2 * BLOCK_LANES)
        BLOCK(block_spread_piece)(2, start, block, slope, sums);
    for (; start < stride; start += BLOCK_LANES)
        BLOCK(block_spread_piece)(1, start, block, slope, sums);
}

#undef BLOCK_LANES
#undef BLOCK_PARTS
#undef PIECE_OF
