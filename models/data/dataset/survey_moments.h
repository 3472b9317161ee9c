/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Third and fourth moments of projections of the examples. */
#ifndef MODELS_DATA_DATASET_SURVEY_MOMENTS_H
#define MODELS_DATA_DATASET_SURVEY_MOMENTS_H

#include "models/data/dataset/survey.h"

/* Fills plus and minus of the survey. x is centred within the classes; signal: [dim] the direction between the means.
 */
enum sgdmft_status survey_moments(const struct examples *examples, uint64_t seed, const double *signal,
                                  struct survey *survey, struct sgdmft_error *error);

#endif
