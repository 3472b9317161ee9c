/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Explicit coordinates, mode by mode. The parts of force rows across the explored directions stay orthogonal to them.
 * */
#include "solver/conditional/weight_modes.h"
#include "models/base/state.h"

#include "models/base/simd.h"
#include "models/run/parameter_table.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Share of a vector below which a remainder is rounding. */
#define NOTHING 1e-13

/* ---- rows of coordinates --------------------------------------------------------------------------------------- */

/* out[j] = row_j.x */
static SIMD_CLONES void products(size_t rows, size_t n, size_t stride, const double *row, const double *x, double *out)
{
    for (size_t j = 0; j < rows; j++) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < n; i++)
            sum += row[j * stride + i] * x[i];
        out[j] = sum;
    }
}

static SIMD_CLONES void add(size_t n, double factor, const double *y, double *x)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        x[i] += factor * y[i];
}

static double square_of(size_t n, const double *x)
{
    double square;
    products(1, n, n, x, x, &square);
    return square;
}

/* ---- life ------------------------------------------------------------------------------------------------------ */

void weight_modes_dims(const struct sgdmft_spectrum *spectrum, double dim, bool counted, double *dims)
{
    for (size_t s = 0; s < spectrum->modes; s++)
        dims[s] = counted ? 0 : dim * spectrum->weight[s];
    for (size_t i = 0; counted && i < (size_t)dim; i++)
        dims[spectrum_mode_of(spectrum, (size_t)dim, i)]++;
}

size_t weight_modes_coordinates(const struct sgdmft_spectrum *spectrum, double dim, size_t vectors)
{
    size_t count = 0;
    for (size_t s = 0; s < spectrum->modes; s++)
        count +=
            (size_t)fmin(ceil(dim * spectrum->weight[s]) + 1, (double)vectors + 1); /* counting may give one more */
    return count;
}

static struct state_table modes_arrays(size_t capacity, size_t hidden)
{
    return (struct state_table){{STATE_ARRAY(weight_modes, mode_of, hidden), STATE_ARRAY(weight_modes, root_of, hidden),
                                 STATE_ARRAY(weight_modes, direction, (double)capacity * (double)hidden),
                                 STATE_ARRAY(weight_modes, work, hidden),
                                 STATE_ARRAY(weight_modes, coefficient, capacity)}};
}

double weight_modes_bytes(size_t capacity, size_t hidden_capacity)
{
    const struct state_table arrays = modes_arrays(capacity, hidden_capacity);
    return state_bytes(&arrays);
}

static void add_coordinate(struct weight_space *space, size_t s)
{
    struct weight_modes *modes = space->modes;
    assert(space->hidden < space->hidden_capacity);
    modes->mode_of[space->hidden] = (uint32_t)s;
    modes->root_of[space->hidden] = modes->mode[s].root;
    modes->mode[s].known++;
    space->hidden++;
}

bool weight_modes_create(struct weight_space *space, const struct sgdmft_spectrum *spectrum, bool counted)
{
    double dims[SGDMFT_MODES_MAX];
    struct weight_modes *modes = space->modes = calloc(1, sizeof *modes);
    if (!modes)
        return false;
    modes->counted = counted;
    modes->exact = spectrum->exact;
    const struct state_table arrays = modes_arrays(space->capacity, space->hidden_capacity);
    if (!state_create(&arrays, modes))
        return false;
    weight_modes_dims(spectrum, space->dim, counted, dims);
    for (size_t s = 0; s < spectrum->modes; s++) {
        if (!(dims[s] > 0))
            continue;
        modes->mode[modes->count++] = (struct weight_mode){
            .dim = dims[s], .root = sqrt(spectrum->value[s]), .strength = sqrt(spectrum->signal[s])};
        add_coordinate(space, modes->count - 1);
    }
    return true;
}

void weight_modes_free(struct weight_modes *modes)
{
    if (!modes)
        return;
    const struct state_table arrays = modes_arrays(0, 0);
    state_free(&arrays, modes);
    free(modes);
}

bool weight_modes_archive(struct weight_space *space, struct archive *archive)
{
    struct weight_modes *modes = space->modes;
    bool good = archive_words(archive, modes->mode_of, space->hidden)
                && archive_rows(archive, modes->direction, space->explored, space->hidden, space->hidden_capacity);
    for (size_t i = 0; good && i < space->hidden; i++) {
        if (modes->mode_of[i] >= modes->count)
            return false;
        modes->root_of[i] = modes->mode[modes->mode_of[i]].root;
    }
    if (good)
        weight_modes_recount(space);
    return good;
}

void weight_modes_recount(struct weight_space *space)
{
    struct weight_modes *modes = space->modes;
    for (size_t s = 0; s < modes->count; s++)
        modes->mode[s].known = 0;
    for (size_t i = 0; i < space->hidden; i++)
        modes->mode[modes->mode_of[i]].known++;
}

/* ---- vectors --------------------------------------------------------------------------------------------------- */

void weight_modes_draw(struct weight_space *space, struct fresh *fresh, double *x)
{
    struct weight_modes *modes = space->modes;
    fresh_normals(fresh, space->hidden, x);
    for (size_t s = 0; s < modes->count; s++) {
        const struct weight_mode *mode = &modes->mode[s];
        const double chi = fresh_chi(fresh, mode->dim, mode->known);
        if (!((double)mode->known < mode->dim))
            continue;
        x[space->hidden] = chi;
        add_coordinate(space, s);
    }
}

void weight_modes_project(const struct weight_space *space, double *x, double *coefficient)
{
    const struct weight_modes *modes = space->modes;
    if (coefficient)
        memset(coefficient, 0, space->explored * sizeof *coefficient);
    for (int pass = 0; pass < 2; pass++) {
        products(space->explored, space->hidden, space->hidden_capacity, modes->direction, x, modes->coefficient);
        for (size_t a = 0; a < space->explored; a++) {
            add(space->hidden, -modes->coefficient[a], modes->direction + a * space->hidden_capacity, x);
            if (coefficient)
                coefficient[a] += modes->coefficient[a];
        }
    }
}

static void take_root(const struct weight_space *space, const double *x, double *out)
{
    for (size_t i = 0; i < space->hidden; i++)
        out[i] = space->modes->root_of[i] * x[i];
}

void weight_modes_find_along(const struct weight_space *space, size_t x)
{
    take_root(space, space->vector[x].across, space->modes->work);
    weight_modes_project(space, space->modes->work, space->vector[x].along);
}

void weight_modes_pull(const struct weight_space *space, size_t x)
{
    double *across = space->vector[x].across;
    for (size_t a = 0; a < space->explored; a++)
        add(space->hidden, space->vector[x].along[a], space->modes->direction + a * space->hidden_capacity, across);
    take_root(space, across, across);
}

/* Makes x, across the explored directions and of this length, the next of them. */
static void append_direction(struct weight_space *space, const double *x, double length)
{
    assert(space->explored < space->capacity);
    double *direction = space->modes->direction + space->explored * space->hidden_capacity;
    for (size_t i = 0; i < space->hidden; i++)
        direction[i] = x[i] / length;
    space->explored++;
}

bool weight_modes_explore(struct weight_space *space, size_t vector, double *coefficient)
{
    struct weight_modes *modes = space->modes;
    double *along = space->vector[vector].along, *rest = modes->work;
    const size_t next = space->explored;
    take_root(space, space->vector[vector].across, rest);
    const double all = square_of(space->hidden, rest);
    weight_modes_project(space, rest, along);
    const double square = square_of(space->hidden, rest);
    if (!(square > NOTHING * NOTHING * all))
        return false;
    append_direction(space, rest, sqrt(square));
    for (size_t i = 0; i < space->vectors; i++)
        space->vector[i].along[next] = i == vector ? sqrt(square) : 0;
    const double *direction = modes->direction + next * space->hidden_capacity;
    products(space->forces, space->hidden, space->hidden_capacity, space->tail, direction, coefficient);
    for (size_t j = 0; j < space->forces; j++)
        add(space->hidden, -coefficient[j], direction, space->tail + j * space->hidden_capacity);
    return true;
}

/* Components of the signal in the modes. */
static void draw_signal(struct weight_modes *modes, struct fresh *fresh)
{
    double square = 0;
    for (size_t s = 0; s < modes->count; s++) {
        struct weight_mode *mode = &modes->mode[s];
        mode->signal =
            mode->strength * (modes->counted && !modes->exact ? fresh_chi(fresh, mode->dim, 0) : sqrt(mode->dim));
        square += mode->signal * mode->signal;
    }
    for (size_t s = 0; s < modes->count; s++)
        modes->mode[s].signal /= sqrt(square);
}

/* Draws a random direction across v. In the theory its share of each mode is that of the limit, so that the start is
 * exact. */
static void draw_across(struct weight_space *space, struct fresh *fresh, double *x)
{
    const struct weight_modes *modes = space->modes;
    weight_modes_draw(space, fresh, x);
    for (size_t i = 0; i < space->hidden && !modes->counted; i++)
        x[i] = i < modes->count ? 0 : sqrt(modes->mode[modes->mode_of[i]].dim / space->dim);
    for (int pass = 0; pass < 2; pass++) { /* the second pass removes the rounding of the first */
        double overlap = 0;
        for (size_t s = 0; s < modes->count; s++)
            overlap += modes->mode[s].signal * x[s];
        for (size_t s = 0; s < modes->count; s++)
            x[s] -= overlap * modes->mode[s].signal;
    }
    const double length = sqrt(square_of(space->hidden, x));
    for (size_t i = 0; i < space->hidden; i++)
        x[i] /= length;
}

void weight_modes_start(struct weight_space *space, struct fresh *fresh, size_t replicas, double overlap, double across)
{
    struct weight_modes *modes = space->modes;
    double *w = space->vector[0].across, *u = modes->work;
    draw_signal(modes, fresh);
    draw_across(space, fresh, w);
    for (size_t i = 0; i < space->hidden; i++) {
        w[i] *= across;
        u[i] = 0;
    }
    for (size_t s = 0; s < modes->count; s++) {
        w[s] += overlap * modes->mode[s].signal;
        u[s] = modes->mode[s].root * modes->mode[s].signal;
    }
    append_direction(space, u, sqrt(square_of(space->hidden, u)));
    for (size_t c = 1; c < replicas; c++)
        memcpy(space->vector[c].across, w, space->hidden * sizeof *w);
    for (size_t c = 0; c < replicas; c++)
        weight_modes_explore(space, c, NULL);
}
