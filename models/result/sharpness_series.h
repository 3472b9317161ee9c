/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the full-batch Hessian lambda + (1/N) sum l''(r_mu) x_mu x_mu^T along the run, at the steps of
 * sharpness_at: its quantities in theory (T12) and in simulation. */
#ifndef MODELS_RESULT_SHARPNESS_SERIES_H
#define MODELS_RESULT_SHARPNESS_SERIES_H

#include <sgdmft/result.h>

/* Search for the ends of the spectrum (lanczos.h): largest number of iterations, and largest residual of an eigenvalue,
 * in units of the largest. */
#define SHARPNESS_ITERATIONS 500
#define SHARPNESS_TOLERANCE 1e-6

/* Adds the quantities of simulations to a theory whose engine measures them, if its run has sharpness_at. False without
 * memory. */
bool sharpness_add_ends(struct sgdmft_result *result);
/* Measurements of a simulation at one step of sharpness_at. */
struct sharpness_ends {
    double trace, largest[SGDMFT_SHARPNESS_TOP], smallest;
    double signal_overlap[SGDMFT_SHARPNESS_TOP], weight_overlap[SGDMFT_SHARPNESS_TOP],
        step_overlap[SGDMFT_SHARPNESS_TOP];
};
/* Records them in the quantities of the result. Trace and condition are recorded in a simulation only: those of the
 * theory are of the bulk. */
void sharpness_record_ends(const struct sgdmft_result *result, size_t sample, size_t place,
                           const struct sharpness_ends *ends);
/* True if the curvature of the mini-batch along its gradient is measured: in simulations for every rule but flow, in
 * theory for steps along the gradient alone, which follow from the fields. */
bool sharpness_has_batch(const struct sgdmft_run *run, enum sgdmft_source source);
/* The place of step k on the axis sharpness_step, or the length of the axis. */
size_t sharpness_place(const struct sgdmft_result *result, long k);
/* Values of a sample of a quantity at that place; NULL without the quantity. */
double *sharpness_values(const struct sgdmft_result *result, const char *name, size_t sample, size_t place);

#endif
