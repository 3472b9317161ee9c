/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The response from the steps of a run. The fresh direction of the force row q_j is a known displacement of the
 * weights: the force g^l moves them along it by - eta_l N_lj, N_lj = (sqrt(Delta)/N) (h_j.f_j) (q_j.g^l), and its
 * remainder at step k is L_j(k) = - sum_l eta_l R(k,l) N_lj up to 1/sqrt(N). N is lower triangular, so that chi(k,t_w)
 * = - sum_j L_j(k) y_j with N y = 1 from t_w on. */
#ifndef SOLVER_CONDITIONAL_STEP_RESPONSE_H
#define SOLVER_CONDITIONAL_STEP_RESPONSE_H

#include "models/base/archive.h"
#include <sgdmft/run.h>
#include <stdbool.h>
#include <stddef.h>

struct step_response {
    size_t steps, rows; /* of the run; known so far */
    size_t waitings;
    long waiting[SGDMFT_WAITING_MAX];
    double *scale;         /* [steps] (sqrt(Delta)/N) h_j.f_j */
    size_t *force, *field; /* [steps] force row of step j, and the field row of its fresh direction */
    double *matrix;        /* packed rows N_lj, j <= l */
    double *y;             /* [waitings][steps] */
};

double step_response_bytes(const struct sgdmft_run *run);
/* False without memory; step_response_free in either case. */
bool step_response_create(struct step_response *response, const struct sgdmft_run *run);
void step_response_free(struct step_response *response);
bool step_response_archive(struct step_response *response, struct archive *archive);
/* Appends a step: its force row and field row, the scale (sqrt(Delta)/N) h.f, the force's coefficients in all force
 * rows, and the factor `cut` of the gradient (A2). After a step without a row of its own all responses are NaN. */
void step_response_add(struct step_response *response, size_t force, size_t field, double scale, double cut,
                       const double *coefficient);
/* chi(k,waiting) from the weights along[field] of step k. */
double step_response_chi(const struct step_response *response, const double *along, long waiting);
/* Fills out[l] = R(k,l), l < k <= rows, from the weights of step k. eta[l] are the rates. */
void step_response_row(const struct step_response *response, const double *along, size_t k, const double *eta,
                       double *out);

#endif
