/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of the margins y phi(r) of the training examples (solver/THEORY.md section 9): bins of the densities and
 * levels of the quantiles. There are two kinds of margins: raw, and normalised (divided by sqrt(C)). A link with two
 * zeros (door) has two more, wall and wall_normalised: the distance of r from the nearest zero, negative on the
 * wrong side. */
#ifndef SGDMFT_MARGIN_BINS_H
#define SGDMFT_MARGIN_BINS_H

#include <sgdmft/run.h>

/* Bins of a density, the same in every result of a run: edges are centre + sinh((j - BINS/2) 0.05), narrow near the
 * centre and reaching to +-200. Margins beyond are in no bin; all other statistics include them. */
#define SGDMFT_MARGIN_BINS 241
#define SGDMFT_MARGIN_LEVELS 4
SGDMFT_API extern const double sgdmft_margin_levels[SGDMFT_MARGIN_LEVELS]; /* 0.01, 0.05, 0.25, 0.5 */

/* Centre of the middle bin: kappa for raw margins of a loss that has one, otherwise 0. */
SGDMFT_API void sgdmft_margin_edges(const struct sgdmft_run *run, bool raw, double edges[SGDMFT_MARGIN_BINS + 1]);

#endif
