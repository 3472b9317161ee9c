/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quadratic teacher: y = u^2, the intensity of phase retrieval. */
#include "models/registry.h"

static double quadratic_label(double u, double width)
{
    (void)width;
    return u * u;
}

const struct sgdmft_teacher teacher_quadratic = {
    .entry = {.name = "quadratic",
              .summary = "y = u^2",
              .reference = "Sarao Mannelli, Vanden-Eijnden, Zdeborova, NeurIPS 2020, arXiv:2006.15459"},
    .even = true,
    .label = quadratic_label,
};
