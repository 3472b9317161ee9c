/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanczos in weight space. The part of a product across the explored directions becomes the next of them at once, so
 * that vectors of the search have no hidden coordinates, which later rotations would change. With a spectrum
 * coordinates stay, and the next direction is the part of the vector whose field is needed: a remainder of x_j that no
 * direction takes would reach x_{j+1} multiplied by alpha_j/beta_j, and be as large as x after some 40 products. */
#include "solver/conditional/hessian_ends.h"

#include "models/base/state.h"
#include "solver/conditional/weight_modes.h"
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define FRESH_STEPS (1u << 31) /* steps of the streams of the search, which no run has */
#define USUAL_PRODUCTS 11.5    /* N^(1/3), until the ends are found: eigenvalues at an edge are N^(-2/3) apart */

/* ---- size -------------------------------------------------------------------------------------------------------- */

size_t hessian_ends_products(const struct sgdmft_run *run, double dim)
{
    const double most = ceil(dim) + 1;
    if (run->sharpness_at.count == 0)
        return 0;
    return most < SHARPNESS_ITERATIONS ? (size_t)most : SHARPNESS_ITERATIONS;
}

/* Rows of either kind: one for each product, one for the start and one for the step. */
size_t hessian_ends_rows(const struct sgdmft_run *run, double dim)
{
    return run->sharpness_at.count > 0 ? hessian_ends_products(run, dim) + 2 : 0;
}

static struct state_table ends_arrays(size_t examples, size_t most, size_t sums, size_t stride)
{
    return (struct state_table){
        {STATE_ARRAY(hessian_ends, curvature, examples), STATE_ARRAY(hessian_ends, start, most),
         STATE_ARRAY(hessian_ends, other, most), STATE_ARRAY(hessian_ends, top, SGDMFT_SHARPNESS_TOP * most),
         STATE_ARRAY(hessian_ends, sums, sums), STATE_ARRAY(hessian_ends, coefficient, stride)}};
}

double hessian_ends_bytes(const struct sgdmft_run *run, size_t examples, double dim,
                          const struct conditional_size *size)
{
    if (run->sharpness_at.count == 0)
        return 0;
    const size_t most = sgdmft_spectrum_is_plain(sgdmft_spectrum(run)) ? size->space : size->hidden;
    const struct state_table arrays =
        ends_arrays(examples, most, rows_sums(size->channels, size->capacity, size->spare), size->space + 1);
    return lanczos_bytes(most, hessian_ends_products(run, dim)) + (double)sizeof(struct hessian_ends)
           + state_bytes(&arrays) + frame_bytes(1, size->space)
           + weight_space_copy_bytes(size->vectors, size->space, size->hidden)
           + rows_mark_bytes(size->capacity + 2 * size->spare);
}

double hessian_ends_seconds(const struct sgdmft_run *run, size_t examples, double dim)
{
    const double most = (double)hessian_ends_products(run, dim), numbers = (double)run->steps + most;
    const double products = fmin(USUAL_PRODUCTS * cbrt(dim), most);
    double seconds = 0;
    for (size_t i = 0; i < run->sharpness_at.count; i++) {
        const double rows = 2 * (double)run->sharpness_at.step[i] + products;
        /* Nanoseconds measured: a number of a row and an example in a product, a number of a vector in its turns. */
        seconds += 1e-9 * products * ((double)examples * (0.4 * rows + 25) + 1.5 * products * numbers);
    }
    return seconds;
}

struct hessian_ends *hessian_ends_create(const struct conditional *s)
{
    const size_t most = weight_space_most(&s->space), P = s->rows.examples;
    struct hessian_ends *ends = calloc(1, sizeof *ends);
    if (!ends)
        return NULL;
    bool good = lanczos_create(most, hessian_ends_products(s->group.run, s->dim), &ends->lanczos);
    good = frame_create(&ends->frame, 1, s->space.capacity) && good;
    good = weight_space_create_copy(&s->space, &ends->kept) && good;
    good = rows_mark_create(&ends->mark, s->rows.capacity) && good;
    const struct state_table arrays = ends_arrays(P, most, s->rows.sums, ends->frame.stride);
    good = state_create(&arrays, ends) && good;
    if (good)
        return ends;
    hessian_ends_free(ends);
    return NULL;
}

void hessian_ends_free(struct hessian_ends *ends)
{
    if (!ends)
        return;
    lanczos_free(&ends->lanczos);
    frame_free(&ends->frame);
    weight_space_free(&ends->kept);
    rows_mark_free(&ends->mark);
    const struct state_table arrays = ends_arrays(0, 0, 0, 0);
    state_free(&arrays, ends);
    free(ends);
}

/* ---- passes over the rows ---------------------------------------------------------------------------------------- */

enum sweep_force {
    NO_FORCE,      /* a fresh row only, for the start of the search */
    CURVED_FIELD,  /* l'' times the field of a vector */
    FORCE_OF_STEP, /* force of the next step of the run */
};

static void fill_force(const struct conditional *s, const struct hessian_ends *ends, size_t b, enum sweep_force force,
                       float *g)
{
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b), x = s->gradient_vector;
    const double root = sqrt(s->variance), overlap = weight_space_overlap(&s->space, x);
    const double *along = s->space.vector[x].along;
    float(*field)[ROWS_CHUNK_MAX] = (void *)(s->scratch + (size_t)omp_get_thread_num() * s->channels * ROWS_CHUNK_MAX);
    if (force == FORCE_OF_STEP) {
        memcpy(g, rows_at(&s->rows, b, s->force_slot[0]), s->rows.chunk * sizeof *g);
        return;
    }
    rows_fields(&s->rows, b, 1, &along, field);
    for (size_t i = 0; i < count; i++) {
        const double centre = s->centre ? overlap * (double)s->centre[first + i] : 0;
        g[i] = (float)(ends->curvature[first + i] * (root * (double)field[0][i] + centre));
    }
    memset(g + count, 0, (s->rows.chunk - count) * sizeof *g);
}

static double centre_product(const struct conditional *s, size_t b, const float *g)
{
    const size_t first = rows_first(&s->rows, b), count = rows_count(&s->rows, b);
    double sum = 0;
    for (size_t i = 0; i < count && s->centre; i++)
        sum += (double)s->centre[first + i] * (double)g[i];
    return sum;
}

static void form_pending(struct conditional *s, struct hessian_ends *ends)
{
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++)
        rows_form(&s->rows, b, ends->old_forces, ends->targets, ends->new_forces, ends->target);
    ends->targets = ends->new_forces = 0;
}

/* Forms the pending rows, adds a force row and a fresh row as `force` says, and computes their products. */
static void sweep(struct conditional *s, struct hessian_ends *ends, enum sweep_force force)
{
    struct force_frame *frame = &ends->frame;
    const size_t channels = force != NO_FORCE, freshes = force != FORCE_OF_STEP;
    frame_begin(frame, channels, freshes, s->rows.forces, 0);
    if (channels > 0)
        frame->slot[0] = rows_take(&s->rows, ROW_FORCE);
    if (freshes > 0)
        frame->fresh_slot[0] = rows_take(&s->rows, ROW_FIELD);
    const size_t fields = s->rows.fields * channels, centre = fields + frame_columns(frame);
    const size_t channel = ROWS_CHANNELS_MAX + ends->products++;
#pragma omp parallel for num_threads(s->group.threads) if (s->group.threads > 1)
    for (size_t b = 0; b < s->rows.chunks; b++) {
        rows_form(&s->rows, b, ends->old_forces, ends->targets, ends->new_forces, ends->target);
        if (freshes > 0)
            conditional_draw_row(s, b, frame->fresh_slot[0], s->k, channel);
        if (channels > 0) {
            fill_force(s, ends, b, force, rows_at(&s->rows, b, frame->slot[0]));
            rows_products(&s->rows, b, true, 1, frame->slot, 0);
        }
        frame_measure(frame, &s->rows, b, fields);
        s->rows.sum[b * s->rows.sums + centre] =
            channels > 0 ? centre_product(s, b, rows_at(&s->rows, b, frame->slot[0])) : 0;
    }
    rows_total(&s->rows, centre + 1, ends->sums);
    frame_find_rows(frame, &s->rows, ends->sums + fields, s->again, ends->target);
    ends->old_forces = frame->old;
    ends->targets = ends->new_forces = frame->new_rows;
    for (size_t i = 0; i < frame->new_rows; i++)
        weight_space_add_force(&s->space, &ends->fresh);
    if (channels > 0) {
        weight_space_pull(&s->space, sqrt(s->variance) / s->dim, ends->sums, 1, frame->coefficient, s->gradient_vector);
        weight_space_add_signal(&s->space, ends->sums[centre] / s->dim, s->gradient_vector);
    }
}

/* Makes the part of the gradient's vector across the explored directions the next of them. */
static void explore(struct conditional *s, struct hessian_ends *ends)
{
    struct force_frame *frame = &ends->frame;
    if (!weight_space_explore(&s->space, s->gradient_vector, ends->coefficient)) {
        rows_give_back(&s->rows, frame->fresh_slot[0]);
        return;
    }
    for (size_t j = 0; j < s->rows.forces; j++)
        ends->coefficient[j] = frame->fresh[j] - ends->coefficient[j];
    ends->target[ends->targets++] =
        (struct row_target){.slot = frame->fresh_slot[0], .coefficient = ends->coefficient, .scale = 1};
    s->rows.field_slot[s->rows.fields++] = frame->fresh_slot[0];
}

/* ---- vectors ----------------------------------------------------------------------------------------------------- */

/* The numbers of a vector, and zeros behind them. */
static void read_vector(const struct conditional *s, size_t x, double *out)
{
    size_t count;
    const double *numbers = weight_space_numbers(&s->space, x, &count);
    memcpy(out, numbers, count * sizeof *out);
    memset(out + count, 0, (weight_space_most(&s->space) - count) * sizeof *out);
}

struct search {
    struct conditional *s;
    struct hessian_ends *ends;
};

static void hessian_product(void *context, const double *x, double *out)
{
    struct conditional *s = ((struct search *)context)->s;
    struct hessian_ends *ends = ((struct search *)context)->ends;
    weight_space_load(&s->space, x, s->gradient_vector);
    if (s->space.modes)
        explore(s, ends);
    sweep(s, ends, CURVED_FIELD);
    if (!s->space.modes)
        explore(s, ends);
    read_vector(s, s->gradient_vector, out);
    for (size_t i = 0; i < weight_space_most(&s->space); i++)
        out[i] += s->group.run->ridge * x[i];
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Draws a random start with parts along the weights and the signal, the likely directions of eigenvalues outside the
 * bulk. */
static void draw_start(struct conditional *s, struct hessian_ends *ends)
{
    const size_t x = s->gradient_vector;
    const double norm = weight_space_dot(&s->space, 0, 0);
    sweep(s, ends, NO_FORCE);
    weight_space_draw(&s->space, &ends->fresh, x);
    weight_space_scale(&s->space, 1 / sqrt(weight_space_dot(&s->space, x, x)), x);
    if (norm > 0)
        weight_space_add(&s->space, 1 / sqrt(norm), 0, x);
    weight_space_add_signal(&s->space, 1, x);
    if (!s->space.modes)
        explore(s, ends);
    read_vector(s, x, ends->start);
}

/* Sets the gradient's vector to w(k+1) - w(k) of the next step of the run. False at the end of the run. */
static bool find_step(struct conditional *s, struct hessian_ends *ends)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t x = s->gradient_vector;
    if (s->k == run->steps)
        return false;
    const double eta = sgdmft_rate(run, s->k), heat = sqrt(2 * sgdmft_temperature(run, s->k) * eta / s->dim);
    sweep(s, ends, FORCE_OF_STEP);
    weight_space_add(&s->space, run->ridge, 0, x);
    weight_space_scale(&s->space, -eta, x);
    if (heat > 0) {
        weight_space_draw(&s->space, &ends->fresh, s->noise_vector);
        weight_space_add(&s->space, heat, s->noise_vector, x);
    }
    if (s->keeps_symmetry)
        weight_space_drop_signal(&s->space, x);
    if (run->constraint == SGDMFT_CONSTRAINT_SPHERE) {
        weight_space_add(&s->space, 1, 0, x);
        weight_space_scale(&s->space, 1 / sqrt(weight_space_dot(&s->space, x, x)), x);
        weight_space_add(&s->space, -1, 0, x);
    }
    return true;
}

/* Squared cosines of a vector with the top directions. */
static void overlaps(const struct conditional *s, struct hessian_ends *ends, size_t x, double *out)
{
    const size_t most = weight_space_most(&s->space);
    const double square = weight_space_dot(&s->space, x, x);
    read_vector(s, x, ends->other);
    for (size_t i = 0; i < SGDMFT_SHARPNESS_TOP; i++) {
        const double *e = ends->top + i * most, along = dot(most, e, ends->other);
        out[i] = dot(most, e, e) > 0 ? along * along / square : (double)NAN;
    }
}

static void find_overlaps(struct conditional *s, struct hessian_ends *ends, struct sharpness_ends *out)
{
    const size_t x = s->gradient_vector;
    weight_space_scale(&s->space, 0, x);
    weight_space_add_signal(&s->space, 1, x);
    overlaps(s, ends, x, out->signal_overlap);
    overlaps(s, ends, 0, out->weight_overlap);
    for (size_t i = 0; i < SGDMFT_SHARPNESS_TOP; i++)
        out->step_overlap[i] = (double)NAN;
    if (find_step(s, ends))
        overlaps(s, ends, x, out->step_overlap);
}

/* ---- a measurement ----------------------------------------------------------------------------------------------- */

/* NaN in place of a measurement that the watch stopped. */
static const struct sharpness_ends nothing_measured = {
    .trace = (double)NAN,
    .smallest = (double)NAN,
    .largest = {[0 ... SGDMFT_SHARPNESS_TOP - 1] = (double)NAN},
    .signal_overlap = {[0 ... SGDMFT_SHARPNESS_TOP - 1] = (double)NAN},
    .weight_overlap = {[0 ... SGDMFT_SHARPNESS_TOP - 1] = (double)NAN},
    .step_overlap = {[0 ... SGDMFT_SHARPNESS_TOP - 1] = (double)NAN},
};

static void measure(struct conditional *s, struct sharpness_ends *out)
{
    struct hessian_ends *ends = s->ends;
    const struct sgdmft_watch *watch = ends->lanczos.watch;
    struct search search = {s, ends};
    draw_start(s, ends);
    lanczos_ends(&ends->lanczos, hessian_product, &search, ends->start, SHARPNESS_TOLERANCE, SGDMFT_SHARPNESS_TOP,
                 out->largest, ends->top, &out->smallest);
    if (sgdmft_watch_stops(watch)) {
        *out = nothing_measured;
        return;
    }
    form_pending(s, ends);
    out->trace = s->group.part == ENGINE_ALONE ? hessian_ends_trace(s, ends) : (double)NAN;
    find_overlaps(s, ends, out);
}

void hessian_ends_measure(void *state, bool whole, struct sharpness_ends *out)
{
    struct conditional *s = state;
    struct hessian_ends *ends = s->ends;
    ends->lanczos.watch = whole ? NULL : s->group.watch;
    rows_save(&s->rows, &ends->mark);
    weight_space_save(&s->space, &ends->kept);
    ends->fresh = conditional_fresh(s, FRESH_STEPS + (uint32_t)s->k);
    ends->products = ends->targets = ends->new_forces = 0;
    sgdmft_loss_evaluate(s->group.run, s->rows.examples, s->r, s->y, NULL, NULL, ends->curvature);
    measure(s, out);
    rows_restore(&s->rows, &ends->mark);
    weight_space_restore(&s->space, &ends->kept);
}
