/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates of the work inside the engines, one group a thread, as in a solve with many groups. */
#include "solver/cli/bench/command_bench.h"

#include "solver/hierarchical/hierarchical_engine.h"
#include "solver/stationary/turn.h"
#include <omp.h>
#include <sgdmft/sgdmft.h>
#include <stdlib.h>

#define TURN_MEMORY 512
#define TURN_SPANS 8
#define TURN_PATHS 512

/* Runs the steps of one group; measures the bytes that they read, and the time. */
static bool follow_run(const struct sgdmft_run *run, uint32_t number, struct bench_sample *sample)
{
    const struct engine_group group = {.run = run, .number = number, .paths = (size_t)run->paths, .threads = 1};
    struct hierarchical *h = engine_hierarchical.start(&group);
    bool good = h != NULL;
    const double begin = omp_get_wtime();
    for (long k = 0; good && k < run->steps; k++) {
        struct engine_values values;
        engine_hierarchical.evaluate(h, &values);
        sample->amount += 1e-9 * hierarchical_step_bytes(h);
        good = engine_hierarchical.advance(h) == SGDMFT_OK;
    }
    sample->seconds = omp_get_wtime() - begin;
    if (h)
        engine_hierarchical.finish(h);
    return good;
}

bool bench_blocks(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    bool good = bench_resolve(item, threads, &run);
    double amount = 0, seconds = 0;
#pragma omp parallel for num_threads(threads) schedule(static) reduction(+ : amount) reduction(max : seconds) \
    reduction(&& : good)
    for (int i = 0; i < threads; i++) {
        struct bench_sample own = {0};
        good = good && follow_run(&run, (uint32_t)i, &own);
        amount += own.amount;
        seconds = own.seconds > seconds ? own.seconds : seconds;
    }
    *sample = (struct bench_sample){amount, seconds};
    return good && seconds > 0;
}

/* Measures one turn from kernels of forces without memory: white noise, and an attraction by the mean curvature. */
static bool turn_once(struct stationary_turn *turn, double *vector, struct bench_sample *sample)
{
    const struct stationary_shape *shape = &turn->shape;
    const size_t length = stationary_length(shape->period, shape->memory);
    struct stationary_kernels now = stationary_view(shape->period, shape->memory, vector);
    struct stationary_kernels next = stationary_view(shape->period, shape->memory, vector + length);
    now.Gamma[0] = now.M[0] = now.M_inf[0] = 1;
    const double begin = omp_get_wtime();
    const bool good = stationary_turn_make(turn, &now, &next) == SGDMFT_OK;
    *sample = (struct bench_sample){1e-9 * stationary_turn_operations(turn), omp_get_wtime() - begin};
    return good;
}

bool bench_turn(const struct bench_item *item, int threads, struct bench_sample *sample)
{
    struct sgdmft_run run;
    if (!bench_resolve(item, threads, &run))
        return false;
    const struct stationary_shape shape = stationary_shape(&run, TURN_MEMORY, TURN_SPANS);
    const struct engine_group group = {.run = &run, .paths = TURN_PATHS * (size_t)threads, .threads = threads};
    struct stationary_transforms transforms = {0};
    struct stationary_turn turn = {0};
    double *vector = calloc(2 * stationary_length(shape.period, shape.memory), sizeof *vector);
    const bool good = vector && stationary_transforms_create(&transforms, &shape)
                      && stationary_turn_create(&turn, &group, &shape, &transforms) && turn_once(&turn, vector, sample);
    stationary_turn_free(&turn);
    stationary_transforms_free(&transforms);
    free(vector);
    return good;
}
