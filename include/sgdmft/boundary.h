/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision boundary of a result: the step at which training error or loss is zero for good (solver/THEORY.md
 * section 9). */
#ifndef SGDMFT_BOUNDARY_H
#define SGDMFT_BOUNDARY_H

#include <sgdmft/result.h>

/* When a series of a result has come down to zero for good: from some measured step on to the last one. */
struct sgdmft_reached {
    double threshold;     /* values up to this count as zero */
    double fraction;      /* of the samples (groups of paths, simulated runs) that reach zero */
    double step, step_se; /* mean over these samples of the first such step; NaN without any */
    long first, last;     /* the earliest and the latest of them; -1 without any */
    double bound; /* at 95 %, theory only: the fraction of errors that this many paths without one would not show; NaN
                   * in a simulation, and unless all samples reach zero */
};
/* The training error. USAGE for real labels. */
SGDMFT_API enum sgdmft_status sgdmft_error_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                   struct sgdmft_error *error);
/* The training loss, of losses with a margin: below contact_tolerance^2/2, all violations together within the
 * tolerance. USAGE for other losses. */
SGDMFT_API enum sgdmft_status sgdmft_loss_reached(const struct sgdmft_result *result, struct sgdmft_reached *reached,
                                                  struct sgdmft_error *error);

#endif
