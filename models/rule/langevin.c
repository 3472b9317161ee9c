/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Langevin dynamics (Euler step): all examples and thermal noise of temperature T_k > 0. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

static enum sgdmft_status langevin_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    for (size_t i = 0; i <= run->temperature_steps.count; i++) {
        const double temperature = i == 0 ? run->temperature : run->temperature_steps.value[i - 1];
        if (!(temperature > 0))
            return sgdmft_fail(error, SGDMFT_USAGE,
                               "%s: %.15g, but rule langevin needs a temperature above 0 (see rule gd)",
                               i == 0 ? "temperature" : "temperature_steps", temperature);
    }
    return rule_check_full(run, error);
}

const struct sgdmft_rule rule_langevin = {
    .entry = {.name = "langevin",
              .summary = "s = 1, with thermal noise sqrt(2 T eta) xi, T > 0",
              .reference = "Agoritsas, Biroli, Urbani, Zamponi, J. Phys. A 51, 085002 (2018), arXiv:1710.04894"},
    .full_batch = true,
    .needs_temperature = true,
    .independent = true,
    .default_batch = 1,
    .averages_selection = true,
    .check = langevin_check,
    .probability = rule_full_probability,
    .select = rule_full_select,
};
