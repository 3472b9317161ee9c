/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a sweep: its points, several at once. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_POINTS_H
#define SOLVER_CLI_SWEEP_SWEEP_POINTS_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/manifest.h"

/* Sets the status of the points of this process from the folder. A point is finished if its result files are
 * complete and of its run; otherwise it is pending. A damaged file is reported and ignored. */
void sweep_recognise(const struct invocation *invocation, const char *folder, struct points *points);

/* Use of the cores: points at once, and threads inside each. */
struct sweep_split {
    long points, threads;
};
/* Divides the threads: as many points at once as threads and memory_limit allow, and the remaining threads inside
 * the points. */
struct sweep_split sweep_divide(const struct sgdmft_run *run, const struct points *points);

/* Computes the pending points of this process, and writes their files and the manifest (or its part). The results do
 * not depend on the use of the cores. The failure of a point is recorded. FILE: the manifest cannot be written. */
enum sgdmft_status sweep_compute(const struct invocation *invocation, const char *folder, struct points *points,
                                 struct manifest_part part, struct sgdmft_error *error);

#endif
