/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient descent: all examples at every step. */
#include "models/registry.h"
#include "models/rule/rule_check.h"

const struct sgdmft_rule rule_gd = {
    .entry = {.name = "gd",
              .summary = "s = 1: all examples at every step",
              .reference = "Agoritsas, Biroli, Urbani, Zamponi, J. Phys. A 51, 085002 (2018), arXiv:1710.04894"},
    .full_batch = true,
    .independent = true,
    .default_batch = 1,
    .averages_selection = true,
    .check = rule_check_full,
    .probability = rule_full_probability,
    .select = rule_full_select,
};
