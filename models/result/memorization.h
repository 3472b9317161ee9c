/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memorization of flipped labels: loss and error of the training examples with clean and with flipped
 * labels apart, both against the label as given (Arpit et al., ICML 2017; Zhang et al., ICLR 2017). */
#ifndef MODELS_RESULT_MEMORIZATION_H
#define MODELS_RESULT_MEMORIZATION_H

#include <sgdmft/result.h>

/* Sums over examples; [0] of clean, [1] of flipped labels. */
struct memorization {
    double loss[2], errors[2], count[2];
};

/* True for a run with classes some of whose labels are flipped. */
bool memorization_matters(const struct sgdmft_run *run);
/* Adds n examples with fields r, labels y and weights, NULL for 1; scratch has n numbers. */
void memorization_gather(const struct sgdmft_run *run, size_t n, const double *r, const double *y,
                         const unsigned char *flipped, const double *weight, double *scratch,
                         struct memorization *sums);
/* Records the means at measured step number `at` of a sample; NaN if there is no such example. Does nothing to a result
 * without the series. */
void memorization_record(const struct sgdmft_result *result, size_t sample, size_t at, const struct memorization *sums);

#endif
