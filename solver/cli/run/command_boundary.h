/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the command boundary: what it prints, and the search for alpha. */
#ifndef SOLVER_CLI_RUN_COMMAND_BOUNDARY_H
#define SOLVER_CLI_RUN_COMMAND_BOUNDARY_H

#include "solver/cli/frame/cli.h"

/* In run.format, on stdout; histograms: csv is the table of densities. */
enum sgdmft_status boundary_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                  bool histograms, struct sgdmft_error *error);
/* The alpha up to which the run reaches zero, by bisection, printed in run.format. NOT_CONVERGED without a bracket. */
enum sgdmft_status boundary_find_alpha(const struct invocation *invocation, bool simulate, double tolerance,
                                       struct sgdmft_error *error);

#endif
