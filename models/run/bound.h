/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bound beyond which theory and simulation report divergence. */
#ifndef MODELS_RUN_BOUND_H
#define MODELS_RUN_BOUND_H

#include <math.h>
#include <sgdmft/run.h>

/* Largest |w|^2/N of a run. */
static inline double norm_bound(const struct sgdmft_run *run)
{
    return 1e12 * (1 + run->norm0);
}

#endif
