/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The step (T1): w <- (1 - eta lambda) w - eta sum_mu sigma_mu l'(r_mu,y_mu) x_mu/sqrt(N) + sqrt(2 T eta) xi.
 * Only rows of the batch are touched. */
#include "validation/simulator/step.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double step_bytes(const struct sgdmft_run *run)
{
    const double examples = (double)sgdmft_examples(run);
    return 4 * (double)(run->dim + KERNEL_LINE) * sizeof(double) + examples * (1 + 2 * sizeof(uint32_t));
}

bool step_create(const struct sgdmft_run *run, size_t stride, struct step *step)
{
    const size_t examples = (size_t)sgdmft_examples(run);
    *step = (struct step){
        .dim = (size_t)run->dim,
        .stride = stride,
        .weights = aligned_alloc(KERNEL_LINE, stride * sizeof(double)),
        .gradient = aligned_alloc(KERNEL_LINE, stride * sizeof(double)),
        .rounded = aligned_alloc(KERNEL_LINE, stride * sizeof(double)),
        .noise = malloc((size_t)run->dim * sizeof(double)),
        .selected = calloc(examples, 1),
        .place = calloc(examples, sizeof(uint32_t)),
        .batch = malloc(examples * sizeof(uint32_t)),
    };
    return step->weights && step->gradient && step->rounded && step->noise && step->selected && step->place &&
           step->batch;
}

void step_free(struct step *step)
{
    free(step->weights);
    free(step->gradient);
    free(step->rounded);
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
    memset(w + n, 0, (step->stride - n) * sizeof *w);
}

/* The rows of group `start`; places past the end repeat the last row. */
static void step_group(const struct dataset *set, size_t count, const uint32_t *batch, size_t start,
                       const void *rows[KERNEL_ROWS], double label[KERNEL_ROWS])
{
    for (size_t i = 0; i < KERNEL_ROWS; i++) {
        const size_t at = start + i < count ? start + i : count - 1, mu = batch ? batch[at] : at;
        rows[i] = dataset_row(set, mu);
        label[i] = set->label[mu];
    }
}

void step_gradient(const struct sgdmft_run *run, const struct dataset *set, size_t count, const uint32_t *batch,
                   const void *weights, double *gradient)
{
    const struct kernel *kernel = set->kernel;
    const double scale = 1 / sqrt((double)set->dim);
    const void *old[KERNEL_ROWS], *rows[KERNEL_ROWS], *next[KERNEL_ROWS];
    double label[KERNEL_ROWS], next_label[KERNEL_ROWS], slope[KERNEL_ROWS] = {0}, field[KERNEL_ROWS];
    memset(gradient, 0, set->stride * sizeof *gradient);
    if (count == 0)
        return;
    step_group(set, count, batch, 0, rows, label);
    memcpy(old, rows, sizeof old);
    for (size_t start = 0; start < count; start += KERNEL_ROWS) {
        step_group(set, count, batch, start + KERNEL_ROWS, next, next_label);
        kernel->pass(set->stride, rows, weights, old, slope, next, gradient, field);
        for (size_t i = 0; i < KERNEL_ROWS; i++)
            field[i] *= scale;
        sgdmft_loss_evaluate(run, KERNEL_ROWS, field, label, NULL, slope, NULL);
        for (size_t i = count - start; i < KERNEL_ROWS; i++)
            slope[i] = 0;
        memcpy(old, rows, sizeof old);
        memcpy(rows, next, sizeof rows);
        memcpy(label, next_label, sizeof label);
    }
    kernel->pass(set->stride, rows, weights, old, slope, rows, gradient, field);
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

double step_advance(const struct sgdmft_run *run, const struct dataset *set, uint32_t owner, long k,
                    struct step *step)
{
    const size_t n = step->dim;
    const double rate = sgdmft_rate(run, k), temperature = sgdmft_temperature(run, k);
    const double keep = 1 - rate * run->ridge;
    const double pull = rate * sgdmft_batch_weight(run, k) / sqrt((double)n);
    double *w = step->weights;
    set->kernel->round(step->stride, w, step->rounded);
    if (run->rule->full_batch) {
        step_gradient(run, set, set->count, NULL, step->rounded, step->gradient);
    } else {
        const size_t count = step_select(run, owner, k, set->count, step);
        step_gradient(run, set, count, step->batch, step->rounded, step->gradient);
    }
    for (size_t i = 0; i < n; i++)
        w[i] = keep * w[i] - pull * step->gradient[i];
    if (temperature > 0) {
        const double kick = sqrt(2 * temperature * rate);
        struct sgdmft_stream stream = sgdmft_stream_open(run->seed, SGDMFT_THERMAL, owner, (uint32_t)k);
        sgdmft_normals(&stream, n, step->noise);
        for (size_t i = 0; i < n; i++)
            w[i] += kick * step->noise[i];
    }
    const double norm = step_product(n, w, w) / (double)n;
    if (run->constraint != SGDMFT_CONSTRAINT_SPHERE)
        return norm;
    step_scale(n, 1 / sqrt(norm), w);
    return norm > 0 && norm <= DBL_MAX ? 1 : (double)NAN;
}
