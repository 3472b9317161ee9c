/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward substitution, a row a step. */
#include "solver/conditional/step_response.h"

#include <math.h>
#include <stdlib.h>

static size_t packed(size_t rows)
{
    return rows * (rows + 1) / 2;
}

double step_response_bytes(const struct sgdmft_run *run)
{
    const size_t steps = (size_t)run->steps;
    return (double)(packed(steps) + steps * (run->waiting.count + 1)) * sizeof(double)
           + 2 * (double)steps * sizeof(size_t);
}

bool step_response_create(struct step_response *response, const struct sgdmft_run *run)
{
    const size_t steps = (size_t)run->steps;
    *response = (struct step_response){.steps = steps, .waitings = run->waiting.count};
    for (size_t w = 0; w < run->waiting.count; w++)
        response->waiting[w] = run->waiting.step[w];
    response->scale = malloc(steps * sizeof(double));
    response->force = malloc(steps * sizeof(size_t));
    response->field = malloc(steps * sizeof(size_t));
    response->matrix = malloc(packed(steps) * sizeof(double));
    response->y = malloc((steps * run->waiting.count + 1) * sizeof(double));
    return response->scale && response->force && response->field && response->matrix && response->y;
}

void step_response_free(struct step_response *response)
{
    free(response->scale);
    free(response->force);
    free(response->field);
    free(response->matrix);
    free(response->y);
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
        chi -= response->force[j] == SIZE_MAX ? (double)NAN : along[response->field[j]] * y[j];
    return chi;
}

void step_response_row(const struct step_response *response, const double *along, size_t k, const double *eta,
                       double *out)
{
    for (size_t j = k; j-- > 0;) {
        double left = -along[response->field[j]];
        for (size_t l = j + 1; l < k; l++)
            left -= eta[l] * out[l] * response->matrix[packed(l) + j];
        out[j] = left / (eta[j] * response->matrix[packed(j) + j]);
    }
}
