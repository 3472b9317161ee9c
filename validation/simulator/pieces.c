/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of a batch: so few that adding them takes little time beside the sums over their rows. */
#include "validation/simulator/pieces.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define PIECES_MOST 32
/* Least number of rows of the batch in a piece; twice as many for several columns, whose sums are long. */
#define PIECE_ROWS 192
#define PIECE_COLUMNS 512 /* added together */
#define PAIRS_BELOW 0.6   /* of the rows: products of single pairs are cheaper than all products */

int pieces_threads(double examples)
{
    return examples > PIECE_ROWS ? (int)(examples / PIECE_ROWS) : 1;
}

size_t pieces_count(double batch, size_t columns)
{
    const double least = columns > 1 ? 2 * PIECE_ROWS : PIECE_ROWS;
    size_t count = 1;
    while (count < PIECES_MOST && 2 * (double)count * least <= batch)
        count *= 2;
    return count;
}

/* Largest number of pieces for any number of columns: one has at most twice as many as several. */
static double pieces_part_bytes(double examples, size_t columns, double stride)
{
    return (double)pieces_count(examples, columns) * (double)columns * stride * sizeof(double);
}

double pieces_bytes(const struct sgdmft_run *run, size_t columns, int threads)
{
    return pieces_part_bytes((double)sgdmft_examples(run), columns, (double)(run->dim + KERNEL_LINE))
           + threads * (gradient_bytes(run, columns) + (double)sizeof(struct gradient_work));
}

bool pieces_create(const struct sgdmft_run *run, size_t columns, size_t stride, int threads, struct pieces *pieces)
{
    const double examples = (double)sgdmft_examples(run);
    *pieces = (struct pieces){
        .threads = threads,
        .columns = columns,
        .most = pieces_count(examples, columns),
        .part = aligned_alloc(KERNEL_LINE, (size_t)pieces_part_bytes(examples, columns, (double)stride)),
        .work = calloc((size_t)threads, sizeof *pieces->work),
    };
    bool complete = pieces->part && pieces->work;
    for (int t = 0; pieces->work && t < threads; t++)
        complete = gradient_create(columns, stride, &pieces->work[t]) && complete;
    return complete;
}

void pieces_free(struct pieces *pieces)
{
    for (int t = 0; pieces->work && t < pieces->threads; t++)
        gradient_free(&pieces->work[t]);
    free(pieces->part);
    free(pieces->work);
    *pieces = (struct pieces){.threads = 0};
}

/* The rows first..end-1 of the task. */
static void pieces_one(const struct sgdmft_run *run, const struct dataset *set, const struct pieces_task *task,
                       size_t first, size_t end, struct gradient_work *work, double *gradient)
{
    const size_t count = end - first;
    if (task->selected && task->fraction < PAIRS_BELOW)
        gradient_replicas(run, set, first, count, task->count, task->replicas, task->selected, task->weights, work,
                          gradient);
    else if (task->columns > 1)
        gradient_columns(run, set, first, count, task->row, task->selected, task->replicas, task->columns,
                         task->weights, work, gradient);
    else
        gradient_single(run, set, first, count, task->count, task->row, task->share, task->weights, work, gradient);
}

/* to[i] = sum of the parts, in their order; columns of a part that are `length` apart. */
static void pieces_add(size_t pieces, size_t length, const double *part, size_t start, size_t end, double *to)
{
    memcpy(to + start, part + start, (end - start) * sizeof *to);
    for (size_t p = 1; p < pieces; p++)
        for (size_t i = start; i < end; i++)
            to[i] += part[p * length + i];
}

void pieces_gradient(const struct sgdmft_run *run, const struct dataset *set, const struct pieces_task *task,
                     const struct pieces *pieces, double *gradient)
{
    const size_t count = pieces_count(task->fraction * (double)task->count, task->columns);
    const size_t length = task->columns * set->stride;
    const size_t shares = (length + PIECE_COLUMNS - 1) / PIECE_COLUMNS;
    if (count == 1) {
        pieces_one(run, set, task, 0, task->count, &pieces->work[0], gradient);
        return;
    }
#pragma omp parallel num_threads(pieces->threads) if (pieces->threads > 1)
    {
        struct gradient_work *work = &pieces->work[omp_get_thread_num()];
#pragma omp for schedule(dynamic, 1)
        for (size_t p = 0; p < count; p++)
            pieces_one(run, set, task, task->count * p / count, task->count * (p + 1) / count, work,
                       pieces->part + p * length);
#pragma omp for schedule(static)
        for (size_t s = 0; s < shares; s++)
            pieces_add(count, length, pieces->part, s * PIECE_COLUMNS,
                       (s + 1) * PIECE_COLUMNS < length ? (s + 1) * PIECE_COLUMNS : length, gradient);
    }
}
