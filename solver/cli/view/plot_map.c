/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heat map of an observable over two varied parameters, with lines of equal value. */
#include "solver/cli/view/plot_contours.h"
#include "models/base/memory.h"
#include "solver/cli/view/plot_kinds.h"
#include "solver/observe/scalar.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the grid --------------------------------------------------------------------------------------------- */

struct axis {
    size_t count;
    double *value; /* ascending */
    bool log;
};

struct map {
    struct axis x, y;
    double *cell;              /* [x][y], NaN where there is none */
    enum point_status *status; /* [x][y] */
};

static void map_free(struct map *map)
{
    free(map->x.value);
    free(map->y.value);
    free(map->cell);
    free(map->status);
}

static bool make_axis(const struct gathering *gathering, size_t vary, struct axis *axis)
{
    axis->value = malloc((gathering->count + 1) * sizeof *axis->value);
    if (!axis->value)
        return false;
    for (size_t i = 0; i < gathering->count; i++)
        axis->value[i] = strtod(gathering->item[i].point->value[vary], NULL);
    gsl_sort(axis->value, 1, gathering->count);
    axis->count = 0;
    for (size_t i = 0; i < gathering->count; i++)
        if (axis->count == 0 || axis->value[i] != axis->value[axis->count - 1])
            axis->value[axis->count++] = axis->value[i];
    axis->log = plot_wants_log(axis->value, axis->count);
    return true;
}

static size_t axis_place(const struct axis *axis, double value)
{
    size_t i = 0;
    while (i + 1 < axis->count && axis->value[i] < value)
        i++;
    return i;
}

/* The border of cell i: half way to its neighbour, in the logarithm on a logarithmic axis. */
static double border(const struct axis *axis, size_t i, bool upper)
{
    const size_t n = axis->count;
    if (n == 1)
        return axis->value[0] * (upper ? 1.1 : 0.9);
    const size_t a = upper ? i : i - 1, inner = upper ? (i + 1 < n) : (i > 0);
    if (inner)
        return axis->log ? sqrt(axis->value[a] * axis->value[a + 1]) : (axis->value[a] + axis->value[a + 1]) / 2;
    const size_t other = upper ? i - 1 : i + 1;
    return axis->log ? axis->value[i] * sqrt(axis->value[i] / axis->value[other])
                     : axis->value[i] + (axis->value[i] - axis->value[other]) / 2;
}

#define EVEN 0.01 /* of a cell */

/* True if all cells have one size on the drawn axis. */
static bool is_even(const struct axis *axis)
{
    const size_t n = axis->count;
    double place[2], step = 0;
    for (size_t i = 0; i < n; i++) {
        place[0] = axis->log ? log(axis->value[i]) : axis->value[i];
        if (i == 0) {
            place[1] = place[0];
            step = ((axis->log ? log(axis->value[n - 1]) : axis->value[n - 1]) - place[0]) / (double)(n - 1);
        }
        if (fabs(place[0] - place[1] - (double)i * step) > EVEN * step)
            return false;
    }
    return n > 1;
}

/* The axes, and cells without values. */
static bool make_grid(const struct gathering *gathering, size_t x, size_t y, struct map *map)
{
    if (!make_axis(gathering, x, &map->x) || !make_axis(gathering, y, &map->y)
        || !(map->cell = malloc((map->x.count * map->y.count + 1) * sizeof *map->cell))
        || !(map->status = calloc(map->x.count * map->y.count + 1, sizeof *map->status)))
        return false;
    for (size_t i = 0; i < map->x.count * map->y.count; i++)
        map->cell[i] = (double)NAN;
    return true;
}

static size_t place_of(const struct map *map, const struct point *point, size_t x, size_t y)
{
    return axis_place(&map->x, strtod(point->value[x], NULL)) * map->y.count
           + axis_place(&map->y, strtod(point->value[y], NULL));
}

static enum sgdmft_status fill_map(const struct plot_request *request, const char *name, int side, size_t x, size_t y,
                                   struct map *map, struct figure *figure, struct sgdmft_error *error)
{
    const struct gathering *gathering = request->gathering;
    if (!make_grid(gathering, x, y, map))
        return memory_fail(error, "the picture");
    for (size_t i = 0; i < gathering->count; i++) {
        const struct gathered *item = &gathering->item[i];
        struct sgdmft_result *result[2];
        struct scalar scalar;
        enum sgdmft_status status = gather_load(item, result, error);
        if (status)
            return status;
        const size_t at = place_of(map, item->point, x, y);
        struct sgdmft_result *one = side >= 0 ? result[side] : result[0] ? result[0] : result[1];
        map->status[at] = item->point->status;
        if (one && scalar_read_final(one, name, &scalar))
            map->cell[at] = scalar.value;
        if (one && !figure->title[0])
            plot_title(&one->run, item->points, "", figure->title);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
    }
    return SGDMFT_OK;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

static bool has_colour(const struct figure *figure, double value)
{
    return isfinite(value) && (value > 0 || !figure->z_log);
}

static void put_map_cell(struct figure *figure, const struct map *map, size_t i, size_t j, bool with_value)
{
    const double value = map->cell[i * map->y.count + j];
    const double row[5] = {border(&map->x, i, false), border(&map->x, i, true), border(&map->y, j, false),
                           border(&map->y, j, true), has_colour(figure, value) ? value : (double)NAN};
    figure_row(figure, with_value ? 5 : 4, row);
}

static void put_cells(struct figure *figure, const struct map *map)
{
    const size_t block = figure_block(figure, "left right low high value");
    for (size_t i = 0; i < map->x.count; i++)
        for (size_t j = 0; j < map->y.count; j++)
            if (figure->image || has_colour(figure, map->cell[i * map->y.count + j]))
                put_map_cell(figure, map, i, j, true);
    figure_add(figure, FIGURE_CELLS, block, 0, "");
}

const struct plot_blank plot_blanks[] = {{POINT_DIVERGED, 0x555555, "diverges"},
                                         {POINT_NOT_STATIONARY, 0x999999, "no stationary state"},
                                         {POINT_REFUSED, 0xe8e8e8, "not allowed"},
                                         {POINT_FAILED, 0xcccccc, "no result"},
                                         {POINT_COMPLETE, 0xbbbbbb, "not reached"},
                                         {POINT_UNDECIDED, 0xbbbbbb, ""},
                                         {POINT_DISAGREE, 0xbbbbbb, ""},
                                         {POINT_PENDING, 0xf4f4f4, ""},
                                         {POINT_COMPLETE, 0xffffff, "not positive"}};
const size_t plot_blank_count = sizeof plot_blanks / sizeof plot_blanks[0];

/* Draws the cells without a value, in a grey for each reason. */
static void put_blanks(struct figure *figure, const struct map *map)
{
    const size_t last = plot_blank_count - 1;
    for (size_t r = 0; r <= last; r++) {
        size_t count = 0, block = 0;
        for (size_t i = 0; i < map->x.count; i++)
            for (size_t j = 0; j < map->y.count; j++) {
                const size_t at = i * map->y.count + j;
                if (r < last ? isfinite(map->cell[at]) || map->status[at] != plot_blanks[r].status
                             : !isfinite(map->cell[at]) || has_colour(figure, map->cell[at]))
                    continue;
                if (count++ == 0)
                    block = figure_block(figure, plot_blanks[r].title);
                put_map_cell(figure, map, i, j, false);
            }
        if (count > 0)
            figure_add(figure, FIGURE_BLANKS, block, plot_blanks[r].grey, plot_blanks[r].title);
    }
}

/* ---- the figure ------------------------------------------------------------------------------------------------ */

/* Computes the range of the colours; returns true if they are logarithmic. They are for mostly positive values over
 * a decade or more. A few negative values, such as unresolved slopes, are then left out. */
static bool colour_range(const struct map *map, double *low, double *high)
{
    double least = (double)INFINITY;
    size_t count = 0, positive = 0;
    *low = (double)INFINITY;
    *high = -(double)INFINITY;
    for (size_t i = 0; i < map->x.count * map->y.count; i++)
        if (isfinite(map->cell[i])) {
            count++;
            positive += map->cell[i] > 0;
            *low = fmin(*low, map->cell[i]);
            *high = fmax(*high, map->cell[i]);
            if (map->cell[i] > 0)
                least = fmin(least, map->cell[i]);
        }
    if (count == 0 || 10 * positive < 8 * count || !(*high > 12 * least))
        return false;
    *low = least;
    return true;
}

/* Sets scales and ranges of a figure; false if no value is finite. */
static bool set_scales(const struct map *map, struct figure *figure)
{
    figure->z_log = colour_range(map, &figure->z_range[0], &figure->z_range[1]);
    figure->square = true;
    figure->x_log = map->x.log;
    figure->y_log = map->y.log;
    figure->range[0] = border(&map->x, 0, false);
    figure->range[1] = border(&map->x, map->x.count - 1, true);
    figure->range[2] = border(&map->y, 0, false);
    figure->range[3] = border(&map->y, map->y.count - 1, true);
    return figure->z_range[1] >= figure->z_range[0];
}

static enum sgdmft_status put_lines(const struct map *map, const struct plot_levels *levels, struct figure *figure,
                                    struct sgdmft_error *error)
{
    return plot_contours(
        figure,
        &(struct contour_grid){
            .columns = map->x.count, .rows = map->y.count, .x = map->x.value, .y = map->y.value, .value = map->cell},
        levels, error);
}

static enum sgdmft_status draw_map(const struct map *map, const char *name, const struct plot_request *request,
                                   struct figure *figure, struct sgdmft_error *error)
{
    struct plot_levels levels = {.wanted = request->level_count > 0};
    if (!set_scales(map, figure))
        return sgdmft_fail(error, SGDMFT_USAGE, "observable: no point has %s", name);
    for (size_t l = 0; l < request->level_count; l++) {
        if (strcmp(request->level[l].observable, name) != 0)
            return sgdmft_fail(error, SGDMFT_USAGE, "level: the map shows %s, not '%.80s'", name,
                               request->level[l].observable);
        plot_add_level(&levels, request->level[l].value);
    }
    if (!levels.wanted)
        plot_choose_levels(figure->z_log, figure->z_range[0], figure->z_range[1], &levels);
    figure->image = is_even(&map->x) && is_even(&map->y);
    put_blanks(figure, map);
    put_cells(figure, map);
    return put_lines(map, &levels, figure, error);
}

/* Refuses parameters that are no numbers. */
static enum sgdmft_status check_numbers(const struct points *points, struct sgdmft_error *error)
{
    for (size_t v = 0; v < points->vary_count; v++)
        if (points->vary[v]->kind != SGDMFT_REAL && points->vary[v]->kind != SGDMFT_INTEGER)
            return sgdmft_fail(error, SGDMFT_USAGE, "kind: a map needs numbers on both axes, and %s is none",
                               points->vary[v]->name);
    return SGDMFT_OK;
}

/* Refuses points that form no grid, such as those of a level line. */
static enum sgdmft_status check_grid(const struct gathering *gathering, size_t x, size_t y, struct sgdmft_error *error)
{
    struct axis axis[2] = {{.count = 0}, {.count = 0}};
    const bool made = make_axis(gathering, x, &axis[0]) && make_axis(gathering, y, &axis[1]);
    const size_t cells = axis[0].count * axis[1].count;
    free(axis[0].value);
    free(axis[1].value);
    if (!made)
        return memory_fail(error, "the picture");
    if (2 * gathering->count < cells)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "kind: a map needs a grid, and %zu points lie in %zu cells; --kind level draws a level line",
                           gathering->count, cells);
    return SGDMFT_OK;
}

static enum sgdmft_status map_make(const struct plot_request *request, struct figure *figure,
                                   struct sgdmft_error *error)
{
    struct map map = {.cell = NULL};
    char base[SYMBOL_MAX];
    size_t x, y;
    enum sgdmft_status status = plot_check_sweep(request, "map", 2, error);
    if (status)
        return status;
    const struct points *points = request->gathering->item[0].points;
    if (points->vary_count > 2)
        return sgdmft_fail(error, SGDMFT_USAGE, "kind: map takes a sweep over two parameters, this one is over %zu",
                           points->vary_count);
    if ((status = check_numbers(points, error)))
        return status;
    const char *name = request->observable ? request->observable : points->what->analysis->usual;
    const int side = symbol_side(name, base);
    if ((status = scalar_check("observable", base, error))
        || (status = plot_find_varied(points, request->x, 1, &x, error)))
        return status;
    y = 1 - x;
    if ((status = check_grid(request->gathering, x, y, error)))
        return status;
    status = fill_map(request, base, side, x, y, &map, figure, error);
    if (!status)
        status = draw_map(&map, name, request, figure, error);
    symbol_plot(points->vary[x]->name, figure->x_label);
    symbol_plot(points->vary[y]->name, figure->y_label);
    symbol_plot(name, figure->z_label);
    map_free(&map);
    return status;
}

const struct plot_kind plot_map = {"map", "a heat map of an observable over two parameters, with lines of equal value",
                                   false, map_make};

enum sgdmft_status plot_map_lines(const struct gathering *gathering, size_t x, size_t y, const double *value,
                                  struct figure *figure, struct sgdmft_error *error)
{
    struct plot_levels levels = {.count = 0};
    struct map map = {.cell = NULL};
    enum sgdmft_status status = SGDMFT_OK;
    if (check_numbers(gathering->item[0].points, NULL) || check_grid(gathering, x, y, NULL))
        return SGDMFT_OK;
    if (!make_grid(gathering, x, y, &map))
        status = memory_fail(error, "the picture");
    for (size_t i = 0; i < gathering->count && !status; i++)
        map.cell[place_of(&map, gathering->item[i].point, x, y)] = isfinite(value[i]) ? value[i] : (double)NAN;
    if (!status && set_scales(&map, figure)) {
        plot_choose_levels(figure->z_log, figure->z_range[0], figure->z_range[1], &levels);
        status = put_lines(&map, &levels, figure, error);
    }
    map_free(&map);
    return status;
}
