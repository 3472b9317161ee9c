/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward substitution, a row a step. */
#include "solver/conditional/step_response.h"
#include "models/base/state.h"

#include <math.h>

static size_t packed(size_t rows)
{
    return rows * (rows + 1) / 2;
}

static struct state_table step_response_arrays(size_t steps, size_t waitings)
{
    return (struct state_table){{STATE_RAW(step_response, scale, steps), STATE_RAW(step_response, force, steps),
                                 STATE_RAW(step_response, field, steps),
                                 STATE_RAW(step_response, matrix, packed(steps)),
                                 STATE_RAW(step_response, y, steps * waitings)}};
}

double step_response_bytes(const struct sgdmft_run *run)
{
    const struct state_table arrays = step_response_arrays((size_t)run->steps, run->waiting.count);
    return state_bytes(&arrays);
}

bool step_response_create(struct step_response *response, const struct sgdmft_run *run)
{
    const size_t steps = (size_t)run->steps;
    const struct state_table arrays = step_response_arrays(steps, run->waiting.count);
    *response = (struct step_response){.steps = steps, .waitings = run->waiting.count};
    for (size_t w = 0; w < run->waiting.count; w++)
        response->waiting[w] = run->waiting.step[w];
    return state_create(&arrays, response);
}

void step_response_free(struct step_response *response)
{
    const struct state_table arrays = step_response_arrays(0, 0);
    state_free(&arrays, response);
    *response = (struct step_response){0};
}

bool step_response_archive(struct step_response *response, struct archive *archive)
{
    bool good = archive_count(archive, &response->rows, response->steps)
                && archive_doubles(archive, response->scale, response->rows)
                && archive_bytes(archive, response->force, response->rows * sizeof(size_t))
                && archive_bytes(archive, response->field, response->rows * sizeof(size_t))
                && archive_doubles(archive, response->matrix, packed(response->rows));
    return good && archive_rows(archive, response->y, response->waitings, response->rows, response->steps);
}

void step_response_add(struct step_response *response, size_t force, size_t field, double scale, double cut,
                       const double *coefficient)
{
    const size_t l = response->rows++;
    double *row = response->matrix + packed(l);
    response->scale[l] = scale;
    response->force[l] = force;
    response->field[l] = field;
    for (size_t j = 0; j <= l; j++)
        row[j] =
            response->force[j] == SIZE_MAX ? (double)NAN : cut * response->scale[j] * coefficient[response->force[j]];
    for (size_t w = 0; w < response->waitings; w++) {
        double *y = response->y + w * response->steps;
        double left = (long)l >= response->waiting[w] ? 1 : 0;
        for (size_t j = 0; j < l; j++)
            left -= row[j] * y[j];
        y[l] = (long)l < response->waiting[w] ? 0 : left / row[l];
    }
}

/* True if step j has no force row or no fresh direction: a batch without forces, a space that is full. */
static bool missing(const struct step_response *response, size_t j)
{
    return response->force[j] == SIZE_MAX || response->field[j] == SIZE_MAX;
}

double step_response_chi(const struct step_response *response, const double *along, long waiting)
{
    size_t w = 0;
    while (w < response->waitings && response->waiting[w] != waiting)
        w++;
    if (w == response->waitings)
        return (double)NAN;
    const double *y = response->y + w * response->steps;
    double chi = 0;
    for (size_t j = (size_t)waiting; j < response->rows; j++)
        chi -= missing(response, j) ? (double)NAN : along[response->field[j]] * y[j];
    return chi;
}

void step_response_row(const struct step_response *response, const double *along, size_t k, const double *eta,
                       double *out)
{
    for (size_t j = k; j-- > 0;) {
        double left = missing(response, j) ? (double)NAN : -along[response->field[j]];
        for (size_t l = j + 1; l < k; l++)
            left -= eta[l] * out[l] * response->matrix[packed(l) + j];
        out[j] = left / (eta[j] * response->matrix[packed(j) + j]);
    }
}
