/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of sweeps: families of curves of an observable over a parameter, and level lines. */
#include "solver/cli/sweep/level_rows.h"
#include "models/base/memory.h"
#include "solver/cli/view/plot_kinds.h"
#include "solver/observe/scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum sgdmft_status plot_check_sweep(const struct plot_request *request, const char *kind, size_t least,
                                    struct sgdmft_error *error)
{
    const struct gathering *gathering = request->gathering;
    if (gathering->count == 0 || !gathering->item[0].point || gathering->sweep_count != 1)
        return sgdmft_fail(error, SGDMFT_USAGE, "kind: %s takes the folder of one sweep", kind);
    const struct points *points = gathering->item[0].points;
    if (points->vary_count < least)
        return sgdmft_fail(error, SGDMFT_USAGE, "kind: %s needs a sweep over %zu parameters, this one is over %s", kind,
                           least, points->vary[0]->name);
    return SGDMFT_OK;
}

enum sgdmft_status plot_find_varied(const struct points *points, const char *name, size_t from_end, size_t *place,
                                    struct sgdmft_error *error)
{
    *place = points->vary_count - 1 - from_end;
    if (!name)
        return SGDMFT_OK;
    for (size_t v = 0; v < points->vary_count; v++)
        if (strcmp(points->vary[v]->name, name) == 0) {
            *place = v;
            return SGDMFT_OK;
        }
    return sgdmft_fail(error, SGDMFT_USAGE, "x: '%.80s' is not varied in this sweep", name);
}

bool plot_wants_log(const double *x, size_t count)
{
    double low = (double)INFINITY, high = 0, middle = 0;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
        middle += x[i] / (double)count;
    }
    return low > 0 && high > 8 * low && middle < 0.4 * (low + high);
}

/* ---- families of curves ---------------------------------------------------------------------------------- */

struct sample {
    double x;
    struct scalar y[2]; /* theory, simulation */
    const struct point *point;
};

static int by_x(const void *a, const void *b)
{
    const double x = ((const struct sample *)a)->x, y = ((const struct sample *)b)->x;
    return x < y ? -1 : x > y;
}

static bool same_family(const struct points *points, const struct point *a, const struct point *b, size_t x)
{
    for (size_t v = 0; v < points->vary_count; v++)
        if (v != x && strcmp(a->value[v], b->value[v]) != 0)
            return false;
    return true;
}

/* Formats the label of a family, "η = 0.1, τ = 2". */
static void family_label(const struct points *points, const struct point *point, size_t x, char out[200])
{
    char symbol[SYMBOL_MAX], value[80], escaped[170];
    size_t length = 0;
    out[0] = '\0';
    for (size_t v = 0; v < points->vary_count && length < 199; v++) {
        if (v == x)
            continue;
        char *end;
        const double number = strtod(point->value[v], &end);
        if (*end == '\0')
            snprintf(value, sizeof value, "%.6g", number);
        else
            snprintf(value, sizeof value, "%.70s", point->value[v]);
        symbol_escape_plot(value, sizeof escaped, escaped);
        symbol_plot_short(points->vary[v]->name, symbol);
        length += (size_t)snprintf(out + length, 200 - length, "%s%.60s = %s", length ? ", " : "", symbol, escaped);
    }
}

static enum sgdmft_status read_samples(const struct plot_request *request, const char *name, size_t x,
                                       struct sample *sample, struct sgdmft_error *error)
{
    const struct gathering *gathering = request->gathering;
    for (size_t i = 0; i < gathering->count; i++) {
        struct sgdmft_result *result[2];
        enum sgdmft_status status = gather_load(&gathering->item[i], result, error);
        if (status)
            return status;
        sample[i] =
            (struct sample){.x = strtod(gathering->item[i].point->value[x], NULL), .point = gathering->item[i].point};
        for (int side = 0; side < 2; side++) {
            sample[i].y[side] = (struct scalar){(double)NAN, (double)NAN};
            if (result[side])
                scalar_read_final(result[side], name, &sample[i].y[side]);
            sgdmft_result_free(result[side]);
        }
    }
    return SGDMFT_OK;
}

static void put_family(struct figure *figure, const struct sample *sample, size_t count, int side, unsigned colour,
                       const char *label)
{
    size_t usable = 0;
    for (size_t i = 0; i < count; i++)
        usable += isfinite(sample[i].y[side].value) ? 1 : 0;
    if (usable == 0)
        return;
    const size_t block = figure_block(figure, side ? "simulation" : "theory");
    for (size_t i = 0; i < count; i++)
        if (isfinite(sample[i].y[side].value))
            figure_row(figure, 3,
                       (const double[]){sample[i].x, sample[i].y[side].value,
                                        isnan(sample[i].y[side].se) ? 0 : sample[i].y[side].se});
    figure_add(figure, side ? FIGURE_POINTS : FIGURE_COMPUTED, block, colour, label);
    if (!side && usable == 1) /* a single point has no band */
        figure_add(figure, FIGURE_POINTS, block, colour, "");
}

static void put_families(struct figure *figure, const struct plot_request *request, struct sample *sample, size_t x)
{
    const struct points *points = request->gathering->item[0].points;
    const size_t count = request->gathering->count;
    struct sample *family = malloc((count + 1) * sizeof *family);
    size_t families = 0, number = 0;
    if (!family) {
        figure->failed = true;
        return;
    }
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++) {
            char label[200];
            size_t members = 0, first = i;
            for (size_t j = 0; j < i && first == i; j++)
                if (same_family(points, sample[i].point, sample[j].point, x))
                    first = j;
            if (first < i)
                continue;
            families += pass == 0;
            if (pass == 0)
                continue;
            for (size_t j = i; j < count; j++)
                if (same_family(points, sample[i].point, sample[j].point, x))
                    family[members++] = sample[j];
            qsort(family, members, sizeof *family, by_x);
            family_label(points, sample[i].point, x, label);
            const bool alone = families == 1, both = points->by == BY_BOTH;
            put_family(figure, family, members, 0, figure_colour(number, families), alone ? "theory" : label);
            put_family(figure, family, members, 1, alone ? figure_colour(1, 2) : figure_colour(number, families),
                       alone  ? "simulation"
                       : both ? ""
                              : label);
            number++;
        }
    free(family);
}

static bool values_want_log(const struct sample *sample, size_t count)
{
    double smallest = (double)INFINITY, largest = 0;
    for (size_t i = 0; i < count; i++)
        for (int side = 0; side < 2; side++)
            if (isfinite(sample[i].y[side].value)) {
                smallest = fmin(smallest, sample[i].y[side].value);
                largest = fmax(largest, sample[i].y[side].value);
            }
    return figure_wants_log(smallest, largest);
}

static enum sgdmft_status families(const struct plot_request *request, struct figure *figure,
                                   struct sgdmft_error *error)
{
    const struct gathering *gathering = request->gathering;
    size_t x;
    enum sgdmft_status status = plot_check_sweep(request, "curves", 1, error);
    if (status)
        return status;
    const struct points *points = gathering->item[0].points;
    const char *name = request->observable ? request->observable : points->what->analysis->usual;
    if ((status = scalar_check("observable", name, error))
        || (status = plot_find_varied(points, request->x, 0, &x, error)))
        return status;
    struct sample *sample = calloc(gathering->count + 1, sizeof *sample);
    double *place = calloc(gathering->count + 1, sizeof *place);
    if (!sample || !place)
        status = memory_fail(error, "the picture");
    if (!status)
        status = read_samples(request, name, x, sample, error);
    if (!status) {
        put_families(figure, request, sample, x);
        for (size_t i = 0; i < gathering->count; i++)
            place[i] = sample[i].x;
        figure->x_log = plot_wants_log(place, gathering->count);
        figure->y_log = values_want_log(sample, gathering->count);
        symbol_plot(points->vary[x]->name, figure->x_label);
        symbol_plot(name, figure->y_label);
        struct sgdmft_result *result[2] = {NULL, NULL};
        for (size_t i = 0; i < gathering->count && !result[0] && !result[1]; i++)
            gather_load(&gathering->item[i], result, NULL);
        const char *note = points->by != BY_BOTH || points->vary_count == 1 ? "" : "lines: theory, points: simulation";
        if (result[0] || result[1])
            plot_title(&(result[0] ? result[0] : result[1])->run, points, note, figure->title);
        sgdmft_result_free(result[0]);
        sgdmft_result_free(result[1]);
        if (figure->count == 0)
            status = sgdmft_fail(error, SGDMFT_USAGE, "observable: no point has %s", name);
    }
    free(sample);
    free(place);
    return status;
}

const struct plot_kind plot_families = {
    "curves", "an observable over a parameter (--x), a curve for each combination of the others", false, families};

/* ---- level lines -------------------------------------------------------------------------------------------- */

static enum sgdmft_status put_level(struct figure *figure, const struct plot_request *request, size_t index, size_t x,
                                    struct sgdmft_error *error)
{
    const struct level *level = &request->level[index];
    struct gathering view = *request->gathering;
    const struct points *points = view.item[0].points;
    struct level_rows rows;
    char title[200], symbol[SYMBOL_MAX];
    enum sgdmft_status status = level_rows_build(points, false, level->observable, gather_level, &view, &rows, error);
    size_t block = 0, found = 0;
    for (size_t r = 0; r < rows.count && !status; r++) {
        struct level_crossing crossing;
        level_cross(level, rows.row[r].entry, rows.row[r].count, &crossing);
        if (!crossing.found)
            continue;
        if (found++ == 0)
            block = figure_block(figure, level->observable);
        figure_row(figure, 3, (const double[]){strtod(rows.row[r].point->value[x], NULL), crossing.x, crossing.se});
    }
    level_rows_free(&rows);
    if (status || found == 0)
        return status;
    symbol_plot(level->observable, symbol);
    snprintf(title, sizeof title, "%.150s = %g", symbol, level->value);
    const unsigned colour = figure_colour(index, request->level_count);
    figure_add(figure, FIGURE_LINE, block, colour, title);
    figure_add(figure, FIGURE_POINTS, block, colour, "");
    return SGDMFT_OK;
}

static enum sgdmft_status level(const struct plot_request *request, struct figure *figure, struct sgdmft_error *error)
{
    enum sgdmft_status status = plot_check_sweep(request, "level", 2, error);
    if (!status && request->level_count == 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "level: --kind level needs --level OBSERVABLE=VALUE");
    if (status)
        return status;
    const struct points *points = request->gathering->item[0].points;
    const size_t last = points->vary_count - 1, x = last - 1;
    if (points->vary_count > 2)
        return sgdmft_fail(error, SGDMFT_USAGE, "kind: level takes a sweep over two parameters, this one is over %zu",
                           points->vary_count);
    if ((status = level_check(points, error)))
        return status;
    for (size_t i = 0; i < request->level_count && !status; i++)
        status = put_level(figure, request, i, x, error);
    if (!status && figure->count == 0)
        status = sgdmft_fail(error, SGDMFT_USAGE, "level: no row crosses it");
    symbol_plot(points->vary[x]->name, figure->x_label);
    symbol_plot(points->vary[last]->name, figure->y_label);
    struct sgdmft_result *result[2] = {NULL, NULL};
    for (size_t i = 0; i < request->gathering->count && !result[0] && !result[1]; i++)
        gather_load(&request->gathering->item[i], result, NULL);
    if (result[0] || result[1])
        plot_title(&(result[0] ? result[0] : result[1])->run, points, "", figure->title);
    sgdmft_result_free(result[0]);
    sgdmft_result_free(result[1]);
    return status;
}

const struct plot_kind plot_level = {"level", "level lines (--level) of a sweep over two parameters", false, level};
