/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trace of the full-batch Hessian, from the components of the examples along the directions that the run knows. */
#include "solver/conditional/hessian_ends.h"

#include "solver/conditional/weight_modes.h"
#include <math.h>
#include <string.h>

static void add_row(size_t count, double factor, const float *row, double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] += factor * (double)row[i];
}

static void add_square(size_t count, double factor, const double *x, double *out)
{
    for (size_t i = 0; i < count; i++)
        out[i] += factor * x[i] * x[i];
}

/* Components of each example along hidden coordinate h. */
static void known_along(const struct conditional *s, size_t b, size_t h, double *out)
{
    const struct weight_space *space = &s->space;
    const size_t count = rows_count(&s->rows, b), stride = space->hidden_capacity;
    memset(out, 0, count * sizeof *out);
    for (size_t j = 0; j < space->forces; j++)
        add_row(count, space->tail[j * stride + h], rows_at(&s->rows, b, s->rows.force_slot[j]), out);
    for (size_t a = 0; space->modes && a < space->explored; a++)
        add_row(count, space->modes->direction[a * stride + h], rows_at(&s->rows, b, s->rows.field_slot[a]), out);
}

/* s of hidden coordinate h. */
static double eigenvalue_of(const struct weight_space *space, size_t h)
{
    return space->modes ? space->modes->root_of[h] * space->modes->root_of[h] : 1;
}

/* tr Sigma (1 - F F^T) */
static double trace_across(const struct weight_space *space)
{
    double sum = space->modes ? 0 : space->dim - (double)space->explored;
    for (size_t m = 0; space->modes && m < space->modes->count; m++)
        sum += space->modes->mode[m].dim * space->modes->mode[m].root * space->modes->mode[m].root;
    for (size_t a = 0; space->modes && a < space->explored; a++) {
        const double *f = space->modes->direction + a * space->hidden_capacity;
        for (size_t h = 0; h < space->hidden; h++)
            sum -= eigenvalue_of(space, h) * f[h] * f[h];
    }
    return sum;
}

/* |Sigma^(1/2) v|/sqrt(N) */
static double signal_length(const struct weight_space *space)
{
    double square = space->modes ? 0 : 1;
    for (size_t m = 0; space->modes && m < space->modes->count; m++) {
        const double part = space->modes->mode[m].root * space->modes->mode[m].signal;
        square += part * part;
    }
    return sqrt(square);
}

/* Sum over the examples of a chunk of l'' E|x|^2, given their known components; `across` is trace_across. */
static double curved_squares(const struct conditional *s, const struct hessian_ends *ends, size_t b, double across)
{
    const struct example_rows *rows = &s->rows;
    const size_t first = rows_first(rows, b), count = rows_count(rows, b);
    const double root = sqrt(s->variance), length = signal_length(&s->space);
    double square[ROWS_CHUNK_MAX] = {0}, left[ROWS_CHUNK_MAX] = {0}, part[ROWS_CHUNK_MAX], sum = 0;
    for (size_t h = 0; h < s->space.hidden; h++) {
        known_along(s, b, h, part);
        add_square(count, eigenvalue_of(&s->space, h), part, square);
    }
    for (size_t a = 0; !s->space.modes && a < s->space.explored; a++) {
        memset(part, 0, sizeof part);
        add_row(count, 1, rows_at(rows, b, rows->field_slot[a]), part);
        add_square(count, 1, part, square);
    }
    for (size_t j = 0; j < rows->forces; j++) {
        memset(part, 0, sizeof part);
        add_row(count, 1, rows_at(rows, b, rows->force_slot[j]), part);
        add_square(count, 1, part, left);
    }
    const float *signal = rows_at(rows, b, rows->field_slot[0]);
    for (size_t i = 0; i < count; i++) {
        const double c = s->centre ? (double)s->centre[first + i] : 0;
        const double z = square[i] + (1 - left[i]) * across;
        sum += ends->curvature[first + i] * (c * c + 2 * c * root * length * (double)signal[i] + s->variance * z);
    }
    return sum;
}

double hessian_ends_trace(const struct conditional *s, const struct hessian_ends *ends)
{
    const double across = trace_across(&s->space);
    double sum = 0;
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++)
        s->rows.sum[b * s->rows.sums] = curved_squares(s, ends, b, across);
    for (size_t b = 0; b < s->rows.chunks; b++)
        sum += s->rows.sum[b * s->rows.sums];
    return s->group.run->ridge + sum / (s->dim * s->dim);
}
