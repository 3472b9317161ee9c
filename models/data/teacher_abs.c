/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modulus teacher: y = |u|, the measurement of phase retrieval. */
#include "models/registry.h"

#include <math.h>

static double abs_label(double u, double width)
{
    (void)width;
    return fabs(u);
}

static size_t abs_breakpoints(double width, double u[SGDMFT_POINTS_MAX])
{
    (void)width;
    u[0] = 0;
    return 1;
}

const struct sgdmft_teacher teacher_abs = {
    .entry = {.name = "abs",
              .summary = "y = |u|",
              .reference = "Mignacco, Urbani, Zdeborova, Mach. Learn.: Sci. Technol. 2, 035029 (2021), "
                           "arXiv:2103.04902"},
    .classes = false,
    .even = true,
    .modulus = true,
    .label = abs_label,
    .breakpoints = abs_breakpoints,
};
