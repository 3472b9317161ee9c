/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ensemble of the paths of a group, common to the engines: examples, batch, forces and weights of averages at a step.
 * It is the first member of an engine's state, so that its functions serve as callbacks of the record
 * (solver/run/engine.h). An engine passes the pre-activations of the step and stores the past that determines them. */
#ifndef SOLVER_PATHS_ENSEMBLE_H
#define SOLVER_PATHS_ENSEMBLE_H

#include "solver/paths/calibration.h"
#include "solver/paths/reaction.h"

struct ensemble {
    long k; /* present step */
    struct paths paths;
    struct reaction reaction;
    bool weighs; /* true with a calibration */
    struct calibration calibration;
    size_t width;         /* most histories in one call of ensemble_products */
    double *block_sum;    /* [replicas][blocks of paths][width] */
    const double *r;      /* [all] pre-activations of the present step, in the engine's memory */
    double *answer;       /* [all] sum_l D(k,l) of each path; NULL where the run is convex */
    double tangent_share; /* largest share of a path in the sum of |sigma l'' answer|, of all steps advanced from */
};

size_t ensemble_bytes(const struct sgdmft_run *run, size_t paths, size_t innovations, size_t width);
/* Draws the examples; false without memory. ensemble_free in either case. */
bool ensemble_create(struct ensemble *ensemble, const struct engine_group *group, size_t innovations, size_t width);
void ensemble_free(struct ensemble *ensemble);

/* Computes losses, batch, forces g[all] and the training averages of values from the pre-activations r[all], which must
 * stay valid until the next step. With `weighs` the field of the calibration is set before; its law depends on overlap
 * = rho^k and square = <s C_s(k,k)> of (T15). */
void ensemble_react(struct ensemble *ensemble, const double *r, double overlap, double square, double *g,
                    struct engine_values *values);
/* The forces that drive the noise of the field: g, weighted where there is a calibration. */
const double *ensemble_drive(struct ensemble *ensemble, const double *g);
/* Factor that rescales a field drawn with the variance `drawn` to the variance `own` of the weights across the signal.
 * With averages over s^k the variance of the drawn field is noisier than C. */
double ensemble_field_scale(const struct ensemble *ensemble, double own, double drawn);
/* out[l] = sum over all paths of x[i] history[l][i + shift], l < count <= width; i + shift is on the other replica
 * where shift is the number of paths, and on the same where it is 0. */
void ensemble_products(struct ensemble *ensemble, const double *x, size_t shift, size_t count, const double *history,
                       double *out);
/* Updates tangent_share at the present step from `answer`, if an engine with tangents has filled it. */
void ensemble_share(struct ensemble *ensemble);

/* Callbacks of the same names, of states that begin with an ensemble. */
void ensemble_examples(const void *state, size_t *replicas, size_t *count, const double **r, const double **y);
const unsigned char *ensemble_selected(const void *state);
const unsigned char *ensemble_flipped(const void *state);
const double *ensemble_weights(const void *state);
double ensemble_tangent_share(const void *state);

/* Visitor of what later steps depend on, for the archive callback (solver/run/engine.h): step and paths. */
bool ensemble_archive(struct ensemble *ensemble, struct archive *archive);

#endif
