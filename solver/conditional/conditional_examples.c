/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The examples of a conditional run: labels, the first rows, the batches. In a group of the theory the first draws of
 * each example are low-discrepancy points, with the same means in the limit of many paths. In a simulation all draws
 * are independent. */
#include "solver/conditional/conditional.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLICA_OWNERS (1u << 20) /* owners of streams: more than there can be groups */

enum point_dimension {
    POINT_SIGNAL,
    POINT_START,
    POINT_COMPONENT,
    POINT_BATCH,
    POINT_BATCH_2,
    POINT_FLIP,
    POINT_TARGET,
    POINT_NOISE,
    POINTS
};
_Static_assert(POINTS == CONDITIONAL_POINTS, "the memory of a run counts them");

struct sgdmft_stream conditional_stream(const struct conditional *s, enum sgdmft_purpose purpose, uint32_t replica,
                                        long step, size_t b)
{
    struct sgdmft_stream stream =
        sgdmft_stream_open(s->group.run->seed, purpose, s->owner + replica * REPLICA_OWNERS, (uint32_t)step);
    sgdmft_stream_part(&stream, s->first_chunk + (uint32_t)b);
    return stream;
}

struct fresh conditional_fresh(const struct conditional *s, uint32_t step)
{
    const bool halves = s->group.part != ENGINE_ALONE;
    const enum fresh_part part = !halves                              ? FRESH_ALONE
                                 : s->group.part == ENGINE_WHOLE      ? FRESH_WHOLE
                                 : s->group.part == ENGINE_FIRST_HALF ? FRESH_FIRST
                                                                      : FRESH_SECOND;
    return (struct fresh){.seed = s->group.run->seed, .owner = s->owner, .step = step, .part = part};
}

void conditional_draw_row(const struct conditional *s, size_t b, size_t slot, long step, size_t channel)
{
    struct sgdmft_stream stream = conditional_stream(s, SGDMFT_ROW_FRESH, (uint32_t)channel, step, b);
    const size_t count = rows_count(&s->rows, b);
    float *row = rows_at(&s->rows, b, slot);
    sgdmft_normals_single(&stream, count, row);
    memset(row + count, 0, (s->rows.chunk - count) * sizeof *row);
}

/* ---- points ---------------------------------------------------------------------------------------------------- */

/* A Sobol sequence over the examples of the whole, with a random shift modulo 1; each half has its own points of it. */
static bool draw_points(struct conditional *s)
{
    const size_t P = s->rows.examples, skipped = s->group.part == ENGINE_SECOND_HALF ? P : 0;
    double shift[POINTS], point[POINTS];
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, POINTS);
    s->points = malloc(POINTS * P * sizeof *s->points);
    struct sgdmft_stream stream = sgdmft_stream_open(s->group.run->seed, SGDMFT_PATH_SIGNAL, s->owner, 0);
    sgdmft_uniforms(&stream, POINTS, shift);
    for (size_t i = 0; sobol && s->points && i < skipped + P; i++) {
        gsl_qrng_get(sobol, point);
        for (size_t d = 0; d < POINTS && i >= skipped; d++) {
            const double x = point[d] + shift[d];
            s->points[d * P + i - skipped] = fmax(x - floor(x), 0x1p-40);
        }
    }
    if (sobol)
        gsl_qrng_free(sobol);
    return sobol && s->points;
}

static void normals_of_points(const struct conditional *s, enum point_dimension dimension, size_t first, size_t count,
                              double *out)
{
    const double *point = s->points + (size_t)dimension * s->rows.examples + first;
    for (size_t i = 0; i < count; i++)
        out[i] = gsl_cdf_ugaussian_Pinv(point[i]);
}

/* ---- examples -------------------------------------------------------------------------------------------------- */

static size_t component_of(const struct sgdmft_component *component, size_t count, double uniform)
{
    size_t a = 0;
    double upper = component[0].weight;
    while (uniform > upper && a + 1 < count)
        upper += component[++a].weight;
    return a;
}

struct label_draws {
    double component[ROWS_CHUNK_MAX], flip[ROWS_CHUNK_MAX], target[ROWS_CHUNK_MAX], noise[ROWS_CHUNK_MAX];
};

static void draw_label_numbers(const struct conditional *s, size_t b, struct label_draws *draws)
{
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    if (s->points) {
        memcpy(draws->component, s->points + POINT_COMPONENT * s->rows.examples + first, count * sizeof(double));
        memcpy(draws->flip, s->points + POINT_FLIP * s->rows.examples + first, count * sizeof(double));
        normals_of_points(s, POINT_TARGET, first, count, draws->target);
        normals_of_points(s, POINT_NOISE, first, count, draws->noise);
        return;
    }
    struct sgdmft_stream stream = conditional_stream(s, SGDMFT_PATH_LABEL, 0, 0, b);
    sgdmft_uniforms(&stream, count, draws->component);
    sgdmft_uniforms(&stream, count, draws->flip);
    sgdmft_normals(&stream, count, draws->target);
    sgdmft_normals(&stream, count, draws->noise);
}

static void draw_labels(struct conditional *s, size_t b)
{
    const struct sgdmft_run *run = s->group.run;
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    struct label_draws draws;
    const size_t components = run->data->components(run, component), first = rows_first(&s->rows, b),
                 count = rows_count(&s->rows, b);
    const bool classes = sgdmft_has_classes(run);
    draw_label_numbers(s, b, &draws);
    const float *u = rows_at(&s->rows, b, s->rows.field_slot[0]);
    for (size_t i = 0; i < count; i++) {
        const struct sgdmft_component *own = &component[component_of(component, components, draws.component[i])];
        if (s->centre)
            s->centre[first + i] = (float)own->centre;
        s->y[first + i] =
            sgdmft_label(run, own, (double)u[i], (double[2]){draws.target[i], draws.noise[i]}, draws.flip[i]);
        s->flipped[first + i] = classes && sgdmft_label_flipped(run, draws.flip[i]);
    }
    for (size_t i = first; i < first + count && s->replicas > 1; i++) {
        s->y[s->rows.examples + i] = s->y[i];
        s->flipped[s->rows.examples + i] = s->flipped[i];
    }
}

/* u and the field of the start. */
static void draw_first_row(const struct conditional *s, size_t b, size_t a)
{
    double normal[ROWS_CHUNK_MAX];
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    conditional_draw_row(s, b, s->rows.field_slot[a], 0, a);
    if (!s->points)
        return;
    normals_of_points(s, a == 0 ? POINT_SIGNAL : POINT_START, first, count, normal);
    for (size_t i = 0; i < count; i++)
        rows_at(&s->rows, b, s->rows.field_slot[a])[i] = (float)normal[i];
}

bool conditional_draw_examples(struct conditional *s)
{
    const struct sgdmft_run *run = s->group.run;
    const double across = run->norm0 - run->overlap0 * run->overlap0;
    if (s->group.part != ENGINE_ALONE && !draw_points(s))
        return false;
    struct fresh fresh = conditional_fresh(s, UINT32_MAX);
    weight_space_start(&s->space, &fresh, s->replicas, run->overlap0, sqrt(across > 0 ? across : 0));
    while (s->rows.fields < s->space.explored)
        s->rows.field_slot[s->rows.fields++] = rows_take(&s->rows, ROW_FIELD);
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++) {
        if (sgdmft_watch_stops(s->group.watch)) /* the caller drops the group */
            continue;
        for (size_t a = 0; a < s->rows.fields; a++)
            draw_first_row(s, b, a);
        draw_labels(s, b);
    }
    return true;
}

void conditional_select(struct conditional *s, size_t replica, size_t b)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    unsigned char *selected = s->selected + replica * s->rows.examples + first;
    struct sgdmft_stream stream = conditional_stream(s, SGDMFT_PATH_BATCH, (uint32_t)replica, s->k, b);
    run->rule->select(run, &stream, s->k, count, selected, s->place + replica * s->rows.examples + first);
    if (s->k > 0 || !s->points || run->rule->epochs)
        return;
    const double *point = s->points + (replica == 0 ? POINT_BATCH : POINT_BATCH_2) * s->rows.examples + first;
    for (size_t i = 0; i < count; i++)
        selected[i] = point[i] < sgdmft_batch(run, 0);
}
