/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_template.h: a block of rows against many weight vectors, each with some rows of its own. The block is
 * cut into PIECEs of columns that stay in L1 while all vectors use them. */
#define PIECE (1024 / sizeof(REAL))

void NAME(kernel_block_dots)(size_t stride, const struct kernel_block *block, const void *weights, double *out);
void NAME(kernel_block_spread)(size_t stride, const struct kernel_block *block, const double *slope, void *sums);

#define BLOCK_INLINE static inline __attribute__((always_inline))

/* Asks for the columns start..end-1 of one part in `parts` of some rows: part number `part`. */
BLOCK_INLINE void NAME(block_ask)(const void *const *rows, size_t count, size_t part, size_t parts, size_t start,
                                  size_t end)
{
    for (size_t r = count * part / parts; r < count * (part + 1) / parts; r++)
        for (size_t i = start; i < end; i += LANES)
            __builtin_prefetch((const REAL *)rows[r] + i, 0, 2);
}

BLOCK_INLINE void NAME(block_dots)(const size_t height, size_t start, size_t end, const void *const *rows,
                                   const unsigned char *member, const REAL *w, NAME(kernel_vector) *partial)
{
    const REAL *x[KERNEL_ROWS];
    NAME(kernel_vector) sum[KERNEL_ROWS];
    for (size_t r = 0; r < height; r++) {
        x[r] = rows[member[r]];
        sum[r] = partial[r];
    }
    for (size_t i = start; i < end; i += WIDTH) {
        const NAME(kernel_vector) wi = PART(w + i);
#pragma GCC unroll 8
        for (size_t r = 0; r < height; r++)
            sum[r] += PART(x[r] + i) * wi;
    }
    for (size_t r = 0; r < height; r++)
        partial[r] = sum[r];
}

BLOCK_INLINE void NAME(block_spread)(const size_t height, size_t start, size_t end, const void *const *rows,
                                     const unsigned char *member, const double *slope, REAL *sum)
{
    const REAL *x[KERNEL_ROWS];
    REAL factor[KERNEL_ROWS];
    for (size_t r = 0; r < height; r++) {
        x[r] = rows[member[r]];
        factor[r] = (REAL)slope[r];
    }
    for (size_t i = start; i < end; i += WIDTH) {
        NAME(kernel_vector) s = PART(sum + i);
#pragma GCC unroll 8
        for (size_t r = 0; r < height; r++)
            s += PART(x[r] + i) * factor[r];
        *(NAME(kernel_vector) *)(sum + i) = s;
    }
}

/* The same loop for each number of rows, which so lives in registers. */
#define BLOCK_HEIGHTS(f, height, ...)                                                                                 \
    switch (height) {                                                                                                 \
    case 1: f(1, __VA_ARGS__); break;                                                                                 \
    case 2: f(2, __VA_ARGS__); break;                                                                                 \
    case 3: f(3, __VA_ARGS__); break;                                                                                 \
    case 4: f(4, __VA_ARGS__); break;                                                                                 \
    case 5: f(5, __VA_ARGS__); break;                                                                                 \
    case 6: f(6, __VA_ARGS__); break;                                                                                 \
    case 7: f(7, __VA_ARGS__); break;                                                                                 \
    default: f(8, __VA_ARGS__); break;                                                                                \
    }
_Static_assert(KERNEL_ROWS == 8, "the cases of BLOCK_HEIGHTS");

/* The next rows are asked for in halves: one during the dot products, the other during the sums. */
PASS_CLONES void NAME(kernel_block_dots)(size_t stride, const struct kernel_block *block, const void *weights,
                                         double *out)
{
    NAME(kernel_vector) *const partial = block->partial;
    const size_t half = block->next_rows / 2;
    size_t all = 0;
    for (size_t j = 0; j < block->vectors; j++)
        all += block->count[j];
    for (size_t i = 0; i < all; i++)
        partial[i] = (NAME(kernel_vector)){0};
    for (size_t start = 0; start < stride; start += PIECE) {
        const size_t end = start + PIECE < stride ? start + PIECE : stride;
        NAME(kernel_vector) *own = partial;
        for (size_t j = 0; j < block->vectors; own += block->count[j], j++) {
            NAME(block_ask)(block->next, half, j, block->vectors, start, end);
            for (size_t r = 0; r < block->count[j]; r += KERNEL_ROWS)
                BLOCK_HEIGHTS(NAME(block_dots), block->count[j] - r, start, end, block->row, block->member[j] + r,
                              (const REAL *)weights + j * block->pitch, own + r)
        }
    }
    for (size_t i = 0; i < all; i++) {
        out[i] = 0;
        for (size_t lane = 0; lane < WIDTH; lane++)
            out[i] += (double)partial[i][lane];
    }
}

PASS_CLONES void NAME(kernel_block_spread)(size_t stride, const struct kernel_block *block, const double *slope,
                                           void *sums)
{
    const size_t half = block->next_rows / 2;
    for (size_t start = 0; start < stride; start += PIECE) {
        const size_t end = start + PIECE < stride ? start + PIECE : stride;
        const double *own = slope;
        for (size_t j = 0; j < block->vectors; own += block->count[j], j++) {
            NAME(block_ask)(block->next + half, block->next_rows - half, j, block->vectors, start, end);
            for (size_t r = 0; r < block->count[j]; r += KERNEL_ROWS)
                BLOCK_HEIGHTS(NAME(block_spread), block->count[j] - r, start, end, block->row, block->member[j] + r,
                              own + r, (REAL *)sums + j * block->pitch)
        }
    }
}
