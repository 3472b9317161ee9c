/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient flow: the limit eta -> 0 of gd. rate and its schedules only fix the output times t_k. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

static enum sgdmft_status flow_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->batch_steps.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "batch_steps: %ld=%.15g, but rule flow uses all examples at all times",
                           run->batch_steps.from[0], run->batch_steps.value[0]);
    if (run->batch_cycle.count > 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "batch_cycle: %ld=%.15g, but rule flow uses all examples at all times",
                           run->batch_cycle.from[0], run->batch_cycle.value[0]);
    if (rule_check_cold(run, error) != SGDMFT_OK)
        return SGDMFT_USAGE;
    return rule_check_full(run, error);
}

const struct sgdmft_rule rule_flow = {
    .entry = {.name = "flow",
              .summary = "the limit eta -> 0 of gd; rate only fixes the output times k rate",
              .reference = "Agoritsas, Biroli, Urbani, Zamponi, J. Phys. A 51, 085002 (2018), arXiv:1710.04894"},
    .full_batch = true,
    .continuous = true,
    .discrete = &rule_gd,
    .independent = true,
    .default_batch = 1,
    .averages_selection = true,
    .check = flow_check,
    .probability = rule_full_probability,
    .select = rule_full_select,
};
