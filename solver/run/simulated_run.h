/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulation of a run with a stored matrix or an implicit one (parameter matrix). */
#ifndef SOLVER_RUN_SIMULATED_RUN_H
#define SOLVER_RUN_SIMULATED_RUN_H

#include <sgdmft/result.h>
#include <sgdmft/watch.h>

/* Calls sgdmft_simulate or sgdmft_simulate_implicit by the parameter matrix of run. */
enum sgdmft_status simulated_run(const struct sgdmft_run *run, long first_run, const struct sgdmft_watch *watch,
                                 struct sgdmft_result **result, struct sgdmft_error *error);
enum sgdmft_status simulated_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                      struct sgdmft_error *error);

/* The engine of that simulation: SIMULATION_STORED or SIMULATION_IMPLICIT. */
const char *simulated_engine(const struct sgdmft_run *run);

/* Makes *own, the run that is simulated to check the theory of `run`: with a stored matrix unless the user gives
 * another. USAGE if both are the same code, or if one of them does not fit into memory. */
enum sgdmft_status simulated_check(const struct sgdmft_run *run, struct sgdmft_run *own, struct sgdmft_error *error);
/* USAGE if the two engines are the same code, which cannot check itself. */
enum sgdmft_status check_independent(const char *theory, const char *simulation, struct sgdmft_error *error);

#endif
