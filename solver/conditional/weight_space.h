/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of the weights in (D1) to (D3), without any vector of N numbers. Coordinates are of two kinds: explored ones, along
 * directions f_a whose fields Z f_a are known rows, and hidden ones, in which force rows and thermal noise have fresh parts that
 * no field has seen yet. A force row q_j keeps its hidden part; its explored part is the product of q_j with the rows. When
 * weights with a hidden part are to act, this part becomes the next explored direction, and the hidden coordinates turn so
 * that it was the last of them. Weights are in units of sqrt(N): |w|^2 is the norm C(k,k), coordinate 0 the overlap m. */
#ifndef SOLVER_CONDITIONAL_WEIGHT_SPACE_H
#define SOLVER_CONDITIONAL_WEIGHT_SPACE_H

#include "models/run/archive.h"
#include "solver/conditional/fresh.h"
#include <stdbool.h>
#include <stddef.h>

/* A vector of weight space. */
struct weight_vector {
    double *along;  /* [capacity] explored coordinates */
    double *across; /* [hidden_capacity] hidden coordinates */
};

struct weight_space {
    double dim;                        /* N */
    size_t capacity, hidden_capacity;  /* most coordinates of either kind */
    size_t explored, hidden, forces;   /* present numbers; force rows */
    size_t vectors;
    struct weight_vector *vector;      /* [vectors]: those that turn with the hidden coordinates */
    double *tail;                      /* [capacity][hidden_capacity] hidden parts of the force rows */
    double *direction;                 /* [hidden_capacity] scratch */
};

double weight_space_bytes(size_t vectors, size_t capacity, size_t hidden_capacity);
/* All vectors 0. False without memory; weight_space_free in either case. */
bool weight_space_create(struct weight_space *space, double dim, size_t vectors, size_t capacity, size_t hidden_capacity);
void weight_space_free(struct weight_space *space);
bool weight_space_archive(struct weight_space *space, struct archive *archive);

/* A new force row: draws its fresh part, normals in the hidden coordinates and chi_{N-D} in a new one (D3). */
void weight_space_add_force(struct weight_space *space, struct fresh *fresh);
/* Sets the vector to N(0, 1_N), with a new hidden coordinate. */
void weight_space_draw(struct weight_space *space, struct fresh *fresh, size_t vector);
/* x += factor * y, over all coordinates. */
void weight_space_add(const struct weight_space *space, double factor, size_t y, size_t x);
/* x.across += factor * sum_j coefficient[j] tail_j over the force rows. */
void weight_space_push(const struct weight_space *space, double factor, const double *coefficient, size_t x);
void weight_space_scale(const struct weight_space *space, double factor, size_t x);
double weight_space_dot(const struct weight_space *space, size_t x, size_t y);
/* Makes the hidden part of the vector, where there is one, the next explored direction f: true, and coefficient[j] = h_j.f of
 * each force row. False for a vector whose fields follow from the known rows. */
bool weight_space_explore(struct weight_space *space, size_t vector, double *coefficient);

#endif
