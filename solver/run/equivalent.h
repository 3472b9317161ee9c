/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run that the theory solves in place of one on a dataset (THEORY 10.4). */
#ifndef SOLVER_RUN_EQUIVALENT_H
#define SOLVER_RUN_EQUIVALENT_H

#include <sgdmft/run.h>

/* *out = *run and, with data law `file`, the Gaussian mixture of its dataset: two clusters in the proportions of the
 * classes, their means, and the covariance within the classes, in at most SGDMFT_MODES_MAX modes (more eigenvalues are
 * taken together, neighbours with neighbours). FILE if the dataset cannot be read any more, USAGE for columns that are
 * not centred: the means are to lie on one line. */
enum sgdmft_status equivalent_run(const struct sgdmft_run *run, struct sgdmft_run *out, struct sgdmft_error *error);

#endif
