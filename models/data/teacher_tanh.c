/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hyperbolic tangent of the signal's field: y = tanh(u). */
#include "models/registry.h"

#include <math.h>

static double tanh_label(double u, double width)
{
    (void)width;
    return tanh(u);
}

const struct sgdmft_teacher teacher_tanh = {
    .entry = {.name = "tanh",
              .summary = "y = tanh(u)",
              .reference = "Mei, Bai, Montanari, Ann. Stat. 46, 2747 (2018), arXiv:1607.06534"},
    .even = false,
    .label = tanh_label,
};
