/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two Gaussian clusters at +v and -v (in units of sqrt(N)), labelled by their side. */
#include "models/registry.h"

static size_t mixture2_components(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX])
{
    (void)run;
    out[0] = (struct sgdmft_component){.weight = 0.5, .centre = 1, .source = SGDMFT_LABEL_FIXED, .label = 1};
    out[1] = (struct sgdmft_component){.weight = 0.5, .centre = -1, .source = SGDMFT_LABEL_FIXED, .label = -1};
    return 2;
}

const struct sgdmft_data data_mixture2 = {
    .entry = {.name = "mixture2",
              .summary = "c = +1/-1 with probability 1/2, y = c, variance Delta = cluster_variance",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .signal = true,
    .free_variance = true,
    .symmetric = false,
    .components = mixture2_components,
};
