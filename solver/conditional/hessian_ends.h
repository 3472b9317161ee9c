/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ends of the spectrum of the full-batch Hessian lambda + (1/N) sum l''(r_mu) x_mu x_mu^T of a conditional run, by
 * Lanczos: a product with it is a force row, by (D3), and a field row, by (D2). Rows and directions of the search are
 * removed afterwards, so that the run continues with the same bits as without it. */
#ifndef SOLVER_CONDITIONAL_HESSIAN_ENDS_H
#define SOLVER_CONDITIONAL_HESSIAN_ENDS_H

#include "models/base/lanczos.h"
#include "models/result/sharpness_series.h"
#include "solver/conditional/conditional.h"

struct hessian_ends {
    struct lanczos lanczos;
    size_t products;             /* made so far */
    double *curvature;           /* [P] l'' */
    double *start, *other, *top; /* [most], [most], [SGDMFT_SHARPNESS_TOP][most] of weight_space_numbers */
    double *sums;                /* of a pass */
    double *coefficient;         /* [stride] of the pending field row */
    struct force_frame frame;    /* of one force */
    struct row_target target[2]; /* rows to be formed in the next pass: a force row, a field row */
    size_t targets, new_forces, old_forces;
    struct weight_space kept;
    struct rows_mark mark;
    struct fresh fresh;
};

/* Largest number of products of a measurement; 0 without sharpness_at. */
size_t hessian_ends_products(const struct sgdmft_run *run, double dim);
/* Rows of either kind beside those of the run; 0 without sharpness_at. */
size_t hessian_ends_rows(const struct sgdmft_run *run, double dim);
/* Bytes beside rows and weight space, and seconds on one thread of all measurements. */
double hessian_ends_bytes(const struct sgdmft_run *run, size_t examples, double dim,
                          const struct conditional_size *size);
double hessian_ends_seconds(const struct sgdmft_run *run, size_t examples, double dim);
/* Allocates the search of a run with sharpness_at. NULL without memory. */
struct hessian_ends *hessian_ends_create(const struct conditional *s);
void hessian_ends_free(struct hessian_ends *ends);
/* Measures at the weights of the first replica, between evaluate and advance. A stop of the watch ends the search, with
 * NaN in all of out, unless it is to be whole. */
void hessian_ends_measure(void *state, bool whole, struct sharpness_ends *out);
/* tr H/N, H without its rows of the search: exact along the known directions, in the mean across them, where it
 * fluctuates by 1/N. Reads the curvature l'' of ends. */
double hessian_ends_trace(const struct conditional *s, const struct hessian_ends *ends);

#endif
