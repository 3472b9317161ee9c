/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forces of a step in the frame of orthonormal force rows (D6): g_c = sum_j coefficient_c[j] q_j, for one force or
 * several, by Gram-Schmidt from the products that a pass over the rows gives. Where little of a force is left beside
 * the rows known, a second pass takes the products again from what is left. */
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
    double square[ROWS_CHANNELS_MAX];                   /* |g_c|^2, whose rounding the raw vectors carry; 0: theirs */
    bool slow;                                          /* a force has little beside the rows known */
    size_t row_of[ROWS_CHANNELS_MAX];                   /* new row of raw i, or SIZE_MAX where nothing is left of it */
    size_t new_rows;
    bool weak; /* a new row has too little left to be taken from these products */
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
/* Writes them for chunk b, from `column` on. */
void frame_measure(const struct force_frame *frame, const struct example_rows *rows, size_t b, size_t column);
/* A step begins with so many forces, whose slots the caller puts into slot[], and fresh rows, in fresh_slot[]. The
 * first `followed` slots hold the change of the force since the last step, whose coefficients are kept: a force that
 * changes slowly has little beside the rows known, but its change has much. */
void frame_begin(struct force_frame *frame, size_t channels, size_t freshes, size_t old, size_t followed);
/* From the totals of the columns to coefficients and new rows. Where a row is weak, frame_refine and another pass must
 * follow. */
void frame_solve(struct force_frame *frame, const double *total);
/* frame_solve from the totals of a pass, and further passes over the rows where they are weak; `again` has room for
 * their sums. What is left to be formed are the targets, new_rows of them, whose slots are the last of the force rows.
 */
void frame_find_rows(struct force_frame *frame, struct example_rows *rows, const double *total, double *again,
                     struct row_target *target);
/* Targets that make the raw vectors the new rows, as far as these products tell; gives slots back of which nothing is
 * left. The number of targets is new_rows. */
void frame_targets(struct force_frame *frame, struct example_rows *rows, struct row_target *target);
/* After the targets were formed: they are the raw vectors of the next pass. */
void frame_refine(struct force_frame *frame);

#endif
