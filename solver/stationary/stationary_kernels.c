/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and layout of stationary kernels. */
#include "solver/stationary/stationary_kernels.h"

#include <math.h>
#include <string.h>

#define BLOCK_LEAST 32
#define BURN_MEMORIES 2
#define REACH_MEMORIES 4

size_t stationary_period(const struct sgdmft_run *run)
{
    return run->rule->epochs ? (size_t)lround(1 / run->batch) : 1;
}

static size_t multiple(size_t least, size_t unit)
{
    return (least + unit - 1) / unit * unit;
}

/* Next number without prime factors above 5, for fast transforms. */
static size_t smooth(size_t least)
{
    for (;; least++) {
        size_t rest = least;
        while (rest % 2 == 0)
            rest /= 2;
        while (rest % 3 == 0)
            rest /= 3;
        while (rest % 5 == 0)
            rest /= 5;
        if (rest == 1)
            return least;
    }
}

struct stationary_shape stationary_shape(const struct sgdmft_run *run, size_t memory, size_t spans)
{
    struct stationary_shape shape = {.period = stationary_period(run)};
    const size_t n = shape.period;
    shape.block = multiple(BLOCK_LEAST, n);
    shape.memory = multiple(memory, shape.block);
    shape.burn = BURN_MEMORIES * shape.memory;
    shape.steps = shape.burn + spans * shape.memory;
    shape.reach = REACH_MEMORIES * shape.memory;
    const size_t least = shape.steps + shape.memory;
    shape.ring = n * smooth((least + n - 1) / n);
    if (shape.ring < 2 * shape.reach + 2 * n)
        shape.ring = n * smooth(2 * shape.reach / n + 2);
    return shape;
}

size_t stationary_length(size_t period, size_t memory)
{
    return 2 * period * memory + period * period + period;
}

struct stationary_kernels stationary_view(size_t period, size_t memory, double *vector)
{
    struct stationary_kernels kernels = {
        .period = period, .memory = memory, .length = stationary_length(period, memory), .Gamma = vector};
    kernels.M = kernels.Gamma + period * memory;
    kernels.M_inf = kernels.M + period * memory;
    kernels.m = kernels.M_inf + period * period;
    return kernels;
}

void stationary_refit(const struct stationary_kernels *from, struct stationary_kernels *to)
{
    const size_t n = from->period, lags = from->memory < to->memory ? from->memory : to->memory;
    memset(to->Gamma, 0, to->length * sizeof(double));
    for (size_t p = 0; p < n; p++) {
        memcpy(to->Gamma + p * to->memory, from->Gamma + p * from->memory, lags * sizeof(double));
        memcpy(to->M + p * to->memory, from->M + p * from->memory, lags * sizeof(double));
    }
    memcpy(to->M_inf, from->M_inf, n * n * sizeof(double));
    memcpy(to->m, from->m, n * sizeof(double));
}

void stationary_scale(const struct stationary_kernels *kernels, double *scale)
{
    const size_t n = kernels->period, L = kernels->memory;
    double Gamma = 1e-12, M = 1e-12, m = 0.1;
    for (size_t p = 0; p < n; p++) {
        Gamma = fmax(Gamma, fabs(kernels->Gamma[p * L]));
        M = fmax(M, fabs(kernels->M[p * L]) + fabs(kernels->M_inf[p * n + p]));
        m = fmax(m, fabs(kernels->m[p]));
    }
    for (size_t i = 0; i < n * L; i++) {
        scale[i] = Gamma;
        scale[n * L + i] = M;
    }
    for (size_t i = 0; i < n * n; i++)
        scale[2 * n * L + i] = M;
    for (size_t i = 0; i < n; i++)
        scale[2 * n * L + n * n + i] = m;
}
