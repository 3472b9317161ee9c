/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs an engine on all groups of a run in parallel, and records their measurements: one sample a group. */
#ifndef SOLVER_RUN_GROUPS_H
#define SOLVER_RUN_GROUPS_H

#include "solver/run/engine.h"
#include <sgdmft/result.h>

/* Split of the threads of a run: `outer` groups at a time, `inner` threads in each. */
struct groups_threads {
    int outer, inner;
};
struct groups_threads groups_threads(const struct engine *engine, const struct sgdmft_run *run);

/* Memory and wall time of all groups, without their result. */
struct sgdmft_estimate groups_estimate(const struct engine *engine, const struct sgdmft_run *run);

/* Solves all groups of run, which have the numbers `group` and up, and fills the samples of result. result may belong
 * to a run with steps `substeps` times as long: step k of run is recorded as step k/substeps. Sets status and
 * last_step. Reports fractions of the watch between first and last. Shares the groups among the ranks of the watch,
 * starts from its checkpoint and saves to it. INTERRUPTED after a stop: result keeps the complete samples, and has its
 * status set if there are any. INTERNAL without memory, FILE if the checkpoint does not fit. */
enum sgdmft_status groups_solve(const struct engine *engine, const struct sgdmft_run *run, uint32_t group,
                                long substeps, const struct sgdmft_watch *watch, double first, double last,
                                struct sgdmft_result *result, struct sgdmft_error *error);

/* The same for a simulation with this engine. Its groups are the runs first_run .. first_run + run->runs - 1 of P
 * examples and dim weights, exact in law at this size. */
struct sgdmft_estimate groups_simulate_estimate(const struct engine *engine, const struct sgdmft_run *run);
enum sgdmft_status groups_simulate(const struct engine *engine, const struct sgdmft_run *run, long first_run,
                                   const struct sgdmft_watch *watch, struct sgdmft_result *result,
                                   struct sgdmft_error *error);

#endif
