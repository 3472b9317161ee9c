/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums over a batch in (T1) and in its linearisation. */
#include "validation/simulator/gradient.h"

#include <math.h>
#include <string.h>

/* A group of rows with its labels; places past the end repeat the last row, and their slopes are zero. */
struct group {
    const void *rows[KERNEL_ROWS];
    double label[KERNEL_ROWS];
    size_t count;
};

static void group_gather(const struct dataset *set, size_t count, const uint32_t *batch, size_t start,
                         struct group *group)
{
    for (size_t i = 0; i < KERNEL_ROWS; i++) {
        const size_t at = start + i < count ? start + i : count - 1, mu = batch ? batch[at] : at;
        group->rows[i] = dataset_row(set, mu);
        group->label[i] = set->label[mu];
    }
    group->count = start < count ? (count - start < KERNEL_ROWS ? count - start : KERNEL_ROWS) : 0;
}

void gradient_single(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                     const void *weights, double *gradient)
{
    const struct kernel *kernel = set->kernel;
    const double scale = 1 / sqrt((double)set->dim);
    struct group group, next;
    const void *old[KERNEL_ROWS];
    double slope[KERNEL_ROWS] = {0}, field[KERNEL_ROWS];
    memset(gradient, 0, set->stride * sizeof *gradient);
    if (count == 0)
        return;
    group_gather(set, count, batch, 0, &group);
    memcpy(old, group.rows, sizeof old);
    for (size_t start = 0; start < count; start += KERNEL_ROWS) {
        group_gather(set, count, batch, start + KERNEL_ROWS, &next);
        kernel->pass(set->stride, group.rows, weights, old, slope, next.rows, gradient, field);
        for (size_t i = 0; i < KERNEL_ROWS; i++)
            field[i] *= scale;
        sgdmft_loss_evaluate(run, KERNEL_ROWS, field, group.label, NULL, slope, NULL);
        for (size_t i = group.count; i < KERNEL_ROWS; i++)
            slope[i] = 0;
        memcpy(old, group.rows, sizeof old);
        group = next;
    }
    kernel->pass(set->stride, old, weights, old, slope, old, gradient, field);
}

/* Adds the rows of one group to the gradients of all columns. */
static void group_add(const struct sgdmft_run *run, const struct dataset *set, const struct group *group,
                      const void *const next[KERNEL_ROWS], size_t columns, const void *weights, double *slope,
                      double *gradient)
{
    const double scale = 1 / sqrt((double)set->dim);
    double field[KERNEL_ROWS], first[KERNEL_ROWS], second[KERNEL_ROWS];
    set->kernel->dots(set->stride, group->rows, columns, weights, next, slope);
    for (size_t i = 0; i < KERNEL_ROWS; i++)
        field[i] = slope[i] * scale;
    sgdmft_loss_evaluate(run, KERNEL_ROWS, field, group->label, NULL, first, columns > 1 ? second : NULL);
    for (size_t i = 0; i < KERNEL_ROWS; i++) {
        const bool counts = i < group->count;
        slope[i] = counts ? first[i] : 0;
        for (size_t j = 1; j < columns; j++)
            slope[j * KERNEL_ROWS + i] = counts ? second[i] * scale * slope[j * KERNEL_ROWS + i] : 0;
    }
    set->kernel->spread(set->stride, group->rows, columns, slope, gradient);
}

void gradient_columns(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                      size_t columns, const void *weights, double *slope, double *gradient)
{
    struct group group, next;
    memset(gradient, 0, columns * set->stride * sizeof *gradient);
    if (count == 0)
        return;
    group_gather(set, count, batch, 0, &group);
    for (size_t start = 0; start < count; start += KERNEL_ROWS) {
        group_gather(set, count, batch, start + KERNEL_ROWS, &next);
        group_add(run, set, &group, next.rows, columns, weights, slope, gradient);
        group = next;
    }
}
