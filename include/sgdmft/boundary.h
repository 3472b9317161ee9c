/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision boundary of a result: the step at which training error or loss is zero for good (solver/THEORY.md
 * section 9). */
#ifndef SGDMFT_BOUNDARY_H
#define SGDMFT_BOUNDARY_H

#include <sgdmft/result.h>

/* The step from which a series of a result is zero at every measured step. */
struct sgdmft_reached {
    double threshold;     /* largest value that counts as zero */
    double fraction;      /* share of the samples (groups of paths, simulated runs) that reach zero */
    double step, step_se; /* mean of this step over these samples; NaN without any */
    long first, last;     /* the earliest and the latest step; -1 without any */
    double bound; /* theory: upper bound (95 %) on the fraction of errors, from the number of paths without one; NaN
                   * in a simulation, or where a sample does not reach zero */
};
/* The step at which the training error reaches zero. USAGE: real labels. */
SGDMFT_API enum sgdmft_status sgdmft_error_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                   struct sgdmft_error *error);
/* The step at which the training loss reaches zero: it is below contact_tolerance^2/2, so that the root of the
 * summed squared violations is within the tolerance. USAGE: a loss without a margin. */
SGDMFT_API enum sgdmft_status sgdmft_loss_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                  struct sgdmft_error *error);

#endif
