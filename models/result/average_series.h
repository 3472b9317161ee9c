/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of the averaged weights (A3), beside those of the last. */
#ifndef MODELS_RESULT_AVERAGE_SERIES_H
#define MODELS_RESULT_AVERAGE_SERIES_H

#include <sgdmft/result.h>
#include <stdbool.h>

/* True if an observable has a column in tables: the standard ones, and those of averaged weights if the run has them.
 * */
bool average_has_column(const struct sgdmft_result *result, const struct sgdmft_observable *observable);

#endif
