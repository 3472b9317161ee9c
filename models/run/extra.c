/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps beyond (T1), and the conditions on them. */
#include "models/run/parameter_table.h"

#include <string.h>

double sgdmft_average_share(const struct sgdmft_run *run, long k)
{
    const struct sgdmft_average *average = &run->derived.average;
    if (average->beta > 0)
        return k == 0 ? 1 : 1 - average->beta;
    return k <= average->from ? 1 : 1 / (double)(k - average->from + 1);
}

enum sgdmft_status average_parse(const char *text, struct sgdmft_average *average, struct sgdmft_error *error)
{
    *average = (struct sgdmft_average){.taken = *text != '\0'};
    if (!average->taken)
        return SGDMFT_OK;
    if (strncmp(text, "ema:", 4) == 0 && number_real(text + 4, &average->beta) == NUMBER_OK && average->beta > 0
        && average->beta < 1)
        return SGDMFT_OK;
    if (strncmp(text, "tail:", 5) == 0 && number_integer(text + 5, &average->from) == NUMBER_OK && average->from >= 0)
        return SGDMFT_OK;
    return sgdmft_fail(error, SGDMFT_USAGE,
                       "average: '%.80s' is not none, ema:BETA with 0 < BETA < 1, or tail:FROM with a step FROM >= 0",
                       text);
}

const char *sgdmft_step_extra(const struct sgdmft_run *run)
{
    return run->momentum > 0 ? "momentum" : run->clip > 0 ? "clip" : run->privacy_noise > 0 ? "privacy_noise" : NULL;
}

bool run_prefers_conditional(const struct sgdmft_run *run)
{
    return !run->rule->continuous && !run->rule->fresh
           && (!sgdmft_has_tangents(run) || sgdmft_step_extra(run) || run->derived.average.taken);
}

enum sgdmft_status extra_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->derived.average.from > run->steps)
        return sgdmft_fail(error, SGDMFT_USAGE, "average: step %ld is beyond the end of the run (steps is %ld)",
                           run->derived.average.from, run->steps);
    if (run->nesterov && run->dampening > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "nesterov: takes dampening 0, and dampening is %.15g", run->dampening);
    return SGDMFT_OK;
}
