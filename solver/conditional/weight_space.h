/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of the weights in (D1) to (D3), without any vector of N numbers. Coordinates are of two kinds: explored
 * ones, along directions f_a whose fields Z f_a are known rows, and hidden ones, in which force rows and thermal noise
 * have fresh parts that are in no known field yet. A force row q_j keeps its hidden part; its explored part is the
 * product of q_j with the rows. When the fields of weights with a hidden part are needed, this part becomes the next
 * explored direction: the hidden coordinates are rotated so that it is along the last of them, which is removed.
 * Weights are in units of sqrt(N): |w|^2 is the norm C(k,k), explored coordinate 0 the overlap m. For data with a
 * spectrum coordinates are explicit (weight_modes.h), behind the same functions. */
#ifndef SOLVER_CONDITIONAL_WEIGHT_SPACE_H
#define SOLVER_CONDITIONAL_WEIGHT_SPACE_H

#include "models/base/archive.h"
#include "solver/conditional/fresh.h"
#include <sgdmft/run.h>
#include <stdbool.h>
#include <stddef.h>

/* A vector of weight space. */
struct weight_vector {
    double *along;  /* [capacity] explored coordinates */
    double *across; /* [hidden_capacity] hidden coordinates */
};

struct weight_space {
    double dim;                       /* N */
    size_t capacity, hidden_capacity; /* most coordinates of either kind */
    size_t explored, hidden, forces;  /* present numbers; force rows */
    size_t vectors;
    struct weight_vector *vector; /* [vectors] rotated with the hidden coordinates */
    double *tail;                 /* [capacity][hidden_capacity] hidden parts of the force rows */
    double *direction;            /* [hidden_capacity] scratch */
    struct weight_modes *modes;   /* of data with a spectrum; NULL where Sigma is the identity */
};

/* Bytes of weight_space_create_copy and of weight_space_create. */
double weight_space_copy_bytes(size_t vectors, size_t capacity, size_t hidden_capacity);
double weight_space_bytes(const struct sgdmft_spectrum *spectrum, size_t vectors, size_t capacity,
                          size_t hidden_capacity);
/* All vectors 0; `counted` as in weight_modes.h. False without memory; weight_space_free in either case. */
bool weight_space_create(struct weight_space *space, const struct sgdmft_spectrum *spectrum, bool counted, double dim,
                         size_t vectors, size_t capacity, size_t hidden_capacity);
void weight_space_free(struct weight_space *space);
bool weight_space_archive(struct weight_space *space, struct archive *archive);

/* Save and restore all that changes when rows and directions are added. `copy` is made once by weight_space_create_copy
 * and freed by weight_space_free. */
bool weight_space_create_copy(const struct weight_space *space, struct weight_space *copy);
void weight_space_save(const struct weight_space *space, struct weight_space *copy);
void weight_space_restore(struct weight_space *space, const struct weight_space *copy);

/* Sets the first `replicas` vectors to the start, overlap v/sqrt(N) and a random vector of this length across v. The
 * explored directions are then those of v, or of Sigma^(1/2) v, and, where it is another, of the start. */
void weight_space_start(struct weight_space *space, struct fresh *fresh, size_t replicas, double overlap,
                        double across);

/* Adds a force row: draws its fresh part, normals in the hidden coordinates and chi_{N-D} in a new one (D3). */
void weight_space_add_force(struct weight_space *space, struct fresh *fresh);
/* Sets the vector to N(0, 1_N), with a new hidden coordinate. */
void weight_space_draw(struct weight_space *space, struct fresh *fresh, size_t vector);
/* x += factor * y, over all coordinates. */
void weight_space_add(const struct weight_space *space, double factor, size_t y, size_t x);
/* x = factor Sigma^(1/2) Z^T g of a force g from its products with the field rows, product[a stride], and its
 * coefficients in the force rows. */
void weight_space_pull(const struct weight_space *space, double factor, const double *product, size_t stride,
                       const double *coefficient, size_t x);
/* x += factor v/sqrt(N) */
void weight_space_add_signal(const struct weight_space *space, double factor, size_t x);
/* Projects x across v, in every mode. */
void weight_space_drop_signal(const struct weight_space *space, size_t x);
void weight_space_scale(const struct weight_space *space, double factor, size_t x);
double weight_space_dot(const struct weight_space *space, size_t x, size_t y);
/* x.v/sqrt(N) */
double weight_space_overlap(const struct weight_space *space, size_t x);
/* |x - y|^2 */
double weight_space_distance(const struct weight_space *space, size_t x, size_t y);
/* Numbers of a vector whose fields follow from the known rows: all that a copy of it needs. A copy stays valid while
 * coordinates are added. */
const double *weight_space_numbers(const struct weight_space *space, size_t x, size_t *count);
/* Sets x to such a copy; its fields must follow from the known rows. */
void weight_space_load(const struct weight_space *space, const double *numbers, size_t x);
size_t weight_space_most(const struct weight_space *space);
/* Makes the hidden part of the vector the next explored direction f and fills coefficient[j] = h_j.f of each force row.
 * False, without a change, for a vector whose fields follow from the known rows, unless more than half of the hidden
 * coordinates are taken: then the last of these is explored, so that weights that rest, whose forces do not, leave
 * room. */
bool weight_space_explore(struct weight_space *space, size_t vector, double *coefficient);

#endif
