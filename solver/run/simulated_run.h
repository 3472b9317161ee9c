/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulation of a run with a stored matrix or without one, as the run says. */
#ifndef SOLVER_RUN_SIMULATED_RUN_H
#define SOLVER_RUN_SIMULATED_RUN_H

#include <sgdmft/result.h>
#include <sgdmft/watch.h>

/* sgdmft_simulate or sgdmft_simulate_implicit, as the run's matrix says. */
enum sgdmft_status simulated_run(const struct sgdmft_run *run, long first_run, const struct sgdmft_watch *watch,
                                 struct sgdmft_result **result, struct sgdmft_error *error);
enum sgdmft_status simulated_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate,
                                      struct sgdmft_error *error);

/* The run that is simulated to check the theory of `run`: with a stored matrix unless the user says otherwise. USAGE if
 * the two would be the same code, or if one of them does not fit into memory. */
enum sgdmft_status simulated_check(const struct sgdmft_run *run, struct sgdmft_run *own, struct sgdmft_error *error);
/* USAGE if results by these two engines are the same code twice, which is no check. */
enum sgdmft_status check_independent(const char *theory, const char *simulation, struct sgdmft_error *error);

#endif
