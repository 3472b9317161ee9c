/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of the command sweep. */
#ifndef SOLVER_CLI_SWEEP_SWEEP_OPTIONS_H
#define SOLVER_CLI_SWEEP_SWEEP_OPTIONS_H

#include "models/base/ranks.h"
#include "solver/cli/frame/cli.h"
#include "solver/cli/sweep/level.h"
#include "solver/cli/sweep/manifest.h"

/* The options, and the points that they define. */
struct sweep {
    const struct invocation *invocation;
    struct vary vary[POINTS_VARY_MAX];
    size_t vary_count;
    const struct command *what;
    enum by by;
    bool refine; /* along a level line */
    struct level level;
    struct vary grid;          /* all values of the last --vary, when refining */
    struct manifest_part part; /* part of this job or rank; of = 0: all points */
    struct ranks ranks;
    struct points points;
    size_t known; /* points of this process that existed before */
};

/* Reads the options and prints their warnings. sweep->invocation and ranks must be set. */
enum sgdmft_status sweep_options(const struct invocation *invocation, struct sweep *sweep, struct sgdmft_error *error);
/* Refuses a flag of a varied parameter. FILE.ini may have it, as that of a single run. */
enum sgdmft_status sweep_check_flags(const struct invocation *invocation, const struct sgdmft_settings *flags,
                                     struct sgdmft_error *error);
/* Sets the values of the first allowed combination, the run that the program resolves, checks and prints for
 * --print-config. */
enum sgdmft_status sweep_prepare(const struct invocation *invocation, struct sgdmft_settings *settings,
                                 struct sgdmft_error *error);

#endif
