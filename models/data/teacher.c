/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Teacher and student: inputs N(0, I), labels y = f(u) of the field u of the signal. */
#include "models/registry.h"

static size_t teacher_components(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX])
{
    (void)run;
    out[0] = (struct sgdmft_component){.weight = 1, .source = SGDMFT_LABEL_TEACHER};
    return 1;
}

const struct sgdmft_data data_teacher = {
    .entry = {.name = "teacher",
              .summary = "c = 0, y = f(u) with f the teacher, u = x.v/sqrt(N)",
              .reference = "Seung, Sompolinsky, Tishby, Phys. Rev. A 45, 6056 (1992), "
                           "doi:10.1103/PhysRevA.45.6056"},
    .signal = true,
    .free_variance = false,
    .symmetric = true,
    .components = teacher_components,
};
