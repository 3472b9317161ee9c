/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The samples of a result while it is being made: one at a time into an archive, from the rank that made it to all
 * others, and those that an interrupted computation leaves. */
#ifndef MODELS_RESULT_SAMPLES_H
#define MODELS_RESULT_SAMPLES_H

#include "models/base/archive.h"
#include "models/base/ranks.h"
#include <sgdmft/result.h>

/* How far a sample came: its last step with values, -1 if it was not begun, and whether nothing is left to do (its end,
 * or a divergence). */
struct samples_reached {
    long step;
    bool done;
};

/* The relative error of a standard error from so many Gaussian values, 1/sqrt(2 (n - 1)), and the most of it that
 * needs no word. */
double samples_uncertainty(size_t samples);
#define SAMPLES_UNCERTAIN 0.45

/* The values of one sample in all quantities. */
bool samples_archive(struct sgdmft_result *result, size_t sample, struct archive *archive);
/* One sample, and how far it came, from its owner (ranks_owner) to every rank. */
void samples_share(const struct ranks *ranks, struct sgdmft_result *result, size_t sample,
                   struct samples_reached *reached);
/* True if all are done. */
bool samples_done(const struct samples_reached *reached, size_t count);
/* Samples of an interrupted computation: those that are done or, if none is, those under way, up to the last
 * step that all of these reached. Marks the result INTERRUPTED and keeps no others; false, unmarked, if there is none.
 * keep[samples] says which were kept. */
bool samples_interrupt(struct sgdmft_result *result, const struct samples_reached *reached, bool *keep);

#endif
