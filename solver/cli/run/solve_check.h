/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOLVER_CLI_RUN_SOLVE_CHECK_H
#define SOLVER_CLI_RUN_SOLVE_CHECK_H

#include "solver/cli/frame/cli.h"

/* USAGE: the run has another engine than hierarchical, or an order that cannot be raised, or names a file for a
 * result. */
enum sgdmft_status solve_check_run(const struct sgdmft_run *run, struct sgdmft_error *error);
/* Estimates both solutions. */
enum sgdmft_status solve_check_estimate(const struct invocation *invocation, struct estimate_line *line,
                                        struct sgdmft_error *error);
/* Runs `sgdmft solve --check` of such a run: solves at order p and p + 2, and prints the differences beside the
 * sampling error. NOT_CONVERGED: a difference is systematic and above the sampling error. */
enum sgdmft_status solve_check(const struct invocation *invocation, struct sgdmft_error *error);

#endif
