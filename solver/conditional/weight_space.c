/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coordinates of weights and force rows. Only the hidden parts of force rows are kept: what they have along explored directions is
 * in the rows of the examples. */
#include "solver/conditional/weight_space.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* A hidden part below this share of a vector is rounding. */
#define NOTHING 1e-13

double weight_space_bytes(size_t vectors, size_t capacity, size_t hidden_capacity)
{
    const double all = (double)(capacity + hidden_capacity);
    return ((double)vectors * all + (double)capacity * (double)hidden_capacity + (double)hidden_capacity) * sizeof(double);
}

bool weight_space_create(struct weight_space *space, double dim, size_t vectors, size_t capacity, size_t hidden_capacity)
{
    *space = (struct weight_space){.dim = dim, .capacity = capacity, .hidden_capacity = hidden_capacity, .vectors = vectors};
    space->vector = calloc(vectors, sizeof *space->vector);
    bool good = (space->tail = calloc(capacity * hidden_capacity, sizeof(double)));
    good = (space->direction = calloc(hidden_capacity, sizeof(double))) && good;
    for (size_t i = 0; space->vector && i < vectors; i++) {
        good = (space->vector[i].along = calloc(capacity, sizeof(double))) && good;
        good = (space->vector[i].across = calloc(hidden_capacity, sizeof(double))) && good;
    }
    return good && space->vector;
}

void weight_space_free(struct weight_space *space)
{
    for (size_t i = 0; space->vector && i < space->vectors; i++) {
        free(space->vector[i].along);
        free(space->vector[i].across);
    }
    free(space->vector);
    free(space->tail);
    free(space->direction);
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
    return good;
}

/* Coordinates known so far; a new one exists while they are fewer than N. */
static size_t known(const struct weight_space *space) { return space->explored + space->hidden; }

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

void weight_space_push(const struct weight_space *space, double factor, const double *coefficient, size_t x)
{
    double *across = space->vector[x].across;
    for (size_t j = 0; j < space->forces && space->hidden > 0; j++) {
        const double *tail = space->tail + j * space->hidden_capacity, c = factor * coefficient[j];
        for (size_t h = 0; h < space->hidden; h++)
            across[h] += c * tail[h];
    }
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
    for (size_t a = 0; a < space->explored; a++)
        sum += one->along[a] * two->along[a];
    for (size_t h = 0; h < space->hidden; h++)
        sum += one->across[h] * two->across[h];
    return sum;
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

/* Turns the hidden coordinates so that the vector's hidden part, of this length, lies along the last one, up to its sign. */
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
    for (size_t h = 0; h < space->hidden; h++)
        square += x->across[h] * x->across[h];
    if (!(square > NOTHING * NOTHING * (square + weight_space_dot(space, vector, vector)))) {
        for (size_t h = 0; h < space->hidden; h++)
            x->across[h] = 0;
        return false;
    }
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
