/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three Gaussian clusters at 0, +v and -v (in units of sqrt(N)): the middle one against the outer two. */
#include "models/registry.h"

static size_t mixture3_components(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX])
{
    (void)run;
    out[0] = (struct sgdmft_component){.weight = 0.5, .centre = 0, .source = SGDMFT_LABEL_FIXED, .label = -1};
    out[1] = (struct sgdmft_component){.weight = 0.25, .centre = 1, .source = SGDMFT_LABEL_FIXED, .label = 1};
    out[2] = (struct sgdmft_component){.weight = 0.25, .centre = -1, .source = SGDMFT_LABEL_FIXED, .label = 1};
    return 3;
}

const struct sgdmft_data data_mixture3 = {
    .entry = {.name = "mixture3",
              .summary = "c = 0 (y = -1) with probability 1/2, c = +1 or -1 (y = 1) with 1/4 each, "
                         "variance Delta = cluster_variance",
              .reference = "Mignacco, Krzakala, Urbani, Zdeborova, NeurIPS 2020, arXiv:2006.06098"},
    .signal = true,
    .free_variance = true,
    .symmetric = true,
    .components = mixture3_components,
};
