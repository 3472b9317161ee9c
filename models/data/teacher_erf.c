/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error function of the signal's field: y = erf(u/sqrt(2)). */
#include "models/registry.h"

#include <math.h>

static double erf_label(double u, double width)
{
    (void)width;
    return erf(u * M_SQRT1_2);
}

const struct sgdmft_teacher teacher_erf = {
    .entry = {.name = "erf",
              .summary = "y = erf(u/sqrt(2))",
              .reference = "Saad and Solla, Phys. Rev. E 52, 4225 (1995), doi:10.1103/PhysRevE.52.4225"},
    .even = false,
    .label = erf_label,
};
