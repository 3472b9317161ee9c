/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of a simulated run from a dataset of the user. */
#include "validation/simulator/dataset.h"

#include "models/data/dataset/examples.h"
#include <string.h>

static void dataset_copy(const struct dataset *set, const double *x, unsigned char *row)
{
    const size_t n = set->dim, size = set->kernel->size;
    float *single = (float *)(void *)row;
    if (size == sizeof(double))
        memcpy(row, x, n * size);
    else
        for (size_t i = 0; i < n; i++)
            single[i] = (float)x[i];
    memset(row + n * size, 0, (set->stride - n) * size);
}

void dataset_take(const struct sgdmft_run *run, enum sgdmft_purpose label, uint32_t owner,
                  const struct examples *examples, const uint32_t *index, struct dataset *set)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, label, owner, 1);
    sgdmft_uniforms(&stream, set->count, set->draw);
    for (size_t mu = 0; mu < set->count; mu++) {
        const struct sgdmft_component component = {.source = SGDMFT_LABEL_FIXED, .label = examples->label[index[mu]]};
        dataset_copy(set, examples->x + index[mu] * set->dim, set->rows + mu * set->stride * set->kernel->size);
        set->flipped[mu] = sgdmft_label_flipped(run, set->draw[mu]);
        set->label[mu] = sgdmft_label(run, &component, 0, (double[2]){0, 0}, set->draw[mu]);
    }
}
