/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The effective temperature of a result, from the fluctuation-dissipation relation in the stationary state
 * (solver/THEORY.md section 9): T_eff = -dC/dchi along the curve (chi(t_w + lag, t_w), C(t_w + lag, t_w)). Reads
 * results only. Errors come from leaving out one sample (group of paths, or simulated run) at a time, so that they know
 * how the points along one curve hang together; they are NaN with one sample. */
#ifndef SGDMFT_FDT_H
#define SGDMFT_FDT_H

#include <sgdmft/result.h>

/* NaN where it is not defined. */
struct sgdmft_estimated {
    double value, se;
    long first, last; /* lags of the window it was taken from */
};

/* The curve of one waiting time, at the lags that the run reaches. */
struct sgdmft_fdt_curve {
    long waiting;
    size_t lags;
    const long *lag; /* [lags] */
    double *time;    /* [lags] time since the waiting time */
    double *correlation, *correlation_se, *response, *response_se;
    double *teff, *teff_se; /* local slope: two weighted linear fits against the lag, over about a fifth of the lag */
};

/* Test that C and chi agree at two or more waiting times. Scores are Student's t of the difference sample by sample
 * as a Gaussian score of the same probability, after an allowance of half a percent of the range of C and chi. */
struct sgdmft_stationarity {
    bool stationary;
    bool by_construction; /* engine stationary */
    long from;            /* the earliest waiting time that agrees with the last */
    size_t comparisons;
    double max_abs_z, threshold; /* of the waiting times from `from` on; without agreement those of the last two */
    double resolution;           /* largest standard error of a difference over the range: what the test could see */
    char worst[96];              /* where max_abs_z was found */
};

struct sgdmft_fdt {
    size_t curves;
    struct sgdmft_fdt_curve *curve;
    struct sgdmft_stationarity stationarity;
    long window[2]; /* lags asked for, 0 and 0: to be chosen */
    size_t used;    /* waiting times whose average the temperatures are taken from */
    long used_waiting[SGDMFT_WAITING_MAX];
    struct sgdmft_estimated teff_short, teff_chord, teff_late;
    struct sgdmft_estimated correlation_limit, response_limit;
    size_t omegas; /* of the spectrum; 0 without one */
    double *omega, *teff, *teff_se;
    char warning[512]; /* why something is NaN or weak; may be empty */
};

/* Temperatures and spectrum (T10) of a result. The window of limits and late slope is FIRST:LAST in lags, or chosen
 * from the curve with first = last = 0: limits of C and chi from the part beyond 85 % of the response (fit of limit
 * + exponential; NaN unless the fit leaves less than 5 % to come; a quarter of that is added to the error, and so is
 * how far the limit moves with the window), late slope between 90 and 99 % of it (NaN where the local slope has both
 * signs there; how far the slope moves with a window that was chosen is added to its error). USAGE: no two-time
 * data, lags beyond the result's, fewer than 8 lags (4 in a window). DIVERGED, NOT_CONVERGED: the result is. */
SGDMFT_API enum sgdmft_status sgdmft_fdt(const struct sgdmft_result *result, long first, long last,
                                         struct sgdmft_fdt **fdt, struct sgdmft_error *error);
SGDMFT_API void sgdmft_fdt_free(struct sgdmft_fdt *fdt);

/* One identity of the stationary state, both sides measured. */
struct sgdmft_identity {
    char name[32];
    char meaning[96];
    long first, last; /* steps */
    bool transient;   /* steps before those that are stationary: it need not hold there */
    double left, left_se, right, right_se, difference, difference_se, z;
};
#define SGDMFT_IDENTITIES_MAX 4
/* The identities (T13) of a result: gradient, w.g = (eta/2) |g|^2 + T per N, over the steps before and after the first
 * waiting time used; short, teff_short = (eta/2) |g|^2 + T; linear, H S + S H - eta H S H = eta B contracted with H^-1
 * (linear models, rules gd, sgd, langevin). Returns OK and their number; USAGE on the sphere and for results without
 * the series gradient_overlap and gradient_norm. */
SGDMFT_API enum sgdmft_status sgdmft_identities(const struct sgdmft_result *result, const struct sgdmft_fdt *fdt,
                                                struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX], size_t *count,
                                                struct sgdmft_error *error);

#endif
