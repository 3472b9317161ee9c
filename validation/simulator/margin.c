/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the training examples for each step with margins, which all replicas share. */
#include "validation/simulator/margin.h"

#include "models/result/margins.h"
#include "validation/simulator/simulator_step.h"
#include <math.h>
#include <stdlib.h>

static size_t replicas_of(const struct sgdmft_run *run)
{
    return sgdmft_has_classes(run) && run->margins_at.count > 0 ? (size_t)run->replicas : 0;
}

double margin_bytes(const struct sgdmft_run *run)
{
    const size_t replicas = replicas_of(run), fields = replicas * (size_t)sgdmft_examples(run);
    return replicas == 0 ? 0
                         : (double)(fields + replicas * ((size_t)run->dim + KERNEL_LINE + 1)) * sizeof(double)
                               + (double)margins_scratch_bytes(fields);
}

bool margin_create(const struct sgdmft_run *run, const struct sgdmft_result *result, const struct dataset *train,
                   struct margin *margin)
{
    *margin = (struct margin){.result = result, .train = train, .replicas = replicas_of(run)};
    const size_t fields = margin->replicas * train->count;
    if (margin->replicas == 0)
        return true;
    margin->rounded = aligned_alloc(KERNEL_LINE, margin->replicas * train->stride * train->kernel->size);
    margin->field = malloc(fields * sizeof(double));
    margin->norm = malloc(margin->replicas * sizeof(double));
    margin->scratch = malloc(margins_scratch_bytes(fields));
    return margin->rounded && margin->field && margin->norm && margin->scratch;
}

void margin_free(struct margin *margin)
{
    free(margin->rounded);
    free(margin->field);
    free(margin->norm);
    free(margin->scratch);
    *margin = (struct margin){.replicas = 0};
}

/* field[j][mu] = x_mu.w_j/sqrt(N) of all training examples. Rows meet the replicas one by one: the order of the sums,
 * and so the last bits, do not depend on the number of replicas. */
static void margin_fields(const struct margin *margin)
{
    const struct dataset *set = margin->train;
    const struct kernel *kernel = set->kernel;
    const double scale = 1 / sqrt((double)set->dim);
    for (size_t start = 0; start < set->count; start += KERNEL_ROWS) {
        const void *row[KERNEL_ROWS], *next[KERNEL_ROWS];
        double dots[KERNEL_ROWS];
        for (size_t i = 0; i < KERNEL_ROWS; i++) {
            const size_t mu = start + i, later = mu + KERNEL_ROWS;
            row[i] = dataset_row(set, mu < set->count ? mu : set->count - 1);
            next[i] = dataset_row(set, later < set->count ? later : set->count - 1);
        }
        for (size_t j = 0; j < margin->replicas; j++) {
            const char *weights = (const char *)margin->rounded + j * set->stride * kernel->size;
            double *field = margin->field + j * set->count + start;
            kernel->dots(set->stride, row, 1, weights, j == 0 ? next : NULL, dots);
            for (size_t i = 0; i < KERNEL_ROWS && start + i < set->count; i++)
                field[i] = dots[i] * scale;
        }
    }
}

void margin_measure(struct margin *margin, size_t sample, long k, const double *weights)
{
    const struct dataset *set = margin->train;
    const size_t place = margin->replicas > 0 ? margins_place(margin->result, k) : 0;
    if (margin->replicas == 0 || place == margin->result->margin_steps)
        return;
    set->kernel->round(margin->replicas * set->stride, weights, margin->rounded);
    margin_fields(margin);
    for (size_t j = 0; j < margin->replicas; j++) {
        const double *w = weights + j * set->stride;
        margin->norm[j] = step_product(set->dim, w, w) / (double)set->dim;
    }
    margins_record(margin->result, sample, place, margin->replicas, set->count, margin->field, set->label, margin->norm,
                   margin->scratch);
}
