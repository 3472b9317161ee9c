/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The option --by solve|simulate of commands that analyse the result of a file or of a run. */
#ifndef SOLVER_CLI_RUN_BY_H
#define SOLVER_CLI_RUN_BY_H

#include "solver/cli/frame/cli.h"

#define BY_OPTION                                                                                                      \
    {                                                                                                                  \
        "by", "solve|simulate", "solve: by the theory, simulate: by direct simulation (default solve)", false, NULL    \
    }

/* Reads --by. *simulate: true for simulate. USAGE: another value, or a result file is given. */
enum sgdmft_status by_read(const struct invocation *invocation, bool *simulate, struct sgdmft_error *error);
/* Prints the estimate of --dry-run. */
enum sgdmft_status by_dry_run(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                              struct sgdmft_error *error);
/* Reads the result of the file, or computes that of the run and writes it to --out. *result may be set with
 * DIVERGED. *unwritten (zero before): the error of writing, which is for by_end, since the result can be printed. */
enum sgdmft_status by_result(const struct invocation *invocation, const struct sgdmft_run *run, bool simulate,
                             struct sgdmft_result **result, struct sgdmft_error *unwritten, struct sgdmft_error *error);
/* The status of a command after its output: an error of writing replaces it. */
enum sgdmft_status by_end(enum sgdmft_status status, const struct sgdmft_error *unwritten, struct sgdmft_error *error);
/* Analyses a result and prints the analysis on stdout, or with --dry-run only checks that it can. */
typedef enum sgdmft_status by_analysis(const struct invocation *invocation, const struct sgdmft_result *result,
                                       struct sgdmft_error *error);
/* Checks a run by the command's analysis, gets the result as by_result does, and calls `analyse` on it, also if it
 * diverged. With --dry-run prints the estimate of a run instead. The status is that of the first of these that fails,
 * then that of the result; an error of `analyse` replaces DIVERGED, and one of writing all of them. */
enum sgdmft_status by_analyse(const struct invocation *invocation, bool simulate, by_analysis *analyse,
                              struct sgdmft_error *error);

#endif
