/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SOLVER_CLI_RUN_SOLVE_CHECK_H
#define SOLVER_CLI_RUN_SOLVE_CHECK_H

#include "solver/cli/frame/cli.h"

/* Runs `sgdmft solve --check`: solves at order p and p + 2, and prints the differences beside the sampling error.
 * NOT_CONVERGED: a difference is systematic and above the sampling error. */
enum sgdmft_status solve_check(const struct invocation *invocation, struct sgdmft_error *error);

#endif
