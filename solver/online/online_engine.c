/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The online engine: each step draws new examples, so that nothing is remembered but the weights. Overlap and norm obey
 * closed recursions whose averages, over fresh examples, are integrals (O1) to (O3): no paths, no sampling error, and
 * groups that are all the same. */
#include "models/run/bound.h"
#include "solver/observe/generalization.h"
#include "solver/online/vector_gram.h"
#include "solver/paths/paths.h"
#include "solver/run/engine.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Vectors of a replica, and behind those of all replicas their weights at the waiting times. */
enum replica_vector { WEIGHTS, GRADIENT, BUFFER, AVERAGE, REPLICA_VECTORS };

/* Response of weights and buffer to a force that acts from a waiting time on, per unit of force. */
struct online_response {
    double weights, buffer;
};

struct online {
    const struct sgdmft_run *run;
    struct generalization *fresh;
    struct fresh_sums means; /* at the present step */
    size_t replicas;
    long k;
    bool keeps_symmetry; /* the overlap is held at 0 */
    struct vector_gram gram;
    struct online_response response[SGDMFT_WAITING_MAX];
    double gradient_overlap, gradient_norm;
};

/* The mean gradient of a step without its ridge term, along the signal and as a factor of the weights across it, and
 * the variance of its noise in each direction (O1). */
struct online_force {
    double along, memory, noise;
};

static size_t vector_of(size_t replica, enum replica_vector vector)
{
    return replica * REPLICA_VECTORS + vector;
}

static size_t frozen(const struct online *s, size_t waiting, size_t replica)
{
    return s->replicas * REPLICA_VECTORS + waiting * s->replicas + replica;
}

static size_t vectors_of(const struct sgdmft_run *run)
{
    return paths_replicas(run) * (REPLICA_VECTORS + run->waiting.count);
}

static enum sgdmft_status online_supports(const struct sgdmft_run *run, struct sgdmft_error *error)
{
    if (run->clip_example > 0)
        return sgdmft_fail(error, SGDMFT_USAGE,
                           "clip_example: %.15g, but the engine online has no integrals over forces that are cut",
                           run->clip_example);
    return SGDMFT_OK;
}

#define CLASS_STEP 1e-4
#define REAL_STEP 5e-4
#define LINEAR_STEP 3e-5

static struct sgdmft_estimate online_estimate(const struct sgdmft_run *run, size_t paths)
{
    /* Seconds (machine_speed.h) of the integrals of a step, and of a vector that is followed. */
    const double n = (double)vectors_of(run);
    const double average = sgdmft_has_classes(run)                        ? CLASS_STEP
                           : run->loss->linear_force && run->link->linear ? LINEAR_STEP
                                                                          : REAL_STEP;
    const double seconds = (double)run->steps * (average + 1e-8 * n);
    (void)paths;
    return (struct sgdmft_estimate){.bytes = n * (n + 1) * sizeof(double), .seconds = seconds, .functions = seconds};
}

static double online_progress(const struct sgdmft_run *run, long k)
{
    return (double)k / (double)run->steps;
}

static void finish(void *state)
{
    struct online *s = state;
    if (!s)
        return;
    generalization_free(s->fresh);
    gram_free(&s->gram);
    free(s);
}

static void remember(struct online *s)
{
    for (size_t w = 0; w < s->run->waiting.count; w++)
        for (size_t c = 0; c < s->replicas && s->run->waiting.step[w] == s->k; c++)
            gram_add(&s->gram, 1, vector_of(c, WEIGHTS), frozen(s, w, c));
}

static void *start(const struct engine_group *group)
{
    const struct sgdmft_run *run = group->run;
    struct online *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->run = run;
    s->replicas = paths_replicas(run);
    s->keeps_symmetry = run->overlap0 == 0 && (!run->data->signal || paths_have_even_labels(run));
    s->fresh = generalization_create_forces(run);
    if (!gram_create(&s->gram, vectors_of(run)) || !s->fresh) {
        finish(s);
        return NULL;
    }
    s->gram.along[WEIGHTS] = run->overlap0;
    gram_noise(&s->gram, fmax(run->norm0 - run->overlap0 * run->overlap0, 0), WEIGHTS);
    for (size_t c = 0; c < s->replicas; c++) {
        if (c > 0)
            gram_add(&s->gram, 1, WEIGHTS, vector_of(c, WEIGHTS));
        gram_add(&s->gram, 1, WEIGHTS, vector_of(c, AVERAGE));
    }
    remember(s);
    return s;
}

static double distance_of(const struct online *s)
{
    const size_t one = WEIGHTS, two = vector_of(1, WEIGHTS);
    if (s->replicas < 2)
        return (double)NAN;
    const double along = s->gram.along[one] - s->gram.along[two];
    return along * along + gram_across(&s->gram, one, one) + gram_across(&s->gram, two, two)
           - 2 * gram_across(&s->gram, one, two);
}

/* Replicas differ in their noise alone, so the means are those of the first. */
static void evaluate(void *state, struct engine_values *values)
{
    struct online *s = state;
    const double overlap = s->gram.along[WEIGHTS], norm = gram_dot(&s->gram, WEIGHTS, WEIGHTS);
    s->means = generalization_forces(s->fresh, overlap, norm);
    *values = (struct engine_values){.overlap = overlap,
                                     .norm = norm,
                                     .train_loss = s->means.loss,
                                     .train_error = sgdmft_has_classes(s->run) ? s->means.error : (double)NAN,
                                     .distance = distance_of(s),
                                     .distance_drawn = distance_of(s)};
}

static void averaged(const void *state, struct engine_average *values)
{
    const struct online *s = state;
    const double overlap = s->gram.along[AVERAGE], norm = gram_dot(&s->gram, AVERAGE, AVERAGE);
    const struct fresh_sums means = generalization_forces(s->fresh, overlap, norm);
    *values = (struct engine_average){.overlap = overlap,
                                      .norm = norm,
                                      .field_overlap = overlap,
                                      .field_square = norm,
                                      .train_loss = means.loss,
                                      .train_error = sgdmft_has_classes(s->run) ? means.error : (double)NAN};
}

static void two_time(const void *state, long waiting, double *correlation, double *response)
{
    const struct online *s = state;
    size_t w = 0;
    while (s->run->waiting.step[w] != waiting)
        w++;
    *correlation = gram_dot(&s->gram, WEIGHTS, frozen(s, w, 0));
    *response = s->response[w].weights;
}

/* Computes (O1), clipped as (A2). */
static struct online_force force_of(const struct online *s)
{
    const struct sgdmft_run *run = s->run;
    const double variance = sgdmft_variance(run), weight = sgdmft_batch_weight(run, s->k),
                 batch = sgdmft_batch(run, s->k), mean = run->alpha * weight * batch,
                 across = gram_across(&s->gram, WEIGHTS, WEIGHTS), m = s->gram.along[WEIGHTS];
    const double signal = s->means.centre + sqrt(variance) * s->means.signal;
    struct online_force force = {.along = s->keeps_symmetry ? 0 : mean * signal,
                                 .memory = across > 0 ? mean * (s->means.field - m * signal) / across : 0,
                                 .noise = run->alpha * variance * weight * weight * batch * s->means.square};
    const double length = sqrt(force.along * force.along + force.memory * force.memory * across + force.noise);
    if (run->clip > 0 && length > run->clip) {
        const double cut = run->clip / length;
        force = (struct online_force){cut * force.along, cut * force.memory, cut * cut * force.noise};
    }
    return force;
}

/* Makes the step (O2) of a replica, with the buffer of (A1). */
static void descend(struct online *s, size_t replica, const struct online_force *force)
{
    const struct sgdmft_run *run = s->run;
    struct vector_gram *gram = &s->gram;
    const size_t w = vector_of(replica, WEIGHTS), g = vector_of(replica, GRADIENT), b = vector_of(replica, BUFFER);
    const double eta = sgdmft_rate(run, s->k), mu = sgdmft_momentum(run, s->k);
    gram_scale(gram, 0, g);
    gram_add(gram, run->ridge + force->memory, w, g);
    gram->along[g] = run->ridge * gram->along[w] + force->along;
    gram_noise(gram, force->noise, g);
    s->gradient_overlap = gram_dot(gram, w, g);
    s->gradient_norm = gram_dot(gram, g, g);
    gram_scale(gram, mu, b);
    gram_add(gram, run->momentum > 0 ? sgdmft_gradient_share(run, s->k) : 1, g, b);
    if (run->nesterov)
        gram_add(gram, mu, b, g);
    gram_add(gram, -eta, run->nesterov ? g : b, w);
    gram_noise(gram, 2 * sgdmft_temperature(run, s->k) * eta, w);
}

/* Advances the responses by (O3): in a random direction only the memory acts. */
static void respond(struct online *s, const struct online_force *force, double scale)
{
    const struct sgdmft_run *run = s->run;
    const double eta = sgdmft_rate(run, s->k), mu = sgdmft_momentum(run, s->k);
    const double share = run->momentum > 0 ? sgdmft_gradient_share(run, s->k) : 1;
    for (size_t i = 0; i < run->waiting.count; i++) {
        struct online_response *x = &s->response[i];
        if (run->waiting.step[i] > s->k)
            continue;
        const double g = (run->ridge + force->memory) * x->weights - 1;
        /* the buffer of a force that begins in mid-run has no past of its own */
        x->buffer = mu * x->buffer + share * g;
        x->weights = scale * (x->weights - eta * (run->nesterov ? g + mu * x->buffer : x->buffer));
    }
}

static enum sgdmft_status advance(void *state)
{
    struct online *s = state;
    const struct sgdmft_run *run = s->run;
    const struct online_force force = force_of(s);
    double scale = 1;
    for (size_t c = 0; c < s->replicas; c++) {
        const size_t w = vector_of(c, WEIGHTS), a = vector_of(c, AVERAGE);
        descend(s, c, &force);
        if (run->constraint == SGDMFT_CONSTRAINT_SPHERE) {
            scale = 1 / sqrt(gram_dot(&s->gram, w, w));
            gram_scale(&s->gram, scale, w);
        }
        if (!run->derived.average.taken)
            continue;
        const double share = sgdmft_average_share(run, s->k + 1);
        gram_scale(&s->gram, 1 - share, a);
        gram_add(&s->gram, share, w, a);
    }
    respond(s, &force, scale);
    s->k++;
    remember(s);
    const double norm = gram_dot(&s->gram, WEIGHTS, WEIGHTS);
    return norm <= norm_bound(run) && norm <= DBL_MAX ? SGDMFT_OK : SGDMFT_DIVERGED;
}

static void gradient(const void *state, double *overlap, double *norm)
{
    const struct online *s = state;
    *overlap = s->gradient_overlap;
    *norm = s->gradient_norm;
}

const struct engine engine_online = {
    .entry = {.name = "online",
              .summary = "closed recursions of rule online, whose averages over new examples are integrals",
              .reference = "D. Saad and S. A. Solla, Phys. Rev. Lett. 74 (1995) 4337; THEORY 8.8"},
    .fresh = true,
    .extras = true,
    .supports = online_supports,
    .estimate = online_estimate,
    .progress = online_progress,
    .start = start,
    .evaluate = evaluate,
    .averaged = averaged,
    .two_time = two_time,
    .advance = advance,
    .gradient = gradient,
    .finish = finish,
};
