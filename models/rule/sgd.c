/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stochastic gradient descent: each example is in the batch of step k with probability b_k, independently. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

static double sgd_probability(const struct sgdmft_run *run, long k, int previous)
{
    (void)previous;
    return sgdmft_batch(run, k);
}

const struct sgdmft_rule rule_sgd = {
    .entry = {.name = "sgd",
              .summary = "s = 1 with probability b, independent over steps and examples",
              .reference = "Gerbelot, Troiani, Mignacco, Krzakala, Zdeborova, arXiv:2210.06591"},
    .independent = true,
    .default_batch = 0.3,
    .averages_selection = true,
    .check = rule_check_fraction,
    .probability = sgd_probability,
    .select = rule_select,
};
