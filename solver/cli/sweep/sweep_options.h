/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of the command line of sweep. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_OPTIONS_H
#define SOLVER_CLI_SWEEP_SWEEP_OPTIONS_H

#include "models/base/ranks.h"
#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/level.h"
#include "solver/cli/sweep/manifest.h"

/* Options as given, and the points that they make. */
struct sweep {
    const struct invocation *invocation;
    struct vary vary[POINTS_VARY_MAX];
    size_t vary_count;
    const struct command *what;
    enum by by;
    bool refine; /* along a level line */
    struct level level;
    struct vary grid;          /* all values of the last --vary, when refining */
    struct manifest_part part; /* of a job or rank; of = 0: the whole */
    struct ranks ranks;
    struct points points;
    size_t known; /* points of mine that were there before */
};

/* Reads the options, with the warnings that they deserve; sweep->invocation and ranks are set. */
enum sgdmft_status sweep_options(const struct invocation *invocation, struct sweep *sweep, struct sgdmft_error *error);
/* A varied parameter may stand in FILE.ini, as that of a single run, but not beside --vary. */
enum sgdmft_status sweep_check_flags(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                     struct sgdmft_error *error);
/* The run that the program resolves, checks and prints for --print-config is the first combination that is allowed. */
enum sgdmft_status sweep_prepare(const struct invocation *invocation, struct sgdmft_settings *settings,
                                 struct sgdmft_error *error);

#endif
