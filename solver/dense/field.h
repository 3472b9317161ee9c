/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Gaussian field x^k = z.w_perp^k/sqrt(N) of the paths of a group. The weights obey w^{k+1} = (1 - eta lambda) w^k
 * - eta [sum_j Gamma(k,j) w^j + nu^k] + sqrt(2 T eta) zeta^k, nu Gaussian with covariance M (T8); so x^k = sum_a L(k,a)
 * xi_a with innovations xi that are kept, and the rows of L obey the same recursion. M is the Gram matrix of the paths'
 * own forces g: the rows of its factor are the coefficients of g^k in an orthonormal basis of g^0..g^k over the paths,
 * which is found without forming M. So L L^T is a covariance to rounding, at any rank.
 *
 * Two replicas share the start and the innovations: the forces of both have one joint basis, so that the Gram matrices
 * M and M12 of (T11), and with them the fields' covariances and cross-covariance, belong to one pair of fields. Thermal
 * innovations are each replica's own.
 *
 * With a spectrum (T15) each mode has rows of its own, in innovations of its own with the same coefficients of the
 * forces, and the field is the sum over the modes of s^(1/2) x_s and of the remainder of the signal in it.
 * Orthogonalising the rows of that sum gives rows in one innovation a step; again no covariance is factorised. */
#ifndef SOLVER_DENSE_FIELD_H
#define SOLVER_DENSE_FIELD_H

#include "solver/dense/dyson.h"
#include "solver/paths/paths.h"

struct field {
    size_t steps;       /* capacity: rows of L */
    size_t width;       /* capacity: coordinates, and innovations */
    size_t coordinates; /* of the weights, in use in each mode */
    size_t rank;        /* innovations in use: without a spectrum the coordinates */
    size_t replicas, modes;
    bool plain;                /* Sigma is the identity */
    double *value;             /* [modes] s */
    double *L;                 /* [modes][replicas][steps][width] of the weights */
    double *row;               /* [replicas][steps][width] of the field, in the innovations; L without a spectrum */
    double *nu;                /* [replicas][width] row of nu^k */
    const double **innovation; /* [rank] rows of the paths' basis, [paths] each */
    struct basis forces;       /* orthonormal basis of g^0..g^k, of all replicas, over the paths */
    size_t *of_force;          /* [replicas steps] coordinate that belongs to each row of it */
    struct basis mixed; /* with a spectrum: orthonormal basis of the field's rows over the coordinates of all modes */
};

/* Most innovations that a run of `steps` steps can need. */
size_t field_width(const struct sgdmft_run *run);
size_t field_bytes(const struct sgdmft_run *run, size_t paths);
/* Starts at step 0, with weights of the variance `variance` = C_perp(0,0) in every mode. The caller continues with
 * field_mix(field, paths, 0, .). False without memory; field_free in either case. */
bool field_create(struct field *field, struct paths *paths, double variance);
void field_free(struct field *field);
/* Row k of a replica, [rank] in use. */
static inline double *field_row(const struct field *field, size_t replica, size_t k)
{
    return field->row + (replica * field->steps + k) * field->width;
}
/* Row k of a replica's weights in a mode, [coordinates] in use. */
static inline double *field_weights(const struct field *field, size_t mode, size_t replica, size_t k)
{
    return field->L + ((mode * field->replicas + replica) * field->steps + k) * field->width;
}
/* out[i] += scale * sum_a row[a] xi_a[i] for the paths begin <= i < end: the field of a row. */
void field_add(const struct field *field, const double *row, double scale, size_t begin, size_t end, double *out);
/* sum_a L(k,a) L(l,a) of the weights in a mode: C_perp(k,l) and, of two replicas, C12_perp(k,l), averaged over the
 * exchange of the replicas. */
double field_covariance(const struct field *field, size_t mode, size_t k, size_t l);
double field_cross_covariance(const struct field *field, size_t mode, size_t k, size_t l);
/* Variance of the field at step k, averaged over the replicas. */
double field_variance(const struct field *field, size_t k);
/* Rows k+1 of L from the forces g^k[replicas * paths] and the row Gamma(k,0..k). */
void field_advance(struct field *field, struct paths *paths, size_t k, const double *g, const double *Gamma);
/* Multiplies rows k of L by rho (sphere), of every replica. */
void field_rescale(struct field *field, size_t k, double rho);
/* Makes row k of the field from rows k of the weights and of dyson. Does nothing without a spectrum. */
void field_mix(struct field *field, struct paths *paths, size_t k, const struct dyson *dyson);

#endif
