/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worker: simulates runs one after the other, on one thread or on several that share each step; its
 * memory and time. */
#ifndef VALIDATION_SIMULATOR_WORKER_H
#define VALIDATION_SIMULATOR_WORKER_H

#include "validation/simulator/margin.h"
#include "validation/simulator/observe.h"
#include "validation/simulator/sharpness.h"
#include "validation/simulator/simulator_step.h"
#include <sgdmft/watch.h>

struct worker {
    const struct sgdmft_run *run;
    const struct examples *examples; /* of the user's dataset; NULL: they are drawn */
    uint32_t *split;                 /* [rows of the dataset] those of training, then those of testing */
    double *signal;                  /* [dim], |signal|^2 = dim */
    struct dataset train, test;
    struct step step;
    struct observer observer;
    struct margin margin;
    struct sharpness sharpness;
};

/* USAGE for a run without a simulation: no example, dim = 1, numbers beyond the random streams. */
enum sgdmft_status worker_check(const struct sgdmft_run *run, long first_run, struct sgdmft_error *error);
/* Computes *workers, the runs in parallel: run->threads, or fewer by the number of runs or memory_limit. *threads of
 * each share the other threads. *estimate: memory of the simulation, with its result. USAGE if not even one run fits.
 * */
enum sgdmft_status worker_threads(const struct sgdmft_run *run, int *workers, int *threads,
                                  struct sgdmft_estimate *estimate, struct sgdmft_error *error);

/* Makes an empty result with all quantities of the simulation (samples = 0: shapes only). NULL without memory. */
struct sgdmft_result *worker_result(const struct sgdmft_run *run, size_t samples);

/* Seconds of one run on one core, by part; steps and measurements are those of the whole run. */
struct worker_cost {
    double draw, steps, measurements;
};
struct worker_cost worker_cost(const struct sgdmft_run *run);

/* Allocates all buffers of a worker with `threads` threads. False without memory; free it in either case. */
bool worker_create(const struct sgdmft_run *run, const struct sgdmft_result *result, int threads,
                   struct worker *worker);
/* Sets the examples of the run's dataset, which workers share, in place of drawn ones. Does nothing with NULL. False
 * without memory. */
bool worker_use(const struct examples *examples, struct worker *worker);
void worker_free(struct worker *worker);
/* Sets the watch, which long loops test; may be NULL. */
void worker_watch(const struct sgdmft_watch *watch, struct worker *worker);
/* Draws signal, examples and start of simulated run number `number`. The draw is incomplete if the watch stops. */
void worker_draw(struct worker *worker, uint32_t number);

#endif
