/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output of teff. */
#ifndef SOLVER_CLI_RUN_COMMAND_TEFF_H
#define SOLVER_CLI_RUN_COMMAND_TEFF_H

#include "solver/cli/frame/cli.h"
#include "solver/observe/teff.h"

/* Prints temperatures in run.format on stdout. csv is one table: the spectrum, the identities, or the curves. */
enum sgdmft_status teff_print(const struct invocation *invocation, const struct teff *teff, struct sgdmft_error *error);

#endif
