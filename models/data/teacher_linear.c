/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear teacher: y = u. */
#include "models/registry.h"

static double linear_label(double u, double width)
{
    (void)width;
    return u;
}

const struct sgdmft_teacher teacher_linear = {
    .entry = {.name = "linear", .summary = "y = u", .reference = ""},
    .classes = false,
    .even = false,
    .linear = true,
    .modulus = true,
    .label = linear_label,
};
