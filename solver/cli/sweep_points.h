/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The work of a sweep: one point after the other, several at once. */
#ifndef SGDMFT_CLI_SWEEP_POINTS_H
#define SGDMFT_CLI_SWEEP_POINTS_H

#include "solver/cli/cli.h"
#include "solver/cli/points.h"

/* Gives the wanted points that are finished in the folder their status: result files that are complete and of this very
 * run. Others are pending. A damaged file is reported and counts as none. */
void sweep_recognise(const struct invocation *invocation, const char *folder, struct points *points);

/* Computes the wanted points that are pending, each on one thread, and writes their files and the manifest as it goes. A
 * point that fails is recorded. FILE: the manifest cannot be written. */
enum sgdmft_status sweep_compute(const struct invocation *invocation, const char *folder, struct points *points,
                                 struct sgdmft_error *error);

/* How many points are computed at once: threads, as far as memory_limit allows. */
long sweep_width(const struct sgdmft_run *run, const struct points *points);

#endif
