/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of equal value of a map, and their labels. */
#include "solver/cli/view/plot_contours.h"

#include "models/base/memory.h"
#include <math.h>
#include <stdlib.h>

/* Half the height of a label and half the width of a letter, in units of the frame, of the larger of both scripts. */
#define HALF_HEIGHT 0.034
#define HALF_LETTER 0.0125

void plot_add_level(struct plot_levels *levels, double value)
{
    if (levels->count < PLOT_CONTOURS_MAX)
        levels->value[levels->count++] = value;
}

void plot_choose_levels(bool log, double low, double high, struct plot_levels *levels)
{
    static const double steps[] = {1, 5, 2};
    const double decades = log10(high / low), factor = pow(10, fmax(1, ceil(decades / 8)));
    for (int i = 0; i < (decades > 3 ? 1 : 3) && log; i++)
        for (double decade = pow(10, floor(log10(low))); decade <= high; decade *= factor)
            if (decade * steps[i] > low && decade * steps[i] < high)
                plot_add_level(levels, decade * steps[i]);
    const double rough = (high - low) / 5;
    if (log || !(rough > 1e-9 * fmax(fabs(low), fabs(high)))) /* equal but for rounding */
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

/* A coordinate or value for interpolation: its logarithm on a logarithmic scale. */
static double coordinate(double x, bool log_scale)
{
    return log_scale ? log(x) : x;
}
static double from_coordinate(double x, bool log_scale)
{
    return log_scale ? exp(x) : x;
}

/* Finds the longest line of a level; returns its first index. *points: its number of points. */
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

struct place {
    double x, y, half_width, half_height; /* in units of the frame */
};

static double half_width(double level)
{
    char text[32];
    const double size = fabs(level);
    const bool power = size > 0 && (size >= 1e5 || size < 1e-3); /* written as 10^n */
    return HALF_LETTER * (1 + (power ? 4 : snprintf(text, sizeof text, "%g", level)));
}

/* The distance of two labels; above 1 they do not touch. */
static double distance(const struct place *a, const struct place *b)
{
    return fmax(fabs(a->x - b->x) / (a->half_width + b->half_width),
                fabs(a->y - b->y) / (a->half_height + b->half_height));
}

/* Finds the place of a label: the middle of a segment of the longest line, inside the frame, farthest from the other
 * labels. False if it touches one of them, or the frame. */
static bool find_label(const struct contour *contour, const double frame[4], const struct place *label, size_t labels,
                       struct place *place)
{
    size_t points;
    const size_t begin = longest_line(contour, &points);
    struct place here = *place;
    double most = 1;
    bool found = false;
    for (size_t k = begin; k + 1 < begin + points; k++) {
        const struct contour_point *a = &contour->point[k], *b = a + 1;
        here.x = ((a->x + b->x) / 2 - frame[0]) / (frame[1] - frame[0]);
        here.y = ((a->y + b->y) / 2 - frame[2]) / (frame[3] - frame[2]);
        const bool end = points > 4 && (k == begin || k + 2 == begin + points);
        const bool outside = here.x < here.half_width || here.x > 1 - here.half_width || here.y < here.half_height
                             || here.y > 1 - here.half_height;
        double nearest = 5; /* beyond this distance the middle of the line is preferred */
        for (size_t l = 0; l < labels; l++)
            nearest = fmin(nearest, distance(&here, &label[l]));
        nearest -= 1e-2 * fabs((double)(k - begin) - 0.5 * (double)points);
        if (!end && !outside && nearest > most) {
            most = nearest;
            *place = here;
            found = true;
        }
    }
    return found;
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

/* Draws the lines. A line whose label would cover another is left out, unless the levels are wanted. */
static void put_contours(struct figure *figure, const struct contour_grid *grid, const struct plot_levels *levels)
{
    double frame[4], of[PLOT_CONTOURS_MAX];
    struct place label[PLOT_CONTOURS_MAX + 1];
    const double size = pow(figure->letters, 1.6); /* larger letters make the frame smaller, too */
    size_t labels = 0, lines = 0, block = 0;
    for (int i = 0; i < 4; i++)
        frame[i] = coordinate(figure->range[i], i < 2 ? figure->x_log : figure->y_log);
    for (size_t l = 0; l < levels->count; l++) {
        struct contour contour;
        if (!contour_trace(grid, coordinate(levels->value[l], figure->z_log), &contour)) {
            figure->failed = true;
            return;
        }
        label[labels].half_width = size * half_width(levels->value[l]);
        label[labels].half_height = size * HALF_HEIGHT;
        const bool apart = find_label(&contour, frame, label, labels, &label[labels]);
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
                   (const double[]){from_coordinate(frame[0] + label[l].x * (frame[1] - frame[0]), figure->x_log),
                                    from_coordinate(frame[2] + label[l].y * (frame[3] - frame[2]), figure->y_log),
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
