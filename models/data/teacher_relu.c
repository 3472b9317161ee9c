/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rectified field of the signal: y = max(u, 0). */
#include "models/registry.h"

#include <math.h>

static double relu_label(double u, double width)
{
    (void)width;
    return fmax(u, 0);
}

static size_t relu_breakpoints(double width, double u[SGDMFT_POINTS_MAX])
{
    (void)width;
    u[0] = 0;
    return 1;
}

const struct sgdmft_teacher teacher_relu = {
    .entry = {.name = "relu",
              .summary = "y = max(u, 0)",
              .reference = "Yehudai and Shamir, COLT 2020, arXiv:2001.05205"},
    .even = false,
    .label = relu_label,
    .breakpoints = relu_breakpoints,
};
