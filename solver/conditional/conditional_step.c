/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights of the next step and the rows that they need, from the products of a pass: (D6) to (D8). */
#include "models/run/bound.h"
#include "solver/conditional/conditional.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The new force rows of this step. */
static void find_force_rows(struct conditional *s, const double *total, const double *square)
{
    memcpy(s->frame.square, square, s->acting * sizeof *square);
    frame_find_rows(&s->frame, &s->rows, total, s->again, s->target);
    s->followed =
        s->frame.slow && s->frame.new_rows == s->acting ? s->acting : 0; /* else the omitted remainders add up */
    s->old_forces = s->frame.old;
    s->targets = s->new_forces = s->frame.new_rows;
}

/* Shortens the gradient to run->clip; that of a derivative by the derivative of this (A2). */
static void clip(struct conditional *s, const struct weight_channel *channel)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t gradient = s->gradient_vector;
    double cut = s->cut;
    if (!(run->clip > 0))
        return;
    if (channel->derivative && cut < 1) {
        const double square = weight_space_dot(&s->space, s->cut_vector, s->cut_vector);
        weight_space_add(&s->space, -weight_space_dot(&s->space, gradient, s->cut_vector) / square, s->cut_vector,
                         gradient);
    } else if (!channel->derivative)
        cut = fmin(1, run->clip / sqrt(weight_space_dot(&s->space, gradient, gradient)));
    if (channel->vector == 0) {
        s->cut = cut;
        weight_space_scale(&s->space, 0, s->cut_vector);
        weight_space_add(&s->space, 1, gradient, s->cut_vector);
    }
    weight_space_scale(&s->space, cut, gradient);
}

/* Gaussian noise in the gradient (A2): each replica has its own, which its probes share. */
static void add_privacy_noise(struct conditional *s, const struct weight_channel *channel, struct fresh *fresh)
{
    const struct sgdmft_run *run = s->group.run;
    const size_t noise = s->privacy_vector + channel->replica;
    if (!(run->privacy_noise > 0) || channel->derivative)
        return;
    if (channel->vector < s->replicas)
        weight_space_draw(&s->space, fresh, noise);
    weight_space_add(&s->space, sgdmft_batch_weight(run, s->k) * run->privacy_noise * run->clip_example / sqrt(s->dim),
                     noise, s->gradient_vector);
}

/* Sets the gradient's vector to the gradient of acting channel a, with the ridge term. */
static void take_gradient(struct conditional *s, size_t a, const double *products, double centre, struct fresh *fresh)
{
    const struct sgdmft_run *run = s->group.run;
    const struct weight_channel *channel = &s->channel[s->act[a]];
    const double scale = sqrt(s->variance) / s->dim;
    weight_space_pull(&s->space, scale, products + a, s->acting, s->frame.coefficient + a * s->frame.stride,
                      s->gradient_vector);
    weight_space_add_signal(&s->space, centre / s->dim, s->gradient_vector);
    clip(s, channel);
    add_privacy_noise(s, channel, fresh);
    weight_space_add(&s->space, run->ridge, channel->vector, s->gradient_vector);
}

/* Puts a channel back on the sphere: weights are rescaled, and a derivative is projected across the first replica's
 * weights. False for weights of length 0. */
static bool constrain(const struct conditional *s, const struct weight_channel *channel, double *scale)
{
    if (s->group.run->constraint != SGDMFT_CONSTRAINT_SPHERE)
        return true;
    if (channel->derivative) {
        weight_space_add(&s->space, -weight_space_dot(&s->space, channel->vector, 0), 0, channel->vector);
        weight_space_scale(&s->space, scale[0], channel->vector);
        return true;
    }
    const double square = weight_space_dot(&s->space, channel->vector, channel->vector);
    if (!(square > 0))
        return false;
    scale[channel->replica] = 1 / sqrt(square);
    weight_space_scale(&s->space, scale[channel->replica], channel->vector);
    return true;
}

double conditional_force(const struct sgdmft_run *run)
{
    const double size = sgdmft_force_jumps(run) ? CONDITIONAL_FORCE_JUMPS : CONDITIONAL_FORCE;
    return size * sqrt(run->norm0 > 0 ? run->norm0 : 1);
}

static double force_size(const struct conditional *s, const struct weight_channel *channel)
{
    return channel->derivative ? 1 : conditional_force(s->group.run);
}

/* w <- w - eta (gradient), with the buffer of momentum in between (A1). */
static void descend(const struct conditional *s, const struct weight_channel *channel, double eta)
{
    const struct sgdmft_run *run = s->group.run;
    size_t step = s->gradient_vector;
    if (conditional_buffers(run)) {
        const double mu = sgdmft_momentum(run, s->k);
        weight_space_scale(&s->space, mu, channel->buffer);
        weight_space_add(&s->space, sgdmft_gradient_share(run, s->k), s->gradient_vector, channel->buffer);
        if (run->nesterov)
            weight_space_add(&s->space, mu, channel->buffer, s->gradient_vector);
        else
            step = channel->buffer;
    }
    weight_space_add(&s->space, -eta, step, channel->vector);
}

static void drop_signal(const struct conditional *s, const struct weight_channel *channel)
{
    weight_space_drop_signal(&s->space, channel->vector);
    if (conditional_buffers(s->group.run))
        weight_space_drop_signal(&s->space, channel->buffer);
}

/* Advances the weights of all acting channels by one step, replicas first, since their probes share their noise. */
static bool move(struct conditional *s, const double *products, const double *centre, struct fresh *fresh,
                 double *scale)
{
    const struct sgdmft_run *run = s->group.run;
    const double eta = sgdmft_rate(run, s->k), heat = sqrt(2 * sgdmft_temperature(run, s->k) * eta / s->dim);
    bool good = true;
    s->gradient_overlap = s->gradient_norm = 0;
    for (size_t a = 0; a < s->acting; a++) {
        const struct weight_channel *channel = &s->channel[s->act[a]];
        const bool replica = s->act[a] < s->replicas;
        take_gradient(s, a, products, centre[a], fresh);
        if (replica) {
            s->gradient_overlap +=
                weight_space_dot(&s->space, channel->vector, s->gradient_vector) / (double)s->replicas;
            s->gradient_norm +=
                weight_space_dot(&s->space, s->gradient_vector, s->gradient_vector) / (double)s->replicas;
        } else
            weight_space_add(&s->space, -force_size(s, channel), channel->direction, s->gradient_vector);
        descend(s, channel, eta);
        if (heat > 0 && replica) {
            weight_space_draw(&s->space, fresh, s->noise_vector);
            weight_space_add(&s->space, heat, s->noise_vector, channel->vector);
            for (size_t other = a + 1; other < s->acting && channel->replica == 0; other++)
                if (s->act[other] >= s->replicas && !s->channel[s->act[other]].derivative)
                    weight_space_add(&s->space, heat, s->noise_vector, s->channel[s->act[other]].vector);
        }
        if (replica && s->keeps_symmetry)
            drop_signal(s, channel);
        good = constrain(s, channel, scale) && good;
    }
    return good;
}

/* Adds the first displacement of the weights by the force, and its part of the buffer. */
static double push_buffer(const struct conditional *s, const struct weight_channel *channel)
{
    const struct sgdmft_run *run = s->group.run;
    if (!conditional_buffers(run))
        return 1;
    const double share = sgdmft_gradient_share(run, s->k);
    weight_space_scale(&s->space, 0, channel->buffer);
    if (!channel->derivative)
        weight_space_add(&s->space, 1, s->channel[0].buffer, channel->buffer);
    weight_space_add(&s->space, -share * force_size(s, channel), channel->direction, channel->buffer);
    return run->nesterov ? 1 + sgdmft_momentum(run, s->k) * share : share;
}

/* Switches on the probes of waiting time k: the first displacement by the force is in this step, before weights are
 * rescaled. */
static void switch_on(struct conditional *s, struct fresh *fresh, double *scale)
{
    for (size_t c = s->replicas; c < s->channels; c++) {
        struct weight_channel *channel = &s->channel[c];
        if (channel->since != s->k)
            continue;
        const double own = channel->derivative ? 1 : scale[0];
        weight_space_draw(&s->space, fresh, channel->direction);
        weight_space_scale(&s->space, 1 / sqrt(weight_space_dot(&s->space, channel->direction, channel->direction)),
                           channel->direction);
        weight_space_scale(&s->space, 0, channel->vector);
        if (!channel->derivative)
            weight_space_add(&s->space, 1, 0, channel->vector);
        weight_space_add(&s->space,
                         own * push_buffer(s, channel) * sgdmft_rate(s->group.run, s->k) * force_size(s, channel),
                         channel->direction, channel->vector);
        constrain(s, channel, scale);
        channel->active = true;
        s->act[s->acting++] = c;
    }
}

/* Adds the step just made to the response: the direction of its force row is field row number `field`. */
static void add_response(struct conditional *s, size_t field, double tail)
{
    if (s->response.steps > 0)
        step_response_add(&s->response, s->new_forces > 0 ? s->old_forces : SIZE_MAX, field,
                          sqrt(s->variance) / s->dim * tail, s->cut, s->frame.coefficient);
}

/* Appends the field rows that the new weights need, as targets behind the force rows. */
static void find_field_rows(struct conditional *s)
{
    struct force_frame *frame = &s->frame;
    size_t fresh = 0;
    for (size_t a = 0; a < s->acting; a++) {
        double *coefficient = s->field_coefficient + a * frame->stride;
        const bool explored = weight_space_explore(&s->space, s->channel[s->act[a]].vector, coefficient);
        if (a == 0)
            add_response(s, explored ? s->rows.fields : SIZE_MAX,
                         explored && s->new_forces > 0 ? coefficient[s->old_forces] : (double)NAN);
        if (!explored)
            continue;
        for (size_t j = 0; j < s->rows.forces; j++)
            coefficient[j] = frame->fresh[fresh * frame->stride + j] - coefficient[j];
        const size_t slot = frame->fresh_slot[fresh++];
        s->target[s->targets++] = (struct row_target){.slot = slot, .coefficient = coefficient, .scale = 1};
        s->rows.field_slot[s->rows.fields++] = slot;
    }
    for (; fresh < frame->freshes; fresh++)
        rows_give_back(&s->rows, frame->fresh_slot[fresh]);
}

static void remember(struct conditional *s)
{
    const struct sgdmft_run *run = s->group.run;
    const double share = sgdmft_average_share(run, s->k);
    for (size_t c = 0; c < s->averages; c++) {
        weight_space_scale(&s->space, 1 - share, s->average_vector + c);
        weight_space_add(&s->space, share, c, s->average_vector + c);
    }
    const size_t most = weight_space_most(&s->space);
    for (size_t c = 0; c < s->replicas; c++) {
        size_t count;
        const double *numbers = weight_space_numbers(&s->space, c, &count);
        for (size_t w = 0; w < run->waiting.count; w++)
            if (run->waiting.step[w] == s->k)
                memcpy(s->frozen + (w * s->replicas + c) * most, numbers, count * sizeof *numbers);
        if (s->history && c == 0)
            memcpy(s->history + (size_t)s->k * most, numbers, count * sizeof *numbers);
    }
}

enum sgdmft_status conditional_advance(void *state)
{
    struct conditional *s = state;
    const struct sgdmft_run *run = s->group.run;
    const struct pass_columns columns = conditional_columns(s);
    struct fresh fresh = conditional_fresh(s, (uint32_t)s->k);
    double scale[2] = {1, 1};
    find_force_rows(s, s->total + columns.frame, s->total + columns.square);
    for (size_t i = 0; i < s->new_forces; i++)
        weight_space_add_force(&s->space, &fresh);
    bool good = move(s, s->total + columns.fields, s->total + columns.centre, &fresh, scale);
    for (size_t c = 0; c < s->replicas; c++)
        good = good && weight_space_dot(&s->space, c, c) <= norm_bound(run);
    if (!good)
        return SGDMFT_DIVERGED;
    switch_on(s, &fresh, scale);
    find_field_rows(s);
    s->k++;
    remember(s);
    return SGDMFT_OK;
}

void conditional_remember_start(struct conditional *s)
{
    remember(s);
}
