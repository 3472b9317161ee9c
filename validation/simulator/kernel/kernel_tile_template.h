/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_cpu_template.h: one group of rows against many weight vectors, TILE of them at a time, so that a row
 * loaded from L1 serves each and the sums stay in registers. */
#define TILE KERNEL_SUMS
#define CPU_SPREAD_COLUMNS KERNEL_CHUNK

/* height rows and width vectors, columns start..end-1; adds to out[KERNEL_ROWS * c + r]. */
KERNEL_INLINE void CPU(tile_dots)(const size_t height, const size_t width, size_t stride, size_t start, size_t end,
                                  const void *const *rows, const REAL *w, double *out)
{
    CPU(vector) sum[KERNEL_ROWS][TILE];
    const REAL *x[KERNEL_ROWS];
    for (size_t r = 0; r < height; r++) {
        x[r] = rows[r];
        for (size_t c = 0; c < width; c++)
            sum[r][c] = (CPU(vector)){0};
    }
    for (size_t i = start; i < end; i += CPU_LANES) {
        CPU(vector) wi[TILE];
#pragma GCC unroll 3
        for (size_t c = 0; c < width; c++)
            wi[c] = CPU_PART(w + c * stride + i);
#pragma GCC unroll 8
        for (size_t r = 0; r < height; r++) {
            const CPU(vector) xi = CPU_PART(x[r] + i);
#pragma GCC unroll 3
            for (size_t c = 0; c < width; c++)
                sum[r][c] += xi * wi[c];
        }
    }
    for (size_t c = 0; c < width; c++)
        for (size_t r = 0; r < height; r++)
            for (size_t j = 0; j < CPU_LANES; j++)
                out[KERNEL_ROWS * c + r] += (double)sum[r][c][j];
}

static CPU_ATTRIBUTE void CPU(all_dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                        const void *weights, const void *const next[KERNEL_ROWS], double *out)
{
    for (size_t i = 0; i < KERNEL_ROWS * count; i++)
        out[i] = 0;
    for (size_t start = 0; start < stride; start += KERNEL_CHUNK) {
        const size_t end = start + KERNEL_CHUNK < stride ? start + KERNEL_CHUNK : stride;
        for (size_t j = 0; j < count; j += TILE) {
            const REAL *w = (const REAL *)weights + j * stride;
            double *o = out + KERNEL_ROWS * j;
            if (count - j == 1)
                CPU(tile_dots)(KERNEL_ROWS, 1, stride, start, end, rows, w, o);
            for (size_t half = 0; half < KERNEL_ROWS && count - j > 1; half += KERNEL_ROWS / 2) {
                if (count - j == 2)
                    CPU(tile_dots)(KERNEL_ROWS / 2, 2, stride, start, end, rows + half, w, o + half);
                else
                    CPU(tile_dots)(KERNEL_ROWS / 2, TILE, stride, start, end, rows + half, w, o + half);
            }
            /* this tile's share of the lines of the next rows */
            const size_t lines = (end - start) / LANES, done = j + TILE < count ? j + TILE : count;
            for (size_t line = lines * j / count; next && line < lines * done / count; line++)
                NAME(ask)(next, start + line * LANES);
        }
    }
}

KERNEL_INLINE void CPU(spread_piece)(const size_t width, size_t stride, size_t start, size_t end,
                                     const void *const *rows, const double *slope, REAL *sums)
{
    REAL factor[TILE][KERNEL_ROWS];
    for (size_t c = 0; c < width; c++)
        for (size_t r = 0; r < KERNEL_ROWS; r++)
            factor[c][r] = (REAL)slope[KERNEL_ROWS * c + r];
    for (size_t i = start; i < end; i += CPU_LANES) {
        CPU(vector) sum[TILE];
#pragma GCC unroll 3
        for (size_t c = 0; c < width; c++)
            sum[c] = (CPU(vector)){0};
#pragma GCC unroll 8
        for (size_t r = 0; r < KERNEL_ROWS; r++) {
            const CPU(vector) xi = CPU_PART((const REAL *)rows[r] + i);
#pragma GCC unroll 3
            for (size_t c = 0; c < width; c++)
                sum[c] += xi * factor[c][r];
        }
#pragma GCC unroll 3
        for (size_t c = 0; c < width; c++)
            *(CPU(vector) *)(sums + c * stride + i) += sum[c];
    }
}

#undef TILE
