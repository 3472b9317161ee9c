/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums over a batch in (T1) and in its linearisation. Sums of several columns collect KERNEL_TERMS rows in the type
 * of the rows, and then go to doubles. */
#include "validation/simulator/gradient.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MOST 2
#define GROUP_TERMS 80   /* as KERNEL_TERMS, for sums in L1, which are moved to doubles at less cost */
#define SHORT_BYTES 2560 /* of a row: 16 still fit L1, nearly */
#define NEAR_BYTES ((size_t)16 << 20)
_Static_assert(KERNEL_TERMS % KERNEL_ROWS == 0 && GROUP_TERMS % (GROUPS_MOST * KERNEL_ROWS) == 0, "whole groups");

double gradient_bytes(const struct sgdmft_run *run, size_t columns)
{
    return (double)columns
           * ((double)(run->dim + KERNEL_LINE) * sizeof(double)
              + KERNEL_BLOCK * (3 * sizeof(double) + 2 * (KERNEL_LINE + 1)) + 2 + sizeof(size_t));
}

bool gradient_create(size_t columns, size_t stride, struct gradient_work *work)
{
    *work = (struct gradient_work){
        .sums = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .terms = malloc(columns * sizeof(size_t)),
        .slope = malloc(columns * KERNEL_BLOCK * sizeof(double)),
        .label = malloc(columns * KERNEL_BLOCK * sizeof(double)),
        .field = malloc(columns * KERNEL_BLOCK * sizeof(double)),
    };
    bool complete = work->sums && work->terms && work->slope && work->label && work->field;
    if (work->sums)
        memset(work->sums, 0, columns * stride * sizeof(double));
    for (int i = 0; i < 2; i++) {
        struct kernel_block *block = &work->block[i];
        block->count = malloc(columns);
        block->member = malloc(columns * sizeof *block->member);
        block->partial = aligned_alloc(KERNEL_LINE, columns * KERNEL_BLOCK * KERNEL_LINE);
        complete = complete && block->count && block->member && block->partial;
    }
    return complete;
}

void gradient_free(struct gradient_work *work)
{
    free(work->sums);
    free(work->terms);
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

/* Groups of rows with their labels; places past the end repeat the last row, and their slopes are zero. */
struct group {
    const void *rows[GROUPS_MOST * KERNEL_ROWS];
    double label[GROUPS_MOST * KERNEL_ROWS];
    size_t count;
};

/* The `size` places that begin `start` places after the first. */
static void group_gather(const struct dataset *set, size_t first, size_t count, const uint32_t *batch, size_t start,
                         size_t size, struct group *group)
{
    for (size_t i = 0; i < size; i++) {
        const size_t at = first + (start + i < count ? start + i : count - 1), mu = batch ? batch[at] : at;
        group->rows[i] = dataset_row(set, mu);
        group->label[i] = set->label[mu];
    }
    group->count = start < count ? (count - start < size ? count - start : size) : 0;
}

/* Rows worked on at once. Losses are evaluated for 16 rows as fast as for 8, which counts where rows are short. */
static size_t group_size(const struct dataset *set)
{
    return set->stride * set->kernel->size <= SHORT_BYTES ? GROUPS_MOST * KERNEL_ROWS : KERNEL_ROWS;
}

/* True if the rows of a step are still in cache at the next. Otherwise rows are prefetched during the work on those
 * before. */
static bool is_near(const struct dataset *set)
{
    return set->count * set->stride * set->kernel->size <= NEAR_BYTES;
}

void gradient_single(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count, size_t all,
                     const uint32_t *batch, const float *share, const void *weights, struct gradient_work *work,
                     double *gradient)
{
    const struct kernel *kernel = set->kernel;
    const bool near = is_near(set);
    const size_t size = group_size(set);
    const double scale = 1 / sqrt((double)set->dim);
    struct group groups[2];
    double slope[GROUPS_MOST * KERNEL_ROWS], field[GROUPS_MOST * KERNEL_ROWS];
    memset(gradient, 0, set->stride * sizeof *gradient);
    if (count == 0)
        return;
    group_gather(set, first, count, batch, 0, size, &groups[0]);
    for (size_t start = 0, turn = 0; start < count; start += size, turn = !turn) {
        const struct group *group = &groups[turn];
        struct group *next = &groups[!turn];
        const void *const *ask = near ? NULL : next->rows;
        const bool last = start + size >= count; /* later rows are only prefetched */
        group_gather(set, first, last ? all - first : count, batch, last ? count : start + size, size, next);
        for (size_t g = 0; g < size; g += KERNEL_ROWS)
            kernel->dots(set->stride, group->rows + g, 1, weights, ask, field + g);
        for (size_t i = 0; i < size; i++)
            field[i] *= scale;
        sgdmft_loss_evaluate(run, size, field, group->label, NULL, slope, NULL);
        for (size_t i = 0; share && i < group->count; i++)
            slope[i] *= (double)share[batch ? batch[first + start + i] : first + start + i];
        for (size_t i = group->count; i < size; i++)
            slope[i] = 0;
        for (size_t g = size; g > 0; g -= KERNEL_ROWS) /* the rows read last are still in L1 */
            kernel->spread(set->stride, group->rows + g - KERNEL_ROWS, 1, slope + g - KERNEL_ROWS, ask, work->sums);
        if ((start + size) % GROUP_TERMS == 0 || last)
            kernel->empty(set->stride, work->sums, gradient);
    }
}

/* Slopes of one group: l' for the weights, l'' (x.dw/sqrt(N)) for tangents of the first. slope holds the dot products.
 */
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

void gradient_columns(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count,
                      const uint32_t *batch, const unsigned char *selected, size_t replicas, size_t columns,
                      const void *weights, struct gradient_work *work, double *gradient)
{
    struct group group, next;
    memset(gradient, 0, columns * set->stride * sizeof *gradient);
    if (count == 0)
        return;
    group_gather(set, first, count, batch, 0, KERNEL_ROWS, &group);
    for (size_t start = 0; start < count; start += KERNEL_ROWS) {
        group_gather(set, first, count, batch, start + KERNEL_ROWS, KERNEL_ROWS, &next);
        set->kernel->dots(set->stride, group.rows, columns, weights, next.rows, work->slope);
        group_slopes(run, set, &group, replicas, columns, work);
        for (size_t at = 0; selected && at < columns * group.count; at++)
            if (!selected[at / group.count * set->count + first + start + at % group.count])
                work->slope[at / group.count * KERNEL_ROWS + at % group.count] = 0;
        set->kernel->spread(set->stride, group.rows, columns, work->slope, NULL, work->sums);
        if (start % KERNEL_TERMS == KERNEL_TERMS - KERNEL_ROWS || next.count == 0)
            set->kernel->empty(columns * set->stride, work->sums, gradient);
        group = next;
    }
}

/* Lists the rows from..to-1 of each replica; the rows of any replica are prefetched. */
static void block_gather(const struct dataset *set, const unsigned char *selected, size_t from, size_t to,
                         double *label, struct kernel_block *block)
{
    unsigned char used[KERNEL_BLOCK] = {0};
    block->rows = to - from;
    for (size_t j = 0; j < block->vectors; j++) {
        const unsigned char *own = selected + j * set->count + from;
        unsigned char *member = block->member[j], count = 0;
        for (size_t i = 0; i < block->rows; i++) {
            member[count] = (unsigned char)i;
            count = (unsigned char)(count + own[i]);
        }
        for (size_t i = 0; i < block->rows; i++)
            used[i] |= own[i];
        block->count[j] = count;
    }
    block->asked = 0;
    for (size_t i = 0; i < block->rows; i++) {
        block->row[i] = dataset_row(set, from + i);
        block->ask[block->asked] = block->row[i];
        block->asked += used[i];
        label[i] = set->label[from + i];
    }
}

/* Leaves out the rows whose slope is zero: for a hinge loss, most of them in the end; for a smooth loss, none. */
static void block_drop(struct kernel_block *block, size_t all, double *slope)
{
    size_t from = 0, to = 0, zeros = 0;
    for (size_t at = 0; at < all; at++)
        zeros += slope[at] == 0;
    if (zeros == 0)
        return;
    for (size_t j = 0; j < block->vectors; j++) {
        unsigned char *member = block->member[j], left = 0;
        for (size_t i = 0; i < block->count[j]; i++, from++) {
            const bool counts = slope[from] != 0;
            member[left] = member[i];
            slope[to] = slope[from];
            left = (unsigned char)(left + counts);
            to += counts;
        }
        block->count[j] = left;
    }
}

/* Adds the rows of the block to the sums of the replicas. */
static void block_add(const struct sgdmft_run *run, const struct dataset *set, struct kernel_block *block,
                      const double *label, const void *weights, struct gradient_work *work)
{
    const double scale = 1 / sqrt((double)set->dim);
    size_t all = 0;
    for (size_t j = 0; j < block->vectors; j++)
        for (size_t i = 0; i < block->count[j]; i++)
            work->label[all++] = label[block->member[j][i]];
    set->kernel->block_dots(set->stride, block, weights, work->field);
    for (size_t i = 0; i < all; i++)
        work->field[i] *= scale;
    sgdmft_loss_evaluate(run, all, work->field, work->label, NULL, work->slope, NULL);
    block_drop(block, all, work->slope);
    set->kernel->block_spread(set->stride, block, work->slope, work->sums);
}

/* Moves sums to doubles that the next block could fill beyond KERNEL_TERMS rows; all sums at the end. */
static void block_empty(const struct dataset *set, const struct kernel_block *block, bool last,
                        struct gradient_work *work, double *gradient)
{
    for (size_t j = 0; j < block->vectors; j++) {
        work->terms[j] += block->count[j];
        if (!last && work->terms[j] <= KERNEL_TERMS - KERNEL_BLOCK)
            continue;
        const size_t at = j * set->stride;
        set->kernel->empty(set->stride, (char *)work->sums + at * set->kernel->size, gradient + at);
        work->terms[j] = 0;
    }
}

void gradient_replicas(const struct sgdmft_run *run, const struct dataset *set, size_t first, size_t count, size_t all,
                       size_t replicas, const unsigned char *selected, const void *weights, struct gradient_work *work,
                       double *gradient)
{
    const size_t end = first + count;
    for (int i = 0; i < 2; i++) {
        work->block[i].vectors = replicas;
        work->block[i].pitch = set->stride;
    }
    memset(gradient, 0, replicas * set->stride * sizeof *gradient);
    memset(work->terms, 0, replicas * sizeof *work->terms);
    int turn = 0;
    for (size_t from = first; from < end; from += KERNEL_BLOCK, turn = !turn) {
        struct kernel_block *block = &work->block[turn], *next = &work->block[!turn];
        const size_t to = from + KERNEL_BLOCK < end ? from + KERNEL_BLOCK : end;
        const size_t last = to < end ? end : all; /* rows after the end are only prefetched */
        const size_t beyond = to + KERNEL_BLOCK < last ? to + KERNEL_BLOCK : last;
        if (from == first)
            block_gather(set, selected, from, to, work->block_label[turn], block);
        block_gather(set, selected, to, beyond, work->block_label[!turn], next);
        block->next_rows = next->asked;
        memcpy(block->next, next->ask, sizeof block->next);
        block_add(run, set, block, work->block_label[turn], weights, work);
        block_empty(set, block, to == end, work, gradient);
    }
}
