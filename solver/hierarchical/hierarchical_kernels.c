/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The causal step of the order parameters on blocks. */
#include "solver/hierarchical/hierarchical_kernels.h"

#include "models/base/state.h"
#include "solver/paths/paths.h"
#include "solver/paths/step.h"
#include "solver/paths/vector.h"
#include <math.h>
#include <string.h>

/* Of n coordinates: arrays of the kernels, of a correlation and of a waiting time; their archive. */
static struct state_table kernels_arrays(size_t n, size_t waitings)
{
    return (struct state_table){
        {STATE_SAVED(kernels, m, n), STATE_ARRAY(kernels, Gamma, n), STATE_ARRAY(kernels, waiting, waitings)}};
}

static struct state_table pair_arrays(size_t n)
{
    return (struct state_table){{STATE_SAVED(kernel_pair, C, n * n), STATE_ARRAY(kernel_pair, next, n),
                                 STATE_ARRAY(kernel_pair, A, n), STATE_ARRAY(kernel_pair, a, n)}};
}

static struct state_table waiting_arrays(size_t n)
{
    return (struct state_table){{STATE_SAVED(kernel_waiting, C, n), STATE_SAVED(kernel_waiting, chi, n)}};
}

size_t kernels_bytes(const struct sgdmft_run *run, size_t n)
{
    const struct state_table own = kernels_arrays(n, run->waiting.count), pair = pair_arrays(n),
                             waiting = waiting_arrays(n);
    return (size_t)(state_bytes(&own) + (double)paths_replicas(run) * state_bytes(&pair)
                    + (double)run->waiting.count * state_bytes(&waiting));
}

static bool pair_create(struct kernel_pair *x, size_t n, double norm0)
{
    const struct state_table arrays = pair_arrays(n);
    x->square = norm0;
    return state_create(&arrays, x);
}

static bool waiting_create(struct kernel_waiting *waiting, size_t n, long step)
{
    const struct state_table arrays = waiting_arrays(n);
    waiting->step = step;
    return state_create(&arrays, waiting);
}

bool kernels_create(struct kernels *kernels, const struct sgdmft_run *run, size_t n, bool replicas)
{
    *kernels = (struct kernels){.run = run, .n = n, .overlap = run->overlap0, .rho = 1, .replicas = replicas};
    const struct state_table arrays = kernels_arrays(n, run->waiting.count);
    bool good = state_create(&arrays, kernels);
    good = pair_create(&kernels->own, n, run->norm0) && good;
    good = (!replicas || pair_create(&kernels->cross, n, run->norm0)) && good;
    for (size_t w = 0; kernels->waiting && w < run->waiting.count; w++)
        good = waiting_create(&kernels->waiting[kernels->waitings++], n, run->waiting.step[w]) && good;
    return good;
}

void kernels_free(struct kernels *kernels)
{
    const struct state_table arrays = kernels_arrays(0, 0), pair = pair_arrays(0), waiting = waiting_arrays(0);
    for (size_t w = 0; w < kernels->waitings; w++)
        state_free(&waiting, &kernels->waiting[w]);
    state_free(&pair, &kernels->own);
    state_free(&pair, &kernels->cross);
    state_free(&arrays, kernels);
    *kernels = (struct kernels){0};
}

static bool pair_archive(struct kernel_pair *x, size_t n, struct archive *archive)
{
    const struct state_table arrays = pair_arrays(n);
    return state_archive(&arrays, x, archive) && archive_doubles(archive, &x->square, 1);
}

bool kernels_archive(struct kernels *kernels, struct archive *archive)
{
    const size_t n = kernels->n;
    const struct state_table arrays = kernels_arrays(n, kernels->waitings), row = waiting_arrays(n);
    bool good = archive_mark(archive, "kernels") && state_archive(&arrays, kernels, archive)
                && archive_doubles(archive, &kernels->overlap, 1) && pair_archive(&kernels->own, n, archive)
                && (!kernels->replicas || pair_archive(&kernels->cross, n, archive));
    for (size_t w = 0; good && w < kernels->waitings; w++) {
        struct kernel_waiting *waiting = &kernels->waiting[w];
        good = state_archive(&row, waiting, archive) && archive_doubles(archive, &waiting->overlap, 1)
               && archive_doubles(archive, &waiting->correlation, 1) && archive_doubles(archive, &waiting->response, 1);
    }
    return good;
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
