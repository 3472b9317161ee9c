/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The direct simulation: independent runs of (T1) at finite N in parallel, each on one thread, or on several if there
 * are more threads than runs. The values of a run depend on its number only. */
#include <sgdmft/simulate.h>

#include "models/data/dataset/examples.h"
#include "models/registry.h"
#include "models/base/clock.h"
#include "models/base/memory.h"
#include "models/formula/formula.h"
#include "models/run/bound.h"
#include "models/base/checkpoint_pieces.h"
#include "models/base/ranks.h"
#include "models/result/samples.h"
#include "validation/simulator/simulator_flow.h"
#include "validation/simulator/worker.h"
#include <math.h>
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define REPORTS 200 /* of progress, in a run */

/* Data that the threads share; `outcome` and `done` are used in critical sections only. */
struct simulation {
    const struct sgdmft_run *run;
    const struct sgdmft_watch *watch;
    struct sgdmft_result *result;
    struct examples *examples; /* of the run's dataset; NULL: they are drawn */
    long first_run;
    double finer; /* substeps of a flow with batches (simulator_chain.h) */
    struct worker_cost cost;
    double done;               /* runs, in part */
    enum sgdmft_status status; /* of the run with the lowest number that did not end well */
    size_t status_sample;
    struct sgdmft_error error;
    struct samples_reached *reached; /* [runs] last measured step of each */
    bool *keep;                      /* [runs] */
    uint64_t key;                    /* of the checkpoint's pieces */
};

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

/* Notes the failure or divergence of a run. Errors have precedence over divergences, then the lowest number,
 * independent of the order in time. */
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

static bool simulation_stopped(const struct simulation *simulation)
{
    return sgdmft_watch_stops(simulation->watch);
}

/* Makes all steps of the worker's run, from its start. DIVERGED at the first step beyond the bound on |w|^2/N;
 * INTERRUPTED if it is stopped. */
static enum sgdmft_status simulation_steps(struct simulation *simulation, struct worker *worker, uint32_t number,
                                           struct flow *flow, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = simulation->run;
    const struct worker_cost *cost = &simulation->cost;
    const double all = cost->draw + cost->steps + cost->measurements;
    const double limit = norm_bound(run);
    double reported = cost->draw / all;
    simulation_progress(simulation, reported);
    observe_step(&worker->observer, 0, &worker->step);
    margin_measure(&worker->margin, worker->observer.sample, 0, worker->step.weights);
    sharpness_measure(&worker->sharpness, number, worker->observer.sample, 0, &worker->step);
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
            if (run->rule->fresh)
                dataset_draw_fresh(run, number, k + 1, 0, worker->signal, &worker->train);
        }
        if (!(norm <= limit)) {
            simulation_progress(simulation, 1 - reported);
            return sgdmft_fail(error, SGDMFT_DIVERGED,
                               "run %u diverged: |w|^2/N = %.3g after step %ld (limit %.3g); the rate may be too large",
                               number, fabs(norm), k + 1, limit); /* never -nan */
        }
        observe_gradient(&worker->observer, k, &worker->step);
        observe_step(&worker->observer, k + 1, &worker->step);
        margin_measure(&worker->margin, worker->observer.sample, k + 1, worker->step.weights);
        sharpness_measure(&worker->sharpness, number, worker->observer.sample, k + 1, &worker->step);
        if (k + 1 < run->steps && simulation_stopped(simulation))
            return SGDMFT_INTERRUPTED;
        const double fraction = (cost->draw + (all - cost->draw) * (double)(k + 1) / (double)run->steps) / all;
        if (fraction - reported > 1.0 / REPORTS || k + 1 == run->steps) {
            simulation_progress(simulation, fraction - reported);
            reported = fraction;
        }
    }
    return SGDMFT_OK;
}

/* Result of a finished run, for the checkpoint: its status and its values. */
struct simulation_piece {
    struct simulation *simulation;
    size_t sample;
    enum sgdmft_status status; /* OK or DIVERGED */
    struct sgdmft_error error;
};

static bool simulation_archive(void *context, struct archive *archive)
{
    struct simulation_piece *piece = context;
    return archive_bytes(archive, &piece->status, sizeof piece->status)
           && archive_bytes(archive, &piece->error, sizeof piece->error)
           && archive_long(archive, &piece->simulation->reached[piece->sample].step)
           && samples_archive(piece->simulation->result, piece->sample, archive);
}

/* Makes the run from its start. */
static void simulation_work(struct simulation_piece *piece, struct worker *worker, uint32_t number)
{
    struct simulation *simulation = piece->simulation;
    struct flow *flow = NULL;
    worker_draw(worker, number);
    if (simulation_stopped(simulation)) { /* rows may be incomplete */
        piece->status = SGDMFT_INTERRUPTED;
        return;
    }
    observe_begin(&worker->observer, piece->sample);
    piece->status = SGDMFT_OK;
    if (simulation->run->rule->continuous)
        piece->status =
            flow_open(simulation->run, &worker->train, number, simulation->finer, &worker->step, &flow, &piece->error);
    if (piece->status == SGDMFT_OK) {
        piece->status = simulation_steps(simulation, worker, number, flow, &piece->error);
        simulation->reached[piece->sample].step = observe_end(&worker->observer);
    }
    flow_close(flow);
}

/* Makes one run: from the checkpoint if it is finished there, else from its start. An unfinished run is not saved. */
static void simulation_run(struct simulation *simulation, struct worker *worker, size_t sample)
{
    struct sgdmft_checkpoint *checkpoint = simulation->watch ? simulation->watch->checkpoint : NULL;
    struct samples_reached *reached = &simulation->reached[sample];
    const uint32_t number = (uint32_t)(simulation->first_run + (long)sample);
    const struct checkpoint_piece name = {simulation->key, number};
    struct simulation_piece piece = {.simulation = simulation, .sample = sample};
    const bool known = checkpoint_begin(checkpoint, name) == CHECKPOINT_DONE;
    if (known && checkpoint_read(checkpoint, name, simulation_archive, &piece))
        simulation_progress(simulation, 1);
    else if (known)
        piece.status = sgdmft_fail(&piece.error, SGDMFT_FILE, "the checkpoint does not fit: another build wrote it");
    else if (worker)
        simulation_work(&piece, worker, number);
    else
        piece.status = memory_fail(&piece.error, "a run of the simulation");
    reached->done = piece.status == SGDMFT_OK || piece.status == SGDMFT_DIVERGED;
    checkpoint_end(checkpoint, name, reached->done ? simulation_archive : NULL, &piece);
    if (piece.status != SGDMFT_OK && piece.status != SGDMFT_INTERRUPTED)
        simulation_outcome(simulation, sample, piece.status, &piece.error);
}

/* Workers, each with its own memory, and the next run to be made. */
struct simulation_crew {
    struct simulation *simulation;
    int threads; /* of a worker */
    atomic_size_t next;
};

/* Makes runs of this rank until all are made. */
static void simulation_worker(void *context, size_t number)
{
    struct simulation_crew *crew = context;
    struct simulation *simulation = crew->simulation;
    const struct ranks *ranks = simulation->watch ? simulation->watch->ranks : NULL;
    const size_t runs = (size_t)simulation->run->runs;
    struct worker worker;
    (void)number;
    const bool ready = worker_create(simulation->run, simulation->result, crew->threads, &worker)
                       && worker_use(simulation->examples, &worker);
    worker_watch(simulation->watch, &worker);
    for (size_t sample; (sample = atomic_fetch_add(&crew->next, 1)) < runs;)
        if (ranks_owner(ranks, sample) == ranks_index(ranks) && !simulation_stopped(simulation))
            simulation_run(simulation, ready ? &worker : NULL, sample);
    worker_free(&worker);
}

static void simulation_all(struct simulation *simulation, int workers, int threads)
{
    struct simulation_crew crew = {.simulation = simulation, .threads = threads, .next = 0};
    if (workers > 1 && threads > 1)
        omp_set_max_active_levels(2);
    ranks_each(NULL, workers, (size_t)workers, simulation_worker, &crew);
}

/* Collects the outcomes of the ranks in the order of the samples: the same outcome on all of them. */
static void simulation_share(struct simulation *simulation)
{
    const struct ranks *ranks = simulation->watch ? simulation->watch->ranks : NULL;
    struct simulation own = *simulation;
    for (size_t s = 0; s < simulation->result->samples; s++)
        samples_share(ranks, simulation->result, s, &simulation->reached[s]);
    for (int from = 0; from < ranks_count(ranks); from++) {
        struct simulation theirs = own;
        ranks_broadcast(ranks, from, &theirs.status, sizeof theirs.status);
        ranks_broadcast(ranks, from, &theirs.status_sample, sizeof theirs.status_sample);
        ranks_broadcast(ranks, from, &theirs.error, sizeof theirs.error);
        if (theirs.status != SGDMFT_OK)
            simulation_outcome(simulation, theirs.status_sample, theirs.status, &theirs.error);
    }
}

/* Status of the simulation. After a stop the usable runs are kept. */
static enum sgdmft_status simulation_conclude(struct simulation *simulation, struct sgdmft_error *error)
{
    struct sgdmft_result *result = simulation->result;
    enum sgdmft_status status = simulation->status;
    if (status != SGDMFT_OK && status != SGDMFT_DIVERGED)
        return sgdmft_fail(error, status, "%s", simulation->error.text);
    if (!samples_done(simulation->reached, result->samples)) {
        const long runs = simulation->run->runs;
        if (!samples_interrupt(result, simulation->reached, simulation->keep))
            return sgdmft_fail(error, SGDMFT_INTERRUPTED, "stopped before the first step");
        return sgdmft_fail(error, SGDMFT_INTERRUPTED,
                           "the simulation was stopped: %zu of %ld runs are kept, up to step %ld", result->samples,
                           runs, result->last_step);
    }
    for (size_t s = 0; s < result->samples; s++)
        if (simulation->reached[s].step < result->last_step)
            result->last_step = simulation->reached[s].step;
    result->status = status;
    return status ? sgdmft_fail(error, status, "%s", simulation->error.text) : status;
}

/* Makes the first run of a flow with batches at half as many substeps and the same jumps, without saving it; *half is
 * NULL for other rules. */
static enum sgdmft_status simulation_halve(const struct simulation *whole, int threads, struct sgdmft_result **half,
                                           struct sgdmft_error *error)
{
    struct sgdmft_run run = *whole->run;
    struct sgdmft_watch watch = {.report = NULL};
    struct samples_reached reached = {.step = -1};
    *half = NULL;
    if (!run.rule->continuous || run.rule->full_batch)
        return SGDMFT_OK;
    run.runs = 1;
    if (whole->watch)
        watch = *whole->watch;
    watch.ranks = NULL;
    watch.checkpoint = NULL;
    watch.report = NULL;
    struct simulation simulation = *whole;
    simulation.run = &run;
    simulation.watch = &watch;
    simulation.finer = 0.5;
    simulation.reached = &reached;
    simulation.result = worker_result(&run, 1);
    if (!simulation.result)
        return memory_fail(error, "the result of a run");
    simulation_all(&simulation, 1, threads);
    *half = simulation.result;
    if (simulation.status == SGDMFT_OK && !reached.done)
        return sgdmft_fail(error, SGDMFT_INTERRUPTED, "stopped before the first step");
    return simulation.status == SGDMFT_OK ? SGDMFT_OK
                                          : sgdmft_fail(error, simulation.status, "%s", simulation.error.text);
}

/* Adds to the errors the distance of the first run from the same with half as many substeps. */
static void simulation_add_error(const struct sgdmft_result *half, struct sgdmft_result *result)
{
    for (size_t q = 0; q < result->quantities; q++) {
        struct sgdmft_quantity *quantity = &result->quantity[q];
        for (size_t i = 0; i < quantity->length; i++) {
            const double apart = quantity->sample[i] - half->quantity[q].sample[i];
            if (!isnan(apart)) /* measured */
                quantity->se[i] = hypot(quantity->se[i], apart);
        }
    }
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

/* Makes all runs. *half is that of simulation_halve, or NULL if the first run is not kept. */
static enum sgdmft_status simulation_go(struct simulation *simulation, int workers, int threads,
                                        struct sgdmft_result **half, struct sgdmft_error *error)
{
    const struct ranks *ranks = simulation->watch ? simulation->watch->ranks : NULL;
    enum sgdmft_status status = ranks_agree(ranks, simulation_halve(simulation, threads, half, error), error);
    const bool diverged = status == SGDMFT_DIVERGED;
    if (status != SGDMFT_OK && !diverged)
        return status;
    simulation_all(simulation, workers, threads);
    simulation_share(simulation);
    status = simulation_conclude(simulation, error);
    if (status == SGDMFT_OK && diverged)
        return sgdmft_fail(error, SGDMFT_NOT_CONVERGED,
                           "rule %s: the first run diverges with steps twice as long, so that they are too long",
                           simulation->run->rule->entry.name);
    if (status == SGDMFT_INTERRUPTED && !simulation->keep[0]) {
        sgdmft_result_free(*half);
        *half = NULL;
    }
    return status;
}

enum sgdmft_status sgdmft_simulate(const struct sgdmft_run *run, long first_run, const struct sgdmft_watch *watch,
                                   struct sgdmft_result **result, struct sgdmft_error *error)
{
    const double begin = clock_seconds();
    int workers = 1, threads = 1;
    struct examples *examples = NULL;
    struct sgdmft_estimate estimate;
    struct sgdmft_run complete = *run;
    enum sgdmft_status status = formula_make(&complete, error);
    run = &complete;
    if (status == SGDMFT_OK)
        status = worker_check(run, first_run, error);
    if (status == SGDMFT_OK)
        status = worker_threads(run, &workers, &threads, &estimate, error);
    if (status == SGDMFT_OK)
        status = simulation_examples(run, &examples, error);
    status = ranks_agree(watch ? watch->ranks : NULL, status, error);
    if (status != SGDMFT_OK)
        return status;
    struct simulation simulation = {
        .run = run,
        .watch = watch,
        .result = worker_result(run, (size_t)run->runs),
        .examples = examples,
        .first_run = first_run,
        .finer = 1,
        .cost = worker_cost(run),
        .reached = malloc((size_t)run->runs * sizeof *simulation.reached),
        .keep = calloc((size_t)run->runs, sizeof *simulation.keep),
    };
    if (!simulation.result || !simulation.reached || !simulation.keep) {
        sgdmft_result_free(simulation.result);
        free(simulation.reached);
        free(simulation.keep);
        examples_free(examples);
        return memory_fail(error, "the result of %ld runs", run->runs);
    }
    for (long i = 0; i < run->runs; i++)
        simulation.reached[i] = (struct samples_reached){.step = -1};
    if (watch && watch->checkpoint)
        simulation.key = checkpoint_key(run, "simulation", 0);
    struct sgdmft_result *half;
    status = simulation_go(&simulation, workers, threads, &half, error);
    examples_free(examples);
    free(simulation.reached);
    free(simulation.keep);
    if (status != SGDMFT_OK && status != SGDMFT_DIVERGED && simulation.result->status != SGDMFT_INTERRUPTED) {
        sgdmft_result_free(half);
        sgdmft_result_free(simulation.result);
        return status;
    }
    sgdmft_result_reduce(simulation.result);
    if (half)
        simulation_add_error(half, simulation.result);
    sgdmft_result_free(half);
    struct sgdmft_provenance *provenance = &simulation.result->provenance;
    snprintf(provenance->engine, sizeof provenance->engine, SIMULATION_STORED);
    provenance->threads = workers * threads;
    provenance->wall_time = clock_seconds() - begin;
    *result = simulation.result;
    return status;
}
