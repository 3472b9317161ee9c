/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Light tails have a largest path of at most LIGHT means (THEORY 9.8; numbers in validation/measurements.md 5.1). */
#include "solver/observe/tails.h"

#include "solver/run/engine.h"

#define TRUSTED 0.05
#define LIGHT 16.0

double tails_limit(size_t paths)
{
    return TRUSTED + LIGHT / (double)paths;
}

bool tails_add(struct sgdmft_result *result)
{
    return sgdmft_loss_is_convex(&result->run)
           || sgdmft_result_add(result, "series", "tangent_share", 1, &result->steps) != NULL;
}

enum sgdmft_status tails_judge(struct sgdmft_result *result, struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &result->run;
    const struct sgdmft_quantity *share = sgdmft_result_find(result, "series", "tangent_share");
    const size_t paths = engine_group_paths(run);
    const double limit = tails_limit(paths);
    size_t beyond = 0;
    for (size_t g = 0; share && g < result->samples && result->steps > 0; g++)
        beyond += share->sample[g * share->length + result->steps - 1] > limit;
    if (2 * beyond <= result->samples)
        return SGDMFT_OK;
    result->status = SGDMFT_NOT_CONVERGED;
    return sgdmft_fail(
        error, SGDMFT_NOT_CONVERGED,
        "engine: %s has values and errors that are not to be trusted: with %s %s, in %zu of %zu groups of %zu paths, a "
        "single path carries more than %.0f %% of the mean of tangents that is the memory kernel (on average %.0f %%), "
        "and more paths do not help; engine conditional needs no tangents",
        result->provenance.engine, run->link->linear ? "loss" : "link",
        run->link->linear ? run->loss->entry.name : run->link->entry.name, beyond, result->samples, paths, 100 * limit,
        100 * share->mean[result->steps - 1]);
}
