/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The effective temperature of a result, from the fluctuation-dissipation relation in the stationary state
 * (solver/THEORY.md section 9): T_eff = -dC/dchi along the curve (chi(t_w + lag, t_w), C(t_w + lag, t_w)). Errors
 * are those of the jackknife over samples (groups of paths, or simulated runs), which includes the correlations
 * between the points of a curve. With one sample they are NaN. */
#ifndef SGDMFT_FDT_H
#define SGDMFT_FDT_H

#include <sgdmft/result.h>

/* An estimate with its standard error; NaN where it is not defined. */
struct sgdmft_estimated {
    double value, se;
    long first, last; /* window of the estimate, in lags */
};

/* The FDT curve of one waiting time, at the measured lags that the run reaches. */
struct sgdmft_fdt_curve {
    long waiting;
    size_t lags;
    const long *lag; /* [lags] */
    double *time;    /* [lags] time since the waiting time */
    double *correlation, *correlation_se, *response, *response_se;
    double *teff, *teff_se; /* local slope: two weighted linear fits against the lag, over about a fifth of the lag */
};

/* Test that C and chi agree at two or more waiting times. A score is Student's t of the paired difference, converted
 * to the Gaussian score of the same probability. The difference is first reduced by 0.5 % of the range of C and chi. */
struct sgdmft_stationarity {
    bool stationary;
    bool by_construction; /* engine stationary */
    long from;            /* the earliest waiting time that agrees with the last */
    size_t comparisons;
    double max_abs_z, threshold; /* over the waiting times from `from` on; without agreement over the last two */
    double resolution; /* largest standard error of a difference, in units of the range: the resolution of the test */
    char worst[96];    /* the difference of max_abs_z */
};

struct sgdmft_fdt {
    size_t curves;
    struct sgdmft_fdt_curve *curve;
    struct sgdmft_stationarity stationarity;
    long window[2]; /* requested window in lags; 0 and 0: automatic */
    size_t used;    /* number of waiting times that the temperatures average over */
    long used_waiting[SGDMFT_WAITING_MAX];
    struct sgdmft_estimated teff_short, teff_chord, teff_late;
    struct sgdmft_estimated correlation_limit, response_limit;
    size_t omegas; /* frequencies of the spectrum; 0 without one */
    double *omega, *teff, *teff_se;
    char warning[512]; /* reason of values that are NaN or uncertain; may be empty */
};

/* Temperatures and spectrum (T10) of a result. first, last: the window of limits and late slope in lags; first =
 * last = 0 chooses it from the curve. The limits of C and chi are then fits of a limit and an exponential to the
 * part beyond 85 % of the response. A limit is NaN if the fit extrapolates by 5 % or more. Its error includes a
 * quarter of the extrapolation and the change of the limit with the window. The late slope is that between 90 and 99
 * % of the response. It is NaN where the local slope has both signs there. Its error includes the change of the
 * slope with an automatic window. USAGE: no two-time functions, lags beyond those of the result, fewer than 8 lags
 * (4 in a window). DIVERGED, NOT_CONVERGED: the status of the result. */
SGDMFT_API enum sgdmft_status sgdmft_fdt(const struct sgdmft_result *result, long first, long last,
                                         struct sgdmft_fdt **fdt, struct sgdmft_error *error);
SGDMFT_API void sgdmft_fdt_free(struct sgdmft_fdt *fdt);

/* One identity of the stationary state, both sides measured. */
struct sgdmft_identity {
    char name[32];
    char meaning[96];
    long first, last; /* steps */
    bool transient;   /* true for steps before the stationary ones, where the identity need not hold */
    double left, left_se, right, right_se, difference, difference_se, z;
};
#define SGDMFT_IDENTITIES_MAX 4
/* The identities (T13) of a result: gradient, w.g = (eta/2) |g|^2 + T per N, over the steps before and after the
 * first waiting time used; short, teff_short = (eta/2) |g|^2 + T; linear, H S + S H - eta H S H = eta B contracted
 * with H^-1 (linear models, rules gd, sgd, langevin). Returns their number. USAGE: a run on the sphere, or a result
 * without the series gradient_overlap and gradient_norm. */
SGDMFT_API enum sgdmft_status sgdmft_identities(const struct sgdmft_result *result, const struct sgdmft_fdt *fdt,
                                                struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX], size_t *count,
                                                struct sgdmft_error *error);

#endif
