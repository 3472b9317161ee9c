/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a sweep whose formulas cannot be made here, since python3 or cc are missing. */
#ifndef SOLVER_CLI_SWEEP_STORED_FLAGS_H
#define SOLVER_CLI_SWEEP_STORED_FLAGS_H

#include "solver/cli/sweep/points.h"

/* sgdmft_run_resolve. Where it refuses a run with a formula, the records have the flags that a result in the folder
 * `out` keeps, of a run with the same formulas and values in them; they are made if the run is computed. Nothing is
 * warned of then. */
enum sgdmft_status stored_resolve(const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                  struct sgdmft_error *warning, struct sgdmft_error *error);
/* The same with another folder, NULL for none. */
enum sgdmft_status stored_resolve_in(const char *folder, const struct sgdmft_settings *settings, struct sgdmft_run *run,
                                     struct sgdmft_error *warning, struct sgdmft_error *error);

#endif
