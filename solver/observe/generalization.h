/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss and error on a fresh example by quadrature (THEORY 9.1), with tables made once a run. */
#ifndef SOLVER_OBSERVE_GENERALIZATION_H
#define SOLVER_OBSERVE_GENERALIZATION_H

#include "solver/observe/generalization_class.h"

struct generalization *generalization_create(const struct sgdmft_run *run);
void generalization_free(struct generalization *generalization);
/* Mean loss and error on a fresh example at overlap m and norm C, m^2 <= C. error is NaN for real labels. Allocates
 * nothing; not for several threads at a time. */
void generalization_evaluate(const struct generalization *generalization, double overlap, double norm, double *loss,
                             double *error);
/* The same for data with a spectrum: overlap is m of the weights, field_overlap rho and field_square <s C_s> of (T15);
 * field_overlap^2 <= field_square. */
void generalization_evaluate_field(const struct generalization *generalization, double overlap, double field_overlap,
                                   double field_square, double *loss, double *error);
/* The same over the fresh examples with flipped labels, or over those with clean ones. For classes only. */
void generalization_evaluate_labels(const struct generalization *generalization, bool flipped, double overlap,
                                    double field_overlap, double field_square, double *loss, double *error);

/* Makes tables for means of forces too, and takes them at overlap m and norm C; the other functions leave them 0. */
struct generalization *generalization_create_forces(const struct sgdmft_run *run);
struct fresh_sums generalization_forces(const struct generalization *generalization, double overlap, double norm);

#endif
