/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of kernel_cpu_template.h: the tiles of kernel_tile_template.h for CPUs with 32 registers of a line each
 * (AVX-512). Dot products of 4 rows and 6 vectors, and the factors of 8 rows and 3 sums, stay in registers: less than
 * half a load to a product. */
#define WIDE_ROWS 4
#define WIDE_VECTORS 6
#define WIDE_TOGETHER 18                /* vectors that use a piece of the rows while it is in L1 */
#define WIDE_CHUNK (512 / sizeof(REAL)) /* columns of a piece; short, so that the next rows are asked for evenly */
#define CPU_SPREAD_COLUMNS (1024 / sizeof(REAL))

/* Adds the products of columns start..end-1 to partial[c][half][r]. */
KERNEL_INLINE void CPU(wide_dots_piece)(const size_t width, size_t stride, size_t start, size_t end,
                                        const void *const *rows, const REAL *w, size_t half,
                                        CPU(vector) (*partial)[2][WIDE_ROWS])
{
    CPU(vector) sum[WIDE_ROWS][WIDE_VECTORS];
    const REAL *x[WIDE_ROWS];
#pragma GCC unroll 4
    for (size_t r = 0; r < WIDE_ROWS; r++) {
        x[r] = rows[r];
#pragma GCC unroll 6
        for (size_t c = 0; c < width; c++)
            sum[r][c] = partial[c][half][r];
    }
    for (size_t i = start; i < end; i += LANES) {
        CPU(vector) xi[WIDE_ROWS];
#pragma GCC unroll 4
        for (size_t r = 0; r < WIDE_ROWS; r++)
            xi[r] = CPU_PART(x[r] + i);
#pragma GCC unroll 6
        for (size_t c = 0; c < width; c++) {
            const CPU(vector) wi = CPU_PART(w + c * stride + i);
#pragma GCC unroll 4
            for (size_t r = 0; r < WIDE_ROWS; r++)
                sum[r][c] += xi[r] * wi;
        }
    }
#pragma GCC unroll 4
    for (size_t r = 0; r < WIDE_ROWS; r++)
#pragma GCC unroll 6
        for (size_t c = 0; c < width; c++)
            partial[c][half][r] = sum[r][c];
}

/* Both halves of the rows against the vectors of one tile, columns start..end-1. */
KERNEL_INLINE void CPU(wide_dots)(const size_t width, size_t stride, size_t start, size_t end, const void *const *rows,
                                  const REAL *w, CPU(vector) (*partial)[2][WIDE_ROWS])
{
    for (size_t half = 0; half < 2; half++)
        CPU(wide_dots_piece)(width, stride, start, end, rows + half * WIDE_ROWS, w, half, partial);
}

/* sums [c] += sum_r factor[c][r] row r, all columns of one tile */
KERNEL_INLINE void CPU(spread_piece)(const size_t width, size_t stride, size_t start, size_t end,
                                     const void *const *rows, const double *slope, REAL *sums)
{
    CPU(vector) factor[KERNEL_SUMS][KERNEL_ROWS];
#pragma GCC unroll 3
    for (size_t c = 0; c < width; c++)
#pragma GCC unroll 8
        for (size_t r = 0; r < KERNEL_ROWS; r++)
            factor[c][r] = (CPU(vector)){0} + (REAL)slope[KERNEL_ROWS * c + r];
    for (size_t i = start; i < end; i += LANES) {
        CPU(vector) sum[KERNEL_SUMS];
#pragma GCC unroll 3
        for (size_t c = 0; c < width; c++)
            sum[c] = CPU_PART(sums + c * stride + i);
#pragma GCC unroll 8
        for (size_t r = 0; r < KERNEL_ROWS; r++) {
            const CPU(vector) xi = CPU_PART((const REAL *)rows[r] + i);
#pragma GCC unroll 3
            for (size_t c = 0; c < width; c++)
                sum[c] += xi * factor[c][r];
        }
#pragma GCC unroll 3
        for (size_t c = 0; c < width; c++)
            *(CPU(vector) *)(sums + c * stride + i) = sum[c];
    }
}

/* The products with at most WIDE_TOGETHER vectors. */
static CPU_ATTRIBUTE void CPU(all_dots_together)(size_t stride, const void *const *rows, size_t count, const REAL *w,
                                                 const void *const *next, double *out)
{
    CPU(vector) partial[WIDE_TOGETHER][2][WIDE_ROWS]; /* halves of the rows */
    memset(partial, 0, count * sizeof *partial);
    for (size_t start = 0; start < stride; start += WIDE_CHUNK) {
        const size_t end = start + WIDE_CHUNK < stride ? start + WIDE_CHUNK : stride, lines = (end - start) / LANES;
        for (size_t j = 0, width; j < count; j += width) {
            const REAL *own = w + j * stride;
            width = count - j >= 6 ? 6 : count - j >= 3 ? 3 : count - j;
            switch (width) {
            case 6:
                CPU(wide_dots)(6, stride, start, end, rows, own, partial + j);
                break;
            case 3:
                CPU(wide_dots)(3, stride, start, end, rows, own, partial + j);
                break;
            case 2:
                CPU(wide_dots)(2, stride, start, end, rows, own, partial + j);
                break;
            default:
                CPU(wide_dots)(1, stride, start, end, rows, own, partial + j);
                break;
            }
            /* this tile's share of the lines of the next rows */
            for (size_t line = lines * j / count; next && line < lines * (j + width) / count; line++)
                NAME(ask)(next, start + line * LANES);
        }
    }
    CPU(vector_sums)(KERNEL_ROWS * count, &partial[0][0][0], out);
}

static CPU_ATTRIBUTE void CPU(all_dots)(size_t stride, const void *const rows[KERNEL_ROWS], size_t count,
                                        const void *weights, const void *const next[KERNEL_ROWS], double *out)
{
    for (size_t j = 0, taken; j < count; j += taken) {
        const REAL *own = (const REAL *)weights + j * stride;
        taken = count - j < WIDE_TOGETHER ? count - j : WIDE_TOGETHER;
        CPU(all_dots_together)(stride, rows, taken, own, j == 0 ? next : NULL, out + KERNEL_ROWS * j);
    }
}
