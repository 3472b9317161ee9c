/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian field of the others, x^k = z.w_perp^k/sqrt(N), for all paths of a group. The weights obey
 *     w^{k+1} = (1 - eta lambda) w^k - eta [sum_j Gamma(k,j) w^j + nu^k] + sqrt(2 T eta) zeta^k,
 * nu Gaussian with covariance M (T8); so x^k = sum_a L(k,a) xi_a with innovations xi that are kept, and the rows of L
 * obey the same recursion. M is the Gram matrix of the paths' own forces g: the rows of its factor are the
 * coefficients of g^k in an orthonormal basis of g^0..g^k over the paths, which is found without forming M. So the
 * covariance L L^T is a covariance to rounding, whatever the rank. */
#ifndef SOLVER_FIELD_H
#define SOLVER_FIELD_H

#include "solver/paths.h"

struct field {
    size_t steps;         /* capacity: rows of L */
    size_t width;         /* capacity: innovations */
    size_t rank;          /* innovations in use */
    double *L;            /* [steps][width] */
    double *nu;           /* [width] row of nu^k */
    const double **innovation; /* [rank] rows of the paths' basis, [paths] each */
    struct basis forces;  /* orthonormal basis of g^0..g^k over the paths */
    size_t *of_force;     /* [steps] innovation that belongs to each row of it */
};

/* Most innovations that a run of `steps` steps can need. */
size_t field_width(const struct sgdmft_run *run);
size_t field_bytes(const struct sgdmft_run *run, size_t paths);
/* Starts at step 0, where the field's variance is `variance` = C_perp(0,0). False without memory; field_free in
 * either case. */
bool field_create(struct field *field, struct paths *paths, double variance);
void field_free(struct field *field);
/* out[i] += scale * x^k[i] for the paths begin <= i < end. */
void field_add(const struct field *field, size_t k, double scale, size_t begin, size_t end, double *out);
/* C_perp(k,l) = sum_a L(k,a) L(l,a). */
double field_covariance(const struct field *field, size_t k, size_t l);
/* Row k+1 of L from the forces g^k[0..paths-1] and the row Gamma(k,0..k). */
void field_advance(struct field *field, struct paths *paths, size_t k, const double *g, const double *Gamma);
/* Multiplies row k of L by rho (sphere). */
void field_rescale(struct field *field, size_t k, double rho);

#endif
