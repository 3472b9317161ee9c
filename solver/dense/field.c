/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the weights' factor L by recursion, with new coordinates as new directions of force appear. */
#include "solver/dense/field.h"

#include "models/base/state.h"
#include "models/run/parameter_table.h"
#include "solver/paths/vector.h"
#include <math.h>
#include <string.h>

/* Forces below this share (in mean square) of a new g count as dependent on the earlier ones: rounding. */
#define FORCE_TOLERANCE 1e-24

size_t field_width(const struct sgdmft_run *run)
{
    /* rows of the weights have a coordinate for each force and one for heat; rows of the field have one innovation
     * each, and rounding may separate the first rows of two replicas */
    const size_t rounding = sgdmft_spectrum_is_plain(sgdmft_spectrum(run)) ? 0 : 2;
    return 1 + rounding + paths_replicas(run) * (schedule_is_thermal(run) ? 2 : 1) * (size_t)run->steps;
}

/* Length of a row of the field: the coordinates of all modes, and the signal in each. */
static size_t mixed_length(const struct sgdmft_run *run)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    return sgdmft_spectrum_is_plain(spectrum) ? 0 : spectrum->modes * (field_width(run) + 1);
}

/* Arrays of a field with these sizes; the rows of a plain Sigma are those of L. */
static struct state_table field_arrays(const struct field *field)
{
    const size_t steps = field->replicas * field->steps, width = field->width;
    return (struct state_table){
        {STATE_RAW(field, value, field->modes), STATE_ARRAY(field, L, field->modes * steps * width),
         STATE_ARRAY(field, row, field->plain ? 0 : steps * width), STATE_ARRAY(field, nu, field->replicas * width),
         STATE_RAW(field, innovation, width), STATE_ARRAY(field, of_force, steps)}};
}

static struct field field_sizes(const struct sgdmft_run *run)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    return (struct field){.steps = (size_t)run->steps + 1,
                          .width = field_width(run),
                          .replicas = paths_replicas(run),
                          .modes = spectrum->modes,
                          .plain = sgdmft_spectrum_is_plain(spectrum)};
}

size_t field_bytes(const struct sgdmft_run *run, size_t paths)
{
    const struct field field = field_sizes(run);
    const struct state_table arrays = field_arrays(&field);
    const size_t mixed = mixed_length(run), rows = field.replicas * field.steps + 1;
    return (size_t)state_bytes(&arrays) + basis_bytes(paths, rows) + (mixed ? basis_bytes(mixed, rows) : 0);
}

/* A new coordinate of the weights; without a spectrum it is an innovation of the field. */
static size_t field_coordinate(struct field *field, struct paths *paths)
{
    if (field->plain)
        field->innovation[field->rank++] = paths_innovation(paths);
    return field->coordinates++;
}

static bool field_allocate(struct field *field, const struct paths *paths)
{
    const struct state_table arrays = field_arrays(field);
    const size_t mixed = mixed_length(paths->run), rows = field->replicas * field->steps + 1;
    const int threads = paths->group.threads;
    bool good = state_create(&arrays, field);
    if (field->plain)
        field->row = field->L;
    good = basis_create(&field->forces, paths->group.paths, rows, threads, FORCE_TOLERANCE) && good;
    return (!mixed || basis_create(&field->mixed, mixed, rows, threads, FORCE_TOLERANCE)) && good;
}

bool field_create(struct field *field, struct paths *paths, double variance)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(paths->run);
    *field = field_sizes(paths->run);
    if (!field_allocate(field, paths))
        return false;
    for (size_t i = 0; i < field->modes; i++) {
        field->value[i] = spectrum->value[i];
        for (size_t r = 0; r < field->replicas && variance > 0; r++)
            *field_weights(field, i, r, 0) = sqrt(variance);
    }
    if (variance > 0)
        field_coordinate(field, paths);
    return true;
}

void field_free(struct field *field)
{
    const struct state_table arrays = field_arrays(field);
    if (field->plain)
        field->row = NULL; /* lent */
    state_free(&arrays, field);
    basis_free(&field->forces);
    basis_free(&field->mixed);
    *field = (struct field){0};
}

SIMD_CLONES void field_add(const struct field *field, const double *row, double scale, size_t begin, size_t end,
                           double *out)
{
    for (size_t a = 0; a < field->rank; a++)
        vector_add(end - begin, scale * row[a], field->innovation[a] + begin, out + begin);
}

SIMD_CLONES double field_covariance(const struct field *field, size_t mode, size_t k, size_t l)
{
    double sum = 0;
    for (size_t r = 0; r < field->replicas; r++)
        sum += vector_dot(field->coordinates, field_weights(field, mode, r, k), field_weights(field, mode, r, l));
    return field->replicas == 1 ? sum : sum / (double)field->replicas;
}

SIMD_CLONES double field_cross_covariance(const struct field *field, size_t mode, size_t k, size_t l)
{
    const size_t n = field->coordinates;
    return 0.5
           * (vector_dot(n, field_weights(field, mode, 0, k), field_weights(field, mode, 1, l))
              + vector_dot(n, field_weights(field, mode, 1, k), field_weights(field, mode, 0, l)));
}

SIMD_CLONES double field_variance(const struct field *field, size_t k)
{
    double sum = 0;
    for (size_t r = 0; r < field->replicas; r++)
        sum += vector_dot(field->rank, field_row(field, r, k), field_row(field, r, k));
    return field->replicas == 1 ? sum : sum / (double)field->replicas;
}

/* The row of nu^k in the coordinates: alpha Delta <g g> = M. */
static void factor_force(struct field *field, struct paths *paths, const double *g, double *nu)
{
    struct basis *forces = &field->forces;
    const double scale = sqrt(paths->run->alpha * paths->variance);
    const size_t known = forces->rows;
    memcpy(basis_next(forces), g, forces->paths * sizeof *g);
    const bool grows = basis_append(forces);
    for (size_t b = 0; b < known; b++)
        nu[field->of_force[b]] = scale * forces->coefficient[b];
    if (grows) {
        field->of_force[known] = field_coordinate(field, paths);
        nu[field->of_force[known]] = scale * forces->remainder;
    }
}

/* Equal forces of two replicas get equal rows, to the last bit, so that replicas without noise stay equal. */
static void factor_forces(struct field *field, struct paths *paths, const double *g)
{
    const size_t n = field->forces.paths;
    factor_force(field, paths, g, field->nu);
    if (field->replicas > 1 && memcmp(g, g + n, n * sizeof *g) == 0)
        memcpy(field->nu + field->width, field->nu, field->coordinates * sizeof *field->nu);
    else if (field->replicas > 1)
        factor_force(field, paths, g + n, field->nu + field->width);
}

/* Row k+1 of a replica's weights in a mode, without heat. */
SIMD_CLONES static void advance_weights(struct field *field, const struct sgdmft_run *run, size_t mode, size_t replica,
                                        size_t k, const double *Gamma)
{
    const double eta = sgdmft_rate(run, (long)k), s = field->value[mode], push = eta * sqrt(s), pull = -eta * s;
    const size_t n = field->coordinates;
    const double *present = field_weights(field, mode, replica, k), *nu = field->nu + replica * field->width;
    double *next = field_weights(field, mode, replica, k + 1);
    for (size_t a = 0; a < n; a++)
        next[a] = (1 - eta * run->ridge) * present[a] - push * nu[a];
    for (size_t j = 0; j <= k; j++)
        vector_add(n, pull * Gamma[j], field_weights(field, mode, replica, j), next);
}

void field_advance(struct field *field, struct paths *paths, size_t k, const double *g, const double *Gamma)
{
    const struct sgdmft_run *run = paths->run;
    const double heat = 2 * sgdmft_temperature(run, (long)k) * sgdmft_rate(run, (long)k);
    factor_forces(field, paths, g);
    for (size_t mode = 0; mode < field->modes; mode++)
        for (size_t r = 0; r < field->replicas; r++)
            advance_weights(field, run, mode, r, k, Gamma);
    for (size_t r = 0; r < field->replicas && heat > 0; r++) {
        const size_t own = field_coordinate(field, paths);
        for (size_t mode = 0; mode < field->modes; mode++)
            field_weights(field, mode, r, k + 1)[own] = sqrt(heat);
    }
}

void field_rescale(struct field *field, size_t k, double rho)
{
    for (size_t mode = 0; mode < field->modes; mode++)
        for (size_t r = 0; r < field->replicas; r++)
            for (size_t a = 0; a < field->coordinates; a++)
                field_weights(field, mode, r, k)[a] *= rho;
}

/* The field of a replica in the coordinates of all modes, times the root of their number: [mode][width] of the weights,
 * then [mode] of the signal, in which they differ from rho^k u. */
static void gather(const struct field *field, size_t replica, size_t k, const struct dyson *dyson, double *out)
{
    const size_t width = field->width;
    const double root = sqrt((double)field->mixed.paths), share = dyson->field_m[k] / dyson->signal_root;
    for (size_t i = 0; i < field->modes; i++) {
        const struct mode *mode = &dyson->mode[i];
        const double scale = root * sqrt(mode->weight * mode->value), a = mode->signal;
        const double *weights = field_weights(field, i, replica, k);
        for (size_t j = 0; j < width; j++)
            out[i * width + j] = scale * weights[j];
        out[field->modes * width + i] = a > 0 ? scale * sqrt(a) * (mode->m[k] / a - share) : 0;
    }
}

void field_mix(struct field *field, struct paths *paths, size_t k, const struct dyson *dyson)
{
    struct basis *mixed = &field->mixed;
    for (size_t r = 0; r < field->replicas && !field->plain; r++) {
        const size_t known = mixed->rows;
        double *row = field_row(field, r, k);
        gather(field, r, k, dyson, basis_next(mixed));
        const bool grows = basis_append(mixed);
        memcpy(row, mixed->coefficient, known * sizeof *row);
        if (grows) {
            row[known] = mixed->remainder;
            field->innovation[field->rank++] = paths_innovation(paths);
        }
    }
}
