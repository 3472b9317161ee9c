/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a sweep: one point after the other, several at once. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_POINTS_H
#define SOLVER_CLI_SWEEP_SWEEP_POINTS_H

#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/manifest.h"

/* Gives my points that are finished in the folder their status: result files that are complete and of this very run.
 * The rest of mine are pending. A damaged file is reported and counts as none. */
void sweep_recognise(const struct invocation *invocation, const char *folder, struct points *points);

/* How the cores are used: points side by side, and threads inside each. */
struct sweep_split {
    long points, threads;
};
/* As many points at once as there are threads, as far as memory_limit allows; what threads are left work inside the
 * points. */
struct sweep_split sweep_divide(const struct sgdmft_run *run, const struct points *points);

/* Computes my points that are pending, and writes their files and the manifest (or its part) as it goes; the results do
 * not depend on how the cores are used. A point that fails is recorded. FILE: the manifest cannot be written. */
enum sgdmft_status sweep_compute(const struct invocation *invocation, const char *folder, struct points *points,
                                 struct manifest_part part, struct sgdmft_error *error);

#endif
