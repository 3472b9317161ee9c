/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side of the weights for data with a spectrum: the fields depend on w through d = Sigma^(1/2) w, so vectors have
 * explicit coordinates. A mode, the N_s dimensions of one eigenvalue s, has an orthonormal basis of its own that grows
 * by one with each fresh vector while it has dimensions left: by invariance a fresh vector is normals along the
 * directions known and chi_{N_s-D_s} along one more. The coordinates of all modes are one list, in the order in which
 * they came; the first of each mode is the signal's. They replace the hidden coordinates, and `along` holds
 * the coefficients d.f_a of the fields. */
#ifndef SOLVER_CONDITIONAL_WEIGHT_MODES_H
#define SOLVER_CONDITIONAL_WEIGHT_MODES_H

#include "solver/conditional/weight_space.h"

struct weight_mode {
    double dim, root; /* N_s, s^(1/2) */
    double strength;  /* root mean square of v's components that the spectrum names */
    double signal;    /* coordinate of v/sqrt(N), the mode's first */
    size_t known;     /* D_s */
};

struct weight_modes {
    size_t count;
    bool counted;
    bool exact; /* the signal's share of each mode is its mean */
    struct weight_mode mode[SGDMFT_MODES_MAX];
    uint32_t *mode_of;   /* [hidden_capacity] mode of a coordinate */
    double *root_of;     /* [hidden_capacity] s^(1/2) of a coordinate */
    double *direction;   /* [capacity][hidden_capacity] explored directions f_a */
    double *work;        /* [hidden_capacity] */
    double *coefficient; /* [capacity] */
};

/* Dimensions N_s of the modes of a run of dim weights; whole numbers, counted as a simulation counts them, where
 * `counted`. */
void weight_modes_dims(const struct sgdmft_spectrum *spectrum, double dim, bool counted, double *dims);
/* Largest number of coordinates after `vectors` fresh vectors. */
size_t weight_modes_coordinates(const struct sgdmft_spectrum *spectrum, double dim, size_t vectors);
double weight_modes_bytes(size_t capacity, size_t hidden_capacity);
/* Adds to the space its modes, those that have dimensions, and the first coordinate of each. False without memory;
 * weight_modes_free in either case. */
bool weight_modes_create(struct weight_space *space, const struct sgdmft_spectrum *spectrum, bool counted);
void weight_modes_free(struct weight_modes *modes);
bool weight_modes_archive(struct weight_space *space, struct archive *archive);

/* Sets D_s of the modes from the present coordinates. */
void weight_modes_recount(struct weight_space *space);

/* Sets v, with the components that the spectrum names, or, where `counted` and not `exact`, drawn as a simulation draws
 * them, and the first `replicas` vectors to overlap v/sqrt(N) and a random vector of this length across v. The first
 * explored direction is Sigma^(1/2) v, whose field is u of (T15). */
void weight_modes_start(struct weight_space *space, struct fresh *fresh, size_t replicas, double overlap,
                        double across);
/* x = N(0, 1_N), with fresh coordinates. */
void weight_modes_draw(struct weight_space *space, struct fresh *fresh, double *x);
/* Projects x across the explored directions, in two passes. coefficient[explored] are its components along them (NULL:
 * not needed). */
void weight_modes_project(const struct weight_space *space, double *x, double *coefficient);
/* Sets x.along to the coefficients of Sigma^(1/2) x.across in the explored directions. */
void weight_modes_find_along(const struct weight_space *space, size_t x);
/* x = Sigma^(1/2) (sum_a x.along[a] f_a + x.across) */
void weight_modes_pull(const struct weight_space *space, size_t x);
/* Explores as weight_space_explore, for data with a spectrum, and sets x.along. */
bool weight_modes_explore(struct weight_space *space, size_t vector, double *coefficient);

#endif
