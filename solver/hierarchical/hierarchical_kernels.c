/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The causal step of the order parameters on blocks. */
#include "solver/hierarchical/hierarchical_kernels.h"

#include "solver/paths/step.h"
#include "solver/paths/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *zeros(size_t count, bool *good)
{
    double *x = calloc(count, sizeof *x);
    *good = *good && x;
    return x;
}

static struct kernel_pair pair_create(size_t n, double norm0, bool *good)
{
    return (struct kernel_pair){
        .C = zeros(n * n, good), .next = zeros(n, good), .A = zeros(n, good), .a = zeros(n, good), .square = norm0};
}

static void pair_free(struct kernel_pair *x)
{
    free(x->C);
    free(x->next);
    free(x->A);
    free(x->a);
}

size_t kernels_bytes(const struct sgdmft_run *run, size_t n)
{
    return (2 * n * n + (8 + 2 * run->waiting.count) * n) * sizeof(double)
           + run->waiting.count * sizeof(struct kernel_waiting);
}

bool kernels_create(struct kernels *kernels, const struct sgdmft_run *run, size_t n, bool replicas)
{
    bool good = true;
    *kernels = (struct kernels){.run = run, .n = n, .overlap = run->overlap0, .rho = 1, .replicas = replicas};
    kernels->m = zeros(n, &good);
    kernels->Gamma = zeros(n, &good);
    kernels->own = pair_create(n, run->norm0, &good);
    if (replicas)
        kernels->cross = pair_create(n, run->norm0, &good);
    kernels->waiting = calloc(run->waiting.count + 1, sizeof *kernels->waiting);
    for (size_t w = 0; kernels->waiting && w < run->waiting.count; w++) {
        kernels->waiting[w] =
            (struct kernel_waiting){.step = run->waiting.step[w], .C = zeros(n, &good), .chi = zeros(n, &good)};
        kernels->waitings++;
    }
    return good && kernels->waiting;
}

void kernels_free(struct kernels *kernels)
{
    free(kernels->m);
    free(kernels->Gamma);
    pair_free(&kernels->own);
    pair_free(&kernels->cross);
    for (size_t w = 0; w < kernels->waitings; w++) {
        free(kernels->waiting[w].C);
        free(kernels->waiting[w].chi);
    }
    free(kernels->waiting);
    *kernels = (struct kernels){0};
}

static void pair_append(struct kernel_pair *x, size_t n, size_t at)
{
    for (size_t b = 0; b < n; b++)
        x->C[at * n + b] = x->C[b * n + at] = x->next[b];
    x->C[at * n + at] = x->square;
}

void kernels_append(struct kernels *kernels, long k, size_t at)
{
    const size_t n = kernels->n;
    kernels->m[at] = kernels->overlap;
    pair_append(&kernels->own, n, at);
    if (kernels->replicas)
        pair_append(&kernels->cross, n, at);
    for (size_t w = 0; w < kernels->waitings; w++) {
        struct kernel_waiting *waiting = &kernels->waiting[w];
        if (waiting->step == k) {
            memcpy(waiting->C, kernels->own.C + at * n, n * sizeof(double));
            waiting->overlap = kernels->overlap;
            waiting->correlation = kernels->own.square;
        }
        if (waiting->step < k)
            waiting->C[at] = waiting->correlation;
        waiting->chi[at] = waiting->response;
    }
}

static void pair_merge(struct kernel_pair *x, size_t n, const struct merge *merge)
{
    merge_rows(merge, x->C, n, 0, n);
    merge_columns(merge, x->C, n, n);
    merge_rows(merge, x->next, 1, 0, 1);
}

void kernels_merge(struct kernels *kernels, const struct merge *merge)
{
    const size_t n = kernels->n;
    merge_rows(merge, kernels->m, 1, 0, 1);
    pair_merge(&kernels->own, n, merge);
    if (kernels->replicas)
        pair_merge(&kernels->cross, n, merge);
    for (size_t w = 0; w < kernels->waitings; w++) {
        merge_rows(merge, kernels->waiting[w].C, 1, 0, 1);
        merge_rows(merge, kernels->waiting[w].chi, 1, 0, 1);
    }
}

/* The row A(k,.) and Q^k of a correlation, then its row k+1; heat: of the thermal noise that both sides share. */
static void pair_advance(const struct kernels *kernels, struct kernel_pair *x, size_t at, double f, double eta,
                         double heat)
{
    const size_t n = kernels->n;
    const double keep = 1 - eta * kernels->run->ridge, *Gamma = kernels->Gamma;
    double Q = f * kernels->d + x->force;
    for (size_t b = 0; b < n; b++) {
        x->A[b] = f * kernels->m[b] + vector_dot(n, x->C + b * n, Gamma) + x->a[b];
        Q += Gamma[b] * (x->A[b] + x->a[b]);
    }
    x->Q = Q;
    for (size_t b = 0; b < n; b++)
        x->next[b] = keep * x->C[at * n + b] - eta * x->A[b];
    x->square = step_square(keep, eta, x->C[at * n + at], x->A[at], Q, heat);
}

static void waiting_advance(const struct kernels *kernels, struct kernel_waiting *waiting, double f, double eta)
{
    const size_t n = kernels->n;
    const double keep = 1 - eta * kernels->run->ridge;
    const double A = f * waiting->overlap + vector_dot(n, kernels->Gamma, waiting->C) + waiting->a;
    const double memory = vector_dot(n, kernels->Gamma, waiting->chi);
    waiting->correlation = keep * waiting->correlation - eta * A;
    waiting->response = keep * waiting->response - eta * memory + eta;
}

static void scale(size_t n, double c, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= c;
}

static void kernels_rescale(struct kernels *kernels, long k)
{
    const double rho = kernels->rho;
    kernels->overlap *= rho;
    scale(kernels->n, rho, kernels->own.next);
    kernels->own.square *= rho * rho;
    if (kernels->replicas) {
        scale(kernels->n, rho, kernels->cross.next);
        kernels->cross.square *= rho * rho;
    }
    for (size_t w = 0; w < kernels->waitings && kernels->waiting[w].step <= k; w++) {
        kernels->waiting[w].correlation *= rho;
        kernels->waiting[w].response *= rho;
    }
}

SIMD_CLONES enum sgdmft_status kernels_advance(struct kernels *kernels, long k, size_t at)
{
    const struct sgdmft_run *run = kernels->run;
    const double eta = sgdmft_rate(run, k), square = kernels->own.square;
    const double f = kernels->d - vector_dot(kernels->n, kernels->Gamma, kernels->m);
    pair_advance(kernels, &kernels->own, at, f, eta, 2 * sgdmft_temperature(run, k) * eta);
    if (kernels->replicas)
        pair_advance(kernels, &kernels->cross, at, f, eta, 0);
    for (size_t w = 0; w < kernels->waitings && kernels->waiting[w].step <= k; w++)
        waiting_advance(kernels, &kernels->waiting[w], f, eta);
    kernels->overlap = (1 - eta * run->ridge) * kernels->overlap - eta * kernels->d;
    step_gradient(run->ridge, square, kernels->own.A[at], kernels->own.Q, &kernels->gradient_overlap,
                  &kernels->gradient_norm);
    const enum sgdmft_status status = step_end(run, kernels->own.square, &kernels->rho);
    if (!status && run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        kernels_rescale(kernels, k);
    return isfinite(kernels->overlap) ? status : SGDMFT_DIVERGED;
}

double kernels_distance(const struct kernels *kernels)
{
    return kernels->replicas ? 2 * (kernels->own.square - kernels->cross.square) : (double)NAN;
}
