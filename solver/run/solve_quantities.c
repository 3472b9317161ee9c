/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Empty results with the quantities that the engines fill. */
#include "models/result/result_allocate.h"
#include "solver/observe/tails.h"
#include "solver/run/solve_internal.h"

struct sgdmft_result *solve_quantities(const struct sgdmft_run *run, enum sgdmft_source source, size_t samples)
{
    struct sgdmft_result *result = sgdmft_result_create(run, source, samples);
    if (!result)
        return NULL;
    const bool complete =
        result_add_present(result, "series", "gradient_") && result_add_present(result, "series", "distance")
        && result_add_present(result, "margins", "") && result_add_present(result, "two_time", "correlation_matrix")
        && result_add_present(result, "two_time", "response_matrix") && result_add_present(result, "series", "train_")
        && result_add_present(result, "series", "averaged_") && result_add_present(result, "sharpness", "")
        && result_add_present(result, "two_time", "response");
    if (!complete) {
        sgdmft_result_free(result);
        return NULL;
    }
    return result;
}

struct sgdmft_result *solve_result(const struct sgdmft_run *run, size_t samples)
{
    struct sgdmft_result *result = solve_quantities(run, SGDMFT_THEORY, samples);
    if (!result || tails_add(result))
        return result;
    sgdmft_result_free(result);
    return NULL;
}

struct sgdmft_result *solve_engine_result(const struct engine *engine, const struct sgdmft_run *run, size_t samples)
{
    struct sgdmft_result *result = solve_quantities(run, SGDMFT_THEORY, samples);
    const bool tangents = !engine || engine->tangent_share, hessian = engine && engine->hessian;
    if (!result || ((!tangents || tails_add(result)) && (!hessian || sharpness_add_ends(result))))
        return result;
    sgdmft_result_free(result);
    return NULL;
}

bool solve_has_values(enum sgdmft_status status, const struct sgdmft_result *result)
{
    return status == SGDMFT_OK || status == SGDMFT_DIVERGED
           || (status == SGDMFT_INTERRUPTED && result && result->status == SGDMFT_INTERRUPTED);
}
