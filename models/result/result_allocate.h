/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results with axes of given lengths, for readers and joiners of results. */
#ifndef MODELS_RESULT_RESULT_ALLOCATE_H
#define MODELS_RESULT_RESULT_ALLOCATE_H

#include <sgdmft/result.h>

/* A result without quantities; step, time, waiting and lag are allocated and zero. Status OK, last_step = steps of the
 * run, provenance of this build. Without samples there are lengths only. NULL without memory. */
struct sgdmft_result *result_allocate(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples,
                                      size_t steps, size_t waitings, size_t lags);

/* Adds an observable with the lengths that its axes have in this result, nothing if one is 0; false without memory. */
bool result_add_listed(struct sgdmft_result *result, const struct sgdmft_observable *observable);
/* Adds the observables of a group whose names begin so and that are present in such a result, in the order of the list;
 * false without memory. */
bool result_add_present(struct sgdmft_result *result, const char *group, const char *start);
/* The same for the observables that are present in results of another source. */
bool result_add_measured(struct sgdmft_result *result, const char *group, const char *start, enum sgdmft_source source);

/* The observable of that group and name, or NULL. */
const struct sgdmft_observable *result_observable(const char *group, const char *name);

#endif
