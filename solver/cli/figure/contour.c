/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marching squares. A line crosses an edge of the grid at most once, so that its nodes are edges. The edges of a
 * grid point have an even number (along x) and an odd one (along y). Each square joins two of its edges. At a saddle
 * it joins four, in pairs chosen by the mean. */
#include "solver/cli/figure/contour.h"

#include <math.h>
#include <stdlib.h>

#define NONE ((size_t)-1)

struct tracer {
    const struct contour_grid *grid;
    double level;
    size_t (*link)[2]; /* [edges] the neighbours along the line */
    struct contour *contour;
};

static double value_at(const struct tracer *tracer, size_t i, size_t j)
{
    return tracer->grid->value[i * tracer->grid->rows + j];
}

static size_t edge(const struct tracer *tracer, size_t i, size_t j, bool along_y)
{
    return 2 * (i * tracer->grid->rows + j) + along_y;
}

static void join(struct tracer *tracer, size_t a, size_t b)
{
    tracer->link[a][tracer->link[a][0] != NONE] = b;
    tracer->link[b][tracer->link[b][0] != NONE] = a;
}

static void join_square(struct tracer *tracer, size_t i, size_t j)
{
    /* around the square: lower, right, upper, left edge; corner c begins edge c in this sense */
    const size_t side[4] = {edge(tracer, i, j, false), edge(tracer, i + 1, j, true), edge(tracer, i, j + 1, false),
                            edge(tracer, i, j, true)};
    const double corner[4] = {value_at(tracer, i, j), value_at(tracer, i + 1, j), value_at(tracer, i + 1, j + 1),
                              value_at(tracer, i, j + 1)};
    const double mean = (corner[0] + corner[1] + corner[2] + corner[3]) / 4;
    size_t crossed[4], count = 0;
    if (!isfinite(mean))
        return;
    for (size_t c = 0; c < 4; c++)
        if ((corner[c] > tracer->level) != (corner[(c + 1) % 4] > tracer->level))
            crossed[count++] = c;
    if (count == 2)
        join(tracer, side[crossed[0]], side[crossed[1]]);
    if (count < 4)
        return;
    const bool corner_apart =
        (mean > tracer->level) != (corner[0] > tracer->level); /* the lines cut off the corners 0 and 2 */
    join(tracer, side[0], side[corner_apart ? 3 : 1]);
    join(tracer, side[2], side[corner_apart ? 1 : 3]);
}

static void put_point(struct tracer *tracer, size_t at, bool begins)
{
    const struct contour_grid *grid = tracer->grid;
    const size_t i = at / 2 / grid->rows, j = at / 2 % grid->rows, i2 = i + (at % 2 == 0), j2 = j + at % 2;
    const double a = value_at(tracer, i, j), b = value_at(tracer, i2, j2), share = (tracer->level - a) / (b - a);
    tracer->contour->point[tracer->contour->count++] =
        (struct contour_point){.x = grid->x[i] + share * (grid->x[i2] - grid->x[i]),
                               .y = grid->y[j] + share * (grid->y[j2] - grid->y[j]),
                               .begins = begins};
}

/* Follows the line from one of its edges, and removes it. */
static void follow(struct tracer *tracer, size_t start)
{
    size_t at = start;
    put_point(tracer, at, true);
    while (at != NONE) {
        size_t *link = tracer->link[at];
        const size_t next = link[0] != NONE ? link[0] : link[1];
        link[0] = link[1] = NONE;
        if (next != NONE) {
            put_point(tracer, next, false);
            for (int k = 0; k < 2; k++)
                if (tracer->link[next][k] == at)
                    tracer->link[next][k] = NONE;
        }
        at = next;
    }
}

bool contour_trace(const struct contour_grid *grid, double level, struct contour *contour)
{
    const size_t edges = 2 * grid->columns * grid->rows;
    struct tracer tracer = {.grid = grid, .level = level, .contour = contour};
    tracer.link = malloc((edges + 1) * sizeof *tracer.link);
    *contour = (struct contour){.point = malloc((2 * edges + 1) * sizeof *contour->point)};
    if (!tracer.link || !contour->point) {
        free((void *)tracer.link);
        contour_free(contour);
        return false;
    }
    for (size_t e = 0; e < edges; e++)
        tracer.link[e][0] = tracer.link[e][1] = NONE;
    for (size_t i = 0; i + 1 < grid->columns; i++)
        for (size_t j = 0; j + 1 < grid->rows; j++)
            join_square(&tracer, i, j);
    for (int closed = 0; closed < 2; closed++) /* lines with ends first */
        for (size_t e = 0; e < edges; e++)
            if ((tracer.link[e][0] != NONE) && (closed || tracer.link[e][1] == NONE))
                follow(&tracer, e);
    free((void *)tracer.link);
    return true;
}

void contour_free(struct contour *contour)
{
    free(contour->point);
    *contour = (struct contour){.count = 0};
}
