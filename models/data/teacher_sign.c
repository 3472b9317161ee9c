/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign teacher: y = sign(u), a half-space. */
#include "models/registry.h"

static double sign_label(double u, double width)
{
    (void)width;
    return u < 0 ? -1 : 1;
}

static size_t sign_breakpoints(double width, double u[SGDMFT_POINTS_MAX])
{
    (void)width;
    u[0] = 0;
    return 1;
}

const struct sgdmft_teacher teacher_sign = {
    .entry = {.name = "sign",
              .summary = "y = sign(u)",
              .reference = "Seung, Sompolinsky, Tishby, Phys. Rev. A 45, 6056 (1992), "
                           "doi:10.1103/PhysRevA.45.6056"},
    .classes = true,
    .even = false,
    .label = sign_label,
    .breakpoints = sign_breakpoints,
};
