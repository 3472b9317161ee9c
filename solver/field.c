/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the field's factor L by recursion, with new innovations as new directions of force appear. */
#include "solver/field.h"

#include "solver/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Forces below this share (in mean square) of a new g count as dependent on the earlier ones: rounding. */
#define FORCE_TOLERANCE 1e-24

static bool is_thermal(const struct sgdmft_run *run)
{
    bool thermal = run->temperature > 0;
    for (size_t i = 0; i < run->temperature_steps.count; i++)
        thermal = thermal || run->temperature_steps.value[i] > 0;
    return thermal;
}

size_t field_width(const struct sgdmft_run *run)
{
    return 1 + paths_replicas(run) * (is_thermal(run) ? 2 : 1) * (size_t)run->steps;
}

size_t field_bytes(const struct sgdmft_run *run, size_t paths)
{
    const size_t steps = (size_t)run->steps + 1, width = field_width(run), replicas = paths_replicas(run);
    return replicas * (steps + 1) * width * sizeof(double) + width * sizeof(double *)
           + replicas * steps * sizeof(size_t) + basis_bytes(paths, replicas * steps + 1);
}

bool field_create(struct field *field, struct paths *paths, double variance)
{
    const size_t steps = (size_t)paths->run->steps + 1, width = field_width(paths->run), replicas = paths->replicas;
    *field = (struct field){.steps = steps,
                            .width = width,
                            .replicas = replicas,
                            .L = calloc(replicas * steps * width, sizeof(double)),
                            .nu = calloc(replicas * width, sizeof(double)),
                            .innovation = malloc(width * sizeof(double *)),
                            .of_force = calloc(replicas * steps, sizeof(size_t))};
    if (!basis_create(&field->forces, paths->group.paths, replicas * steps + 1, paths->group.threads, FORCE_TOLERANCE)
        || !field->L || !field->nu || !field->innovation || !field->of_force)
        return false;
    if (variance > 0) {
        for (size_t r = 0; r < replicas; r++)
            *field_row(field, r, 0) = sqrt(variance);
        field->innovation[field->rank++] = paths_innovation(paths);
    }
    return true;
}

void field_free(struct field *field)
{
    free(field->L);
    free(field->nu);
    free((void *)field->innovation);
    free(field->of_force);
    basis_free(&field->forces);
    *field = (struct field){0};
}

SIMD_CLONES void field_add(const struct field *field, const double *row, double scale, size_t begin, size_t end,
                           double *out)
{
    for (size_t a = 0; a < field->rank; a++)
        vector_add(end - begin, scale * row[a], field->innovation[a] + begin, out + begin);
}

SIMD_CLONES double field_covariance(const struct field *field, size_t k, size_t l)
{
    double sum = 0;
    for (size_t r = 0; r < field->replicas; r++)
        sum += vector_dot(field->rank, field_row(field, r, k), field_row(field, r, l));
    return field->replicas == 1 ? sum : sum / (double)field->replicas;
}

SIMD_CLONES double field_cross_covariance(const struct field *field, size_t k, size_t l)
{
    return 0.5 * (vector_dot(field->rank, field_row(field, 0, k), field_row(field, 1, l))
                  + vector_dot(field->rank, field_row(field, 1, k), field_row(field, 0, l)));
}

/* The row of nu^k in the innovations: alpha Delta <g g> = M. */
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
        field->of_force[known] = field->rank;
        nu[field->rank] = scale * forces->remainder;
        field->innovation[field->rank++] = paths_innovation(paths);
    }
}

/* Equal forces of two replicas get equal rows, to the last bit: replicas without noise of their own never part. */
static void factor_forces(struct field *field, struct paths *paths, const double *g)
{
    const size_t n = field->forces.paths;
    factor_force(field, paths, g, field->nu);
    if (field->replicas > 1 && memcmp(g, g + n, n * sizeof *g) == 0)
        memcpy(field->nu + field->width, field->nu, field->rank * sizeof *field->nu);
    else if (field->replicas > 1)
        factor_force(field, paths, g + n, field->nu + field->width);
}

SIMD_CLONES void field_advance(struct field *field, struct paths *paths, size_t k, const double *g,
                               const double *Gamma)
{
    const struct sgdmft_run *run = paths->run;
    const double eta = sgdmft_rate(run, (long)k), heat = 2 * sgdmft_temperature(run, (long)k) * eta;
    factor_forces(field, paths, g);
    const size_t rank = field->rank;
    for (size_t r = 0; r < field->replicas; r++) {
        const double *present = field_row(field, r, k), *nu = field->nu + r * field->width;
        double *next = field_row(field, r, k + 1);
        for (size_t a = 0; a < rank; a++)
            next[a] = (1 - eta * run->ridge) * present[a] - eta * nu[a];
        for (size_t j = 0; j <= k; j++)
            vector_add(rank, -eta * Gamma[j], field_row(field, r, j), next);
        if (heat > 0) {
            next[field->rank] = sqrt(heat);
            field->innovation[field->rank++] = paths_innovation(paths);
        }
    }
}

void field_rescale(struct field *field, size_t k, double rho)
{
    for (size_t r = 0; r < field->replicas; r++)
        for (size_t a = 0; a < field->rank; a++)
            field_row(field, r, k)[a] *= rho;
}
