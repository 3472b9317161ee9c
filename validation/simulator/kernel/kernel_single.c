/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels for rows in single precision: the default of the simulator. */
#define REAL float
#define NAME(x) x##_single
#include "validation/simulator/kernel/kernel_template.h"
