/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random labels (storage problem): inputs N(0, I), labels independent of them, +1/-1 or N(0,1). No signal. */
#include "models/registry.h"

#include <sgdmft/run.h>

static size_t random_components(const struct sgdmft_run *run, struct sgdmft_component out[SGDMFT_COMPONENTS_MAX])
{
    if (run->targets == SGDMFT_TARGETS_GAUSSIAN) {
        out[0] = (struct sgdmft_component){.weight = 1, .source = SGDMFT_LABEL_NORMAL};
        return 1;
    }
    out[0] = (struct sgdmft_component){.weight = 0.5, .source = SGDMFT_LABEL_FIXED, .label = 1};
    out[1] = (struct sgdmft_component){.weight = 0.5, .source = SGDMFT_LABEL_FIXED, .label = -1};
    return 2;
}

const struct sgdmft_data data_random = {
    .entry = {.name = "random",
              .summary = "c = 0, y = +1/-1 with probability 1/2 or N(0,1) (targets), independent of x; no signal",
              .reference = "Gardner and Derrida, J. Phys. A 21, 271 (1988), doi:10.1088/0305-4470/21/1/031"},
    .signal = false,
    .free_variance = false,
    .symmetric = true,
    .components = random_components,
};
