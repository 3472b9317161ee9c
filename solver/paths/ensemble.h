/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paths of a group with all that engines share at a step: examples, batch, forces and weights of averages. It is
 * the first member of an engine's state, so that its visitors serve as callbacks of the record (solver/run/engine.h).
 * An engine gives it the pre-activations of the step and keeps the past that they are made of. */
#ifndef SOLVER_PATHS_ENSEMBLE_H
#define SOLVER_PATHS_ENSEMBLE_H

#include "solver/paths/calibration.h"
#include "solver/paths/reaction.h"

struct ensemble {
    long k; /* present step */
    struct paths paths;
    struct reaction reaction;
    bool weighs; /* whether there is a calibration */
    struct calibration calibration;
    size_t width;         /* most histories of which means are taken at once */
    double *block_sum;    /* [replicas][blocks of paths][width] */
    const double *r;      /* [all] pre-activations of the present step, in the engine's memory */
    double *answer;       /* [all] sum_l D(k,l) of each path; NULL where the run is convex */
    double tangent_share; /* largest share of a path in the sum of |sigma l'' answer|, of all steps advanced from */
};

size_t ensemble_bytes(const struct sgdmft_run *run, size_t paths, size_t innovations, size_t width);
/* Draws the examples; false without memory. ensemble_free in either case. */
bool ensemble_create(struct ensemble *ensemble, const struct engine_group *group, size_t innovations, size_t width);
void ensemble_free(struct ensemble *ensemble);

/* The step's losses, batch and forces g[all] from the pre-activations r[all], which stay until the next step, and the
 * training averages of values. With `weighs` the field of the calibration is given; overlap, square: rho^k and
 * <s C_s(k,k)> of (T15), what its law depends on. */
void ensemble_react(struct ensemble *ensemble, const double *r, double overlap, double square, double *g,
                    struct engine_values *values);
/* The forces that drive the noise of the field: g, weighted where there is a calibration. */
const double *ensemble_drive(struct ensemble *ensemble, const double *g);
/* Factor of a field that has been drawn with the variance `drawn` and belongs to weights with the variance `own`
 * (without the part along the signal): where averages over s^k make C, the field's own variance is noisier than C. */
double ensemble_field_scale(const struct ensemble *ensemble, double own, double drawn);
/* out[l] = sum over all paths of x[i] history[l][i + shift], l < count <= width; i + shift is on the other replica
 * where shift is the number of paths, and on the same where it is 0. */
void ensemble_products(struct ensemble *ensemble, const double *x, size_t shift, size_t count, const double *history,
                       double *out);
/* Brings tangent_share up to the present step from the answers that an engine with tangents has filled, where there are
 * any. */
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
