/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Record of one group: the sample of a result that it fills step by step. */
#ifndef SOLVER_RUN_GROUP_RECORD_H
#define SOLVER_RUN_GROUP_RECORD_H

#include "solver/observe/distance.h"
#include "solver/observe/generalization.h"
#include "solver/run/batch_curvature.h"

/* Places in the sample of one group, and its progress. The caller sets the members up to group. */
struct group_record {
    const struct engine *engine;
    const struct sgdmft_run *run;
    struct sgdmft_result *result;
    struct distances *distances;
    long substeps; /* of the engine, in a step of the run */
    bool alone;    /* a simulated run */
    size_t group;  /* its place among the samples */
    /* The search for the ends of the Hessian's spectrum: true if a stop does not end it; seconds of the last one. */
    bool whole_search;
    double search_seconds;
    double *overlap, *norm, *train_loss, *train_error, *test_loss, *test_error, *correlation, *response;
    double *gradient_overlap, *gradient_norm, *tangent_share;
    double *correlation_matrix, *response_matrix;
    struct group_average { /* of the averaged weights; NULL without an average */
        double *overlap, *norm, *train_loss, *train_error, *test_loss, *test_error;
    } averaged;
    size_t next_step;
    size_t next_lag[SGDMFT_WAITING_MAX];
    struct generalization *generalization;
    double *scratch; /* of margins */
    struct batch_curvature curvature;
};

/* Finds the places in the sample, and allocates for groups of `paths` paths. False without memory. Close in either
 * case. */
bool group_record_open(struct group_record *record, size_t paths);
void group_record_close(struct group_record *record);
/* True if the record of step k of the engine searches for the ends of the Hessian's spectrum. */
bool group_record_searches(const struct group_record *record, long k);
/* Records step k of the run (k is a multiple of substeps). */
void group_record_step(struct group_record *record, void *state, long k, const struct engine_values *values);
/* Records the gradient of the step made last, from step k of the run. */
void group_record_gradient(struct group_record *record, const void *state, long k);
/* Records C and R at all pairs of steps, at the end of a run with full_matrices. */
void group_record_matrices(const struct group_record *record, const void *state);

#endif
