/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of numbers, one a path, with unit mean square and mutually orthogonal. One basis holds the constant, the
 * variables u, c, y of the examples and the innovations of Gaussian fields: averages over the paths are exact for
 * functions that are linear or bilinear in them (THEORY 5.3). Another holds the forces of the paths. */
#ifndef SOLVER_PATHS_BASIS_H
#define SOLVER_PATHS_BASIS_H

#include <stdbool.h>
#include <stddef.h>

struct basis {
    size_t paths, capacity;
    size_t rows;   /* appended so far; beyond the capacity a new one takes the place of the oldest that is not fixed */
    size_t fixed;  /* leading rows that are always projected out */
    size_t window; /* most rows that are projected out, the fixed ones and the latest; below the capacity */
    double tolerance; /* a row is dependent if less than this share of its mean square remains */
    int threads;
    double *row;         /* [capacity][paths] */
    double *partial;     /* [blocks][capacity] */
    double *coefficient; /* [capacity] of the row projected last: mean of row_j times it */
    double remainder;    /* root mean square of its remainder */
};

size_t basis_bytes(size_t paths, size_t capacity);
bool basis_create(struct basis *basis, size_t paths, size_t capacity, int threads, double tolerance);
void basis_free(struct basis *basis);
/* Place of row j, one of the fixed rows or of the latest capacity - fixed others. */
static inline size_t basis_place(const struct basis *basis, size_t j)
{
    return j < basis->capacity ? j : basis->fixed + (j - basis->fixed) % (basis->capacity - basis->fixed);
}
static inline size_t basis_kept(const struct basis *basis)
{
    return basis->rows < basis->capacity ? basis->rows : basis->capacity;
}
/* The next free row, to be filled by the caller before basis_append or basis_project. */
double *basis_next(struct basis *basis);
/* Makes the next row orthogonal to the rows before and normalises it; sets coefficient and remainder. False if the row
 * is dependent; its content is then undefined. */
bool basis_project(struct basis *basis);
/* Calls basis_project and appends the row if it is independent. */
bool basis_append(struct basis *basis);

/* Mean over the paths of x y, summed by blocks. */
double path_mean_product(size_t n, const double *x, const double *y);

/* Blocks of paths: the unit of threads and of sums. Sums over blocks are taken in index order. */
#define PATH_BLOCK 128
static inline size_t path_blocks(size_t paths)
{
    return (paths + PATH_BLOCK - 1) / PATH_BLOCK;
}
static inline size_t path_block_end(size_t block, size_t paths)
{
    const size_t end = (block + 1) * PATH_BLOCK;
    return end < paths ? end : paths;
}

#endif
