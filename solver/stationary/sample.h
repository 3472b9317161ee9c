/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers of one fixed point, drawn once for all turns, so that a turn is a deterministic map: examples and
 * static fields as low-discrepancy points, batches of every step, and the streams of the noise. */
#ifndef SOLVER_STATIONARY_SAMPLE_H
#define SOLVER_STATIONARY_SAMPLE_H

#include "solver/paths/paths.h"
#include "solver/stationary/order.h"

struct stationary_sample {
    struct stationary_shape shape;
    struct paths paths;      /* examples; selection only while it is drawn */
    const double **z;        /* [n+1] normals of the static field, [paths] each */
    unsigned char *selected; /* [steps][paths] s^k */
    double weight;           /* sigma = weight s */
    double mean[2];          /* of sigma given s^{k-1}; where the rule has no mean, of sigma given s^k */
    bool averages;           /* the mean is given s^{k-1} */
};

size_t stationary_sample_bytes(const struct stationary_shape *shape, size_t paths);
/* False without memory; free in either case. */
bool stationary_sample_create(struct stationary_sample *sample, const struct engine_group *group,
                              const struct stationary_shape *shape);
void stationary_sample_free(struct stationary_sample *sample);
/* The fluctuating field of one path at all steps: out[k * stride], k < steps. normals[ring + 2 n] and
 * spectral[n rows of the transforms] are scratch. */
void stationary_sample_noise(const struct stationary_sample *sample, const struct stationary_order *order, size_t path,
                             double *normals, double *spectral, double *out, size_t stride);

#endif
