/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps beyond (T1), and the conditions on them. */
#include "models/run/parameter_table.h"

#include <stddef.h>

const char *sgdmft_step_extra(const struct sgdmft_run *run)
{
    return run->momentum > 0 ? "momentum" : run->clip > 0 ? "clip" : run->privacy_noise > 0 ? "privacy_noise" : NULL;
}

enum sgdmft_status extra_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->nesterov && run->dampening > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "nesterov: takes dampening 0, and dampening is %.15g", run->dampening);
    return SGDMFT_OK;
}
