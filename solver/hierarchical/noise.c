/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and innovations for new directions of force, and their rotation onto the span of the history on the blocks. */
#include "solver/hierarchical/noise.h"
#include "solver/paths/paths_archive.h"
#include "models/base/state.h"
#include "models/base/lapack.h"

#include "solver/paths/vector.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

/* Forces below this share (in mean square) of a new g count as dependent on the earlier ones: rounding. */
#define FORCE_TOLERANCE 1e-24
#define WORK_BLOCK 64 /* columns that LAPACK treats at once */

/* Number of rows that always fits into memory. */
#define LEAST_WIDTH 320
/* Largest share of a path in its own regression: 1 - LEAST_OTHERS. */
#define LEAST_OTHERS 0.1

/* Capacity: the rows of a rotation, one a coordinate, and those before the next one, but at most one a force. */
static size_t basis_width(const struct sgdmft_run *run, size_t n)
{
    const size_t replicas = paths_replicas(run), forces = replicas * ((size_t)run->steps + 1) + 1;
    const size_t room = 2 * replicas * n + 2, width = room > LEAST_WIDTH ? room : LEAST_WIDTH;
    return forces < width ? forces : width;
}

static struct state_table noise_arrays(size_t replicas, size_t paths, size_t n, size_t width)
{
    const size_t rows = replicas * n;
    return (struct state_table){{STATE_RAW(noise, innovation, width * paths), STATE_ARRAY(noise, history, rows * width),
                                 STATE_ARRAY(noise, row, replicas * width), STATE_ARRAY(noise, packed, rows * width),
                                 STATE_ARRAY(noise, reflector, width), STATE_ARRAY(noise, work, WORK_BLOCK * width),
                                 STATE_RAW(noise, rotated, rows * paths), STATE_ARRAY(noise, live, rows),
                                 STATE_SAVED(noise, feedback, paths), STATE_SAVED(noise, leverage, paths)}};
}

size_t noise_bytes(const struct sgdmft_run *run, size_t paths, size_t n)
{
    const size_t width = basis_width(run, n);
    const struct state_table arrays = noise_arrays(paths_replicas(run), paths, n, width);
    return basis_bytes(paths, width + 1) + (size_t)state_bytes(&arrays);
}

bool noise_create(struct noise *noise, struct paths *paths, size_t n)
{
    const size_t width = basis_width(paths->run, n);
    const struct state_table arrays = noise_arrays(paths->replicas, paths->group.paths, n, width);
    *noise = (struct noise){.paths = paths, .n = n, .width = width};
    return state_create(&arrays, noise)
           && basis_create(&noise->forces, paths->group.paths, width + 1, paths->group.threads, FORCE_TOLERANCE);
}

void noise_free(struct noise *noise)
{
    const struct state_table arrays = noise_arrays(0, 0, 0, 0);
    state_free(&arrays, noise);
    basis_free(&noise->forces);
    *noise = (struct noise){0};
}

/* Coordinates with content, of all replicas. */
static size_t find_live(struct noise *noise)
{
    size_t count = 0;
    for (size_t i = 0; i < noise->paths->replicas * noise->n; i++) {
        const double *row = noise->history + i * noise->width;
        size_t a = 0;
        while (a < noise->forces.rows && row[a] == 0)
            a++;
        if (a < noise->forces.rows)
            noise->live[count++] = i;
    }
    return count;
}

/* x[rows][paths] <- Q x with the rotation Q [rows][columns] in packed. */
static void rotate_rows(struct noise *noise, size_t rows, size_t columns, double *x)
{
    const size_t n = noise->paths->group.paths;
#pragma omp parallel for num_threads(noise->paths->group.threads) if (noise->paths->group.threads > 1)
    for (size_t b = 0; b < path_blocks(n); b++) {
        const size_t begin = b * PATH_BLOCK, size = path_block_end(b, n) - begin;
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, (int)size, (int)columns, 1, noise->packed,
                    (int)noise->width, x + begin, (int)n, 0, noise->rotated + begin, (int)n);
    }
    memcpy(x, noise->rotated, rows * n * sizeof *x);
}

/* out[i] += factor sum over rows a of x[a][i] y[a][i] */
SIMD_CLONES static void add_products(size_t rows, size_t n, double factor, const double *x, const double *y,
                                     double *out)
{
    for (size_t a = 0; a < rows; a++)
        for (size_t i = 0; i < n; i++)
            out[i] += factor * x[a * n + i] * y[a * n + i];
}

/* The history H [rows][columns] = L Q with rows of Q orthonormal (LAPACK's QR of the transpose): Q times the basis
 * spans the history, whose coefficients in it are L. */
static void rotate(struct noise *noise)
{
    const size_t columns = noise->forces.rows, rows = find_live(noise), width = noise->width;
    if (rows >= columns)
        return;
    for (size_t i = 0; i < rows; i++)
        memcpy(noise->packed + i * width, noise->history + noise->live[i] * width, columns * sizeof(double));
    const lapack_int r = (lapack_int)rows, c = (lapack_int)columns, lead = (lapack_int)width;
    const lapack_int room = (lapack_int)(WORK_BLOCK * width);
    lapack_done(LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, c, r, noise->packed, lead, noise->reflector, noise->work, room));
    for (size_t i = 0; i < rows; i++) {
        double *row = noise->history + noise->live[i] * width;
        memset(row, 0, columns * sizeof *row);
        memcpy(row, noise->packed + i * width, (i + 1) * sizeof *row);
    }
    lapack_done(
        LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, c, r, r, noise->packed, lead, noise->reflector, noise->work, room));
    rotate_rows(noise, rows, columns, noise->forces.row);
    rotate_rows(noise, rows, columns, noise->innovation);
    noise->forces.rows = rows;
    noise->rotations++;
    const size_t n = noise->forces.paths;
    memset(noise->feedback, 0, n * sizeof *noise->feedback);
    memset(noise->leverage, 0, n * sizeof *noise->leverage);
    add_products(rows, n, 1, noise->forces.row, noise->innovation, noise->feedback);
    add_products(rows, n, 1 / (double)n, noise->forces.row, noise->forces.row, noise->leverage);
}

/* Draws an innovation for the new row, less the term that the path's own share in the coefficients adds to its nu. */
SIMD_CLONES static void innovate(const struct noise *noise, const double *row, const double *fresh, double *out)
{
    const size_t n = noise->forces.paths;
    for (size_t i = 0; i < n; i++)
        out[i] = fresh[i] - noise->feedback[i] * row[i] / ((double)n * fmax(1 - noise->leverage[i], LEAST_OTHERS));
}

/* Coefficients of the forces of one replica. */
static void expand(struct noise *noise, const double *g, double *row)
{
    struct basis *forces = &noise->forces;
    const size_t n = forces->paths, known = forces->rows;
    memset(row, 0, noise->width * sizeof *row);
    memcpy(basis_next(forces), g, n * sizeof *g);
    const bool grows = basis_append(forces);
    memcpy(row, forces->coefficient, known * sizeof *row);
    if (grows) {
        const double *added = forces->row + known * n;
        row[known] = forces->remainder;
        innovate(noise, added, paths_innovation(noise->paths), noise->innovation + known * n);
        add_products(1, n, 1 / (double)n, added, added, noise->leverage);
        if (noise->rotations > 0)
            add_products(1, n, 1, added, noise->innovation + known * n, noise->feedback);
    }
}

SIMD_CLONES static void combine(const struct noise *noise, const double *row, size_t begin, size_t end, double *nu)
{
    const size_t n = noise->forces.paths;
    const double scale = sqrt(noise->paths->run->alpha * noise->paths->variance);
    memset(nu + begin, 0, (end - begin) * sizeof *nu);
    for (size_t a = 0; a < noise->forces.rows; a++)
        if (row[a] != 0)
            vector_add(end - begin, scale * row[a], noise->innovation + a * n + begin, nu + begin);
}

void noise_draw(struct noise *noise, const double *g, double *nu)
{
    const size_t n = noise->forces.paths, replicas = noise->paths->replicas;
    if (noise->forces.rows + replicas > noise->width)
        rotate(noise);
    expand(noise, g, noise->row);
    if (replicas > 1 && memcmp(g, g + n, n * sizeof *g) == 0)
        memcpy(noise->row + noise->width, noise->row, noise->width * sizeof *noise->row);
    else if (replicas > 1)
        expand(noise, g + n, noise->row + noise->width);
    for (size_t r = 0; r < replicas; r++) {
#pragma omp parallel for num_threads(noise->paths->group.threads) if (noise->paths->group.threads > 1)
        for (size_t b = 0; b < path_blocks(n); b++)
            combine(noise, noise->row + r * noise->width, b * PATH_BLOCK, path_block_end(b, n), nu + r * n);
    }
}

void noise_append(struct noise *noise, size_t at)
{
    for (size_t r = 0; r < noise->paths->replicas; r++)
        memcpy(noise->history + (r * noise->n + at) * noise->width, noise->row + r * noise->width,
               noise->width * sizeof *noise->row);
}

void noise_merge(struct noise *noise, const struct merge *merge)
{
    for (size_t r = 0; r < noise->paths->replicas; r++)
        merge_rows(merge, noise->history + r * noise->n * noise->width, noise->width, 0, noise->forces.rows);
}

bool noise_archive(struct noise *noise, struct archive *archive)
{
    const size_t n = noise->paths->group.paths, rows = noise->paths->replicas * noise->n;
    const struct state_table arrays = noise_arrays(noise->paths->replicas, n, noise->n, noise->width);
    return archive_mark(archive, "noise") && basis_archive(&noise->forces, archive)
           && noise->forces.rows <= noise->width && archive_doubles(archive, noise->innovation, noise->forces.rows * n)
           && archive_count(archive, &noise->rotations, SIZE_MAX) && state_archive(&arrays, noise, archive)
           && archive_rows(archive, noise->history, rows, noise->forces.rows, noise->width);
}
