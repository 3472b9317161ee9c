/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gram-Schmidt over paths. A second pass follows if much is subtracted; sums go block by block, so that the bits do not
 * depend on the threads. */
#include "solver/paths/basis.h"
#include "models/base/state.h"

#include "solver/paths/vector.h"
#include <math.h>
#include <string.h>

/* Least remainder of the mean square after one pass at which rounding needs no second pass. */
#define ONE_PASS 0.1

static struct state_table basis_arrays(size_t paths, size_t capacity)
{
    return (struct state_table){{STATE_RAW(basis, row, capacity * paths),
                                 STATE_RAW(basis, partial, path_blocks(paths) * capacity),
                                 STATE_RAW(basis, coefficient, capacity)}};
}

size_t basis_bytes(size_t paths, size_t capacity)
{
    const struct state_table arrays = basis_arrays(paths, capacity);
    return (size_t)state_bytes(&arrays);
}

bool basis_create(struct basis *basis, size_t paths, size_t capacity, int threads, double tolerance)
{
    const struct state_table arrays = basis_arrays(paths, capacity);
    *basis = (struct basis){
        .paths = paths, .capacity = capacity, .threads = threads, .window = capacity - 1, .tolerance = tolerance};
    return state_create(&arrays, basis);
}

void basis_free(struct basis *basis)
{
    const struct state_table arrays = basis_arrays(0, 0);
    state_free(&arrays, basis);
    *basis = (struct basis){0};
}

double *basis_next(struct basis *basis)
{
    return basis->row + basis_place(basis, basis->rows) * basis->paths;
}

SIMD_CLONES static double dot(size_t n, const double *x, const double *y)
{
    return vector_dot(n, x, y);
}

SIMD_CLONES static void add(size_t n, double c, const double *restrict x, double *restrict y)
{
    vector_add(n, c, x, y);
}

/* First of the latest rows that are projected out beside the fixed ones; the window limits their number. */
static size_t later_rows(const struct basis *basis)
{
    return basis->rows > basis->window ? basis->rows - basis->window + basis->fixed : basis->fixed;
}

/* Means over the paths of x times a row, of each block of paths. */
static void block_coefficients(struct basis *basis, size_t block, const double *x)
{
    const size_t n = basis->paths, begin = block * PATH_BLOCK, size = path_block_end(block, n) - begin;
    double *partial = basis->partial + block * basis->capacity;
    for (size_t j = 0; j < basis->fixed; j++)
        partial[j] = dot(size, basis->row + j * n + begin, x + begin);
    for (size_t j = later_rows(basis); j < basis->rows; j++) {
        const size_t place = basis_place(basis, j);
        partial[place] = dot(size, basis->row + place * n + begin, x + begin);
    }
}

static void sum_coefficient(struct basis *basis, size_t place)
{
    double sum = 0;
    for (size_t b = 0; b < path_blocks(basis->paths); b++)
        sum += basis->partial[b * basis->capacity + place];
    basis->partial[place] = sum / (double)basis->paths;
    basis->coefficient[place] += basis->partial[place];
}

static void subtract_rows(const struct basis *basis, size_t block, double *x)
{
    const size_t n = basis->paths, begin = block * PATH_BLOCK, size = path_block_end(block, n) - begin;
    for (size_t j = 0; j < basis->fixed; j++)
        add(size, -basis->partial[j], basis->row + j * n + begin, x + begin);
    for (size_t j = later_rows(basis); j < basis->rows; j++) {
        const size_t place = basis_place(basis, j);
        add(size, -basis->partial[place], basis->row + place * n + begin, x + begin);
    }
}

double path_mean_product(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t b = 0; b < path_blocks(n); b++) {
        const size_t begin = b * PATH_BLOCK;
        sum += dot(path_block_end(b, n) - begin, x + begin, y + begin);
    }
    return sum / (double)n;
}

bool basis_project(struct basis *basis)
{
    const size_t n = basis->paths, blocks = path_blocks(n);
    double *x = basis_next(basis);
    memset(basis->coefficient, 0, basis->capacity * sizeof *basis->coefficient);
    const double before = path_mean_product(n, x, x);
    double left = 0;
    for (int pass = 0; pass < 2 && left < ONE_PASS * before; pass++) {
#pragma omp parallel for num_threads(basis->threads) if (basis->threads > 1)
        for (size_t b = 0; b < blocks; b++)
            block_coefficients(basis, b, x);
        for (size_t j = 0; j < basis->fixed; j++)
            sum_coefficient(basis, j);
        for (size_t j = later_rows(basis); j < basis->rows; j++)
            sum_coefficient(basis, basis_place(basis, j));
#pragma omp parallel for num_threads(basis->threads) if (basis->threads > 1)
        for (size_t b = 0; b < blocks; b++)
            subtract_rows(basis, b, x);
        left = path_mean_product(n, x, x);
    }
    basis->remainder = sqrt(left);
    if (!(left > basis->tolerance * before))
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
