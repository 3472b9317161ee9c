/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing of the examples (c, u, y) that the paths stand for, and of the innovations of their Gaussian fields. The
 * batches are in paths_batch.c. */
#include "solver/paths/paths.h"
#include "models/base/state.h"
#include "models/run/parameter_table.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

size_t paths_bytes(const struct sgdmft_run *run, size_t paths, size_t max_innovations)
{
    return basis_bytes(paths, max_innovations + 5) + paths * (30 * sizeof(double) + 16)
           + (paths_replicas(run) - 1) * paths * (6 * sizeof(double) + 8);
}

/* Unit of the proportions: half a unit of paths if possible, since half of the paths may mirror the others. */
static size_t component_period(const struct sgdmft_component *component, size_t count, size_t n)
{
    const double unit = ENGINE_PATH_UNIT / 2;
    for (size_t a = 0; a < count; a++)
        if (component[a].weight * unit != floor(component[a].weight * unit))
            return n;
    return ENGINE_PATH_UNIT / 2;
}

/* Component of each path, in the proportions of the law, or from random numbers, one a path. */
static void assign_components(const struct sgdmft_component *component, size_t count, size_t n, const double *random,
                              unsigned char *out)
{
    const size_t period = component_period(component, count, n);
    for (size_t i = 0; i < n; i++) {
        const double place = random ? random[i] : ((double)(i % period) + 0.5) / (double)period;
        size_t a = 0;
        double upper = component[0].weight;
        while (place > upper && a + 1 < count)
            upper += component[++a].weight;
        out[i] = (unsigned char)a;
    }
}

void paths_mirror(const struct paths *paths, double sign, double *x)
{
    for (size_t i = paths->drawn; i < paths->group.paths; i++)
        x[i] = sign * x[i - paths->drawn];
}

static bool is_plain(const struct paths *paths, enum engine_plain what)
{
    return (paths->group.plain & (unsigned)what) != 0;
}

static bool points(struct paths *paths, double *out)
{
    return !is_plain(paths, ENGINE_PLAIN_POINTS) && quasi_uniforms(paths->quasi, out);
}

static void next_uniforms(struct paths *paths, struct sgdmft_stream *stream, double *out)
{
    if (!points(paths, out))
        sgdmft_uniforms(stream, paths->drawn, out);
    paths_mirror(paths, 1, out);
}

/* Fills the next row of the basis with normals of the given sign under the mirror, standardised against the earlier
 * rows. */
static const double *standardised_normals(struct paths *paths, struct sgdmft_stream *stream, double sign)
{
    double *row = basis_next(&paths->basis);
    next_uniforms(paths, stream, row);
    for (size_t i = 0; i < paths->drawn; i++)
        row[i] = gsl_cdf_ugaussian_Pinv(row[i]);
    paths_mirror(paths, sign, row);
    if (!is_plain(paths, ENGINE_PLAIN_INNOVATIONS))
        basis_project(&paths->basis);
    return row;
}

static void append_copy(struct paths *paths, const double *x)
{
    memcpy(basis_next(&paths->basis), x, paths->group.paths * sizeof *x);
    basis_append(&paths->basis);
}

bool paths_have_even_labels(const struct sgdmft_run *run)
{
    return run->data->signal && run->data->symmetric && (!effect_teacher(run) || run->teacher->even);
}

static void draw_labels(struct paths *paths, const struct sgdmft_component *component, const unsigned char *which,
                        struct sgdmft_stream *stream)
{
    const struct sgdmft_run *run = paths->run;
    const size_t n = paths->group.paths;
    const bool classes = sgdmft_has_classes(run);
    const bool target = component[0].source == SGDMFT_LABEL_NORMAL;
    const bool noisy = run->label_noise > 0;
    double *normal[2] = {paths->sigma, paths->mean_sigma}, *uniform = paths->mean_sigma2; /* free until step 0 */
    memset(normal[0], 0, n * sizeof(double));
    memset(normal[1], 0, n * sizeof(double));
    for (size_t i = 0; i < n; i++)
        uniform[i] = 0.5;
    if (target)
        memcpy(normal[0], standardised_normals(paths, stream, 1), n * sizeof(double));
    if (noisy && !classes)
        memcpy(normal[1], standardised_normals(paths, stream, 1), n * sizeof(double));
    if (noisy && classes)
        next_uniforms(paths, stream, uniform);
    for (size_t i = 0; i < paths->drawn; i++)
        paths->y[i] =
            sgdmft_label(run, &component[which[i]], paths->u[i], (double[2]){normal[0][i], normal[1][i]}, uniform[i]);
    paths_mirror(paths, 1, paths->y);
    paths_mirror(paths, 1, uniform);
    for (size_t i = 0; i < n; i++)
        paths->flipped[i] = classes && sgdmft_label_flipped(run, uniform[i]);
}

static bool draw_examples(struct paths *paths)
{
    const size_t n = paths->group.paths;
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = paths->run->data->components(paths->run, component);
    unsigned char *which = paths->selected; /* free until step 0 */
    double *random = paths->mean_sigma2;    /* free until step 0, as which */
    struct sgdmft_stream components = sgdmft_stream_open(paths->run->seed, SGDMFT_PATH_LABEL, paths->group.number, 1);
    if (is_plain(paths, ENGINE_PLAIN_POINTS))
        sgdmft_uniforms(&components, n, random);
    assign_components(component, count, n, is_plain(paths, ENGINE_PLAIN_POINTS) ? random : NULL, which);
    paths->quasi = quasi_create(paths->run->seed, paths->group.number, n, which);
    if (!paths->quasi)
        return false;
    struct sgdmft_stream stream = sgdmft_stream_open(paths->run->seed, SGDMFT_PATH_LABEL, paths->group.number, 0);

    for (size_t i = 0; i < n; i++) {
        paths->centre[i] = component[which[i]].centre;
        paths->y[i] = 1; /* the constant, for the first row of the basis */
        paths->u[i] = 0;
    }
    paths_mirror(paths, -1, paths->centre);
    append_copy(paths, paths->y);
    append_copy(paths, paths->centre);
    if (effect_teacher(paths->run) || !paths->overlap_vanishes) {
        memcpy(paths->u, standardised_normals(paths, &stream, -1), n * sizeof(double));
        append_copy(paths, paths->u);
    }
    draw_labels(paths, component, which, &stream);
    append_copy(paths, paths->y);
    paths->basis.fixed = paths->basis.rows;
    for (size_t i = n; i < paths->all; i++) {
        paths->centre[i] = paths->centre[i - n];
        paths->u[i] = paths->u[i - n];
        paths->y[i] = paths->y[i - n];
        paths->flipped[i] = paths->flipped[i - n];
    }
    return true;
}

struct state_table paths_arrays(size_t replicas, size_t paths)
{
    const size_t all = replicas * paths;
    return (struct state_table){
        {STATE_ARRAY(paths, centre, all), STATE_ARRAY(paths, u, all), STATE_ARRAY(paths, y, all),
         STATE_ARRAY(paths, sigma, all), STATE_ARRAY(paths, mean_sigma, all), STATE_ARRAY(paths, mean_sigma2, all),
         STATE_SAVED(paths, selected, all), STATE_ARRAY(paths, flipped, all), STATE_SAVED(paths, place, all),
         STATE_ARRAY(paths, order, paths), STATE_ARRAY(paths, ranked, paths)}};
}

bool paths_create(struct paths *paths, const struct engine_group *group, size_t max_innovations)
{
    const size_t n = group->paths;
    const struct sgdmft_run *run = group->run;
    *paths = (struct paths){.run = run, .group = *group, .variance = sgdmft_variance(run)};
    paths->replicas = paths_replicas(run);
    paths->all = paths->replicas * n;
    const bool symmetric = !run->data->signal || paths_have_even_labels(run);
    paths->overlap_vanishes = symmetric && run->overlap0 == 0;
    paths->drawn = symmetric && !paths->overlap_vanishes && !is_plain(paths, ENGINE_PLAIN_MIRROR) ? n / 2 : n;
    const struct state_table arrays = paths_arrays(paths->replicas, n);
    bool good = basis_create(&paths->basis, n, max_innovations + 5, group->threads, 1e-12);
    paths->basis.window = n / 2 < max_innovations + 4 ? n / 2 : max_innovations + 4;
    good = state_create(&arrays, paths) && good;
    return good && draw_examples(paths);
}

void paths_free(struct paths *paths)
{
    const struct state_table arrays = paths_arrays(0, 0);
    basis_free(&paths->basis);
    quasi_free(paths->quasi);
    state_free(&arrays, paths);
    *paths = (struct paths){0};
}

const double *paths_innovation(struct paths *paths)
{
    struct sgdmft_stream stream = sgdmft_stream_open(paths->run->seed, SGDMFT_PATH_INNOVATION, paths->group.number,
                                                     (uint32_t)paths->innovations++);
    double *row = basis_next(&paths->basis);
    if (points(paths, row))
        for (size_t i = 0; i < paths->drawn; i++)
            row[i] = gsl_cdf_ugaussian_Pinv(row[i]);
    else
        sgdmft_normals(&stream, paths->drawn, row);
    paths_mirror(paths, 1, row);
    if (is_plain(paths, ENGINE_PLAIN_INNOVATIONS))
        paths->basis.rows++;
    else
        basis_append(&paths->basis);
    return row;
}
