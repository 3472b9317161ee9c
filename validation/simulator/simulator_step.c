/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step (T1): w <- (1 - eta lambda) w - eta sum_mu sigma_mu l'(r_mu,y_mu) x_mu/sqrt(N) + sqrt(2 T eta) xi,
 * and its linearisation for the tangents. Only rows of the batch are touched. */
#include "validation/simulator/simulator_step.h"

#include "validation/simulator/response.h"
#include <float.h>
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

static size_t step_replicas(const struct sgdmft_run *run)
{
    return run->replicas > 1 ? (size_t)run->replicas : 1;
}

double step_bytes(const struct sgdmft_run *run, int threads)
{
    const double replicas = (double)step_replicas(run), examples = (double)sgdmft_examples(run);
    const double tangents = (double)response_tangents(run), columns = replicas + tangents;
    const double dim = (double)(run->dim + KERNEL_LINE);
    const double averages = run->derived.average.taken ? replicas : 0;
    return ((run->momentum > 0 ? 4 : 3) * columns + averages + tangents + threads) * dim * sizeof(double)
           + pieces_bytes(run, (size_t)columns, threads) + 3 * replicas * sizeof(double)
           + examples * (replicas * (1 + sizeof(uint32_t)) + sizeof(uint32_t));
}

bool step_create(const struct sgdmft_run *run, size_t stride, int threads, struct step *step)
{
    const size_t examples = (size_t)sgdmft_examples(run), tangents = response_tangents(run), n = (size_t)run->dim;
    const size_t replicas = step_replicas(run), columns = replicas + tangents;
    *step = (struct step){
        .dim = n,
        .stride = stride,
        .examples = examples,
        .replicas = replicas,
        .columns = columns,
        .threads = threads,
        .weights = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .gradient = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .buffer = run->momentum > 0 ? malloc(columns * stride * sizeof(double)) : NULL,
        .average = run->derived.average.taken ? malloc(replicas * stride * sizeof(double)) : NULL,
        .rounded = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .force = malloc((tangents * n + 1) * sizeof(double)),
        .noise = malloc((size_t)threads * n * sizeof(double)),
        .moment = malloc(3 * replicas * sizeof(double)),
        .selected = calloc(replicas * examples, 1),
        .place = calloc(replicas * examples, sizeof(uint32_t)),
        .batch = malloc(examples * sizeof(uint32_t)),
    };
    return pieces_create(run, columns, stride, threads, &step->pieces) && step->weights && step->gradient
           && (step->buffer || !(run->momentum > 0)) && (step->average || !run->derived.average.taken) && step->rounded
           && step->force && step->noise && step->moment && step->selected && step->place && step->batch;
}

void step_free(struct step *step)
{
    free(step->weights);
    free(step->gradient);
    free(step->buffer);
    free(step->average);
    free(step->rounded);
    free(step->force);
    free(step->noise);
    free(step->moment);
    free(step->selected);
    free(step->place);
    free(step->batch);
    pieces_free(&step->pieces);
    *step = (struct step){.dim = 0};
}

double step_product(size_t n, const double *a, const double *b)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static void step_scale(size_t n, double factor, double *w)
{
    for (size_t i = 0; i < n; i++)
        w[i] *= factor;
}

void step_start(const struct sgdmft_run *run, uint32_t owner, const double *signal, struct step *step)
{
    const size_t n = step->dim;
    double *w = step->weights;
    const double across = run->norm0 - run->overlap0 * run->overlap0;
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_START, owner, 0);
    sgdmft_normals(&stream, n, w);
    for (int pass = 0; pass < 2; pass++) { /* the second pass removes the rounding of the first */
        const double along = step_product(n, w, signal) / (double)n;
        for (size_t i = 0; i < n; i++)
            w[i] -= along * signal[i];
        step_scale(n, sqrt((double)n / step_product(n, w, w)), w);
    }
    step_scale(n, sqrt(across > 0 ? across : 0), w);
    for (size_t i = 0; i < n; i++)
        w[i] += run->overlap0 * signal[i];
    memset(w + n, 0, (step->columns * step->stride - n) * sizeof *w);
    if (step->buffer)
        memset(step->buffer, 0, step->columns * step->stride * sizeof *step->buffer);
    for (size_t j = 1; j < step->replicas; j++)
        memcpy(w + j * step->stride, w, n * sizeof *w);
    if (step->average)
        memcpy(step->average, w, step->replicas * step->stride * sizeof *w);
    response_draw(run, owner, step->force);
}

/* s^k of all replicas. */
static void step_select(const struct sgdmft_run *run, uint32_t owner, long k, struct step *step)
{
#pragma omp parallel for schedule(static) num_threads(step->threads) if (step->threads > 1 && step->replicas > 1)
    for (size_t j = 0; j < step->replicas; j++) {
        struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_BATCH, owner, (uint32_t)k);
        sgdmft_stream_part(&stream, (uint32_t)j);
        run->rule->select(run, &stream, k, step->examples, step->selected + j * step->examples,
                          step->place + j * step->examples);
    }
}

/* Fills batch with the rows of s^k = 1 of replica j; returns their number. */
static size_t step_batch(size_t j, struct step *step)
{
    const unsigned char *selected = step->selected + j * step->examples;
    size_t count = 0;
    for (size_t mu = 0; mu < step->examples; mu++) {
        step->batch[count] = (uint32_t)mu;
        count += selected[mu] != 0;
    }
    return count;
}

bool step_shares(const struct sgdmft_run *run, long k)
{
    const double batch = sgdmft_batch(run, k), any = 1 - pow(1 - batch, (double)run->replicas);
    return (double)run->replicas * batch >= 2 * any && KERNEL_BLOCK * batch >= 3 * any;
}

/* Gradients of all columns in use, of new examples: each replica has its own. */
static void step_gradient_fresh(const struct sgdmft_run *run, struct dataset *set, uint32_t owner, long k,
                                size_t active, struct step *step)
{
    struct pieces_task task = {.replicas = 1, .columns = step->replicas == 1 ? active : 1, .fraction = 1};
    set->kernel->round(active * step->stride, step->weights, step->rounded);
    for (size_t j = 0; j < step->replicas; j++) {
        if (j > 0)
            dataset_draw_fresh(run, owner, k, j, step->signal, set);
        task.count = set->count;
        task.weights = (const char *)step->rounded + j * step->stride * set->kernel->size;
        pieces_gradient(run, set, &task, &step->pieces, step->gradient + j * step->stride);
    }
}

/* Gradients of all columns in use. */
static void step_gradient(const struct sgdmft_run *run, const struct dataset *set, long k, size_t active,
                          struct step *step)
{
    const size_t replicas = step->replicas, stride = step->stride;
    const bool full = run->rule->full_batch, together = full || replicas == 1 || step_shares(run, k);
    struct pieces_task task = {
        .count = step->examples, .replicas = replicas, .columns = active, .fraction = 1, .weights = step->rounded};
    set->kernel->round(active * stride, step->weights, step->rounded);
    if (together && !full && replicas > 1) {
        task.selected = step->selected;
        task.fraction = sgdmft_batch(run, k);
    } else if (!full) {
        task.row = step->batch;
        task.count = step_batch(0, step);
    }
    if (together) {
        pieces_gradient(run, set, &task, &step->pieces, step->gradient);
        return;
    }
    task.replicas = task.columns = 1;
    for (size_t j = 0; j < replicas; j++) {
        task.weights = (const char *)step->rounded + j * stride * set->kernel->size;
        task.count = step_batch(j, step);
        pieces_gradient(run, set, &task, &step->pieces, step->gradient + j * stride);
    }
}

/* w <- w - eta g, g in place of the sum over the batch; with momentum as in torch.optim.SGD (A1). */
static void step_move(const struct sgdmft_run *run, long k, size_t j, struct step *step)
{
    const double rate = sgdmft_rate(run, k), mu = sgdmft_momentum(run, k), share = k == 0 ? 1 : 1 - run->dampening;
    double *restrict w = step->weights + j * step->stride;
    const double *restrict g = step->gradient + j * step->stride;
    if (!step->buffer) {
        for (size_t i = 0; i < step->dim; i++)
            w[i] -= rate * g[i];
        return;
    }
    double *restrict buffer = step->buffer + j * step->stride;
    for (size_t i = 0; i < step->dim; i++) {
        buffer[i] = mu * buffer[i] + share * g[i];
        w[i] -= rate * (run->nesterov ? g[i] + mu * buffer[i] : buffer[i]);
    }
}

/* Factor of replica j's gradient after clipping, from the sum over its batch (A2). */
static double step_cut(const struct sgdmft_run *run, double share, size_t j, const struct step *step)
{
    const double *sum = step->gradient + j * step->stride;
    if (!(run->clip > 0))
        return 1;
    const double length = share * sqrt(step_product(step->dim, sum, sum) / (double)step->dim);
    return length > run->clip ? run->clip / length : 1;
}

/* Draws the noise[dim] in the gradient of replica j; returns its size. */
static double step_privacy(const struct sgdmft_run *run, uint32_t owner, long k, size_t j, size_t n, double *noise)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_PRIVACY, owner, (uint32_t)k);
    if (!(run->privacy_noise > 0))
        return 0;
    sgdmft_stream_part(&stream, (uint32_t)j);
    sgdmft_normals(&stream, n, noise);
    return sgdmft_batch_weight(run, k) * run->privacy_noise * run->clip_example;
}

/* Replica j: the sum over its batch becomes g = ridge weights + share sum; moments of g, and the step. */
static void step_descend(const struct sgdmft_run *run, uint32_t owner, long k, size_t j, double *noise,
                         struct step *step)
{
    const size_t n = step->dim;
    const double whole = sgdmft_batch_weight(run, k) / sqrt((double)n);
    const double share = whole * step_cut(run, whole, j, step), kick = step_privacy(run, owner, k, j, n, noise);
    const double *restrict w = step->weights + j * step->stride;
    double *restrict g = step->gradient + j * step->stride, overlap = 0, norm = 0;
    for (size_t i = 0; i < n && kick > 0; i++)
        g[i] += kick / share * noise[i];
#pragma omp simd reduction(+ : overlap, norm)
    for (size_t i = 0; i < n; i++) {
        g[i] = run->ridge * w[i] + share * g[i];
        overlap += w[i] * g[i];
        norm += g[i] * g[i];
    }
    step->moment[3 * j] = overlap / (double)n;
    step->moment[3 * j + 1] = norm / (double)n;
    step_move(run, k, j, step);
}

/* The same for the tangents, whose forces are part of g, before that of the replica. The derivative of a shortened
 * gradient is orthogonal to it. */
static void step_descend_tangents(const struct sgdmft_run *run, long k, size_t active, struct step *step)
{
    const size_t n = step->dim;
    const double whole = sgdmft_batch_weight(run, k) / sqrt((double)n), cut = step_cut(run, whole, 0, step);
    const double share = whole * cut, *sum = step->gradient;
    for (size_t j = step->replicas; j < active; j++) {
        const double *w = step->weights + j * step->stride, *force = step->force + (j - step->replicas) * n;
        double *g = step->gradient + j * step->stride;
        const double along = cut < 1 ? step_product(n, sum, g) / step_product(n, sum, sum) : 0;
        for (size_t i = 0; i < n; i++)
            g[i] = run->ridge * w[i] + share * (g[i] - along * sum[i]) - force[i];
        step_move(run, k, j, step);
    }
}

/* Adds sqrt(2 T eta) xi to replica j; noise: [dim] scratch. */
static void step_heat(const struct sgdmft_run *run, uint32_t owner, long k, size_t j, double *noise, struct step *step)
{
    const double temperature = sgdmft_temperature(run, k);
    if (!(temperature > 0))
        return;
    const double kick = sqrt(2 * temperature * sgdmft_rate(run, k));
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_THERMAL, owner, (uint32_t)k);
    sgdmft_stream_part(&stream, (uint32_t)j);
    double *w = step->weights + j * step->stride;
    sgdmft_normals(&stream, step->dim, noise);
    for (size_t i = 0; i < step->dim; i++)
        w[i] += kick * noise[i];
}

/* The linearisation of w <- rho w with rho = sqrt(N)/|w|: dw <- rho dw - w (w.dw)/N with the new w. */
static void step_project_tangents(size_t active, double rho, struct step *step)
{
    const size_t n = step->dim;
    const double *w = step->weights;
    for (size_t j = step->replicas; j < active; j++) {
        double *tangent = step->weights + j * step->stride;
        step_scale(n, rho, tangent);
        const double along = step_product(n, w, tangent) / (double)n;
        for (size_t i = 0; i < n; i++)
            tangent[i] -= along * w[i];
    }
}

/* |w|^2/N of replica j, which the sphere makes 1. */
static double step_constrain(const struct sgdmft_run *run, size_t j, size_t active, struct step *step)
{
    const size_t n = step->dim;
    double *w = step->weights + j * step->stride;
    const double norm = step_product(n, w, w) / (double)n;
    if (run->constraint != SGDMFT_CONSTRAINT_SPHERE)
        return norm;
    step_scale(n, 1 / sqrt(norm), w);
    step_project_tangents(active, 1 / sqrt(norm), step);
    return norm > 0 && norm <= DBL_MAX ? 1 : (double)NAN;
}

/* The average of replica j takes the weights of step k (A3). */
static void step_average(const struct sgdmft_run *run, long k, size_t j, struct step *step)
{
    const struct sgdmft_average *rule = &run->derived.average;
    const double *w = step->weights + j * step->stride;
    double *average = step->average + j * step->stride;
    const double share = rule->beta > 0 ? 1 - rule->beta : 1.0 / (double)(k > rule->from ? k - rule->from + 1 : 1);
    for (size_t i = 0; i < step->stride; i++)
        average[i] += share * (w[i] - average[i]);
}

double step_advance(const struct sgdmft_run *run, struct dataset *set, uint32_t owner, long k, struct step *step)
{
    const size_t active = step->replicas + response_active(run, k);
    double largest = 0;
    if (!run->rule->full_batch && !run->rule->fresh)
        step_select(run, owner, k, step);
    if (run->rule->fresh)
        step_gradient_fresh(run, set, owner, k, active, step);
    else
        step_gradient(run, set, k, active, step);
    step_descend_tangents(run, k, active, step);
#pragma omp parallel for schedule(static) num_threads(step->threads) if (step->threads > 1 && step->replicas > 1)
    for (size_t j = 0; j < step->replicas; j++) {
        double *noise = step->noise + (size_t)omp_get_thread_num() * step->dim;
        step_descend(run, owner, k, j, noise, step);
        step_heat(run, owner, k, j, noise, step);
        step->moment[3 * j + 2] = step_constrain(run, j, active, step);
        if (step->average)
            step_average(run, k + 1, j, step);
    }
    step->gradient_overlap = step->gradient_norm = 0;
    for (size_t j = 0; j < step->replicas; j++) {
        const double *moment = step->moment + 3 * j;
        step->gradient_overlap += moment[0] / (double)step->replicas;
        step->gradient_norm += moment[1] / (double)step->replicas;
        if (!(moment[2] <= largest) && !isnan(largest))
            largest = moment[2];
    }
    return largest;
}

void step_full_gradient(const struct sgdmft_run *run, const struct dataset *set, struct step *step)
{
    const struct pieces_task task = {
        .count = set->count, .replicas = 1, .columns = 1, .fraction = 1, .weights = step->rounded};
    pieces_gradient(run, set, &task, &step->pieces, step->gradient);
}

void step_measure_gradient(const struct sgdmft_run *run, const struct dataset *set, long k, struct step *step)
{
    const size_t n = step->dim;
    const double share = sgdmft_batch_weight(run, k) / sqrt((double)n);
    set->kernel->round(step->stride, step->weights, step->rounded);
    if (run->rule->continuous && !run->rule->full_batch) {
        const struct pieces_task task = {.count = step_batch(0, step),
                                         .replicas = 1,
                                         .columns = 1,
                                         .row = step->batch,
                                         .fraction = 1,
                                         .weights = step->rounded};
        pieces_gradient(run, set, &task, &step->pieces, step->gradient);
    } else
        step_full_gradient(run, set, step);
    for (size_t i = 0; i < n; i++)
        step->gradient[i] = run->ridge * step->weights[i] + share * step->gradient[i];
    step->gradient_overlap = step_product(n, step->weights, step->gradient) / (double)n;
    step->gradient_norm = step_product(n, step->gradient, step->gradient) / (double)n;
}

/* From differences to the first replica, sum over pairs = R sum_a |d_a|^2 - |sum_a d_a|^2: which is exactly 0 for equal
 * replicas. */
double step_distance(const struct step *step)
{
    const size_t n = step->dim, replicas = step->replicas;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double square = 0, all = 0;
        for (size_t j = 1; j < replicas; j++) {
            const double d = step->weights[j * step->stride + i] - step->weights[i];
            square += d * d;
            all += d;
        }
        sum += (double)replicas * square - all * all;
    }
    return 2 * sum / ((double)n * (double)replicas * (double)(replicas - 1));
}
