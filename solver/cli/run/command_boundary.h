/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the command boundary: its output, and the search for alpha. */
#ifndef SOLVER_CLI_RUN_COMMAND_BOUNDARY_H
#define SOLVER_CLI_RUN_COMMAND_BOUNDARY_H

#include "solver/cli/frame/cli.h"

/* Prints the margins of a result in run.format on stdout. histograms: csv is the table of densities. */
enum sgdmft_status boundary_print(const struct invocation *invocation, const struct sgdmft_result *result,
                                  bool histograms, struct sgdmft_error *error);
/* Finds the largest alpha at which the run reaches zero by bisection, and prints it in run.format. NOT_CONVERGED: no
 * bracket. */
enum sgdmft_status boundary_find_alpha(const struct invocation *invocation, bool simulate, double tolerance,
                                       struct sgdmft_error *error);

#endif
