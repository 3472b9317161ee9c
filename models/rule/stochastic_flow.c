/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient flow: the limit eta -> 0 of persistent sgd at fixed b and tau. Membership of an example is the
 * two-state process in continuous time with rates 1/tau for 0->1 and (1 - b)/(b tau) for 1->0, which forgets at the
 * rate 1/(b tau). rate and its schedules only fix the output times t_k, and s^k is s(t_k). */
#include "models/registry.h"
#include "models/rule/rule_check.h"

#include <math.h>

static double stochastic_flow_probability(const struct sgdmft_run *run, long k, int previous)
{
    if (k == 0)
        return run->batch;
    const double kept = exp(-sgdmft_rate(run, k - 1) / (run->batch * run->persistence));
    return run->batch + (previous - run->batch) * kept;
}

static enum sgdmft_status stochastic_flow_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (rule_check_fraction(run, error) != SGDMFT_OK || rule_check_cold(run, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    if (!(run->persistence > 0 && isfinite(run->persistence)))
        return sgdmft_fail(error, SGDMFT_USAGE, "persistence: %.15g is not a time above 0 (rule stochastic_flow)",
                           run->persistence);
    if (run->batch_steps.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "batch_steps: %ld=%.15g, but rule stochastic_flow has one fixed batch",
                           run->batch_steps.from[0], run->batch_steps.value[0]);
    if (run->batch_cycle.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "batch_cycle: %ld=%.15g, but rule stochastic_flow has one fixed batch",
                           run->batch_cycle.from[0], run->batch_cycle.value[0]);
    return SGDMFT_OK;
}

const struct sgdmft_rule rule_stochastic_flow = {
    .entry = {.name = "stochastic_flow",
              .summary = "the limit eta -> 0 of persistent at fixed b and tau; rate only fixes the output times k rate",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .continuous = true,
    .discrete = &rule_persistent,
    .default_batch = 0.3,
    .averages_selection = true,
    .check = stochastic_flow_check,
    .probability = stochastic_flow_probability,
    .select = rule_select,
};
