/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registries: arrays of the records listed in registry.h, ended by NULL. */
#include "models/registry.h"

#define REGISTRY_ADDRESS(name) &name,
const struct sgdmft_data *const sgdmft_data_laws[] = {DATA_LIST(REGISTRY_ADDRESS) NULL};
const struct sgdmft_teacher *const sgdmft_teachers[] = {TEACHER_LIST(REGISTRY_ADDRESS) NULL};
const struct sgdmft_link *const sgdmft_links[] = {LINK_LIST(REGISTRY_ADDRESS) NULL};
const struct sgdmft_loss *const sgdmft_losses[] = {LOSS_LIST(REGISTRY_ADDRESS) NULL};
const struct sgdmft_rule *const sgdmft_rules[] = {RULE_LIST(REGISTRY_ADDRESS) NULL};
