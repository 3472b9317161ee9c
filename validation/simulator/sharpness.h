/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ends of the spectrum of the full-batch Hessian lambda + (1/N) sum l''(r_mu) x_mu x_mu^T of a simulated run, by
 * Lanczos without forming the matrix, at the steps of sharpness_at; and the overlaps of the signal, of the weights and
 * of the step with its top directions. With several replicas those of the first. */
#ifndef VALIDATION_SIMULATOR_SHARPNESS_H
#define VALIDATION_SIMULATOR_SHARPNESS_H

#include "validation/simulator/simulator_step.h"
#include "models/base/lanczos.h"
#include <sgdmft/result.h>

struct sharpness {
    const struct sgdmft_run *run;
    const struct sgdmft_result *result;
    const struct dataset *train;
    const double *signal; /* [dim] */
    struct lanczos lanczos;
    double *curvature; /* [examples] l''(r_mu) */
    double *field;     /* [examples] */
    double *start;     /* [dim] */
    double *before;    /* [dim] weights at the step measured last */
    double *top;       /* [SGDMFT_SHARPNESS_TOP][dim] its eigenvectors */
    size_t pending;    /* its place, or the length of the axis: nothing to add after the step */
};

double sharpness_simulator_bytes(const struct sgdmft_run *run);
/* Allocates nothing for a run without sharpness_at. False without memory. */
bool sharpness_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                      const double *signal, struct sharpness *sharpness);
void sharpness_free(struct sharpness *sharpness);
/* Measures the weights of the first replica at step k of sample `sample`, run number `number`. Completes the
 * measurement at k - 1 with the step from there, its gradient and its batch. Called at every k, in order. */
void sharpness_measure(struct sharpness *sharpness, uint32_t number, size_t sample, long k, const struct step *step);
/* Computes out = H x at the weights of the last call of sharpness_measure. */
void sharpness_product(void *sharpness, const double *x, double *out);

#endif
