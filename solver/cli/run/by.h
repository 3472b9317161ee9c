/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that analyse a result, of a file or of a run that they make first: --by solve|simulate. */
#ifndef SOLVER_CLI_RUN_BY_H
#define SOLVER_CLI_RUN_BY_H

#include "solver/cli/frame/cli.h"

#define BY_OPTION                                                                                                      \
    {                                                                                                                  \
        "by", "solve|simulate", "solve: by the theory, simulate: by direct simulation (default solve)", false, NULL    \
    }

/* USAGE if --by is neither, or given with a result. */
enum sgdmft_status by_read(const struct invocation *invocation, bool *simulate, struct sgdmft_error *error);
/* Output of --dry-run. */
enum sgdmft_status by_dry_run(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                              struct sgdmft_error *error);
/* The result of the file, or of the run, which is written to --out. *result may be set with DIVERGED. */
enum sgdmft_status by_result(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                             struct sgdmft_result **result, struct sgdmft_error *error);

#endif
