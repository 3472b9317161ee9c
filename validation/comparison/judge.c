/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of a comparison. Two results that both diverge agree; one that diverges alone disagrees. */
#include <sgdmft/compare.h>

enum sgdmft_status sgdmft_comparison_judge(const struct sgdmft_result *theory, const struct sgdmft_result *simulation,
                                           const struct sgdmft_comparison *comparison, struct sgdmft_error *doubt,
                                           struct sgdmft_error *error)
{
    const bool first = theory->status == SGDMFT_DIVERGED, second = simulation->status == SGDMFT_DIVERGED;
    char reason[SGDMFT_TEXT_MAX];
    if (first != second)
        return sgdmft_fail(error, SGDMFT_DISAGREE, "one of the two diverged (last steps %ld and %ld)",
                           theory->last_step, simulation->last_step);
    sgdmft_comparison_reason(comparison, reason);
    if (comparison->verdict == SGDMFT_VERDICT_DISAGREE)
        return sgdmft_fail(error, SGDMFT_DISAGREE, "%s", reason);
    if (first)
        sgdmft_fail(doubt, SGDMFT_OK, "both diverged, and so agree about that: after steps %ld and %ld",
                    theory->last_step, simulation->last_step);
    else if (comparison->verdict == SGDMFT_VERDICT_UNDECIDED)
        sgdmft_fail(doubt, SGDMFT_OK, "%s", reason);
    return SGDMFT_OK;
}
