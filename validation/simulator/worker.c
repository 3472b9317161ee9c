/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Buffers of a simulating thread, and the estimate of memory and time. */
#include "validation/simulator/worker.h"
#include "models/base/memory.h"

#include "models/data/dataset/examples.h"
#include "models/result/margins.h"
#include "models/result/result_allocate.h"
#include "models/result/result_size.h"
#include "models/result/sharpness_series.h"
#include "models/run/parameter_table.h"
#include "validation/simulator/simulator_chain.h"
#include "validation/simulator/simulator_flow.h"
#include "validation/simulator/response.h"
#include <math.h>
#include <sgdmft/simulate.h>
#include <stdlib.h>
#include <string.h>

/* Seconds an element (one column of one row), single precision; double precision takes twice as long. Of the machine
 * that estimates are scaled from (solver/run/machine_speed.h). */
#define COST_DRAW 3e-9       /* drawing a row                             */
#define COST_STEP 0.26e-9    /* dot product and gradient, row from memory */
#define COST_TANGENT 5e-11   /* the same for each tangent more            */
#define COST_REPLICA 1.5e-10 /* the same for each of several replicas, row in cache */
#define COST_MEASURE 3e-11   /* one field of one example                  */
#define COST_SHARPNESS 6e-8  /* extreme eigenvalues of the Hessian: about 150 products with it */
#define COST_SELECT 4e-9     /* seconds an example and step: batch membership */
#define COST_THERMAL 6e-9    /* seconds a weight and step                 */
#define COST_EVALUATIONS 25  /* of the gradient flow a unit of time       */

enum sgdmft_status worker_check(const struct sgdmft_run *run, long first_run, struct sgdmft_error *error)
{
    if (run->dim < 2)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "dim: %ld, but a simulation needs at least 2 (a start has a part orthogonal to the signal)",
                           run->dim);
    if (sgdmft_examples(run) < 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "alpha: %g with dim %ld gives no training example (alpha dim < 1/2)",
                           run->alpha, run->dim);
    if (run->rule->fresh && (double)run->steps >= 0x1p24 / (double)run->replicas)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "steps: %ld, but with rule %s a simulation takes fewer than 2^24 over all replicas",
                           run->steps, run->rule->entry.name);
    for (long k = 0; run->rule->fresh && k < run->steps; k++)
        if (sgdmft_fresh_examples(run, k) < 1)
            return sgdmft_fail(error, SGDMFT_USAGE, "batch: %g of %ld examples is none at step %ld (rule %s)",
                               sgdmft_batch(run, k), sgdmft_examples(run), k, run->rule->entry.name);
    if (sgdmft_examples(run) > (long)UINT32_MAX || sgdmft_test_examples(run) > (long)UINT32_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "dim: %ld gives more than 2^32 examples", run->dim);
    if (run->steps > (long)UINT32_MAX)
        return sgdmft_fail(error, SGDMFT_USAGE, "steps: %ld, but a simulation takes at most 2^32", run->steps);
    if (first_run < 0 || run->runs < 1 || first_run > (long)UINT32_MAX - run->runs)
        return sgdmft_fail(error, SGDMFT_USAGE, "runs: %ld from number %ld on, but numbers go from 0 to 2^32",
                           run->runs, first_run);
    return SGDMFT_OK;
}

static double worker_bytes(const struct sgdmft_run *run, int threads)
{
    return dataset_bytes(run, dataset_train_examples(run), threads)
           + dataset_bytes(run, (size_t)sgdmft_test_examples(run), threads) + step_bytes(run, threads)
           + observe_bytes(run, threads) + margin_bytes(run) + sharpness_simulator_bytes(run) + flow_bytes(run)
           + (double)run->dim * sizeof(double) + (double)run->derived.dataset.rows * sizeof(uint32_t);
}

struct sgdmft_result *worker_result(const struct sgdmft_run *run, size_t samples)
{
    struct sgdmft_result *result = sgdmft_result_create(run, SGDMFT_SIMULATION, samples);
    if (!result)
        return NULL;
    bool complete = result_add_present(result, "series", "gradient_") && result_add_present(result, "margins", "")
                    && result_add_present(result, "series", "train_")
                    && result_add_present(result, "series", "averaged_") && result_add_present(result, "sharpness", "")
                    && result_add_present(result, "series", "distance");
    if (response_tangents(run) > 0)
        complete = complete
                   && sgdmft_result_add(result, "two_time", "response", 2, (size_t[]){result->waitings, result->lags});
    if (complete)
        return result;
    sgdmft_result_free(result);
    return NULL;
}

/* Data that all workers share: the dataset, the result and its file. */
static enum sgdmft_status worker_shared(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                        struct sgdmft_error *error)
{
    struct sgdmft_result *shapes = worker_result(run, 0);
    if (!shapes)
        return memory_fail(error, "an estimate");
    *estimate = (struct sgdmft_estimate){.bytes = 0};
    result_add_estimate(shapes, (size_t)run->runs, 1, estimate);
    sgdmft_result_free(shapes);
    return SGDMFT_OK;
}

enum sgdmft_status worker_threads(const struct sgdmft_run *run, int *workers, int *threads,
                                  struct sgdmft_estimate *estimate, struct sgdmft_error *error)
{
    const double limit = sgdmft_memory_limit(run);
    const int all = (int)sgdmft_threads(run);
    const enum sgdmft_status status = worker_shared(run, estimate, error);
    if (status)
        return status;
    const double fixed = estimate->result + (run->derived.dataset.rows > 0 ? examples_bytes(run) : 0);
    int count = all < run->runs ? all : (int)run->runs;
    const int busy = pieces_threads((double)sgdmft_examples(run));
    while (count > 1 && fixed + count * worker_bytes(run, all / count < busy ? all / count : busy) > limit)
        count--;
    int each = all / count < busy ? all / count : busy;
    while (each > 1 && fixed + worker_bytes(run, each) > limit)
        each--;
    estimate->bytes = fmax(estimate->bytes, fixed + count * worker_bytes(run, each)); /* of this, and of writing */
    if (estimate->bytes > limit)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "memory_limit: %.4g MB, but one run of the simulation with dim %ld, and its result, need "
                           "%.4g MB (a run without its matrix needs less: matrix implicit)",
                           limit / 1e6, run->dim, estimate->bytes / 1e6);
    *workers = count;
    *threads = each;
    return SGDMFT_OK;
}

/* Sum over the steps of the tangents in use. */
static double worker_tangent_steps(const struct sgdmft_run *run)
{
    double sum = 0;
    if (response_tangents(run) > 0)
        for (size_t i = 0; i < run->waiting.count; i++)
            sum += (double)run->force_directions * (double)(run->steps - run->waiting.step[i]);
    return sum;
}

struct worker_cost worker_cost(const struct sgdmft_run *run)
{
    const double dim = (double)run->dim, train = (double)sgdmft_examples(run);
    const double all = train + (double)sgdmft_test_examples(run);
    const double replicas = (double)run->replicas, tangents = worker_tangent_steps(run) / (double)run->steps;
    const double size = run->precision == SGDMFT_PRECISION_DOUBLE ? 2 : 1, steps = (double)run->steps;
    const double vectors = replicas * (run->derived.average.taken ? 2 : 1); /* whose losses are measured */
    struct worker_cost cost = {
        .draw = COST_DRAW * all * dim,
        .measurements = COST_SHARPNESS * train * dim * (double)run->sharpness_at.count
                        + COST_MEASURE * size * vectors * all * dim * (double)sgdmft_measured_steps(run, NULL),
    };
    if (run->rule->continuous && !run->rule->full_batch) {
        for (long k = 0; k < run->steps; k++)
            cost.steps +=
                (double)chain_substeps(run, k) * train * (2 * COST_STEP * size * dim * run->batch + COST_SELECT);
        return cost;
    }
    if (run->rule->continuous) {
        cost.steps = COST_STEP * size * train * dim * COST_EVALUATIONS * (1 + sgdmft_time(run, run->steps));
        return cost;
    }
    const double element = replicas > 1 ? replicas * (step_shares(run, 0) ? COST_REPLICA : COST_STEP)
                                        : COST_STEP + COST_TANGENT * tangents;
    cost.steps = element * size * train * dim * sgdmft_epochs(run, run->steps);
    if (run->rule->fresh)
        cost.steps += COST_DRAW * replicas * train * dim * sgdmft_epochs(run, run->steps);
    else if (!run->rule->full_batch)
        cost.steps += COST_SELECT * train * steps * replicas;
    if (run->temperature > 0 || run->temperature_steps.count > 0 || run->privacy_noise > 0)
        cost.steps += COST_THERMAL * dim * steps * replicas;
    return cost;
}

enum sgdmft_status sgdmft_simulate_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                            struct sgdmft_error *error)
{
    int workers, threads;
    enum sgdmft_status status = worker_check(run, 0, error);
    if (status == SGDMFT_OK)
        status = worker_threads(run, &workers, &threads, estimate, error);
    if (status != SGDMFT_OK)
        return status;
    const struct worker_cost cost = worker_cost(run);
    const double rounds = ceil((double)run->runs / workers);
    const double batch = sgdmft_batch(run, 0) * (double)sgdmft_examples(run);
    const double pieces = (double)pieces_count(batch, (size_t)run->replicas);
    estimate->functions = rounds * cost.draw / threads;
    const double measurements = rounds * cost.measurements / threads,
                 made = rounds * cost.steps / fmin(threads, pieces);
    /* Rows that several replicas share come from memory once. */
    estimate->streamed = measurements + (run->replicas > 1 && step_shares(run, 0) ? 0 : made);
    estimate->seconds = estimate->functions + measurements + made;
    return SGDMFT_OK;
}

bool worker_create(const struct sgdmft_run *run, const struct sgdmft_result *result, int threads, struct worker *worker)
{
    *worker = (struct worker){.run = run, .signal = malloc((size_t)run->dim * sizeof(double))};
    return worker->signal && dataset_create(run, dataset_train_examples(run), threads, &worker->train)
           && dataset_create(run, (size_t)sgdmft_test_examples(run), threads, &worker->test)
           && step_create(run, worker->train.stride, threads, &worker->step)
           && observe_create(run, result, &worker->train, &worker->test, worker->signal, threads, &worker->observer)
           && margin_create(run, result, &worker->train, &worker->margin)
           && sharpness_create(run, result, &worker->train, worker->signal, &worker->sharpness);
}

bool worker_use(const struct examples *examples, struct worker *worker)
{
    worker->examples = examples;
    worker->split = examples ? malloc(examples->rows * sizeof *worker->split) : NULL;
    return !examples || worker->split;
}

void worker_free(struct worker *worker)
{
    free(worker->signal);
    free(worker->split);
    dataset_free(&worker->train);
    dataset_free(&worker->test);
    step_free(&worker->step);
    observe_free(&worker->observer);
    margin_free(&worker->margin);
    sharpness_free(&worker->sharpness);
}

void worker_watch(const struct sgdmft_watch *watch, struct worker *worker)
{
    worker->train.watch = worker->test.watch = worker->sharpness.lanczos.watch = watch;
}

/* Signal and examples of data laws that draw them. */
static void worker_draw_examples(struct worker *worker, uint32_t number)
{
    const struct sgdmft_run *run = worker->run;
    const size_t n = (size_t)run->dim;
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_SIGNAL, number, 0);
    sgdmft_normals(&stream, n, worker->signal);
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    for (size_t i = 0; !sgdmft_spectrum_is_plain(spectrum) && i < n; i++)
        worker->signal[i] = (spectrum->exact ? copysign(1, worker->signal[i]) : worker->signal[i])
                            * sqrt(spectrum->signal[spectrum_mode_of(spectrum, n, i)]);
    const double scale = sqrt((double)n / step_product(n, worker->signal, worker->signal));
    for (size_t i = 0; i < n; i++)
        worker->signal[i] *= scale;
    if (run->rule->fresh)
        dataset_draw_fresh(run, number, 0, 0, worker->signal, &worker->train);
    else
        dataset_draw(run, SGDMFT_TRAIN_INPUT, SGDMFT_TRAIN_LABEL, number, worker->signal, &worker->train);
    dataset_draw(run, SGDMFT_TEST_INPUT, SGDMFT_TEST_LABEL, number, worker->signal, &worker->test);
}

/* Examples of the user's dataset, with a split of their own for each run. */
static void worker_take_examples(struct worker *worker, uint32_t number)
{
    const struct sgdmft_run *run = worker->run;
    uint32_t *test = worker->split + worker->train.count;
    memcpy(worker->signal, worker->examples->signal, (size_t)run->dim * sizeof(double));
    examples_split(worker->examples, worker->test.count, run->seed, number, worker->split, test);
    dataset_take(run, SGDMFT_TRAIN_LABEL, number, worker->examples, worker->split, &worker->train);
    dataset_take(run, SGDMFT_TEST_LABEL, number, worker->examples, test, &worker->test);
}

void worker_draw(struct worker *worker, uint32_t number)
{
    const struct sgdmft_run *run = worker->run;
    (worker->examples ? worker_take_examples : worker_draw_examples)(worker, number);
    worker->step.signal = worker->signal;
    step_start(run, number, worker->signal, &worker->step);
}
