/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Door teacher: y = sign(u^2 - L^2), a slab against its outside. */
#include "models/registry.h"

static double door_label(double u, double width)
{
    return u * u < width * width ? -1 : 1;
}

static size_t door_breakpoints(double width, double u[SGDMFT_POINTS_MAX])
{
    if (!(width > 0))
        return 0; /* y = 1 everywhere */
    u[0] = -width;
    u[1] = width;
    return 2;
}

const struct sgdmft_teacher teacher_door = {
    .entry = {.name = "door",
              .summary = "y = sign(u^2 - L^2), L = teacher_width",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .classes = true,
    .even = true,
    .label = door_label,
    .breakpoints = door_breakpoints,
};
