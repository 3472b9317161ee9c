/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of losses and errors by the kind of the label, the same for theory and simulation. */
#include "models/result/memorization.h"

static const char *const loss_name[2] = {"train_loss_clean", "train_loss_flipped"};
static const char *const error_name[2] = {"train_error_clean", "train_error_flipped"};

bool memorization_matters(const struct sgdmft_run *run)
{
    return sgdmft_has_classes(run) && run->label_noise > 0 && !run->rule->fresh;
}

void memorization_gather(const struct sgdmft_run *run, size_t n, const double *r, const double *y,
                         const unsigned char *flipped, const double *weight, double *scratch, struct memorization *sums)
{
    sgdmft_loss_evaluate(run, n, r, y, scratch, NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        const double share = weight ? weight[i] : 1;
        sums->loss[flipped[i]] += share * scratch[i];
        sums->count[flipped[i]] += share;
    }
    sgdmft_link_evaluate(run, n, r, scratch);
    for (size_t i = 0; i < n; i++)
        if (y[i] * scratch[i] < 0)
            sums->errors[flipped[i]] += weight ? weight[i] : 1;
}

void memorization_record(const struct sgdmft_result *result, size_t sample, size_t at, const struct memorization *sums)
{
    for (int kind = 0; kind < 2; kind++) {
        struct sgdmft_quantity *loss = sgdmft_result_find(result, "series", loss_name[kind]);
        struct sgdmft_quantity *error = sgdmft_result_find(result, "series", error_name[kind]);
        if (!loss || !error)
            return;
        loss->sample[sample * loss->length + at] = sums->loss[kind] / sums->count[kind];
        error->sample[sample * error->length + at] = sums->errors[kind] / sums->count[kind];
    }
}
