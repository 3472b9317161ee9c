/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flow as the limit eta -> 0 of a rule with steps. */
#ifndef SOLVER_RUN_FLOW_LIMIT_H
#define SOLVER_RUN_FLOW_LIMIT_H

#include "solver/run/groups.h"

#define FLOW_LEVELS_LEAST 3 /* discretisations of every flow; further ones where these are not enough */

/* The discrete run that takes `substeps` steps for each output step of the flow. */
struct sgdmft_run flow_discretised(const struct sgdmft_run *run, long substeps);
/* Solves a flow: fills and reduces result, whose standard errors include that of the extrapolation. */
enum sgdmft_status flow_solve(const struct sgdmft_run *run, const struct sgdmft_watch *watch,
                              struct sgdmft_result *result, struct sgdmft_error *error);
/* Estimates the coarsest discretisations, which every flow has, without their results. */
enum sgdmft_status flow_estimate(const struct sgdmft_run *run, struct sgdmft_estimate *estimate, const char **engine,
                                 struct sgdmft_error *error);

#endif
