/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Averages over the Marchenko-Pastur law of the eigenvalues s of H = (1/N) sum_mu x_mu x_mu^T, P = alpha N rows
 * x_mu ~ N(0, I_N), N -> infinity. */
#ifndef VALIDATION_CLOSED_FORMS_MARCHENKO_PASTUR_H
#define VALIDATION_CLOSED_FORMS_MARCHENKO_PASTUR_H

#include <sgdmft/status.h>
#include <stddef.h>

/* value[j], weight[j]: sum_j weight[j] f(value[j]) = <f(s)>, exact (up to rounding) for polynomials of degree below
 * 2 nodes and exponentially convergent for analytic f. Weights sum to 1. For alpha < 1 the first node is s = 0 with
 * weight 1 - alpha. Both arrays have room for nodes + 1 numbers. Returns the number of nodes written; 0 if alpha is not
 * positive, nodes is 0, or without memory. */
size_t marchenko_pastur_nodes(double alpha, size_t nodes, double *value, double *weight);

#endif
