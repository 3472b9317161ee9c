/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analysis boundary: its conditions on a run, and its document of a result. */
#ifndef SOLVER_OBSERVE_BOUNDARY_LAW_H
#define SOLVER_OBSERVE_BOUNDARY_LAW_H

#include <sgdmft/margin_bins.h>
#include <sgdmft/result.h>
#include <stdio.h>

#define BOUNDARY_SUMMARY                                                                                               \
    "Margins of the training examples, width of the decision boundary, and whether training reaches zero."

#define MARGIN_KINDS 4
#define MARGIN_FRACTIONS 3
extern const char *const margin_kinds[MARGIN_KINDS];         /* raw first */
extern const char *const margin_fractions[MARGIN_FRACTIONS]; /* of the training examples */

/* The quantity KIND_WHAT of the group margins, or WHAT where kind is empty; NULL if the result has none. */
const struct sgdmft_quantity *margin_find(const struct sgdmft_result *result, const char *kind, const char *what);
/* Entry j of row `at`; NaN if the result lacks it. */
double margin_value(const struct sgdmft_quantity *quantity, bool se, size_t at, size_t j);

/* USAGE for a run without margins: real labels, no step to measure them at. */
enum sgdmft_status boundary_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
/* USAGE if the result has no margins. */
enum sgdmft_status boundary_find(const struct sgdmft_result *result, struct sgdmft_error *error);
/* Writes the json document of a result with margins. */
enum sgdmft_status boundary_json(const struct sgdmft_result *result, FILE *out, struct sgdmft_error *error);

#endif
