/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spectrum of the full-batch Hessian lambda + (1/N) sum l''(r_mu) x_mu x_mu^T along the run, at the steps of
 * sharpness_at: what is measured of it in theory (T12) and in simulation. */
#ifndef MODELS_RESULT_SHARPNESS_SERIES_H
#define MODELS_RESULT_SHARPNESS_SERIES_H

#include <sgdmft/result.h>

/* The place of step k on the axis sharpness_step, or the length of the axis. */
size_t sharpness_place(const struct sgdmft_result *result, long k);
/* Where a sample of a quantity has its values at that place; NULL without the quantity. */
double *sharpness_values(const struct sgdmft_result *result, const char *name, size_t sample, size_t place);

#endif
