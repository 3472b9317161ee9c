/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian field of the others, x^k = z.w_perp^k/sqrt(N), for all paths of a group. The weights obey
 *     w^{k+1} = (1 - eta lambda) w^k - eta [sum_j Gamma(k,j) w^j + nu^k] + sqrt(2 T eta) zeta^k,
 * nu Gaussian with covariance M (T8); so x^k = sum_a L(k,a) xi_a with innovations xi that are kept, and the rows of L
 * obey the same recursion. M is the Gram matrix of the paths' own forces g: the rows of its factor are the
 * coefficients of g^k in an orthonormal basis of g^0..g^k over the paths, which is found without forming M. So the
 * covariance L L^T is a covariance to rounding, whatever the rank.
 *
 * Two replicas share the start and the innovations: the forces of both have one joint basis, so that the Gram matrices
 * M and M12 of (T11), and with them the fields' covariances and cross-covariance, belong to one pair of fields. Thermal
 * innovations are each replica's own. */
#ifndef SOLVER_FIELD_H
#define SOLVER_FIELD_H

#include "solver/paths.h"

struct field {
    size_t steps;         /* capacity: rows of L */
    size_t width;         /* capacity: innovations */
    size_t rank;          /* innovations in use */
    size_t replicas;
    double *L;            /* [replicas][steps][width] */
    double *nu;           /* [replicas][width] row of nu^k */
    const double **innovation; /* [rank] rows of the paths' basis, [paths] each */
    struct basis forces;  /* orthonormal basis of g^0..g^k, of all replicas, over the paths */
    size_t *of_force;     /* [replicas steps] innovation that belongs to each row of it */
};

/* Most innovations that a run of `steps` steps can need. */
size_t field_width(const struct sgdmft_run *run);
size_t field_bytes(const struct sgdmft_run *run, size_t paths);
/* Starts at step 0, where the field's variance is `variance` = C_perp(0,0). False without memory; field_free in
 * either case. */
bool field_create(struct field *field, struct paths *paths, double variance);
void field_free(struct field *field);
/* Row k of a replica, [rank] in use. */
static inline double *field_row(const struct field *field, size_t replica, size_t k)
{
    return field->L + (replica * field->steps + k) * field->width;
}
/* out[i] += scale * sum_a row[a] xi_a[i] for the paths begin <= i < end: the field of a row. */
void field_add(const struct field *field, const double *row, double scale, size_t begin, size_t end, double *out);
/* sum_a L(k,a) L(l,a): C_perp(k,l) and, of two replicas, C12_perp(k,l), averaged over what exchanging the replicas gives. */
double field_covariance(const struct field *field, size_t k, size_t l);
double field_cross_covariance(const struct field *field, size_t k, size_t l);
/* Row k+1 of L from the forces g^k[replicas * paths] and the row Gamma(k,0..k). */
void field_advance(struct field *field, struct paths *paths, size_t k, const double *g, const double *Gamma);
/* Multiplies row k of L by rho (sphere), of every replica. */
void field_rescale(struct field *field, size_t k, double rho);

#endif
