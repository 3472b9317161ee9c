/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gram-Schmidt over paths, twice for accuracy, block by block so that the bits do not depend on threads. */
#include "solver/basis.h"

#include "solver/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t basis_bytes(size_t paths, size_t capacity)
{
    return (capacity * paths + (path_blocks(paths) + 1) * capacity) * sizeof(double);
}

bool basis_create(struct basis *basis, size_t paths, size_t capacity, int threads, double tolerance)
{
    *basis = (struct basis){
        .paths = paths, .capacity = capacity, .threads = threads, .window = capacity, .tolerance = tolerance};
    basis->row = malloc(capacity * paths * sizeof *basis->row);
    basis->partial = malloc(path_blocks(paths) * capacity * sizeof *basis->partial);
    basis->coefficient = malloc(capacity * sizeof *basis->coefficient);
    return basis->row && basis->partial && basis->coefficient;
}

void basis_free(struct basis *basis)
{
    free(basis->row);
    free(basis->partial);
    free(basis->coefficient);
    *basis = (struct basis){0};
}

double *basis_next(struct basis *basis) { return basis->row + basis->rows * basis->paths; }

SIMD_CLONES static double dot(size_t n, const double *x, const double *y) { return vector_dot(n, x, y); }

SIMD_CLONES static void add(size_t n, double c, const double *restrict x, double *restrict y) { vector_add(n, c, x, y); }

/* partial[j] = mean of row_j x over the paths, for the first `fixed` rows and the rows first..rows-1, and adds it to
 * coefficient[j]. */
static void coefficients(struct basis *basis, size_t first, const double *x)
{
    const size_t n = basis->paths, rows = basis->rows, blocks = path_blocks(n);
#pragma omp parallel for num_threads(basis->threads) if (basis->threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        const size_t begin = b * PATH_BLOCK, size = path_block_end(b, n) - begin;
        for (size_t j = 0; j < rows; j++)
            if (j < basis->fixed || j >= first)
                basis->partial[b * basis->capacity + j] = dot(size, basis->row + j * n + begin, x + begin);
    }
    for (size_t j = 0; j < rows; j++) {
        double sum = 0;
        if (j < basis->fixed || j >= first)
            for (size_t b = 0; b < blocks; b++)
                sum += basis->partial[b * basis->capacity + j];
        basis->partial[j] = sum / (double)n;
        basis->coefficient[j] += basis->partial[j];
    }
}

static double mean_square(const struct basis *basis, const double *x)
{
    double sum = 0;
    for (size_t b = 0; b < path_blocks(basis->paths); b++) {
        const size_t begin = b * PATH_BLOCK;
        sum += dot(path_block_end(b, basis->paths) - begin, x + begin, x + begin);
    }
    return sum / (double)basis->paths;
}

bool basis_project(struct basis *basis)
{
    const size_t n = basis->paths, blocks = path_blocks(n);
    double *x = basis_next(basis);
    const size_t first = basis->rows > basis->window ? basis->rows - basis->window + basis->fixed : 0;
    memset(basis->coefficient, 0, basis->rows * sizeof *basis->coefficient);
    const double before = mean_square(basis, x);
    for (int pass = 0; pass < 2; pass++) {
        coefficients(basis, first, x);
#pragma omp parallel for num_threads(basis->threads) if (basis->threads > 1)
        for (size_t b = 0; b < blocks; b++) {
            const size_t begin = b * PATH_BLOCK, size = path_block_end(b, n) - begin;
            for (size_t j = 0; j < basis->rows; j++)
                if (j < basis->fixed || j >= first)
                    add(size, -basis->partial[j], basis->row + j * n + begin, x + begin);
        }
    }
    const double after = mean_square(basis, x);
    basis->remainder = sqrt(after);
    if (!(after > basis->tolerance * before))
        return false;
    const double scale = 1 / basis->remainder;
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
    return true;
}

bool basis_append(struct basis *basis)
{
    const bool kept = basis_project(basis);
    if (kept)
        basis->rows++;
    return kept;
}
