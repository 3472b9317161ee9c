/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run that the theory solves in place of one on a dataset (THEORY 10.4). */
#ifndef SOLVER_RUN_EQUIVALENT_H
#define SOLVER_RUN_EQUIVALENT_H

#include <sgdmft/run.h>

/* Least dimensions of a mode in engine conditional. A run over half of the paths has half of them. */
#define CONDITIONAL_MODE_LEAST 4

/* Copies run to out. With data law `file`, out has the Gaussian mixture of the dataset in place of it: two clusters in
 * the proportions of the classes, with their means and the covariance within the classes, in at most SGDMFT_MODES_MAX
 * modes (neighbours that differ least are joined). FILE if the dataset can no longer be read or has changed. USAGE for
 * columns that are not centred, since the means must lie on one line. */
enum sgdmft_status equivalent_run(const struct sgdmft_run *run, struct sgdmft_run *out, struct sgdmft_error *error);

#endif
