/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samples of an unfinished result: one at a time into an archive, or from its rank to all others, and those of an
 * interrupted computation. */
#ifndef MODELS_RESULT_SAMPLES_H
#define MODELS_RESULT_SAMPLES_H

#include "models/base/archive.h"
#include "models/base/ranks.h"
#include <sgdmft/result.h>

/* Progress of a sample: its last step with values (-1: not begun), and whether it is finished, at its end or by
 * divergence. */
struct samples_reached {
    long step;
    bool done;
};

/* Relative error of a standard error from n = `samples` Gaussian values, 1/sqrt(2 (n - 1)); it is reported above
 * SAMPLES_UNCERTAIN. */
double samples_uncertainty(size_t samples);
#define SAMPLES_UNCERTAIN 0.45

/* Archives the values of one sample in all quantities. */
bool samples_archive(struct sgdmft_result *result, size_t sample, struct archive *archive);
/* Sends one sample and its progress from its owner (ranks_owner) to every rank. */
void samples_share(const struct ranks *ranks, struct sgdmft_result *result, size_t sample,
                   struct samples_reached *reached);
/* True if all are done. */
bool samples_done(const struct samples_reached *reached, size_t count);
/* Keeps the samples of an interrupted computation that are finished or, if none is, those under way, up to the last
 * step that all of these reached. Marks the result INTERRUPTED. False, without the mark, if no sample has values.
 * keep[samples]: the kept ones. */
bool samples_interrupt(struct sgdmft_result *result, const struct samples_reached *reached, bool *keep);

#endif
