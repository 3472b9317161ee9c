/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A job: a computation that another thread can observe and stop. */
#ifndef SGDMFT_JOB_H
#define SGDMFT_JOB_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>

struct sgdmft_job;

/* Opens the checkpoint that the run names, and starts the clock of its max_walltime. Close with sgdmft_job_close.
 * Errors and warning are those of sgdmft_checkpoint_open. FILE: also if `out` cannot be written. */
SGDMFT_API enum sgdmft_status sgdmft_job_open(const struct sgdmft_run *run, struct sgdmft_job **job,
                                              struct sgdmft_error *warning, struct sgdmft_error *error);
/* Computes the theory, or the simulation with or without a stored matrix as the run says. The result is written to
 * the file that the run names. Several threads can each compute a job. *result and status are those of sgdmft_solve
 * and sgdmft_simulate. */
SGDMFT_API enum sgdmft_status sgdmft_job_solve(struct sgdmft_job *job, struct sgdmft_result **result,
                                               struct sgdmft_error *error);
SGDMFT_API enum sgdmft_status sgdmft_job_simulate(struct sgdmft_job *job, struct sgdmft_result **result,
                                                  struct sgdmft_error *error);
/* Finds the largest alpha at which the run reaches zero, as sgdmft_find_alpha does. text: the json document of the
 * program, owned by the caller (sgdmft_text_free), or NULL. */
SGDMFT_API enum sgdmft_status sgdmft_job_find_alpha(struct sgdmft_job *job, bool simulate, double tolerance,
                                                    char **text, struct sgdmft_error *error);
/* The simulation that checks the theory of `run`, as a run on the heap (sgdmft_run_free). USAGE: both would run the
 * same code, or they do not fit into memory. */
SGDMFT_API enum sgdmft_status sgdmft_job_check_of(const struct sgdmft_run *run, struct sgdmft_run **own,
                                                  struct sgdmft_error *error);
/* Requests a job to stop, from any thread. */
SGDMFT_API void sgdmft_job_stop(struct sgdmft_job *job);
/* The done fraction of the work (0..1), from any thread. */
SGDMFT_API double sgdmft_job_done(const struct sgdmft_job *job);
/* Closes a job; NULL is allowed. complete: all work is done. FILE: the checkpoint could not be written. */
SGDMFT_API enum sgdmft_status sgdmft_job_close(struct sgdmft_job *job, bool complete, struct sgdmft_error *error);

#endif
