/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Averages over the paths of a block and over time: M, its static part, d, and Gamma at lag 0 (T4). */
#include "solver/stationary/correlate.h"

#include "solver/paths/vector.h"
#include <cblas.h>
#include <math.h>
#include <string.h>

/* Sums of the forces over each segment of L steps, by phase and lane. */
SIMD_CLONES static void sum_segments(const struct stationary_turn *turn, size_t width,
                                     struct stationary_scratch *scratch)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, L = shape->memory, count = stationary_segments(shape);
    memset(scratch->segment, 0, count * n * PATH_BLOCK * sizeof(double));
    for (size_t j = 0; j < count; j++)
        for (size_t t = 0; t < L; t++)
            vector_add(width, 1, scratch->mean_g + (shape->burn + j * L + t) * PATH_BLOCK,
                       scratch->segment + (j * n + t % n) * PATH_BLOCK);
}

/* True if segment i is a memory or more away from segment j and the one before it. */
static bool far_apart(size_t i, size_t j)
{
    return i + 2 < j || i > j + 1;
}

/* The mean force of each lane over two sets of segments, far from each other, from segment j and from the one before:
 * level[2][n][PATH_BLOCK]. The segments that are far enough, in order, are cut in two. */
SIMD_CLONES static void fill_levels(const struct stationary_turn *turn, size_t j, size_t width,
                                    struct stationary_scratch *scratch)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, count = stationary_segments(shape);
    size_t all = 0, taken[2] = {0}, last = 0;
    for (size_t i = 0; i < count; i++)
        all += far_apart(i, j);
    memset(scratch->level, 0, 2 * n * PATH_BLOCK * sizeof(double));
    for (size_t i = 0, seen = 0; i < count; i++) {
        if (!far_apart(i, j))
            continue;
        const int half = seen++ >= all / 2;
        if (half == 1 && taken[1] == 0 && i == last + 1) /* too near to the first set */
            continue;
        for (size_t p = 0; p < n; p++)
            vector_add(width, 1, scratch->segment + (i * n + p) * PATH_BLOCK,
                       scratch->level + ((size_t)half * n + p) * PATH_BLOCK);
        taken[half]++;
        last = half == 0 ? i : last;
    }
    for (size_t half = 0; half < 2; half++)
        for (size_t x = half * n * PATH_BLOCK; x < (half + 1) * n * PATH_BLOCK; x++)
            scratch->level[x] *= (double)n / (double)(taken[half] * shape->memory);
}

/* out = forces of steps from .. from + steps - 1 less the level of their phase. */
SIMD_CLONES static void shift(const struct stationary_turn *turn, const double *forces, const double *level,
                              size_t from, size_t steps, size_t width, double *out)
{
    const size_t n = turn->shape.period;
    for (size_t t = 0; t < steps; t++)
        for (size_t i = 0; i < width; i++)
            out[t * PATH_BLOCK + i] = forces[(from + t) * PATH_BLOCK + i] - level[(from + t) % n * PATH_BLOCK + i];
}

/* M_c at lags below L: E[(g^k - F)(g^l - F')] with two means F and F' of the same path far from k, l and each other,
 * which is M(k,l) - M_inf, but free of the noise of the path's static part. Products are taken of a block of steps with
 * itself and the L steps before. */
static void correlate(const struct stationary_turn *turn, size_t width, struct stationary_scratch *scratch,
                      struct stationary_sums *sums)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, L = shape->memory, B = shape->block, columns = L + B;
    for (size_t j = 0; j < stationary_segments(shape); j++) {
        const size_t start = shape->burn + j * L;
        fill_levels(turn, j, width, scratch);
        shift(turn, scratch->mean_g, scratch->level, start, L, width, scratch->later);
        shift(turn, scratch->g, scratch->level + n * PATH_BLOCK, start - L, 2 * L, width, scratch->earlier);
        for (size_t t = 0; t < L; t += B)
            cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)B, (int)columns, (int)width, 1,
                        scratch->later + t * PATH_BLOCK, PATH_BLOCK, scratch->earlier + t * PATH_BLOCK, PATH_BLOCK,
                        j + t == 0 ? 0 : 1, scratch->products, (int)columns);
    }
    for (size_t i = 0; i < B; i++)
        for (size_t lag = 1; lag < L; lag++)
            sums->M[i % n * L + lag] += scratch->products[i * columns + L + i - lag];
}

/* M_inf of one lane: products of segments that are not neighbours. */
static void correlate_far(const struct stationary_turn *turn, size_t lane, struct stationary_scratch *scratch,
                          struct stationary_sums *sums)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t n = shape->period, count = stationary_segments(shape);
    const double *segment = scratch->segment + lane;
    double *total = scratch->total;
    memset(total, 0, n * sizeof *total);
    for (size_t j = 0; j < count; j++)
        for (size_t p = 0; p < n; p++)
            total[p] += segment[(j * n + p) * PATH_BLOCK];
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double sum = total[p] * total[q];
            for (size_t j = 0; j < count; j++) {
                const double *here = segment + j * n * PATH_BLOCK, *next = here + n * PATH_BLOCK;
                sum -= here[p * PATH_BLOCK] * here[q * PATH_BLOCK];
                if (j + 1 < count)
                    sum -= here[p * PATH_BLOCK] * next[q * PATH_BLOCK] + next[p * PATH_BLOCK] * here[q * PATH_BLOCK];
            }
            sums->M_inf[p * n + q] += sum;
        }
    const struct paths *paths = &turn->sample.paths;
    const size_t path = (size_t)(sums - turn->sums) * PATH_BLOCK + lane;
    for (size_t p = 0; p < n; p++)
        sums->d[p] += total[p] * (paths->centre[path] + sqrt(paths->variance) * paths->u[path]);
}

/* Gamma and M at lag 0, from all steps. */
SIMD_CLONES static void sum_present(const struct stationary_turn *turn, size_t begin, size_t width,
                                    const struct stationary_scratch *scratch, struct stationary_sums *sums)
{
    const struct stationary_shape *shape = &turn->shape;
    const struct stationary_sample *sample = &turn->sample;
    const size_t n = shape->period, paths = sample->paths.group.paths;
    for (size_t k = shape->burn; k < shape->steps; k++) {
        double Gamma = 0, M = 0;
        if (sample->averages) {
            const unsigned char *given = sample->selected + (k - 1) * paths + begin;
            for (size_t i = 0; i < width; i++) {
                const double mean = given[i] ? sample->mean[1] : sample->mean[0];
                const double g = scratch->mean_g[k * PATH_BLOCK + i];
                Gamma += scratch->mean_curvature[k * PATH_BLOCK + i];
                M += mean > 0 ? g * g * (sample->weight / mean) : 0; /* E[sigma^2] = weight E[sigma] */
            }
        } else
            for (size_t i = 0; i < width; i++) {
                const double g = scratch->g[k * PATH_BLOCK + i];
                Gamma += scratch->curvature[k * PATH_BLOCK + i];
                M += g * g;
            }
        sums->Gamma0[k % n] += Gamma;
        sums->M0[k % n] += M;
    }
}

void stationary_correlate(const struct stationary_turn *turn, size_t begin, size_t width,
                          struct stationary_scratch *scratch, struct stationary_sums *sums)
{
    sum_segments(turn, width, scratch);
    correlate(turn, width, scratch, sums);
    for (size_t i = 0; i < width; i++)
        correlate_far(turn, i, scratch, sums);
    sum_present(turn, begin, width, scratch, sums);
}
