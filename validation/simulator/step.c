/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step (T1): w <- (1 - eta lambda) w - eta sum_mu sigma_mu l'(r_mu,y_mu) x_mu/sqrt(N) + sqrt(2 T eta) xi,
 * and its linearisation for the tangents. Only rows of the batch are touched. */
#include "validation/simulator/step.h"

#include "validation/simulator/gradient.h"
#include "validation/simulator/response.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double step_bytes(const struct sgdmft_run *run)
{
    const double examples = (double)sgdmft_examples(run), columns = 1 + (double)response_tangents(run);
    const double dim = (double)(run->dim + KERNEL_LINE);
    return (4 * columns + 1) * dim * sizeof(double) + examples * (1 + 2 * sizeof(uint32_t));
}

bool step_create(const struct sgdmft_run *run, size_t stride, struct step *step)
{
    const size_t examples = (size_t)sgdmft_examples(run), tangents = response_tangents(run), n = (size_t)run->dim;
    const size_t columns = 1 + tangents;
    *step = (struct step){
        .dim = n,
        .stride = stride,
        .columns = columns,
        .weights = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .gradient = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .rounded = aligned_alloc(KERNEL_LINE, columns * stride * sizeof(double)),
        .slope = malloc(columns * KERNEL_ROWS * sizeof(double)),
        .force = malloc((tangents * n + 1) * sizeof(double)),
        .noise = malloc(n * sizeof(double)),
        .selected = calloc(examples, 1),
        .place = calloc(examples, sizeof(uint32_t)),
        .batch = malloc(examples * sizeof(uint32_t)),
    };
    return step->weights && step->gradient && step->rounded && step->slope && step->force && step->noise &&
           step->selected && step->place && step->batch;
}

void step_free(struct step *step)
{
    free(step->weights);
    free(step->gradient);
    free(step->rounded);
    free(step->slope);
    free(step->force);
    free(step->noise);
    free(step->selected);
    free(step->place);
    free(step->batch);
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
    for (int pass = 0; pass < 2; pass++) { /* the second removes what rounding left of the first */
        const double along = step_product(n, w, signal) / (double)n;
        for (size_t i = 0; i < n; i++)
            w[i] -= along * signal[i];
        step_scale(n, sqrt((double)n / step_product(n, w, w)), w);
    }
    step_scale(n, sqrt(across > 0 ? across : 0), w);
    for (size_t i = 0; i < n; i++)
        w[i] += run->overlap0 * signal[i];
    memset(w + n, 0, (step->columns * step->stride - n) * sizeof *w);
    response_draw(run, owner, step->force);
}

/* Fills batch with the rows of s^k = 1; returns their number. */
static size_t step_select(const struct sgdmft_run *run, uint32_t owner, long k, size_t examples, struct step *step)
{
    struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_BATCH, owner, (uint32_t)k);
    run->rule->select(run, &stream, k, examples, step->selected, step->place);
    size_t count = 0;
    for (size_t mu = 0; mu < examples; mu++) {
        step->batch[count] = (uint32_t)mu;
        count += step->selected[mu] != 0;
    }
    return count;
}

/* weights <- keep weights - pull gradient, and the norms of the gradient g = ridge weights + pull/rate gradient. */
static void step_descend(const struct sgdmft_run *run, long k, struct step *step)
{
    const size_t n = step->dim;
    const double rate = sgdmft_rate(run, k), keep = 1 - rate * run->ridge;
    const double share = sgdmft_batch_weight(run, k) / sqrt((double)n), pull = rate * share;
    double *restrict w = step->weights, overlap = 0, norm = 0;
    const double *restrict gradient = step->gradient;
#pragma omp simd reduction(+ : overlap, norm)
    for (size_t i = 0; i < n; i++) {
        const double g = run->ridge * w[i] + share * gradient[i];
        overlap += w[i] * g;
        norm += g * g;
        w[i] = keep * w[i] - pull * gradient[i];
    }
    step->gradient_overlap = overlap / (double)n;
    step->gradient_norm = norm / (double)n;
}

/* The same for the tangents, and their forces. */
static void step_descend_tangents(const struct sgdmft_run *run, long k, size_t active, struct step *step)
{
    const size_t n = step->dim;
    const double rate = sgdmft_rate(run, k), keep = 1 - rate * run->ridge;
    const double pull = rate * sgdmft_batch_weight(run, k) / sqrt((double)n);
    for (size_t j = 1; j < active; j++) {
        double *w = step->weights + j * step->stride;
        const double *gradient = step->gradient + j * step->stride, *force = step->force + (j - 1) * n;
        for (size_t i = 0; i < n; i++)
            w[i] = keep * w[i] - pull * gradient[i] + rate * force[i];
    }
}

/* w <- rho w with rho = sqrt(N)/|w|, and the tangents of that: dw <- rho dw - w (w.dw)/N with the new w. */
static void step_project(size_t active, double rho, struct step *step)
{
    const size_t n = step->dim;
    double *w = step->weights;
    step_scale(n, rho, w);
    for (size_t j = 1; j < active; j++) {
        double *tangent = w + j * step->stride;
        step_scale(n, rho, tangent);
        const double along = step_product(n, w, tangent) / (double)n;
        for (size_t i = 0; i < n; i++)
            tangent[i] -= along * w[i];
    }
}

double step_advance(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, long k,
                    struct step *step)
{
    const size_t n = step->dim, active = 1 + response_active(run, k);
    const double temperature = sgdmft_temperature(run, k);
    const size_t count = run->rule->full_batch ? set->count : step_select(run, owner, k, set->count, step);
    const uint32_t *batch = run->rule->full_batch ? NULL : step->batch;
    double *w = step->weights;
    set->kernel->round(active * step->stride, w, step->rounded);
    if (active > 1)
        gradient_columns(run, set, count, batch, active, step->rounded, step->slope, step->gradient);
    else
        gradient_single(run, set, count, batch, step->rounded, step->gradient);
    step_descend(run, k, step);
    step_descend_tangents(run, k, active, step);
    if (temperature > 0) {
        const double kick = sqrt(2 * temperature * sgdmft_rate(run, k));
        struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_THERMAL, owner, (uint32_t)k);
        sgdmft_normals(&stream, n, step->noise);
        for (size_t i = 0; i < n; i++)
            w[i] += kick * step->noise[i];
    }
    const double norm = step_product(n, w, w) / (double)n;
    if (run->constraint != SGDMFT_CONSTRAINT_SPHERE)
        return norm;
    step_project(active, 1 / sqrt(norm), step);
    return norm > 0 && norm <= DBL_MAX ? 1 : (double)NAN;
}

void step_measure_gradient(const struct sgdmft_run *run, const struct dataset *set, long k, struct step *step)
{
    const size_t n = step->dim;
    const double share = sgdmft_batch_weight(run, k) / sqrt((double)n);
    set->kernel->round(step->stride, step->weights, step->rounded);
    gradient_single(run, set, set->count, NULL, step->rounded, step->gradient);
    for (size_t i = 0; i < n; i++)
        step->gradient[i] = run->ridge * step->weights[i] + share * step->gradient[i];
    step->gradient_overlap = step_product(n, step->weights, step->gradient) / (double)n;
    step->gradient_norm = step_product(n, step->gradient, step->gradient) / (double)n;
}
