/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of equal value of a map, and their labels. */
#include "solver/cli/view/plot_contours.h"

#include "models/base/memory.h"
#include <math.h>
#include <stdlib.h>

#define APART 0.09 /* of labels, in units of the frame */

void plot_add_level(struct plot_levels *levels, double value)
{
    if (levels->count < PLOT_CONTOURS_MAX)
        levels->value[levels->count++] = value;
}

void plot_choose_levels(bool log, double low, double high, struct plot_levels *levels)
{
    static const double steps[] = {1, 5, 2};
    for (int i = 0; i < 3 && log; i++)
        for (double decade = pow(10, floor(log10(low))); decade <= high; decade *= 10)
            if (decade * steps[i] > low && decade * steps[i] < high)
                plot_add_level(levels, decade * steps[i]);
    const double rough = (high - low) / 5;
    if (log || !(rough > 0))
        return;
    const double decade = pow(10, floor(log10(rough)));
    const double step = rough < 1.5 * decade   ? decade
                        : rough < 3.5 * decade ? 2 * decade
                        : rough < 7.5 * decade ? 5 * decade
                                               : 10 * decade;
    for (double level = ceil(low / step) * step; level < high; level += step)
        if (level > low)
            plot_add_level(levels, fabs(level) < 1e-9 * step ? 0 : level);
}

/* Coordinates for interpolation: logarithms where the axis or the colours have them. */
static double coordinate(double x, bool log_scale)
{
    return log_scale ? log(x) : x;
}
static double from_coordinate(double x, bool log_scale)
{
    return log_scale ? exp(x) : x;
}

/* The longest line of a level: where it begins, and its points. */
static size_t longest_line(const struct contour *contour, size_t *points)
{
    size_t best = 0, begin = 0;
    *points = 0;
    for (size_t k = 1; k <= contour->count; k++) {
        if (k < contour->count && !contour->point[k].begins)
            continue;
        if (k - begin > *points) {
            *points = k - begin;
            best = begin;
        }
        begin = k;
    }
    return best;
}

/* A label lies in the middle of a segment of the longest line, farthest from the labels there are; its distance from
 * them. All in units of the frame. */
static double find_label(const struct contour *contour, const double frame[4], const double (*label)[2], size_t labels,
                         double place[2])
{
    size_t points;
    const size_t begin = longest_line(contour, &points);
    double most = -1;
    for (size_t k = begin; k + 1 < begin + points; k++) {
        const struct contour_point *a = &contour->point[k], *b = a + 1;
        const double x = ((a->x + b->x) / 2 - frame[0]) / (frame[1] - frame[0]),
                     y = ((a->y + b->y) / 2 - frame[2]) / (frame[3] - frame[2]);
        const bool end = points > 4 && (k == begin || k + 2 == begin + points);
        double nearest = 0.3; /* beyond, the middle of the line counts */
        for (size_t l = 0; l < labels; l++)
            nearest = fmin(nearest, hypot(x - label[l][0], y - label[l][1]));
        nearest -= 1e-3 * fabs((double)(k - begin) - 0.5 * (double)points);
        if (!end && nearest > most) {
            most = nearest;
            place[0] = x;
            place[1] = y;
        }
    }
    return most;
}

static void put_contour(struct figure *figure, const struct contour *contour, double level)
{
    for (size_t k = 0; k < contour->count; k++) {
        if (contour->point[k].begins)
            figure_gap(figure);
        figure_row(figure, 3,
                   (const double[]){from_coordinate(contour->point[k].x, figure->x_log),
                                    from_coordinate(contour->point[k].y, figure->y_log), level});
    }
}

/* A line whose label would lie on another is left out: without it the figure is read more easily. */
static void put_contours(struct figure *figure, const struct contour_grid *grid, const struct plot_levels *levels)
{
    double frame[4], label[PLOT_CONTOURS_MAX + 1][2], of[PLOT_CONTOURS_MAX];
    size_t labels = 0, lines = 0, block = 0;
    for (int i = 0; i < 4; i++)
        frame[i] = coordinate(figure->range[i], i < 2 ? figure->x_log : figure->y_log);
    for (size_t l = 0; l < levels->count; l++) {
        struct contour contour;
        if (!contour_trace(grid, coordinate(levels->value[l], figure->z_log), &contour)) {
            figure->failed = true;
            return;
        }
        const bool apart = find_label(&contour, frame, (const double(*)[2])label, labels, label[labels]) > APART;
        if (contour.count > 0 && (apart || levels->wanted)) {
            if (lines++ == 0)
                block = figure_block(figure, "x y value of lines of equal value");
            put_contour(figure, &contour, levels->value[l]);
        }
        if (apart)
            of[labels++] = levels->value[l];
        contour_free(&contour);
    }
    if (lines > 0)
        figure_add(figure, FIGURE_CONTOURS, block, 0xffffff, "");
    if (labels == 0)
        return;
    block = figure_block(figure, "x y value of their labels");
    for (size_t l = 0; l < labels; l++)
        figure_row(figure, 3,
                   (const double[]){from_coordinate(frame[0] + label[l][0] * (frame[1] - frame[0]), figure->x_log),
                                    from_coordinate(frame[2] + label[l][1] * (frame[3] - frame[2]), figure->y_log),
                                    of[l]});
    figure_add(figure, FIGURE_LABELS, block, 0x000000, "");
}

enum sgdmft_status plot_contours(struct figure *figure, const struct contour_grid *grid,
                                 const struct plot_levels *levels, struct sgdmft_error *error)
{
    const size_t nx = grid->columns, ny = grid->rows;
    double *x = malloc((nx + ny + nx * ny + 1) * sizeof *x), *y = x + nx, *value = y + ny;
    if (!x)
        return memory_fail(error, "the picture");
    for (size_t i = 0; i < nx; i++)
        x[i] = coordinate(grid->x[i], figure->x_log);
    for (size_t j = 0; j < ny; j++)
        y[j] = coordinate(grid->y[j], figure->y_log);
    for (size_t k = 0; k < nx * ny; k++)
        value[k] = figure->z_log && !(grid->value[k] > 0) ? (double)NAN : coordinate(grid->value[k], figure->z_log);
    put_contours(figure, &(struct contour_grid){.columns = nx, .rows = ny, .x = x, .y = y, .value = value}, levels);
    free(x);
    return SGDMFT_OK;
}
