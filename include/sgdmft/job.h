/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job: a computation that another thread looks at and stops. */
#ifndef SGDMFT_JOB_H
#define SGDMFT_JOB_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>

struct sgdmft_job;

/* Opens the checkpoint that the run names, and starts the clock of its max_walltime. Errors and warning as of
 * sgdmft_checkpoint_open; FILE too if `out` cannot be written. End with sgdmft_job_close. */
SGDMFT_API enum sgdmft_status sgdmft_job_open(const struct sgdmft_run *run, struct sgdmft_job **job,
                                              struct sgdmft_error *warning, struct sgdmft_error *error);
/* The theory, and the simulation with a stored matrix or without one, as the run says. *result and status as of
 * sgdmft_solve and sgdmft_simulate; the result is written where the run names a file. They may run in several threads
 * at a time, a job in each. */
SGDMFT_API enum sgdmft_status sgdmft_job_solve(struct sgdmft_job *job, struct sgdmft_result **result,
                                               struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_job_simulate(struct sgdmft_job *job, struct sgdmft_result **result,
                                                  struct sgdmft_error *error);
/* The run to simulate so that it checks the theory of `run`, on the heap (sgdmft_run_free). USAGE if both would be the
 * same code, or do not fit into memory. */
SGDMFT_API enum sgdmft_status sgdmft_job_check_of(const struct sgdmft_run *run, struct sgdmft_run **own,
                                                  struct sgdmft_error *error);
/* Asks it to stop, from any thread. */
SGDMFT_API void sgdmft_job_stop(struct sgdmft_job *job);
/* The done fraction of the work, from any thread. */
SGDMFT_API double sgdmft_job_done(const struct sgdmft_job *job);
/* Ends it; complete: all work is done. FILE if the checkpoint could not be written. NULL is allowed. */
SGDMFT_API enum sgdmft_status sgdmft_job_close(struct sgdmft_job *job, bool complete, struct sgdmft_error *error);

#endif
