/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phase retrieval: l = (r^2 - y^2)^2 / 2, to find v up to its sign from y = u or |u|. */
#include "models/registry.h"
#include "models/base/simd.h"

#include "models/run/parameter_table.h"

static SIMD_CLONES void phase_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                       double width, double *restrict value, double *restrict first,
                                       double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double difference = phi[i] * phi[i] - y[i] * y[i];
        value[i] = 0.5 * difference * difference;
        first[i] = 2 * phi[i] * difference;
        second[i] = 2 * difference + 4 * phi[i] * phi[i];
    }
}

static enum sgdmft_status phase_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (!run->link->linear)
        return sgdmft_fail(error, SGDMFT_USAGE, "link: %s cannot be used with loss phase, which needs link linear",
                           run->link->entry.name);
    if (!effect_teacher(run))
        return sgdmft_fail(error, SGDMFT_USAGE, "data: %s cannot be used with loss phase, which needs data teacher",
                           run->data->entry.name);
    if (!run->teacher->modulus)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "teacher: %s cannot be used with loss phase, which needs teacher linear or abs",
                           run->teacher->entry.name);
    return SGDMFT_OK;
}

const struct sgdmft_loss loss_phase = {
    .entry = {.name = "phase",
              .summary = "l = (r^2 - y^2)^2 / 2 (link linear, teacher linear or abs)",
              .reference = "Mignacco, Urbani, Zdeborova, Mach. Learn.: Sci. Technol. 2, 035029 (2021), "
                           "arXiv:2103.04902"},
    .classes_only = false,
    .uses_kappa = false,
    .even = true,
    .convex = false,
    .evaluate = phase_evaluate,
    .check = phase_check,
};
