/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The margins of all training examples of a simulated run, at the steps of margins_at. */
#ifndef VALIDATION_SIMULATOR_MARGIN_H
#define VALIDATION_SIMULATOR_MARGIN_H

#include "validation/simulator/dataset.h"
#include <sgdmft/result.h>

struct margin {
    const struct sgdmft_result *result;
    const struct dataset *train;
    size_t replicas; /* of the run; 0 where it has no margins */
    void *rounded;   /* [replicas][stride] weights in the type of the rows */
    double *field;   /* [replicas][examples] r */
    double *norm;    /* [replicas] */
    double *scratch;
};

double margin_bytes(const struct sgdmft_run *run);
/* False without memory; margin_free in either case. */
bool margin_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                   struct margin *margin);
void margin_free(struct margin *margin);
/* Records the margins of the weights [replicas][stride] at step k in sample `sample` of the result. Does nothing at
 * steps that are not in margins_at. */
void margin_measure(struct margin *margin, size_t sample, long k, const double *weights);

#endif
