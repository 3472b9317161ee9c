/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums over a batch in (T1) and in its linearisation. Sums of several columns collect KERNEL_TERMS rows in the type of
 * the rows, and then go to doubles. */
#include "validation/simulator/gradient.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(KERNEL_TERMS % KERNEL_ROWS == 0, "whole groups");

/* [columns][KERNEL_BLOCK] of size bytes, on lines. */
static size_t gradient_places(size_t columns, size_t size)
{
    return (columns * KERNEL_BLOCK * size + KERNEL_LINE - 1) / KERNEL_LINE * KERNEL_LINE;
}

double gradient_bytes(const struct sgdmft_run *run, size_t columns)
{
    return (double)columns * ((double)(run->dim + KERNEL_LINE) * sizeof(double) +
                              KERNEL_BLOCK * (3 * sizeof(double) + 2 * (KERNEL_VECTOR + 1)) + 2);
}

bool gradient_create(size_t columns, size_t stride, struct gradient_work *work)
{
    *work = (struct gradient_work){
        .sums = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .slope = malloc(columns * KERNEL_BLOCK * sizeof(double)),
        .label = malloc(columns * KERNEL_BLOCK * sizeof(double)),
        .field = malloc(columns * KERNEL_BLOCK * sizeof(double)),
    };
    bool complete = work->sums && work->slope && work->label && work->field;
    if (work->sums)
        memset(work->sums, 0, columns * stride * sizeof(double));
    for (int i = 0; i < 2; i++) {
        struct kernel_block *block = &work->block[i];
        block->count = malloc(columns);
        block->member = malloc(columns * sizeof *block->member);
        block->partial = aligned_alloc(KERNEL_LINE, gradient_places(columns, KERNEL_VECTOR));
        complete = complete && block->count && block->member && block->partial;
    }
    return complete;
}

void gradient_free(struct gradient_work *work)
{
    free(work->sums);
    free(work->slope);
    free(work->label);
    free(work->field);
    for (int i = 0; i < 2; i++) {
        free(work->block[i].count);
        free(work->block[i].member);
        free(work->block[i].partial);
    }
    *work = (struct gradient_work){.sums = NULL};
}

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

/* Slopes of one group: l' for the weights, l'' (x.dw/sqrt(N)) for tangents of the first. slope holds the dot products. */
static void group_slopes(const struct sgdmft_run *run, const struct dataset *set, const struct group *group,
                         size_t replicas, size_t columns, struct gradient_work *work)
{
    const double scale = 1 / sqrt((double)set->dim);
    double *slope = work->slope, second[KERNEL_ROWS];
    for (size_t at = 0; at < replicas * KERNEL_ROWS; at++) {
        work->field[at] = slope[at] * scale;
        work->label[at] = group->label[at % KERNEL_ROWS];
    }
    sgdmft_loss_evaluate(run, replicas * KERNEL_ROWS, work->field, work->label, NULL, slope, NULL);
    if (columns > replicas)
        sgdmft_loss_evaluate(run, KERNEL_ROWS, work->field, work->label, NULL, NULL, second);
    for (size_t at = replicas * KERNEL_ROWS; at < columns * KERNEL_ROWS; at++)
        slope[at] *= second[at % KERNEL_ROWS] * scale;
    for (size_t at = 0; at < columns * KERNEL_ROWS; at++)
        if (at % KERNEL_ROWS >= group->count)
            slope[at] = 0;
}

void gradient_columns(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                      size_t replicas, size_t columns, const void *weights, struct gradient_work *work,
                      double *gradient)
{
    struct group group, next;
    memset(gradient, 0, columns * set->stride * sizeof *gradient);
    if (count == 0)
        return;
    group_gather(set, count, batch, 0, &group);
    for (size_t start = 0; start < count; start += KERNEL_ROWS) {
        group_gather(set, count, batch, start + KERNEL_ROWS, &next);
        set->kernel->dots(set->stride, group.rows, columns, weights, next.rows, work->slope);
        group_slopes(run, set, &group, replicas, columns, work);
        set->kernel->spread(set->stride, group.rows, columns, work->slope, work->sums);
        if (start % KERNEL_TERMS == KERNEL_TERMS - KERNEL_ROWS || next.count == 0)
            set->kernel->empty(columns * set->stride, work->sums, gradient);
        group = next;
    }
}

/* Puts the rows from mu on that some replica has into the block, until it is full; returns the first mu left. */
static size_t block_gather(const struct dataset *set, const unsigned char *selected, size_t mu, double *label,
                           struct kernel_block *block)
{
    const size_t replicas = block->vectors;
    memset(block->count, 0, replicas);
    for (block->rows = 0; mu < set->count && block->rows < KERNEL_BLOCK; mu++) {
        bool used = false;
        for (size_t j = 0; j < replicas; j++)
            if (selected[j * set->count + mu]) {
                block->member[j][block->count[j]++] = (unsigned char)block->rows;
                used = true;
            }
        if (!used)
            continue;
        block->row[block->rows] = dataset_row(set, mu);
        label[block->rows++] = set->label[mu];
    }
    return mu;
}

/* Adds the rows of the block to the sums of the replicas; returns the largest number of rows that one has. */
static size_t block_add(const struct sgdmft_run *run, const struct dataset *set, const struct kernel_block *block,
                        const double *label, const void *weights, struct gradient_work *work)
{
    const double scale = 1 / sqrt((double)set->dim);
    size_t all = 0, most = 0;
    for (size_t j = 0; j < block->vectors; j++) {
        for (size_t i = 0; i < block->count[j]; i++)
            work->label[all++] = label[block->member[j][i]];
        most = block->count[j] > most ? block->count[j] : most;
    }
    set->kernel->block_dots(set->stride, block, weights, work->field);
    for (size_t i = 0; i < all; i++)
        work->field[i] *= scale;
    sgdmft_loss_evaluate(run, all, work->field, work->label, NULL, work->slope, NULL);
    set->kernel->block_spread(set->stride, block, work->slope, work->sums);
    return most;
}

void gradient_replicas(const struct sgdmft_run *run, const struct dataset *set, size_t replicas,
                       const unsigned char *selected, const void *weights, struct gradient_work *work,
                       double *gradient)
{
    size_t terms = 0; /* that the sums hold at most */
    for (int i = 0; i < 2; i++) {
        work->block[i].vectors = replicas;
        work->block[i].pitch = set->stride;
    }
    memset(gradient, 0, replicas * set->stride * sizeof *gradient);
    size_t mu = block_gather(set, selected, 0, work->block_label[0], &work->block[0]);
    for (int turn = 0; work->block[turn].rows > 0; turn = !turn) {
        struct kernel_block *block = &work->block[turn], *next = &work->block[!turn];
        mu = block_gather(set, selected, mu, work->block_label[!turn], next);
        block->next_rows = next->rows;
        memcpy(block->next, next->row, sizeof block->next);
        terms += block_add(run, set, block, work->block_label[turn], weights, work);
        if (terms > KERNEL_TERMS - KERNEL_BLOCK || next->rows == 0) {
            set->kernel->empty(replicas * set->stride, work->sums, gradient);
            terms = 0;
        }
    }
}
