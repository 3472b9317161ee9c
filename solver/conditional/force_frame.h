/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forces of a step in the frame of orthonormal force rows (D6): g_c = sum_j coefficient_c[j] q_j, for one force or
 * several, by Gram-Schmidt from the products that a pass over the rows gives. If the remainder of a force across the
 * known rows is small, a second pass repeats the products with the remainder. */
#ifndef SOLVER_CONDITIONAL_FORCE_FRAME_H
#define SOLVER_CONDITIONAL_FORCE_FRAME_H

#include "solver/conditional/example_rows.h"

struct force_frame {
    size_t channels; /* forces g_c */
    size_t old;      /* force rows finished before this step */
    size_t raws;     /* vectors in slots from which new force rows come; at first the forces themselves */
    size_t slot[ROWS_CHANNELS_MAX];
    size_t freshes; /* rows xi of fresh normals, and their slots */
    size_t fresh_slot[ROWS_CHANNELS_MAX];
    /* Of the raw vectors and of the new force rows that they become. */
    double gram[ROWS_CHANNELS_MAX][ROWS_CHANNELS_MAX];
    double part[ROWS_CHANNELS_MAX]
               [ROWS_CHANNELS_MAX]; /* raw i = sum_j V_ij q_j + sum_{s <= i} part[i][s] (new row s) */
    double mixed[ROWS_CHANNELS_MAX][ROWS_CHANNELS_MAX]; /* g_c = sum_j base_cj q_j + sum_i mixed[c][i] raw i */
    double square[ROWS_CHANNELS_MAX]; /* |g_c|^2, whose rounding the raw vectors have; 0: that of the raw vectors */
    bool slow;                        /* the remainder of a force across the known rows is small */
    size_t row_of[ROWS_CHANNELS_MAX]; /* new row of raw i, SIZE_MAX if it has no remainder */
    size_t new_rows;
    bool weak; /* a remainder is too small for these products */
    size_t stride;
    double *V;           /* [channels][stride] products of raw vectors with force rows */
    double *coefficient; /* [channels][stride] of g_c in force rows, new ones last */
    double *fresh;       /* [channels][stride] products of fresh rows with force rows, new ones last */
    double fresh_gram[ROWS_CHANNELS_MAX][ROWS_CHANNELS_MAX]; /* raw i times fresh row c */
};

bool frame_create(struct force_frame *frame, size_t channels, size_t capacity);
void frame_free(struct force_frame *frame);
double frame_bytes(size_t channels, size_t capacity);

/* Columns of a pass: products of force rows with raw vectors and fresh ones, the Gram matrix, raw times fresh. */
size_t frame_columns(const struct force_frame *frame);
/* Writes these columns for chunk b, from `column` on. */
void frame_measure(const struct force_frame *frame, const struct example_rows *rows, size_t b, size_t column);
/* Begins a step with `channels` forces and `freshes` fresh rows, whose slots the caller writes into slot[] and
 * fresh_slot[]. The first `followed` slots hold the change of the force since the last step, whose coefficients are
 * kept: a force that changes slowly has a small remainder across the known rows, its change a large one. */
void frame_begin(struct force_frame *frame, size_t channels, size_t freshes, size_t old, size_t followed);
/* Computes coefficients and new rows from the totals of the columns. If a row is weak, frame_refine and another pass
 * must follow. With `last` none follows: a remainder that is weak again is rounding and makes no row. */
void frame_solve(struct force_frame *frame, const double *total, bool last);
/* Calls frame_solve with the totals of a pass, and makes further passes over the rows while a row is weak, with their
 * sums in `again`. Fills target[new_rows], the pending rows; their slots are the last of the force rows. */
void frame_find_rows(struct force_frame *frame, struct example_rows *rows, const double *total, double *again,
                     struct row_target *target);
/* Fills target[new_rows], by which the raw vectors become the new rows to the accuracy of these products. Gives back
 * the slots of raw vectors without a remainder. */
void frame_targets(struct force_frame *frame, struct example_rows *rows, struct row_target *target);
/* Makes the formed targets the raw vectors of the next pass. */
void frame_refine(struct force_frame *frame);

#endif
