/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interface of the modes to dyson.c. */
#ifndef SOLVER_DENSE_DYSON_MODES_H
#define SOLVER_DENSE_DYSON_MODES_H

#include "solver/dense/dyson.h"

/* Sets rows k of all averages from rows k of the modes and from A, a and Q of the step made last. */
void dyson_average(struct dyson *dyson, size_t k);

#endif
