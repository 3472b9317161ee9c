/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-pass sgd: step k draws round(b_k P) new examples, and all of them are its batch. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

static enum sgdmft_status online_check(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->data->derive)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "rule: online draws new examples at every step, and data %s has a fixed number of them",
                           run->data->entry.name);
    return rule_check_fraction(run, error);
}

const struct sgdmft_rule rule_online = {
    .entry = {.name = "online",
              .summary = "b P new examples at every step: one pass, the limit alpha -> infinity at fixed b alpha",
              .reference = "Saad and Solla, Phys. Rev. Lett. 74 (1995) 4337, doi:10.1103/PhysRevLett.74.4337"},
    .fresh = true,
    .independent = true,
    .default_batch = 0.3,
    .averages_selection = true,
    .check = online_check,
    .probability = rule_full_probability,
    .select = rule_full_select,
};
