/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matrices of merges, and their application to histories. */
#include "solver/hierarchical/blocks.h"
#include "models/base/lapack.h"

#include "models/base/simd.h"
#include <math.h>
#include <string.h>

/* Coefficient b_a of the recurrence x P_{a} = b_{a+1} P_{a+1} + b_a P_{a-1} on `units` points. */
static double recurrence(long units, size_t a)
{
    const double n = (double)units, d = (double)a;
    return 0.5 * d * sqrt((n * n - d * d) / (4 * d * d - 1));
}

void polynomial_values(long units, size_t count, double x, double *out)
{
    out[0] = 1 / sqrt((double)units);
    for (size_t a = 1; a < count; a++)
        out[a] = (x * out[a - 1] - (a > 1 ? recurrence(units, a - 1) * out[a - 2] : 0)) / recurrence(units, a);
}

/* Columns of the matrix for a child that keeps its history: the parent's polynomials at its units. */
static void raw_columns(size_t order, long child, long parent, double shift, double *matrix)
{
    double value[BLOCKS_ORDER_MAX];
    for (long x = 0; x < child; x++) {
        polynomial_values(parent, order, (double)x - 0.5 * (double)(child - 1) + shift, value);
        for (size_t a = 0; a < order; a++)
            matrix[a * 2 * order + (size_t)x] = value[a];
    }
}

/* Columns for a child with polynomials: sums over its points of products of degree below 2 order. The Gauss rule of the
 * points with `order` nodes is exact for them, at any number of points (G. H. Golub and J. H. Welsch, Math. Comp. 23
 * (1969) 221). */
static void projected_columns(size_t order, long child, long parent, double shift, double *matrix)
{
    double node[BLOCKS_ORDER_MAX] = {0}, side[BLOCKS_ORDER_MAX] = {0}, vector[BLOCKS_ORDER_MAX * BLOCKS_ORDER_MAX];
    double work[2 * BLOCKS_ORDER_MAX], own[BLOCKS_ORDER_MAX], other[BLOCKS_ORDER_MAX];
    for (size_t a = 1; a < order; a++)
        side[a - 1] = recurrence(child, a);
    lapack_done(
        LAPACKE_dstev_work(LAPACK_COL_MAJOR, 'V', (lapack_int)order, node, side, vector, (lapack_int)order, work));
    for (size_t j = 0; j < order; j++) {
        const double weight = (double)child * vector[j * order] * vector[j * order];
        polynomial_values(child, order, node[j], own);
        polynomial_values(parent, order, node[j] + shift, other);
        for (size_t a = 0; a < order; a++)
            for (size_t c = 0; c < order; c++)
                matrix[a * 2 * order + c] += weight * other[a] * own[c];
    }
}

void merge_matrix(size_t order, long older, long newer, double *matrix)
{
    const long parent = older + newer;
    assert(order >= 1 && order <= BLOCKS_ORDER_MAX && older > 0 && newer >= 0);
    memset(matrix, 0, 2 * order * order * sizeof *matrix);
    if (newer == 0 || parent <= (long)order) { /* coordinates stay what they are */
        for (size_t x = 0; x < (newer == 0 ? order : (size_t)older); x++)
            matrix[x * 2 * order + x] = 1;
        for (size_t x = 0; x < (size_t)newer; x++)
            matrix[((size_t)older + x) * 2 * order + order + x] = 1;
        return;
    }
    const long child[2] = {older, newer};
    const double shift[2] = {-0.5 * (double)newer, 0.5 * (double)older};
    for (int i = 0; i < 2; i++) {
        double *columns = matrix + (size_t)i * order;
        if (child[i] <= (long)order)
            raw_columns(order, child[i], parent, shift[i], columns);
        else
            projected_columns(order, child[i], parent, shift[i], columns);
    }
}

#define CHUNK 64

SIMD_CLONES void merge_rows(const struct merge *merge, double *x, size_t length, size_t begin, size_t end)
{
    const size_t p = merge->order, width = p * merge->phases;
    double out[BLOCKS_ORDER_MAX][CHUNK];
    for (size_t f = 0; f < merge->phases; f++) {
        double *older = x + (merge->older * width + f * p) * length;
        double *newer = x + (merge->newer * width + f * p) * length;
        const double *matrix = merge_of_phase(merge, f);
        for (size_t first = begin; first < end; first += CHUNK) {
            const size_t size = end - first < CHUNK ? end - first : CHUNK;
            for (size_t a = 0; a < p; a++) {
                const double *row = matrix + a * 2 * p;
                for (size_t i = 0; i < size; i++)
                    out[a][i] = 0;
                for (size_t c = 0; c < p; c++)
                    for (size_t i = 0; i < size; i++)
                        out[a][i] +=
                            row[c] * older[c * length + first + i] + row[p + c] * newer[c * length + first + i];
            }
            for (size_t a = 0; a < p; a++) {
                memcpy(older + a * length + first, out[a], size * sizeof(double));
                memset(newer + a * length + first, 0, size * sizeof(double));
            }
        }
    }
}

void merge_columns(const struct merge *merge, double *x, size_t rows, size_t stride)
{
    for (size_t r = 0; r < rows; r++)
        merge_rows(merge, x + r * stride, 1, 0, 1);
}
