/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number of a result by its name: a column of a table, the height of a figure or of a level line. */
#ifndef SOLVER_OBSERVE_SCALAR_H
#define SOLVER_OBSERVE_SCALAR_H

#include <sgdmft/models.h>
#include <sgdmft/result.h>

struct scalar {
    double value, se; /* NaN where there is none */
};

/* A name is one of: an observable of steps or of steps with margins (its last value), a derived number,
 * KIND_quantiles(LEVEL), or a name of scalar_entry. */
bool scalar_known(const char *name);
/* Reads a number by name; NaN and false if the result lacks it. */
bool scalar_read(const struct sgdmft_result *result, const char *name, struct scalar *scalar);
/* Reads as scalar_read, except of a run that diverged: infinite for norm and losses, 1 for `diverged`, NaN for all
 * others. */
bool scalar_read_final(const struct sgdmft_result *result, const char *name, struct scalar *scalar);
/* True for NAME and NAME.ELEMENT (from 0) of an observable with steps: every step, those with margins or sharpness. */
bool scalar_has_steps(const char *name);
/* Value of such a name at a step (step < 0: the last step); NaN if there is none. */
struct scalar scalar_at(const struct sgdmft_result *result, const char *name, long step);
/* Name and meaning of the names that are no observables, those with an argument as NAME(ARGUMENT); NULL beyond the
 * last. */
const struct sgdmft_entry *scalar_entry(size_t index);
/* The plain names, without those with parentheses; returns their number. most: room in name. */
#define SCALAR_NAMES_MAX 96
size_t scalar_names(const char *name[SCALAR_NAMES_MAX]);
/* USAGE, with the nearest name, unless it is known. what: the option. */
enum sgdmft_status scalar_check(const char *what, const char *name, struct sgdmft_error *error);

/* Finds frequencies and temperatures of the spectrum of a result. False, with NULL, if it has none. */
bool scalar_spectrum(const struct sgdmft_result *result, const struct sgdmft_quantity **omega,
                     const struct sgdmft_quantity **teff);

#endif
