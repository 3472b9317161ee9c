/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record of the conditional engine, and the callbacks of a group. */
#include "solver/conditional/conditional.h"

#include "models/base/state.h"
#include "solver/conditional/hessian_ends.h"
#include "solver/paths/paths.h"
#include <math.h>
#include <stdlib.h>

#define PARTED 0.5 /* product of copies on the sphere, of weights of length 1, at which they count as parted */
#define ALONE_OWNERS                                                                                                   \
    (1u << 19) /* first owner of the streams of simulations, different from those of theory with the same seed */

static bool has_centres(const struct sgdmft_run *run)
{
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t count = run->data->components(run, component);
    bool any = false;
    for (size_t a = 0; a < count; a++)
        any = any || component[a].centre < 0 || component[a].centre > 0;
    return any;
}

/* Arrays of P examples, with `most` numbers of a vector to be kept. */
static struct state_table conditional_arrays(const struct conditional *s, size_t P, size_t most)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t all = s->replicas * P, passes = (size_t)s->group.threads * (s->channels + s->averages);
    return (struct state_table){
        {STATE_ARRAY(conditional, y, all), STATE_ARRAY(conditional, r, all),
         STATE_ARRAY(conditional, centre, has_centres(run) ? P : 0), STATE_ARRAY(conditional, flipped, all),
         STATE_ARRAY(conditional, selected, all), STATE_ARRAY(conditional, place, all),
         STATE_ARRAY(conditional, field_coefficient, s->channels * s->frame.stride),
         STATE_ARRAY(conditional, total, s->rows.sums), STATE_ARRAY(conditional, again, s->rows.sums),
         STATE_ARRAY(conditional, scratch, passes * ROWS_CHUNK_MAX),
         STATE_ARRAY(conditional, frozen, run->waiting.count * s->replicas * most),
         STATE_ARRAY(conditional, history, run->full_matrices ? ((size_t)run->steps + 1) * most : 0)}};
}

static void finish(void *state)
{
    struct conditional *s = state;
    if (!s)
        return;
    rows_free(&s->rows);
    weight_space_free(&s->space);
    frame_free(&s->frame);
    step_response_free(&s->response);
    hessian_ends_free(s->ends);
    const struct state_table arrays = conditional_arrays(s, 0, 0);
    state_free(&arrays, s);
    free(s->points);
    free(s);
}

static void name_channels(struct conditional *s)
{
    const struct sgdmft_run *run = s->group.run;
    s->channels = s->replicas + s->probes;
    for (size_t c = 0; c < s->replicas; c++) {
        s->channel[c] = (struct weight_channel){.active = true, .vector = c, .replica = c, .since = -1};
        s->act[s->acting++] = c;
    }
    for (size_t w = 0; w < s->probes; w++)
        s->channel[s->replicas + w] = (struct weight_channel){.derivative = sgdmft_has_tangents(run),
                                                              .vector = s->replicas + w,
                                                              .direction = s->channels + w,
                                                              .since = run->waiting.step[w]};
    s->gradient_vector = s->channels + s->probes;
    s->noise_vector = s->gradient_vector + 1;
    size_t next = s->noise_vector + 1;
    for (size_t c = 0; c < s->channels; c++)
        s->channel[c].buffer = next + c;
    next += conditional_buffers(run) ? s->channels : 0;
    s->cut_vector = next;
    s->cut = 1;
    s->privacy_vector = next + (run->clip > 0);
    s->averages = run->derived.average.taken ? s->replicas : 0;
    s->average_vector = s->privacy_vector + (run->privacy_noise > 0 ? s->replicas : 0);
}

static bool create(struct conditional *s, const struct engine_group *group)
{
    const struct sgdmft_run *run = group->run;
    const bool half = group->part == ENGINE_FIRST_HALF || group->part == ENGINE_SECOND_HALF,
               alone = group->part == ENGINE_ALONE;
    const size_t P = group->paths;
    s->group = *group;
    s->dim = alone ? (double)run->dim : (double)P / run->alpha;
    s->variance = sgdmft_variance(run);
    s->replicas = paths_replicas(run);
    s->owner = group->number + (alone ? ALONE_OWNERS : 0);
    s->keeps_symmetry = !alone && run->overlap0 == 0 && (!run->data->signal || paths_have_even_labels(run));
    const struct conditional_size size = conditional_size_of(run, half ? 2 * s->dim : s->dim);
    s->probes = size.probes;
    name_channels(s);
    bool good = rows_create(&s->rows, P, group->part == ENGINE_WHOLE ? 2 : 1, size.channels, size.capacity, size.spare,
                            group->threads);
    if (group->part == ENGINE_SECOND_HALF)
        s->first_chunk = (uint32_t)s->rows.chunks;
    const size_t rows = size.space;
    good = weight_space_create(&s->space, sgdmft_spectrum(run), alone, s->dim, size.vectors, rows, size.hidden) && good;
    for (size_t a = 0; a < s->channels && good; a++)
        s->force_slot[a] = rows_take(&s->rows, ROW_FIELD);
    good = frame_create(&s->frame, size.channels, rows) && good;
    if (s->probes == 0 && (run->waiting.count > 0 || run->full_matrices))
        good = step_response_create(&s->response, run) && good;
    const struct state_table arrays = conditional_arrays(s, P, weight_space_most(&s->space));
    good = state_create(&arrays, s) && good;
    if (run->sharpness_at.count > 0 && good)
        good = (s->ends = hessian_ends_create(s));
    return good;
}

static void *start(const struct engine_group *group)
{
    struct conditional *s = calloc(1, sizeof *s);
    if (s && !create(s, group)) {
        finish(s);
        return NULL;
    }
    if (s && !conditional_draw_examples(s)) {
        finish(s);
        return NULL;
    }
    if (s)
        conditional_remember_start(s);
    return s;
}

static void evaluate(void *state, struct engine_values *values)
{
    struct conditional *s = state;
    const double P = (double)s->rows.examples * (double)s->replicas;
    conditional_pass(s);
    const struct pass_columns columns = conditional_columns(s);
    double loss = 0, wrong = 0, overlap = 0, norm = 0, distance = (double)NAN, own[2] = {0};
    for (size_t c = 0; c < s->replicas; c++) {
        own[c] = weight_space_dot(&s->space, c, c);
        loss += s->total[columns.loss + c];
        wrong += s->total[columns.wrong + c];
        overlap += weight_space_overlap(&s->space, c) / (double)s->replicas;
        norm += own[c] / (double)s->replicas;
    }
    if (s->replicas > 1)
        distance = weight_space_distance(&s->space, 0, 1);
    *values = (struct engine_values){.overlap = overlap,
                                     .norm = norm,
                                     .distance = distance,
                                     .distance_drawn = distance,
                                     .own_norm = {own[0], own[1]},
                                     .train_loss = loss / P,
                                     .train_error = sgdmft_has_classes(s->group.run) ? wrong / P : (double)NAN};
}

static void examples(const void *state, size_t *replicas, size_t *count, const double **r, const double **y)
{
    const struct conditional *s = state;
    *replicas = s->replicas;
    *count = s->rows.examples;
    *r = s->r;
    *y = s->y;
}

static const unsigned char *selected(const void *state)
{
    return ((const struct conditional *)state)->selected;
}

static const unsigned char *flipped(const void *state)
{
    return ((const struct conditional *)state)->flipped;
}

/* (T15): the field of d = Sigma^(1/2) w along that of Sigma^(1/2) v, and |d|^2. */
static void field_moments(const void *state, double *overlap, double *square)
{
    const struct conditional *s = state;
    *overlap = *square = 0;
    for (size_t c = 0; c < s->replicas; c++) {
        const double *along = s->space.vector[c].along;
        double sum = 0;
        for (size_t a = 0; a < s->space.explored; a++)
            sum += along[a] * along[a];
        *overlap += along[0] / (double)s->replicas;
        *square += sum / (double)s->replicas;
    }
}

static void averaged(const void *state, struct engine_average *values)
{
    const struct conditional *s = state;
    const struct pass_columns columns = conditional_columns(s);
    const double replicas = (double)s->replicas, all = replicas * (double)s->rows.examples;
    *values = (struct engine_average){0};
    for (size_t c = 0; c < s->averages; c++) {
        const size_t vector = s->average_vector + c;
        const double *along = s->space.vector[vector].along;
        values->overlap += weight_space_overlap(&s->space, vector) / replicas;
        values->norm += weight_space_dot(&s->space, vector, vector) / replicas;
        values->field_overlap += along[0] / replicas;
        for (size_t a = 0; a < s->space.explored; a++)
            values->field_square += along[a] * along[a] / replicas;
        values->train_loss += s->total[columns.average_loss + c] / all;
        values->train_error += s->total[columns.average_wrong + c] / all;
    }
    if (!sgdmft_has_classes(s->group.run))
        values->train_error = (double)NAN;
}

/* Displacement of a copy's weights, of product `change` with the direction of the force. The sphere shortens the copy
 * by the displacement itself, which a factor takes back; copies that have parted have none. */
static double displacement(const struct conditional *s, const struct weight_channel *channel, double change)
{
    if (s->group.run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        change /= fmax(weight_space_dot(&s->space, channel->vector, 0), PARTED);
    return change - weight_space_dot(&s->space, 0, channel->direction);
}

static double probed_response(const struct conditional *s, long waiting)
{
    for (size_t c = s->replicas; c < s->channels; c++) {
        const struct weight_channel *channel = &s->channel[c];
        if (channel->since != waiting)
            continue;
        if (!channel->active)
            return 0;
        const double change = weight_space_dot(&s->space, channel->vector, channel->direction);
        return channel->derivative ? change : displacement(s, channel, change) / conditional_force(s->group.run);
    }
    return (double)NAN;
}

/* w(k).w(t_w)/N, mean over the replicas. */
static double correlation_with(const struct conditional *s, size_t w)
{
    double sum = 0;
    for (size_t c = 0; c < s->replicas; c++) {
        size_t count;
        const double *now = weight_space_numbers(&s->space, c, &count),
                     *before = s->frozen + (w * s->replicas + c) * weight_space_most(&s->space);
        for (size_t i = 0; i < count; i++)
            sum += before[i] * now[i];
    }
    return sum / (double)s->replicas;
}

static void two_time(const void *state, long waiting, double *correlation, double *response)
{
    const struct conditional *s = state;
    const struct sgdmft_run *run = s->group.run;
    *correlation = (double)NAN;
    for (size_t w = 0; w < run->waiting.count; w++)
        if (run->waiting.step[w] == waiting)
            *correlation = correlation_with(s, w);
    *response = s->probes > 0 ? probed_response(s, waiting)
                              : step_response_chi(&s->response, s->space.vector[0].along, waiting);
}

/* C(k,l) and R(k,l) of all steps so far. */
static void matrices(const void *state, size_t stride, double *correlation, double *response)
{
    const struct conditional *s = state;
    const size_t steps = (size_t)s->k, rows = s->space.capacity;
    double *eta = malloc((steps + 1) * sizeof *eta);
    if (!eta)
        return;
    for (size_t l = 0; l < steps; l++)
        eta[l] = sgdmft_rate(s->group.run, (long)l);
    for (size_t k = 0; k <= steps; k++) {
        for (size_t l = 0; l <= k; l++) {
            double sum = 0;
            for (size_t i = 0; i < s->space.explored; i++)
                sum += s->history[k * rows + i] * s->history[l * rows + i];
            correlation[k * stride + l] = correlation[l * stride + k] = sum;
        }
        for (size_t l = k; l <= steps; l++)
            response[k * stride + l] = 0;
        step_response_row(&s->response, s->history + k * rows, k, eta, response + k * stride);
    }
    free(eta);
}

static void gradient(const void *state, double *overlap, double *norm)
{
    const struct conditional *s = state;
    *overlap = s->gradient_overlap;
    *norm = s->gradient_norm;
}

static double progress(const struct sgdmft_run *run, long k)
{
    const double done = (double)k / (double)run->steps, constant = 150 / (150 + (double)run->steps);
    return done * (constant + (1 - constant) * done);
}

const struct engine engine_conditional = {
    .entry = {.name = "conditional",
              .summary = "runs of N = paths/(groups alpha) weights, exact in law without their data matrix; N -> "
                         "infinity by extrapolation; memory 8 P K bytes, traffic 4 P K^2",
              .reference = "Bolthausen, Commun. Math. Phys. 325 (2014) 333; Bayati and Montanari, arXiv:1001.3448; Lu, "
                           "arXiv:2101.07464"},
    .halves = true,
    .spectrum = true,
    .extras = true,
    .averaged = averaged,
    .field_moments = field_moments,
    .supports = conditional_supports,
    .estimate = conditional_estimate,
    .progress = progress,
    .start = start,
    .evaluate = evaluate,
    .examples = examples,
    .selected = selected,
    .flipped = flipped,
    .hessian = hessian_ends_measure,
    .two_time = two_time,
    .matrices = matrices,
    .advance = conditional_advance,
    .gradient = gradient,
    .archive = conditional_archive,
    .finish = finish,
};
