/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The theory: dynamical mean-field theory of a run (Mignacco and Urbani, J. Stat. Mech. 2022, 083405;
 * solver/THEORY.md). */
#ifndef SGDMFT_SOLVE_H
#define SGDMFT_SOLVE_H

#include <sgdmft/result.h>
#include <sgdmft/run.h>
#include <sgdmft/watch.h>

/* Solves a run with the engine that it names. *result is set on OK, on DIVERGED (up to the last finite step) and, if
 * there are values, on INTERRUPTED (by watch->stop). USAGE: no engine supports the run, or memory_limit is too low. */
SGDMFT_API enum sgdmft_status sgdmft_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                                           struct sgdmft_result **result, struct sgdmft_error *error);
/* Estimates memory and time of sgdmft_solve, and selects its engine, without solving. */
SGDMFT_API enum sgdmft_status sgdmft_solve_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                                    const char **engine, struct sgdmft_error *error);

/* As sgdmft_solve_estimate; an engine whose time depends on what the run finds (stationary: the memory of the state)
 * looks for it first, for three seconds at most. A status as of sgdmft_solve if it finds that there is none. */
SGDMFT_API enum sgdmft_status sgdmft_solve_estimate_trial(const struct sgdmft_run *run,
                                                          struct sgdmft_estimate *estimate, const char **engine,
                                                          struct sgdmft_error *error);

/* Computes loss and error on a fresh example, r = c m + sqrt(Delta)(u m + sqrt(C - m^2) z), by quadrature. overlap^2
 * <= norm. error is NaN for real labels. Source: THEORY 9.1. */
SGDMFT_API void sgdmft_generalization(const struct sgdmft_run *run, double overlap, double norm, double *loss,
                                      double *error);

/* The engine of this index, in the order of the choices of the parameter `engine` without auto; NULL past the end. */
SGDMFT_API const struct sgdmft_entry *sgdmft_engine_entry(size_t index);

#endif
