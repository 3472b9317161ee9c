/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that the hierarchical engine supports, and its plan for one: blocks, phases, jumps, memory and time. */
#ifndef SOLVER_HIERARCHICAL_PLAN_H
#define SOLVER_HIERARCHICAL_PLAN_H

#include "solver/run/engine.h"

struct plan {
    size_t order, phases, slots, coordinates;
    size_t jumps;       /* steps at which rate, batch or temperature change */
    size_t innovations; /* latest ones to which a new one is orthogonal */
};

struct plan plan_of(const struct sgdmft_run *run, size_t paths);
/* Writes the steps of the jumps, ascending, into out (may be NULL); returns their number. */
size_t plan_jumps(const struct sgdmft_run *run, long *out);
enum sgdmft_status plan_supports(const struct sgdmft_run *run, struct sgdmft_error *error);
struct sgdmft_estimate plan_estimate(const struct sgdmft_run *run, size_t paths);
double plan_progress(const struct sgdmft_run *run, long k);

#endif
