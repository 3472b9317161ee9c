/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of the margins y phi(r) of the training examples (solver/THEORY.md section 9): bins of the densities and
 * levels of the quantiles. Margins come in kinds: raw; normalised, divided by sqrt(C); and for a link with two zeros
 * (door) the distance of r from the nearest of them, negative on the wrong side: wall, wall_normalised. */
#ifndef SGDMFT_MARGIN_BINS_H
#define SGDMFT_MARGIN_BINS_H

#include <sgdmft/run.h>

/* Bins of a density, the same in every result of a run: edges are centre + sinh((j - BINS/2) 0.05), fine where margins
 * crowd and reaching to +-200. Margins beyond are in no bin, but in all else. */
#define SGDMFT_MARGIN_BINS 241
#define SGDMFT_MARGIN_LEVELS 4
SGDMFT_API extern const double sgdmft_margin_levels[SGDMFT_MARGIN_LEVELS]; /* 0.01, 0.05, 0.25, 0.5 */

/* Centre of the middle bin: kappa for raw margins of a loss that has one, otherwise 0. */
SGDMFT_API void sgdmft_margin_edges(const struct sgdmft_run *run, bool raw, double edges[SGDMFT_MARGIN_BINS + 1]);

#endif
