/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First step from which the training error or loss stays zero, read from the series of a result. */
#include "models/formula/formula.h"

#include <sgdmft/boundary.h>
#include <math.h>

/* The first measured step from which on a sample stays at or below the threshold; -1 if the last one is above. */
static long step_reached(const struct sgdmft_result *result, const double *x, double threshold)
{
    size_t row = result->steps;
    while (row > 0 && x[row - 1] <= threshold)
        row--;
    return row < result->steps ? result->step[row] : -1;
}

static enum sgdmft_status reached(const struct sgdmft_result *result, const char *name, double threshold,
                                  struct sgdmft_reached *out, struct sgdmft_error *error)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name);
    double sum = 0, squares = 0, count = 0;
    if (!quantity || result->steps == 0)
        return sgdmft_fail(error, SGDMFT_USAGE, "%s: the result does not have it", name);
    *out = (struct sgdmft_reached){.threshold = threshold,
                                   .step = (double)NAN,
                                   .step_se = (double)NAN,
                                   .first = -1,
                                   .last = -1,
                                   .bound = (double)NAN};
    /* a run that ended early does not stay at zero */
    for (size_t s = 0; s < result->samples && result->status == SGDMFT_OK; s++) {
        const long step = step_reached(result, quantity->sample + s * quantity->length, threshold);
        if (step < 0)
            continue;
        out->first = count > 0 && out->first < step ? out->first : step;
        out->last = out->last > step ? out->last : step;
        count += 1;
        sum += (double)step;
        squares += (double)step * (double)step;
    }
    out->fraction = count / (double)result->samples;
    if (count > 0)
        out->step = sum / count;
    if (count > 1)
        out->step_se = sqrt(fmax(0, squares / count - out->step * out->step) / (count - 1));
    return SGDMFT_OK;
}

enum sgdmft_status sgdmft_error_reached(const struct sgdmft_result *result, struct sgdmft_reached *out,
                                        struct sgdmft_error *error)
{
    if (!sgdmft_has_classes(&result->run))
        return sgdmft_fail(error, SGDMFT_USAGE, "train_error: none, since the labels of data %s are real",
                           result->run.data->entry.name);
    const enum sgdmft_status status = reached(result, "train_error", 0, out, error);
    /* Probability that none of n independent paths is wrong: (1 - p)^n, below 5 % if p > -ln(0.05)/n. */
    if (status == SGDMFT_OK && result->source == SGDMFT_THEORY && out->fraction == 1)
        out->bound = -log(0.05) / (double)result->run.paths;
    return status;
}

enum sgdmft_status sgdmft_loss_reached(const struct sgdmft_result *result, struct sgdmft_reached *out,
                                       struct sgdmft_error *error)
{
    const struct sgdmft_run *run = &result->run;
    if (!run->loss->uses_kappa)
        return sgdmft_fail(error, SGDMFT_USAGE, "train_loss: loss %s has no margin, so that it does not reach zero",
                           run->loss->entry.name);
    return reached(result, "train_loss", formula_contact_loss(run), out, error);
}
