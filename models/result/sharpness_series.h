/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the full-batch Hessian lambda + (1/N) sum l''(r_mu) x_mu x_mu^T along the run, at the steps of
 * sharpness_at: what is measured of it in theory (T12) and in simulation. */
#ifndef MODELS_RESULT_SHARPNESS_SERIES_H
#define MODELS_RESULT_SHARPNESS_SERIES_H

#include <sgdmft/result.h>

/* Of the search for the ends of the spectrum (lanczos.h): most iterations, and the residual at which an eigenvalue
 * counts, in units of the largest. */
#define SHARPNESS_ITERATIONS 500
#define SHARPNESS_TOLERANCE 1e-6

/* Adds the quantities that simulations measure to a theory whose engine measures them too, if its run has sharpness_at;
 * false without memory. */
bool sharpness_add_ends(struct sgdmft_result *result);
/* Measurements of a simulation at one step of sharpness_at. */
struct sharpness_ends {
    double trace, largest[SGDMFT_SHARPNESS_TOP], smallest;
    double signal_overlap[SGDMFT_SHARPNESS_TOP], weight_overlap[SGDMFT_SHARPNESS_TOP],
        step_overlap[SGDMFT_SHARPNESS_TOP];
};
/* Records them in the quantities that the result has; trace and condition only in a simulation, a theory's being those
 * of the bulk. */
void sharpness_record_ends(const struct sgdmft_result *result, size_t sample, size_t place,
                           const struct sharpness_ends *ends);
/* True if the curvature of the mini-batch along its gradient is measured: by simulations in steps of any kind but flow,
 * in theory where the step follows the gradient alone, which the fields then show. */
bool sharpness_has_batch(const struct sgdmft_run *run, enum sgdmft_source source);
/* The place of step k on the axis sharpness_step, or the length of the axis. */
size_t sharpness_place(const struct sgdmft_result *result, long k);
/* Where a sample of a quantity has its values at that place; NULL without the quantity. */
double *sharpness_values(const struct sgdmft_result *result, const char *name, size_t sample, size_t place);

#endif
