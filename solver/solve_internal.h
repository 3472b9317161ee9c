/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the solver share beside sgdmft_solve. */
#ifndef SOLVER_SOLVE_INTERNAL_H
#define SOLVER_SOLVE_INTERNAL_H

#include "solver/engine.h"
#include <sgdmft/solve.h>

/* An empty result of the theory with all quantities it fills, one sample a group, or none (its shapes, for an
 * estimate); NULL without memory. */
struct sgdmft_result *solve_result(const struct sgdmft_run *run, size_t samples);
/* sgdmft_solve with an engine that need not be in the registry: for tests that break one on purpose. */
enum sgdmft_status solve_with(const struct engine *engine, const struct sgdmft_run *run,
                              struct sgdmft_result **result, struct sgdmft_error *error);

#endif
