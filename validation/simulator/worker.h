/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one thread needs to simulate runs one after the other, and what that costs. */
#ifndef SGDMFT_SIMULATOR_WORKER_H
#define SGDMFT_SIMULATOR_WORKER_H

#include "validation/simulator/margin.h"
#include "validation/simulator/observe.h"
#include "validation/simulator/step.h"

struct worker {
    const struct sgdmft_run *run;
    double *signal; /* [dim], |signal|^2 = dim */
    struct dataset train, test;
    struct step step;
    struct observer observer;
    struct margin margin;
};

/* Test examples of a run. */
size_t worker_test_examples(const struct sgdmft_run *run);
/* USAGE for what a simulation cannot do: no example, dim = 1, numbers beyond the random streams. */
enum sgdmft_status worker_check(const struct sgdmft_run *run, long first_run, struct sgdmft_error *error);
/* Threads that simulate at once: run->threads, or fewer where runs or memory_limit allow no more. USAGE if not even
 * one run fits. *bytes (may be NULL): all memory of the simulation. */
enum sgdmft_status worker_threads(const struct sgdmft_run *run, int *threads, double *bytes,
                                  struct sgdmft_error *error);

/* Seconds of one run on one core, by part; steps and measurements are those of the whole run. */
struct worker_cost {
    double draw, steps, measurements;
};
struct worker_cost worker_cost(const struct sgdmft_run *run);

/* All buffers of a worker; false without memory (free it all the same). */
bool worker_create(const struct sgdmft_run *run, const struct sgdmft_result *result, struct worker *worker);
void worker_free(struct worker *worker);
/* Draws signal, examples and start of simulated run number `number`. */
void worker_draw(struct worker *worker, uint32_t number);

#endif
