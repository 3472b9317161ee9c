/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curvature of the mini-batch loss along its own gradient, from the fields of an engine at two steps (T18). */
#ifndef SOLVER_RUN_BATCH_CURVATURE_H
#define SOLVER_RUN_BATCH_CURVATURE_H

#include "solver/run/engine.h"

struct batch_curvature {
    bool pending; /* the measurement at step `at` awaits the step after it */
    size_t place; /* on the axis sharpness_step */
    long at;
    double norm;    /* |g|^2/N of the step made */
    size_t count;   /* [2 paths] used of the arrays */
    double *r;      /* pre-activations at that step; NULL: not measured in this run */
    double *weight; /* sigma l'' there, times the weight of an example */
};

/* Allocates for groups of `paths` paths, if the result has the quantity and the engine shows its batches. False without
 * memory. Close in either case. */
bool batch_curvature_open(struct batch_curvature *curvature, const struct engine *engine,
                          const struct sgdmft_result *result, size_t paths);
void batch_curvature_close(struct batch_curvature *curvature);
/* Completes the measurement of step k - 1 and begins one if sharpness_at has k. Called after evaluate, at every step k
 * in order. */
void batch_curvature_step(struct batch_curvature *curvature, const struct engine *engine,
                          const struct sgdmft_result *result, size_t sample, const void *state, long k);
/* Stores |g|^2/N of the step from k. Called after advance. */
void batch_curvature_advance(struct batch_curvature *curvature, const struct engine *engine, const void *state, long k);
bool batch_curvature_archive(struct batch_curvature *curvature, struct archive *archive);

#endif
