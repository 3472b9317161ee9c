/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One number of a result by its name: what tables have as columns, and pictures and level lines as a height. */
#ifndef SOLVER_OBSERVE_SCALAR_H
#define SOLVER_OBSERVE_SCALAR_H

#include <sgdmft/result.h>

struct scalar {
    double value, se; /* NaN where there is none */
};

/* A name is one of: an observable of steps or of steps with margins (its last value), a derived number, `width` (mean
 * of the normalised margins), `diverged` (0 or 1), teff(OMEGA) (the spectrum, by linear interpolation),
 * KIND_quantiles(LEVEL), recovered(LEVEL) (share of the runs of a simulation that end with |overlap|/norm^(1/2) of at
 * least LEVEL; its error is that of a share between 0 and 1 of which nothing else is known). */
bool scalar_known(const char *name);
/* NaN, with false, where the result does not have it. */
bool scalar_read(const struct sgdmft_result *result, const char *name, struct scalar *scalar);
/* The same, but for a run that diverged, whose last values are those before the end: infinite for norm and losses,
 * otherwise NaN
 * (`diverged` itself is 1). */
bool scalar_read_final(const struct sgdmft_result *result, const char *name, struct scalar *scalar);
/* True for NAME and NAME.ELEMENT (from 0) of an observable with steps: every step, those with margins or sharpness. */
bool scalar_has_steps(const char *name);
/* Its value at a step, at the last with step < 0; NaN where there is none. */
struct scalar scalar_at(const struct sgdmft_result *result, const char *name, long step);
/* The plain names, without those with parentheses; returns their number. most: room in name. */
#define SCALAR_NAMES_MAX 96
size_t scalar_names(const char *name[SCALAR_NAMES_MAX]);
/* USAGE, with the nearest name, unless it is known. what: the option. */
enum sgdmft_status scalar_check(const char *what, const char *name, struct sgdmft_error *error);

/* The spectrum of a result, NULL where it has none: frequencies, temperatures. */
bool scalar_spectrum(const struct sgdmft_result *result, const struct sgdmft_quantity **omega,
                     const struct sgdmft_quantity **teff);

#endif
