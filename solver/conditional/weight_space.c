/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coordinates of weights and force rows. Of force rows only the hidden parts are stored: their explored parts follow
 * from the rows of the examples. */
#include "solver/conditional/weight_space.h"

#include "models/base/state.h"
#include "solver/conditional/weight_modes.h"
#include <assert.h>
#include <math.h>
#include <string.h>

/* A hidden part below this share of a vector is rounding. */
#define NOTHING 1e-13

static struct state_table space_arrays(size_t vectors, size_t capacity, size_t hidden_capacity)
{
    return (struct state_table){{STATE_ARRAY(weight_space, vector, vectors),
                                 STATE_ARRAY(weight_space, tail, (double)capacity * (double)hidden_capacity),
                                 STATE_ARRAY(weight_space, direction, hidden_capacity)}};
}

static struct state_table vector_arrays(size_t capacity, size_t hidden_capacity)
{
    return (struct state_table){
        {STATE_ARRAY(weight_vector, along, capacity), STATE_ARRAY(weight_vector, across, hidden_capacity)}};
}

double weight_space_copy_bytes(size_t vectors, size_t capacity, size_t hidden_capacity)
{
    const struct state_table arrays = space_arrays(vectors, capacity, hidden_capacity),
                             vector = vector_arrays(capacity, hidden_capacity);
    return state_bytes(&arrays) + (double)vectors * state_bytes(&vector);
}

double weight_space_bytes(const struct sgdmft_spectrum *spectrum, size_t vectors, size_t capacity,
                          size_t hidden_capacity)
{
    return weight_space_copy_bytes(vectors, capacity, hidden_capacity)
           + (sgdmft_spectrum_is_plain(spectrum) ? 0 : weight_modes_bytes(capacity, hidden_capacity));
}

static bool allocate(struct weight_space *space)
{
    const struct state_table arrays = space_arrays(space->vectors, space->capacity, space->hidden_capacity),
                             vector = vector_arrays(space->capacity, space->hidden_capacity);
    bool good = state_create(&arrays, space);
    for (size_t i = 0; space->vector && i < space->vectors; i++)
        good = state_create(&vector, &space->vector[i]) && good;
    return good;
}

bool weight_space_create(struct weight_space *space, const struct sgdmft_spectrum *spectrum, bool counted, double dim,
                         size_t vectors, size_t capacity, size_t hidden_capacity)
{
    *space =
        (struct weight_space){.dim = dim, .capacity = capacity, .hidden_capacity = hidden_capacity, .vectors = vectors};
    const bool good = allocate(space);
    return (sgdmft_spectrum_is_plain(spectrum) || weight_modes_create(space, spectrum, counted)) && good;
}

bool weight_space_create_copy(const struct weight_space *space, struct weight_space *copy)
{
    *copy = (struct weight_space){
        .capacity = space->capacity, .hidden_capacity = space->hidden_capacity, .vectors = space->vectors};
    return allocate(copy);
}

static void copy_coordinates(const struct weight_space *from, struct weight_space *to)
{
    to->explored = from->explored;
    to->hidden = from->hidden;
    to->forces = from->forces;
    for (size_t j = 0; j < from->forces; j++)
        memcpy(to->tail + j * to->hidden_capacity, from->tail + j * from->hidden_capacity,
               from->hidden * sizeof *to->tail);
    for (size_t i = 0; i < from->vectors; i++) {
        memcpy(to->vector[i].along, from->vector[i].along, from->explored * sizeof(double));
        memcpy(to->vector[i].across, from->vector[i].across, from->hidden * sizeof(double));
    }
}

void weight_space_save(const struct weight_space *space, struct weight_space *copy)
{
    copy_coordinates(space, copy);
}

/* Sets removed coordinates to 0, the expected value of coordinates that a later vector adds. */
static void clear_hidden(const struct weight_space *space, size_t from, size_t forces, size_t directions)
{
    const size_t bytes = (space->hidden - from) * sizeof(double), stride = space->hidden_capacity;
    for (size_t j = 0; j < forces; j++)
        memset(space->tail + j * stride + from, 0, bytes);
    for (size_t i = 0; i < space->vectors; i++)
        memset(space->vector[i].across + from, 0, bytes);
    for (size_t a = 0; space->modes && a < directions; a++)
        memset(space->modes->direction + a * stride + from, 0, bytes);
}

void weight_space_restore(struct weight_space *space, const struct weight_space *copy)
{
    if (space->hidden > copy->hidden)
        clear_hidden(space, copy->hidden, space->forces, space->explored);
    copy_coordinates(copy, space);
    if (space->modes)
        weight_modes_recount(space);
}

void weight_space_free(struct weight_space *space)
{
    const struct state_table arrays = space_arrays(0, 0, 0), vector = vector_arrays(0, 0);
    for (size_t i = 0; space->vector && i < space->vectors; i++)
        state_free(&vector, &space->vector[i]);
    state_free(&arrays, space);
    weight_modes_free(space->modes);
    *space = (struct weight_space){0};
}

bool weight_space_archive(struct weight_space *space, struct archive *archive)
{
    bool good = archive_count(archive, &space->explored, space->capacity)
                && archive_count(archive, &space->hidden, space->hidden_capacity)
                && archive_count(archive, &space->forces, space->capacity)
                && archive_rows(archive, space->tail, space->forces, space->hidden, space->hidden_capacity);
    for (size_t i = 0; i < space->vectors; i++)
        good = good && archive_doubles(archive, space->vector[i].along, space->explored)
               && archive_doubles(archive, space->vector[i].across, space->hidden);
    return good && (!space->modes || weight_modes_archive(space, archive));
}

void weight_space_start(struct weight_space *space, struct fresh *fresh, size_t replicas, double overlap, double across)
{
    if (space->modes) {
        weight_modes_start(space, fresh, replicas, overlap, across);
        return;
    }
    space->explored = across > 0 ? 2 : 1;
    for (size_t c = 0; c < replicas; c++) {
        space->vector[c].along[0] = overlap;
        if (across > 0)
            space->vector[c].along[1] = across;
    }
}

/* Coordinates known so far; a new one exists while they are fewer than N. */
static size_t known(const struct weight_space *space)
{
    return space->explored + space->hidden;
}

static bool add_hidden(struct weight_space *space)
{
    if (!((double)known(space) < space->dim))
        return false;
    assert(space->hidden < space->hidden_capacity);
    for (size_t i = 0; i < space->vectors; i++)
        space->vector[i].across[space->hidden] = 0;
    for (size_t j = 0; j < space->forces; j++)
        space->tail[j * space->hidden_capacity + space->hidden] = 0;
    space->hidden++;
    return true;
}

void weight_space_add_force(struct weight_space *space, struct fresh *fresh)
{
    assert(space->forces < space->capacity);
    double *tail = space->tail + space->forces * space->hidden_capacity;
    const size_t seen = space->hidden;
    if (space->modes) {
        weight_modes_draw(space, fresh, tail);
        weight_modes_project(space, tail, NULL);
        space->forces++;
        return;
    }
    if (seen > 0)
        fresh_normals(fresh, seen, tail);
    const double chi = fresh_chi(fresh, space->dim, known(space));
    if (add_hidden(space))
        tail[seen] = chi;
    space->forces++;
}

void weight_space_draw(struct weight_space *space, struct fresh *fresh, size_t vector)
{
    const struct weight_vector *x = &space->vector[vector];
    if (space->modes) {
        weight_modes_draw(space, fresh, x->across);
        return;
    }
    fresh_normals(fresh, space->explored, x->along);
    if (space->hidden > 0)
        fresh_normals(fresh, space->hidden, x->across);
    const double chi = fresh_chi(fresh, space->dim, known(space));
    if (add_hidden(space))
        x->across[space->hidden - 1] = chi;
}

void weight_space_add(const struct weight_space *space, double factor, size_t y, size_t x)
{
    const struct weight_vector *from = &space->vector[y], *to = &space->vector[x];
    for (size_t a = 0; a < space->explored; a++)
        to->along[a] += factor * from->along[a];
    for (size_t h = 0; h < space->hidden; h++)
        to->across[h] += factor * from->across[h];
}

/* x.across += factor * sum_j coefficient[j] tail_j over the force rows. */
static void push(const struct weight_space *space, double factor, const double *coefficient, size_t x)
{
    double *across = space->vector[x].across;
    for (size_t j = 0; j < space->forces && space->hidden > 0; j++) {
        const double *tail = space->tail + j * space->hidden_capacity, c = factor * coefficient[j];
        for (size_t h = 0; h < space->hidden; h++)
            across[h] += c * tail[h];
    }
}

void weight_space_pull(const struct weight_space *space, double factor, const double *product, size_t stride,
                       const double *coefficient, size_t x)
{
    const struct weight_vector *to = &space->vector[x];
    for (size_t a = 0; a < space->explored; a++)
        to->along[a] = factor * product[a * stride];
    memset(to->across, 0, space->hidden * sizeof *to->across);
    push(space, factor, coefficient, x);
    if (space->modes)
        weight_modes_pull(space, x);
}

void weight_space_add_signal(const struct weight_space *space, double factor, size_t x)
{
    if (!space->modes)
        space->vector[x].along[0] += factor;
    for (size_t s = 0; space->modes && s < space->modes->count; s++)
        space->vector[x].across[s] += factor * space->modes->mode[s].signal;
}

void weight_space_drop_signal(const struct weight_space *space, size_t x)
{
    if (!space->modes)
        space->vector[x].along[0] = 0;
    for (size_t s = 0; space->modes && s < space->modes->count; s++)
        space->vector[x].across[s] = 0;
}

double weight_space_overlap(const struct weight_space *space, size_t x)
{
    double overlap = 0;
    for (size_t s = 0; space->modes && s < space->modes->count; s++)
        overlap += space->modes->mode[s].signal * space->vector[x].across[s];
    return space->modes ? overlap : space->vector[x].along[0];
}

void weight_space_scale(const struct weight_space *space, double factor, size_t x)
{
    for (size_t a = 0; a < space->explored; a++)
        space->vector[x].along[a] *= factor;
    for (size_t h = 0; h < space->hidden; h++)
        space->vector[x].across[h] *= factor;
}

double weight_space_dot(const struct weight_space *space, size_t x, size_t y)
{
    const struct weight_vector *one = &space->vector[x], *two = &space->vector[y];
    double sum = 0;
    for (size_t a = 0; a < space->explored && !space->modes; a++)
        sum += one->along[a] * two->along[a];
    for (size_t h = 0; h < space->hidden; h++)
        sum += one->across[h] * two->across[h];
    return sum;
}

static double difference_square(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

double weight_space_distance(const struct weight_space *space, size_t x, size_t y)
{
    const struct weight_vector *one = &space->vector[x], *two = &space->vector[y];
    return (space->modes ? 0 : difference_square(space->explored, one->along, two->along))
           + difference_square(space->hidden, one->across, two->across);
}

const double *weight_space_numbers(const struct weight_space *space, size_t x, size_t *count)
{
    *count = space->modes ? space->hidden : space->explored;
    return space->modes ? space->vector[x].across : space->vector[x].along;
}

void weight_space_load(const struct weight_space *space, const double *numbers, size_t x)
{
    const struct weight_vector *to = &space->vector[x];
    if (space->modes) {
        memcpy(to->across, numbers, space->hidden * sizeof *numbers);
        weight_modes_find_along(space, x);
        return;
    }
    memcpy(to->along, numbers, space->explored * sizeof *numbers);
    memset(to->across, 0, space->hidden * sizeof *numbers);
}

size_t weight_space_most(const struct weight_space *space)
{
    return space->modes ? space->hidden_capacity : space->capacity;
}

/* x - 2 v (v.x)/(v.v) */
static void reflect(size_t n, const double *v, double square, double *x)
{
    double dot = 0;
    for (size_t h = 0; h < n; h++)
        dot += v[h] * x[h];
    dot *= 2 / square;
    for (size_t h = 0; h < n; h++)
        x[h] -= dot * v[h];
}

/* Turns the hidden coordinates so that the vector's hidden part, of this length, lies along the last one, up to its
 * sign. */
static void turn(struct weight_space *space, const double *across, double length)
{
    const size_t n = space->hidden;
    double *v = space->direction, square = 0;
    if (n < 2)
        return;
    for (size_t h = 0; h < n; h++)
        v[h] = across[h];
    v[n - 1] += v[n - 1] < 0 ? -length : length;
    for (size_t h = 0; h < n; h++)
        square += v[h] * v[h];
    for (size_t j = 0; j < space->forces; j++)
        reflect(n, v, square, space->tail + j * space->hidden_capacity);
    for (size_t i = 0; i < space->vectors; i++)
        reflect(n, v, square, space->vector[i].across);
}

bool weight_space_explore(struct weight_space *space, size_t vector, double *coefficient)
{
    const struct weight_vector *x = &space->vector[vector];
    double square = 0;
    if (space->modes)
        return weight_modes_explore(space, vector, coefficient);
    for (size_t h = 0; h < space->hidden; h++)
        square += x->across[h] * x->across[h];
    const bool nothing = !(square > NOTHING * NOTHING * (square + weight_space_dot(space, vector, vector)));
    for (size_t h = 0; h < space->hidden && nothing; h++)
        x->across[h] = 0;
    if (nothing && space->hidden <= space->hidden_capacity / 2)
        return false;
    if (!nothing)
        turn(space, x->across, sqrt(square));
    const size_t last = space->hidden - 1;
    for (size_t h = 0; h < last; h++)
        x->across[h] = 0; /* rounding */
    assert(space->explored < space->capacity);
    for (size_t j = 0; j < space->forces; j++)
        coefficient[j] = space->tail[j * space->hidden_capacity + last];
    for (size_t i = 0; i < space->vectors; i++)
        space->vector[i].along[space->explored] = space->vector[i].across[last];
    space->explored++;
    space->hidden--;
    return true;
}
