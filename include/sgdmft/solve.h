/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The theory: dynamical mean-field theory of a run (Mignacco and Urbani, J. Stat. Mech. 2022, 083405;
 * solver/THEORY.md). */
#ifndef SGDMFT_SOLVE_H
#define SGDMFT_SOLVE_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/watch.h>

/* Solves run with the engine that it names. *result is set on OK, on DIVERGED (the part before, marked) and, if
 * there is anything to show, on INTERRUPTED (by watch->stop).
 * USAGE: no engine supports the run, or memory_limit is too low. */
SGDMFT_API enum sgdmft_status sgdmft_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                           struct sgdmft_result **result, struct sgdmft_error *error);
/* Memory and time of sgdmft_solve, and the engine it would take, without doing the work. */
SGDMFT_API enum sgdmft_status sgdmft_solve_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                                    const char **engine, struct sgdmft_error *error);

/* Loss and error on a fresh example, r = c m + sqrt(Delta)(u m + sqrt(C - m^2) z), by quadrature (THEORY 9.1).
 * error is NaN for real labels. overlap^2 <= norm. */
SGDMFT_API void sgdmft_generalization(const struct sgdmft_run *run, double overlap, double norm, double *loss,
                                      double *error);

/* Engines by index (same order as the choices of the parameter `engine`, without auto); NULL past the end. */
SGDMFT_API const struct sgdmft_entry *sgdmft_engine_entry(size_t index);

#endif
