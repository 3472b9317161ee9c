/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that the parts of the solver share beside sgdmft_solve. */
#ifndef SOLVER_RUN_SOLVE_INTERNAL_H
#define SOLVER_RUN_SOLVE_INTERNAL_H

#include "solver/run/engine.h"
#include <sgdmft/solve.h>

/* An empty result with all quantities that an engine fills in so many samples, or none (its shapes, for an estimate);
 * NULL without memory. */
struct sgdmft_result *solve_quantities(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples);
/* Result of the theory by an engine with tangents. */
struct sgdmft_result *solve_result(const struct sgdmft_run *run, size_t samples);
/* True if there is anything to show, also of a run that ended early. */
bool solve_has_values(enum sgdmft_status status, const struct sgdmft_result *result);
/* sgdmft_solve with an engine that need not be in the registry: for tests that break one on purpose. */
enum sgdmft_status solve_with(const struct engine *engine, const struct sgdmft_run *run, struct sgdmft_result **result,
                              struct sgdmft_error *error);

#endif
