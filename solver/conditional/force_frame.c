/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gram-Schmidt on products: no row is touched here. */
#include "solver/conditional/force_frame.h"
#include "models/base/state.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Share of a vector below which its remainder across the known rows is rounding of their single precision. */
#define NOTHING 1e-6
/* Share of a vector's square across the known rows below which its row is found in two passes (Daniel, Gragg, Kaufman
 * and Stewart, Math. Comput. 30 (1976) 772). One pass multiplies the error of the rows' orthogonality by up to
 * sqrt(1/share - 1), which must not exceed 1: with a share of .1 the last batches of reshuffled epochs lose all digits
 * within 300 steps. */
#define WEAK 0.5
/* Share of a force's square across the known rows below which the next products are those of its change. */
#define SLOW 0.1
#define PASSES 3 /* of Gram-Schmidt, at most */

static struct state_table frame_arrays(size_t channels, size_t stride)
{
    const double numbers = (double)channels * (double)stride;
    return (struct state_table){{STATE_RAW(force_frame, V, numbers), STATE_RAW(force_frame, coefficient, numbers),
                                 STATE_RAW(force_frame, fresh, numbers)}};
}

double frame_bytes(size_t channels, size_t capacity)
{
    const struct state_table arrays = frame_arrays(channels, capacity + channels);
    return state_bytes(&arrays);
}

bool frame_create(struct force_frame *frame, size_t channels, size_t capacity)
{
    *frame = (struct force_frame){.stride = capacity + channels};
    const struct state_table arrays = frame_arrays(channels, frame->stride);
    return state_create(&arrays, frame);
}

void frame_free(struct force_frame *frame)
{
    const struct state_table arrays = frame_arrays(0, 0);
    state_free(&arrays, frame);
    *frame = (struct force_frame){0};
}

void frame_begin(struct force_frame *frame, size_t channels, size_t freshes, size_t old, size_t followed)
{
    frame->channels = frame->raws = channels;
    frame->freshes = freshes;
    frame->old = old;
    frame->new_rows = 0;
    for (size_t c = 0; c < channels; c++) {
        const size_t kept = c < followed ? old : 0;
        memset(frame->coefficient + c * frame->stride + kept, 0, (old + channels - kept) * sizeof(double));
        frame->square[c] = 0;
        for (size_t i = 0; i < channels; i++)
            frame->mixed[c][i] = c == i;
    }
}

size_t frame_columns(const struct force_frame *frame)
{
    const size_t vectors = frame->raws + frame->freshes;
    return frame->old * vectors + frame->raws * vectors;
}

void frame_measure(const struct force_frame *frame, const struct example_rows *rows, size_t b, size_t column)
{
    const size_t raws = frame->raws, vectors = raws + frame->freshes;
    size_t slot[2 * ROWS_CHANNELS_MAX];
    memcpy(slot, frame->slot, raws * sizeof *slot);
    memcpy(slot + raws, frame->fresh_slot, frame->freshes * sizeof *slot);
    rows_products(rows, b, false, vectors, slot, column);
    double *out = rows->sum + b * rows->sums + column + frame->old * vectors;
    for (size_t i = 0; i < raws; i++)
        for (size_t j = 0; j < vectors; j++)
            *out++ = j < raws && j < i ? 0 : rows_product(rows, b, slot[i], slot[j]);
}

static void read_totals(struct force_frame *frame, const double *total)
{
    const size_t raws = frame->raws, vectors = raws + frame->freshes;
    for (size_t j = 0; j < frame->old; j++) {
        for (size_t i = 0; i < raws; i++)
            frame->V[i * frame->stride + j] = total[j * vectors + i];
        for (size_t c = 0; c < frame->freshes; c++)
            frame->fresh[c * frame->stride + j] = total[j * vectors + raws + c];
    }
    const double *gram = total + frame->old * vectors;
    for (size_t i = 0; i < raws; i++) {
        for (size_t j = 0; j < raws; j++)
            frame->gram[i][j] = gram[(i < j ? i : j) * vectors + (i < j ? j : i)];
        for (size_t c = 0; c < frame->freshes; c++)
            frame->fresh_gram[i][c] = gram[i * vectors + raws + c];
    }
}

static double row_product(const struct force_frame *frame, const double *x, const double *y)
{
    double sum = 0;
    for (size_t j = 0; j < frame->old; j++)
        sum += x[j] * y[j];
    return sum;
}

/* A raw vector before i that equals it to the last bit, or i: replicas without noise. */
static size_t equal_raw(const struct force_frame *frame, size_t i)
{
    for (size_t before = 0; before < i; before++)
        if (frame->gram[before][before] == frame->gram[i][i] && frame->gram[before][i] == frame->gram[i][i])
            return before;
    return i;
}

/* Remainder of raw vector i across the rows and the new rows before it. */
static void solve_raw(struct force_frame *frame, size_t i, bool last)
{
    const double *V = frame->V + i * frame->stride;
    double left = frame->gram[i][i] - row_product(frame, V, V);
    const size_t equal = equal_raw(frame, i);
    for (size_t s = 0; s < frame->raws; s++)
        frame->part[i][s] = equal < i ? frame->part[equal][s] : 0;
    frame->row_of[i] = SIZE_MAX;
    if (equal < i)
        return;
    for (size_t before = 0; before < i; before++) {
        const size_t s = frame->row_of[before];
        if (s == SIZE_MAX)
            continue;
        double product = frame->gram[before][i] - row_product(frame, V, frame->V + before * frame->stride);
        for (size_t t = 0; t < s; t++)
            product -= frame->part[i][t] * frame->part[before][t];
        frame->part[i][s] = product / frame->part[before][s];
        left -= frame->part[i][s] * frame->part[i][s];
    }
    frame->slow = frame->slow || left < SLOW * frame->square[i];
    if (!(left > NOTHING * NOTHING * fmax(frame->gram[i][i], frame->square[i])))
        return;
    const bool weak = left < WEAK * frame->gram[i][i];
    if (weak && last) /* again: a remainder of rounding, as in a space that is full */
        return;
    frame->weak = frame->weak || weak;
    frame->row_of[i] = frame->new_rows;
    frame->part[i][frame->new_rows++] = sqrt(left);
}

/* Products of fresh row c with the new rows. */
static void solve_fresh(struct force_frame *frame, size_t c)
{
    double *fresh = frame->fresh + c * frame->stride;
    for (size_t i = 0; i < frame->raws; i++) {
        const size_t s = frame->row_of[i];
        if (s == SIZE_MAX)
            continue;
        double product = frame->fresh_gram[i][c] - row_product(frame, frame->V + i * frame->stride, fresh);
        for (size_t t = 0; t < s; t++)
            product -= frame->part[i][t] * fresh[frame->old + t];
        fresh[frame->old + s] = product / frame->part[i][s];
    }
}

/* Replaces raw vectors in g_c by their coefficients in rows. */
static void solve_force(struct force_frame *frame, size_t c)
{
    double *coefficient = frame->coefficient + c * frame->stride, mixed[ROWS_CHANNELS_MAX] = {0};
    for (size_t i = 0; i < frame->raws; i++) {
        const double share = frame->mixed[c][i];
        for (size_t j = 0; j < frame->old && share != 0; j++)
            coefficient[j] += share * frame->V[i * frame->stride + j];
        for (size_t s = 0; s < frame->new_rows; s++)
            mixed[s] += share * frame->part[i][s];
    }
    for (size_t s = 0; s < frame->new_rows; s++)
        coefficient[frame->old + s] = frame->mixed[c][s] = mixed[s];
}

void frame_solve(struct force_frame *frame, const double *total, bool last)
{
    read_totals(frame, total);
    frame->new_rows = 0;
    frame->weak = false;
    for (size_t i = 0; i < frame->raws; i++)
        solve_raw(frame, i, last);
    for (size_t c = 0; c < frame->freshes; c++)
        solve_fresh(frame, c);
    for (size_t c = 0; c < frame->channels; c++)
        solve_force(frame, c);
}

void frame_targets(struct force_frame *frame, struct example_rows *rows, struct row_target *target)
{
    for (size_t i = 0; i < frame->raws; i++) {
        const size_t s = frame->row_of[i];
        if (s == SIZE_MAX) {
            rows_give_back(rows, frame->slot[i]);
            continue;
        }
        double *V = frame->V + i * frame->stride;
        for (size_t t = 0; t < s; t++)
            V[frame->old + t] = frame->part[i][t];
        target[s] = (struct row_target){.slot = frame->slot[i], .coefficient = V, .scale = 1 / frame->part[i][s]};
    }
    for (size_t s = 0; s < frame->new_rows; s++)
        frame->slot[s] = target[s].slot;
}

void frame_refine(struct force_frame *frame)
{
    frame->raws = frame->new_rows;
    for (size_t i = 0; i < frame->raws; i++)
        frame->square[i] = 0;
}

void frame_find_rows(struct force_frame *frame, struct example_rows *rows, const double *total, double *again,
                     struct row_target *target)
{
    struct row_target weak[ROWS_CHANNELS_MAX];
    frame->slow = false;
    frame_solve(frame, total, false);
    for (int pass = 1; pass < PASSES && frame->weak && frame->new_rows > 0; pass++) {
        frame_targets(frame, rows, weak);
        frame_refine(frame);
#pragma omp parallel for num_threads(rows->threads) if (rows->threads > 1)
        for (size_t b = 0; b < rows->chunks; b++) {
            rows_form(rows, b, frame->old, frame->raws, frame->raws, weak);
            frame_measure(frame, rows, b, 0);
        }
        rows_total(rows, frame_columns(frame), again);
        frame_solve(frame, again, pass + 1 == PASSES);
    }
    frame_targets(frame, rows, target);
    for (size_t i = 0; i < frame->new_rows; i++)
        rows->force_slot[rows->forces++] = target[i].slot;
}
