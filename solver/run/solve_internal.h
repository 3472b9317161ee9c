/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that the parts of the solver share beside sgdmft_solve. */
#ifndef SOLVER_RUN_SOLVE_INTERNAL_H
#define SOLVER_RUN_SOLVE_INTERNAL_H

#include "solver/run/engine.h"
#include <sgdmft/solve.h>

/* Makes an empty result with all quantities that an engine fills, of `samples` samples (0: shapes only, for an
 * estimate). NULL without memory. */
struct sgdmft_result *solve_quantities(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples);
/* Makes the empty result of the theory by an engine with tangents. NULL without memory. */
struct sgdmft_result *solve_result(const struct sgdmft_run *run, size_t samples);
/* Makes the empty result of the theory by this engine, with its measurements of tangents and of the Hessian outside the
 * bulk; engine NULL: of a flow. NULL without memory. */
struct sgdmft_result *solve_engine_result(const struct engine *engine, const struct sgdmft_run *run, size_t samples);
/* True if the result has values, complete or of a run that ended early. */
bool solve_has_values(enum sgdmft_status status, const struct sgdmft_result *result);
/* Solves as sgdmft_solve, with an engine that need not be in the registry: for tests with a broken engine. */
enum sgdmft_status solve_with(const struct engine *engine, const struct sgdmft_run *run, struct sgdmft_result **result,
                              struct sgdmft_error *error);

#endif
