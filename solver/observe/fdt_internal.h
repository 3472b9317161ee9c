/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the fluctuation-dissipation analysis: samples of a curve, jackknife, fits, stationarity, spectrum. */
#ifndef SOLVER_OBSERVE_FDT_INTERNAL_H
#define SOLVER_OBSERVE_FDT_INTERNAL_H

#include <sgdmft/fdt.h>

/* ---- fdt_samples.c: one curve, averaged over some waiting times, in all samples ------------------------ */

struct fdt_samples {
    size_t samples, lags;
    const long *lag;
    double *correlation, *response; /* [samples][lags] */
    double *scratch;                /* [2 lags] the mean curve of fdt_mean */
};
/* Lags that waiting time w reaches with finite values in all samples. */
size_t fdt_reach(const struct sgdmft_result *result, size_t w);
/* The average over the waiting times w[0..count-1], at the first `lags` lags. False without memory. */
bool fdt_samples_create(const struct sgdmft_result *result, size_t count, const size_t *w, size_t lags,
                        struct fdt_samples *samples);
void fdt_samples_free(struct fdt_samples *samples);

#define FDT_NONE ((size_t)-1)
/* The mean curve without sample `omit` (FDT_NONE: of all), in samples->scratch: C at 0, chi at lags. */
void fdt_mean(const struct fdt_samples *samples, size_t omit, const double **correlation, const double **response);

/* An estimate from all samples but one. */
typedef void fdt_estimator(void *context, size_t omit, double *out);
/* Estimates from all samples and their standard errors by the jackknife; se is NaN with one sample, and where a value
 * is NaN. False without memory. */
bool fdt_jackknife(size_t samples, fdt_estimator *estimator, void *context, size_t outputs, double *value, double *se);

/* ---- fdt_fit.c ------------------------------------------------------------------------------------------ */

/* y = limit + amplitude exp(-(lag - lag[0])/tau), weighted; tau in lags. */
struct fdt_tail {
    double limit, amplitude, tau;
};
/* n >= 4 points. tau is sought between a quarter of the first spacing and twice the window. */
struct fdt_tail fdt_tail_fit(size_t n, const long *lag, const double *y, const double *weight);
/* Rest of the tail at the lag: amplitude exp(-(lag - first)/tau). */
double fdt_tail_left(const struct fdt_tail *tail, long first, long lag);
/* -(slope of C against x)/(slope of chi against x): the slope of the curve, for an x that is monotone along it. Noise
 * of C and chi does not bias it, unlike a fit of C against chi. NaN if chi is constant. */
double fdt_slope(size_t n, const double *x, const double *correlation, const double *response, const double *weight);

/* ---- fdt_temperatures.c ----------------------------------------------------------------------------------- */

/* Windows and weights, chosen once from all samples. Places are indices of lags, ends included. */
struct fdt_plan {
    const struct fdt_samples *samples;
    size_t tail_first, tail_last, late_first, late_last;
    double *correlation_weight, *response_weight; /* [lags] 1/variance of the mean of C, of chi */
    double *slope_weight;                         /* [lags] of C + T chi with T the slope of the whole curve */
    double *instrument;                           /* [lags] what late slopes are fitted against */
    bool reached;                                 /* the tail is within 5 % of its limit */
    bool chosen;                                  /* the windows are those of the program, not of the user */
};
/* first, last: lags of the window, 0 and 0 to choose. False without memory. */
bool fdt_plan_create(const struct fdt_samples *samples, long first, long last, struct fdt_plan *plan);
void fdt_plan_free(struct fdt_plan *plan);
/* Limits of C and chi from a fit of the mean curve without sample omit. */
void fdt_limits(const struct fdt_plan *plan, const double *correlation, const double *response,
                struct fdt_tail *correlation_tail, struct fdt_tail *response_tail);
/* short, chord, late and the limits of fdt. False without memory. */
bool fdt_temperatures(const struct fdt_plan *plan, struct sgdmft_fdt *fdt);
/* Curve with local slopes. False without memory. */
bool fdt_curve_fill(const struct fdt_samples *samples, struct sgdmft_fdt_curve *curve);

/* True if the local slope -dC/dchi has both signs between places first and last, by more than noise and a small share.
 * A slope of the whole would then depend on the ends of the window. */
bool fdt_slope_turns(const struct fdt_samples *samples, size_t first, size_t last);

/* ---- fdt_stationarity.c ------------------------------------------------------------------------------------ */

/* Waiting times that are analysed together: one, or one of each phase for rules with epochs. */
struct fdt_unit {
    size_t count, w[SGDMFT_WAITING_MAX];
    size_t lags; /* that all of them reach */
    bool phases; /* an average over all phases of an epoch */
};
/* Gaussian score, not negative, of the same two-sided probability as Student's t. */
double fdt_score(double t, double freedom);
/* Splits the waiting times of a result; returns the number of units. */
size_t fdt_units(const struct sgdmft_result *result, struct fdt_unit unit[SGDMFT_WAITING_MAX]);
/* Compares every unit with the last. *agree is the first unit from which on all agree with it. False without memory. */
bool fdt_stationarity(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit,
                      struct sgdmft_stationarity *stationarity, size_t *agree);

/* ---- fdt_spectrum.c ----------------------------------------------------------------------------------------- */

/* (T10) from the two-time functions; needs plan->reached. False without memory. */
bool fdt_spectrum(const struct fdt_plan *plan, struct sgdmft_fdt *fdt);

/* ---- fdt.c --------------------------------------------------------------------------------------------------- */

/* Makes the samples and the plan of the temperatures of fdt, which the caller frees. False without memory. */
bool fdt_used(const struct sgdmft_result *result, const struct sgdmft_fdt *fdt, struct fdt_samples *samples,
              struct fdt_plan *plan);

#endif
