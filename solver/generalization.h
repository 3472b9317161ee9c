/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loss and error on a fresh example by quadrature (THEORY 7), with tables made once per run. */
#ifndef SOLVER_GENERALIZATION_H
#define SOLVER_GENERALIZATION_H

#include <sgdmft/run.h>

struct generalization;

struct generalization *generalization_create(const struct sgdmft_run *run);
void generalization_free(struct generalization *generalization);
/* overlap^2 <= norm; error is NaN for real labels. No allocation; one caller at a time. */
void generalization_evaluate(const struct generalization *generalization, double overlap, double norm, double *loss,
                             double *error);

#endif
