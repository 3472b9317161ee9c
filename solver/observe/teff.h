/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The analysis teff: its conditions on a run, and its document of a result. */
#ifndef SOLVER_OBSERVE_TEFF_H
#define SOLVER_OBSERVE_TEFF_H

#include <sgdmft/fdt.h>
#include <stdio.h>

#define TEFF_SUMMARY "The effective temperature, from correlation and response in the stationary state."
/* X(name, meaning) */
#define TEFF_OPTIONS(X)                                                                                                \
    X("spectrum", "T_eff at angular frequencies omega, in radians per step (omega/rate per unit of time)")             \
    X("identities", "both sides of the identities of the stationary state, measured")                                  \
    X("force", "print slopes of a run that is not stationary")

struct teff {
    const struct sgdmft_result *result;
    struct sgdmft_fdt *fdt;    /* free with sgdmft_fdt_free */
    bool temperatures;         /* false: the run is not stationary, and `force` is not set */
    bool force;                /* option: slopes of a run that is not stationary */
    bool spectrum, identities; /* options */
    struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX];
    size_t identity_count;
};

/* Suggests waiting times if the user gives none, and to a simulation probes of the response. */
enum sgdmft_status teff_defaults(struct sgdmft_settings *settings, bool simulate, struct sgdmft_error *error);
/* USAGE for a run that cannot have an effective temperature. */
enum sgdmft_status teff_check(const struct sgdmft_run *run, bool simulate, struct sgdmft_error *error);
/* Fills *teff, whose options are set. The window is that of `asked` (NULL: of the result's run). Errors as of
 * sgdmft_fdt and sgdmft_identities; NOT_CONVERGED for a spectrum of a curve without its tail. */
enum sgdmft_status teff_measure(const struct sgdmft_result *result, const struct sgdmft_run *asked, struct teff *teff,
                                struct sgdmft_error *error);
/* NOT_CONVERGED, with the reason, if the run is not stationary and `force` is not set. */
enum sgdmft_status teff_refusal(const struct teff *teff, struct sgdmft_error *error);
enum sgdmft_status teff_json(const struct teff *teff, FILE *out, struct sgdmft_error *error);

#endif
