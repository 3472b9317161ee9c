/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings of a study that are powers or closed forms:
 *
 *     exponent = NAME of SWEEP over KEY [from A] [to B] [against E]
 *         NAME ~ KEY^exponent of theory and simulation, with errors, beside the exponent E of a closed theory. KEY step
 *         or time: along each run of the sweep (NAME is a column of [series]), at ten steps a decade, and the error
 *         is that of the jackknife over groups or runs, or of the distance from the line where that is larger.
 *         Another KEY: over the rows of the sweep at the end of their runs.
 *     approach = NAME in PREFIX [from A] [to B] [against OTHER]
 *         NAME = limit + factor dim^exponent of the simulation, with the theory (of column OTHER) as one more point
 *         at dim = infinity, and the dim at which the term is 1 % of the limit
 *     scatter = NAME in PREFIX [from A] [to B]
 *         standard deviation of one simulation ~ dim^exponent, and the dim at which it is 1 % of the mean
 *     ridgeless = SWEEP
 *         late losses of gradient descent on the linear model without a ridge, beside their closed form
 *
 * PREFIX: all sweeps whose name begins so. */
#ifndef SOLVER_CLI_STUDY_STUDY_POWERS_H
#define SOLVER_CLI_STUDY_STUDY_POWERS_H

#include "solver/cli/study/command_study.h"

bool study_powers_known(const char *kind);
/* True if the words name columns, keys and sweeps of the study. */
bool study_powers_check(const struct study *study, const char *kind, const char *words);
void study_powers_print(const struct study *study, const char *folder, const struct study_rows *rows, const char *kind,
                        const char *words, FILE *out);

#endif
