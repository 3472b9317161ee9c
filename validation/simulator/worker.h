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

/* USAGE for what a simulation cannot do: no example, dim = 1, numbers beyond the random streams. */
enum sgdmft_status worker_check(const struct sgdmft_run *run, long first_run, struct sgdmft_error *error);
/* Runs that advance at once: run->threads, or fewer where runs or memory_limit allow no more; and threads of each, so
 * that none of run->threads is left over that would have something to do. USAGE if not even one run fits. *estimate:
 * all memory of the simulation, and what the result takes. */
enum sgdmft_status worker_threads(const struct sgdmft_run *run, int *workers, int *threads,
                                  struct sgdmft_estimate *estimate, struct sgdmft_error *error);

/* An empty result with all quantities that the simulation fills, or without samples its shapes; NULL without memory. */
struct sgdmft_result *worker_result(const struct sgdmft_run *run, size_t samples);

/* Seconds of one run on one core, by part; steps and measurements are those of the whole run. */
struct worker_cost {
    double draw, steps, measurements;
};
struct worker_cost worker_cost(const struct sgdmft_run *run);

/* All buffers of a worker of so many threads; false without memory (free it all the same). */
bool worker_create(const struct sgdmft_run *run, const struct sgdmft_result *result, int threads,
                   struct worker *worker);
/* Has the worker take its examples from the run's dataset, which workers share, in place of drawing them; does nothing
 * with NULL. False without memory. */
bool worker_use(const struct examples *examples, struct worker *worker);
void worker_free(struct worker *worker);
/* Asked within what takes long; may be NULL. */
void worker_watch(const struct sgdmft_watch *watch, struct worker *worker);
/* Draws signal, examples and start of simulated run number `number`. Rows are missing where the watch stops. */
void worker_draw(struct worker *worker, uint32_t number);

#endif
