/* SPDX-License-Identifier: GPL-3.0-or-later */
/* (T7) path by path: D(k,.) is a sum of stored rows, four at a time, so that the time is that of reading the rows and
 * not of updating the sum. */
#include "solver/dense/dense_tangent.h"
#include "models/base/state.h"

#include "solver/paths/vector.h"
#include <string.h>

#define PAGE 512 /* numbers on a page of memory */

static size_t arena_length(size_t steps)
{
    return (steps + 1) * (steps + 2) / 2;
}

/* arena: numbers of the responses of one path. */
static struct state_table tangent_arrays(size_t paths, size_t rows, size_t arena)
{
    const size_t blocks = (paths + TANGENT_BLOCK - 1) / TANGENT_BLOCK;
    return (struct state_table){{STATE_ARRAY(tangent, path, paths), STATE_RAW(tangent, arena, paths * arena),
                                 STATE_RAW(tangent, curvature, paths * rows), STATE_RAW(tangent, step, paths * rows),
                                 STATE_RAW(tangent, partial, blocks * rows),
                                 STATE_RAW(tangent, partial_surprise, blocks * rows),
                                 STATE_RAW(tangent, scratch, blocks * rows)}};
}

size_t tangent_bytes(size_t paths, size_t steps, double kept)
{
    const size_t whole = arena_length(steps);
    const size_t used = (size_t)(kept * (double)whole) + PAGE; /* the rest is never written */
    const struct state_table arrays = tangent_arrays(paths, steps + 1, used < whole ? used : whole);
    return (size_t)state_bytes(&arrays);
}

bool tangent_create(struct tangent *tangent, size_t paths, size_t steps, int threads)
{
    const size_t rows = steps + 1;
    *tangent = (struct tangent){.paths = paths, .steps = steps, .threads = threads};
    const struct state_table arrays = tangent_arrays(paths, rows, arena_length(steps));
    if (!state_create(&arrays, tangent))
        return false;
    for (size_t i = 0; i < paths; i++)
        tangent->path[i] = (struct tangent_path){.arena = tangent->arena + i * arena_length(steps),
                                                 .curvature = tangent->curvature + i * rows,
                                                 .step = tangent->step + i * rows};
    return true;
}

void tangent_free(struct tangent *tangent)
{
    const struct state_table arrays = tangent_arrays(0, 0, 0);
    state_free(&arrays, tangent);
    *tangent = (struct tangent){0};
}

/* out[0..k] = D(k,.) of the path: - Delta sum_j R(k,j) eta_j g'^j D(j,.), and D(k,k) = 1. */
SIMD_CLONES static void response_row(const struct tangent_path *path, long k, double variance,
                                     const double *restrict response, double *restrict out)
{
    memset(out, 0, (size_t)k * sizeof *out);
    out[k] = 1;
    const double *x = path->arena;
    size_t a = 0;
    for (; a + 4 <= path->rows; a += 4) {
        const uint32_t *step = path->step + a;
        double c[4];
        for (int i = 0; i < 4; i++)
            c[i] = -variance * response[step[i]] * path->curvature[a + (size_t)i];
        const size_t n0 = step[0] + 1, n1 = step[1] + 1, n2 = step[2] + 1, n3 = step[3] + 1;
        const double *x0 = x, *x1 = x0 + n0, *x2 = x1 + n1, *x3 = x2 + n2;
        for (size_t l = 0; l < n0; l++)
            out[l] += c[0] * x0[l] + c[1] * x1[l] + c[2] * x2[l] + c[3] * x3[l];
        vector_add(n1 - n0, c[1], x1 + n0, out + n0);
        vector_add(n2 - n0, c[2], x2 + n0, out + n0);
        vector_add(n3 - n0, c[3], x3 + n0, out + n0);
        x = x3 + n3;
    }
    for (; a < path->rows; a++) {
        const size_t n = path->step[a] + 1;
        vector_add(n, -variance * response[path->step[a]] * path->curvature[a], x, out);
        x += n;
    }
}

static void keep_row(struct tangent_path *path, long k, double curvature, const double *row)
{
    const size_t n = (size_t)k + 1;
    memcpy(path->arena + path->used, row, n * sizeof *row);
    path->used += n;
    path->curvature[path->rows] = curvature;
    path->step[path->rows] = (uint32_t)k;
    path->rows++;
}

/* y += c x, z += d x */
SIMD_CLONES static void add_twice(size_t n, const double *restrict x, double c, double *restrict y, double d,
                                  double *restrict z)
{
    for (size_t i = 0; i < n; i++) {
        y[i] += c * x[i];
        z[i] += d * x[i];
    }
}

SIMD_CLONES static double total(size_t n, const double *x)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t l = 0; l < n; l++)
        sum += x[l];
    return sum;
}

static void sum_blocks(const struct tangent *tangent, const double *partial, size_t n, double *out)
{
    const size_t blocks = (tangent->paths + TANGENT_BLOCK - 1) / TANGENT_BLOCK;
    memset(out, 0, n * sizeof *out);
    for (size_t b = 0; b < blocks; b++)
        vector_add(n, 1 / (double)tangent->paths, partial + b * (tangent->steps + 1), out);
}

void tangent_step(struct tangent *tangent, long k, double variance, double rate, const double *response,
                  const double *mean_curvature, const double *curvature, double *gamma, const double *surprise,
                  double *gamma_surprise, double *answer)
{
    const size_t n = (size_t)k + 1, stride = tangent->steps + 1;
    const size_t blocks = (tangent->paths + TANGENT_BLOCK - 1) / TANGENT_BLOCK;
#pragma omp parallel for num_threads(tangent->threads) schedule(dynamic) if (tangent->threads > 1)
    for (size_t b = 0; b < blocks; b++) {
        double *partial = tangent->partial + b * stride, *row = tangent->scratch + b * stride;
        double *partial_surprise = tangent->partial_surprise + b * stride;
        const size_t begin = b * TANGENT_BLOCK;
        const size_t end = begin + TANGENT_BLOCK < tangent->paths ? begin + TANGENT_BLOCK : tangent->paths;
        memset(partial, 0, n * sizeof *partial);
        if (surprise)
            memset(partial_surprise, 0, n * sizeof *partial_surprise);
        for (size_t i = begin; i < end; i++) {
            if (mean_curvature[i] == 0 && curvature[i] == 0)
                continue;
            response_row(&tangent->path[i], k, variance, response, row);
            if (answer)
                answer[i] = total(n, row);
            if (surprise)
                add_twice(n, row, mean_curvature[i], partial, surprise[i], partial_surprise);
            else
                vector_add(n, mean_curvature[i], row, partial);
            if (curvature[i] != 0)
                keep_row(&tangent->path[i], k, rate * curvature[i], row);
        }
    }
    sum_blocks(tangent, tangent->partial, n, gamma);
    if (surprise)
        sum_blocks(tangent, tangent->partial_surprise, n, gamma_surprise);
}
