/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The direct simulation: independent runs of (T1) at finite N, each from first to last step on one thread, so that
 * the values of a run depend on its number only. */
#include <sgdmft/simulate.h>

#include "models/dataset/examples.h"
#include "models/run/margins.h"
#include "models/run/memorization.h"
#include "models/run/sharpness.h"
#include "validation/simulator/flow.h"
#include "validation/simulator/response.h"
#include "validation/simulator/worker.h"
#include <float.h>
#include <limits.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <time.h>

#define REPORTS 200 /* of progress, in a run */

/* What the threads share; `outcome` and `done` are touched in critical sections only. */
struct simulation {
    const struct sgdmft_run *run;
    const struct sgdmft_watch *watch;
    struct sgdmft_result *result;
    struct examples *examples; /* of the run's dataset; NULL: they are drawn */
    long first_run;
    struct worker_cost cost;
    double done; /* runs, in part */
    enum sgdmft_status status;  /* of the run with the lowest number that did not end well */
    size_t status_sample;
    struct sgdmft_error error;
    long last_step; /* lowest last measured step of a run */
};

static double simulation_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void simulation_progress(struct simulation *simulation, double runs)
{
    if (!simulation->watch || !simulation->watch->report)
        return;
#pragma omp critical(simulation_progress)
    {
        simulation->done += runs;
        const double fraction = simulation->done / (double)simulation->run->runs;
        simulation->watch->report(simulation->watch->context, fraction < 1 ? fraction : 1);
    }
}

/* A run failed or diverged: errors win over divergences, then the lowest number, whatever the order in time. */
static void simulation_outcome(struct simulation *simulation, size_t sample, enum sgdmft_status status,
                               const struct sgdmft_error *error)
{
#pragma omp critical(simulation_outcome)
    {
        const bool graver = status != SGDMFT_DIVERGED && simulation->status == SGDMFT_DIVERGED;
        const bool milder = status == SGDMFT_DIVERGED && simulation->status != SGDMFT_DIVERGED;
        if (simulation->status == SGDMFT_OK || graver || (!milder && sample < simulation->status_sample)) {
            simulation->status = status;
            simulation->status_sample = sample;
            simulation->error = *error;
        }
    }
}

static void simulation_last_step(struct simulation *simulation, long last_step)
{
#pragma omp critical(simulation_outcome)
    if (last_step < simulation->last_step)
        simulation->last_step = last_step;
}

/* All steps of the worker's run, from its start. Stops at the first step that leaves the bound on |w|^2/N. */
static enum sgdmft_status simulation_steps(struct simulation *simulation, struct worker *worker, uint32_t number,
                                           struct flow *flow, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = simulation->run;
    const struct worker_cost *cost = &simulation->cost;
    const double all = cost->draw + cost->steps + cost->measurements;
    const double limit = 1e12 * (1 + run->norm0);
    double reported = cost->draw / all;
    simulation_progress(simulation, reported);
    observe_step(&worker->observer, 0, &worker->step);
    margin_measure(&worker->margin, worker->observer.sample, 0, worker->step.weights);
    sharpness_measure(&worker->sharpness, number, worker->observer.sample, 0, worker->step.weights);
    for (long k = 0; k < run->steps; k++) {
        double norm;
        if (flow) {
            if (observe_due(&worker->observer, k))
                step_measure_gradient(run, &worker->train, k, &worker->step);
            const enum sgdmft_status status = flow_advance(flow, k, &norm, error);
            if (status != SGDMFT_OK)
                return status;
        } else {
            norm = step_advance(run, &worker->train, number, k, &worker->step);
        }
        if (!(norm <= limit)) {
            simulation_progress(simulation, 1 - reported);
            return sgdmft_fail(error, SGDMFT_DIVERGED,
                               "run %u diverged: |w|^2/N = %.3g after step %ld (limit %.3g); the rate may be too large",
                               number, norm, k + 1, limit);
        }
        observe_gradient(&worker->observer, k, &worker->step);
        observe_step(&worker->observer, k + 1, &worker->step);
        margin_measure(&worker->margin, worker->observer.sample, k + 1, worker->step.weights);
        sharpness_measure(&worker->sharpness, number, worker->observer.sample, k + 1, worker->step.weights);
        const double fraction = (cost->draw + (all - cost->draw) * (double)(k + 1) / (double)run->steps) / all;
        if (fraction - reported > 1.0 / REPORTS || k + 1 == run->steps) {
            simulation_progress(simulation, fraction - reported);
            reported = fraction;
        }
    }
    return SGDMFT_OK;
}

static void simulation_run(struct simulation *simulation, struct worker *worker, size_t sample)
{
    const uint32_t number = (uint32_t)(simulation->first_run + (long)sample);
    struct sgdmft_error error = {.status = SGDMFT_OK};
    struct flow *flow = NULL;
    enum sgdmft_status status = SGDMFT_OK;
    worker_draw(worker, number);
    observe_begin(&worker->observer, sample);
    if (simulation->run->rule->continuous)
        status = flow_open(simulation->run, &worker->train, &worker->step, &flow, &error);
    if (status == SGDMFT_OK) {
        status = simulation_steps(simulation, worker, number, flow, &error);
        simulation_last_step(simulation, observe_end(&worker->observer));
    }
    flow_close(flow);
    if (status != SGDMFT_OK)
        simulation_outcome(simulation, sample, status, &error);
}

static void simulation_all(struct simulation *simulation, int threads)
{
    const size_t runs = (size_t)simulation->run->runs;
#pragma omp parallel num_threads(threads)
    {
        struct worker worker;
        const bool ready = worker_create(simulation->run, simulation->result, &worker) &&
                           worker_use(simulation->examples, &worker);
#pragma omp for schedule(dynamic, 1)
        for (size_t sample = 0; sample < runs; sample++) {
            if (ready) {
                simulation_run(simulation, &worker, sample);
                continue;
            }
            struct sgdmft_error error;
            sgdmft_fail(&error, SGDMFT_INTERNAL, "no memory for a run of the simulation");
            simulation_outcome(simulation, sample, SGDMFT_INTERNAL, &error);
        }
        worker_free(&worker);
    }
}

/* An empty result with all quantities that the simulation fills; NULL without memory. */
static struct sgdmft_result *simulation_result(const struct sgdmft_run *run)
{
    struct sgdmft_result *result = sgdmft_result_create(run, SGDMFT_SIMULATION, (size_t)run->runs);
    if (!result)
        return NULL;
    bool complete = sgdmft_result_add(result, "series", "gradient_overlap", 1, &result->steps) &&
                    sgdmft_result_add(result, "series", "gradient_norm", 1, &result->steps);
    complete = margins_add(result) && complete;
    complete = memorization_add(result) && complete;
    complete = sharpness_add(result) && complete;
    if (run->replicas > 1)
        complete = complete && sgdmft_result_add(result, "series", "distance", 1, &result->steps) &&
                   sgdmft_result_add(result, "series", "distance_normalised", 1, &result->steps);
    if (response_tangents(run) > 0)
        complete = complete && sgdmft_result_add(result, "two_time", "response", 2,
                                                 (size_t[]){result->waitings, result->lags});
    if (complete)
        return result;
    sgdmft_result_free(result);
    return NULL;
}

/* The dataset of a run that has one, unchanged since the run was resolved. */
static enum sgdmft_status simulation_examples(const struct sgdmft_run *run, struct examples **examples,
                                              struct sgdmft_error *error)
{
    const struct sgdmft_dataset *known = &run->derived.dataset;
    *examples = NULL;
    if (known->rows == 0)
        return SGDMFT_OK;
    const enum sgdmft_status status = examples_load(run, examples, error);
    if (status != SGDMFT_OK || (*examples)->facts.checksum == known->checksum)
        return status;
    examples_free(*examples);
    *examples = NULL;
    return sgdmft_fail(error, SGDMFT_FILE, "%.600s has changed since it was read first", run->dataset);
}

enum sgdmft_status sgdmft_simulate(const struct sgdmft_run *run, long first_run, const struct sgdmft_watch *watch,
                                   struct sgdmft_result **result, struct sgdmft_error *error)
{
    const double begin = simulation_clock();
    int threads = 1;
    struct examples *examples = NULL;
    enum sgdmft_status status = worker_check(run, first_run, error);
    if (status == SGDMFT_OK)
        status = worker_threads(run, &threads, NULL, error);
    if (status == SGDMFT_OK)
        status = simulation_examples(run, &examples, error);
    if (status != SGDMFT_OK)
        return status;
    struct simulation simulation = {
        .run = run,
        .watch = watch,
        .result = simulation_result(run),
        .examples = examples,
        .first_run = first_run,
        .cost = worker_cost(run),
        .last_step = run->steps,
    };
    if (!simulation.result) {
        examples_free(examples);
        return sgdmft_fail(error, SGDMFT_INTERNAL, "no memory for the result of %ld runs", run->runs);
    }
    simulation_all(&simulation, threads);
    examples_free(examples);
    status = simulation.status;
    if (status != SGDMFT_OK)
        sgdmft_fail(error, status, "%s", simulation.error.text);
    if (status != SGDMFT_OK && status != SGDMFT_DIVERGED) {
        sgdmft_result_free(simulation.result);
        return status;
    }
    simulation.result->status = status;
    simulation.result->last_step = simulation.last_step;
    sgdmft_result_reduce(simulation.result);
    struct sgdmft_provenance *provenance = &simulation.result->provenance;
    snprintf(provenance->engine, sizeof provenance->engine, "simulator");
    provenance->threads = threads;
    provenance->wall_time = simulation_clock() - begin;
    *result = simulation.result;
    return status;
}
