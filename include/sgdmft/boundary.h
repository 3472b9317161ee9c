/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision boundary: the law of the margins y phi(r) of the training examples, and whether training reaches zero
 * (solver/THEORY.md section 9). Margins come in kinds: raw; normalised, divided by sqrt(C); and for a link with two
 * zeros (door) the distance of r from the nearest of them, negative on the wrong side: wall, wall_normalised. */
#ifndef SGDMFT_BOUNDARY_H
#define SGDMFT_BOUNDARY_H

#include <sgdmft/result.h>

/* Bins of a density, the same in every result of a run: edges are centre + sinh((j - BINS/2) 0.05), fine where margins
 * crowd and reaching to +-200. Margins beyond are in no bin, but in all else. */
#define SGDMFT_MARGIN_BINS 241
#define SGDMFT_MARGIN_LEVELS 4
SGDMFT_API extern const double sgdmft_margin_levels[SGDMFT_MARGIN_LEVELS]; /* 0.01, 0.05, 0.25, 0.5 */

/* Centre of the middle bin: kappa for raw margins of a loss that has one, otherwise 0. */
SGDMFT_API void sgdmft_margin_edges(const struct sgdmft_run *run, bool raw, double edges[SGDMFT_MARGIN_BINS + 1]);

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
