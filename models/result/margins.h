/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of the margins of a set of examples, written into a result. Common to theory (paths) and simulation
 * (examples), so that bins and quantiles are the same. */
#ifndef MODELS_RESULT_MARGINS_H
#define MODELS_RESULT_MARGINS_H

#include <sgdmft/margin_bins.h>
#include <sgdmft/result.h>

/* True if the link has two zeros, a wall on either side. */
bool margins_have_walls(const struct sgdmft_run *run);
/* The place of step k among the result's margin steps; their number, margin_steps, if it is none of them. */
size_t margins_place(const struct sgdmft_result *result, long k);
/* Bytes of the scratch of margins_record. */
size_t margins_scratch_bytes(size_t examples);
/* Fills sample `sample` at place `at` from r[replicas][n], y[n] and norm[replicas] = |w|^2/N. Replicas are averaged
 * over. scratch: margins_scratch_bytes(replicas n). Does nothing if the result has no margins. */
void margins_record(const struct sgdmft_result *result, size_t sample, size_t at, size_t replicas, size_t n,
                    const double *r, const double *y, const double *norm, double *scratch);

#endif
