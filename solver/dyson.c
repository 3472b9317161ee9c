/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The causal step of the order parameters: (T5), (T6), (T11) and the sphere's rescaling. */
#include "solver/dyson.h"

#include "solver/vector.h"
#include <math.h>
#include <stdlib.h>

static size_t correlation_bytes(size_t n) { return (2 * n * n + 2 * n) * sizeof(double); }

static bool correlation_create(struct correlation *correlation, size_t n, double norm0)
{
    *correlation = (struct correlation){.stride = n,
                                        .C = calloc(n * n, sizeof(double)),
                                        .M = calloc(n * n, sizeof(double)),
                                        .A = calloc(n, sizeof(double)),
                                        .a = calloc(n, sizeof(double))};
    if (!correlation->C || !correlation->M || !correlation->A || !correlation->a)
        return false;
    correlation->C[0] = norm0;
    return true;
}

static void correlation_free(struct correlation *correlation)
{
    free(correlation->C);
    free(correlation->M);
    free(correlation->A);
    free(correlation->a);
    *correlation = (struct correlation){0};
}

size_t dyson_bytes(const struct sgdmft_run *run, bool replicas)
{
    const size_t n = (size_t)run->steps + 1;
    return (replicas ? 2 : 1) * correlation_bytes(n) + (n * n + 4 * n) * sizeof(double);
}

bool dyson_create(struct dyson *dyson, const struct sgdmft_run *run, bool replicas)
{
    const size_t n = (size_t)run->steps + 1;
    *dyson = (struct dyson){.run = run,
                            .stride = n,
                            .rho = 1,
                            .replicas = replicas,
                            .m = calloc(n, sizeof(double)),
                            .R = calloc(n * n, sizeof(double)),
                            .Gamma = calloc(n, sizeof(double)),
                            .eta = calloc(n, sizeof(double)),
                            .scratch = calloc(n, sizeof(double))};
    if (!correlation_create(&dyson->own, n, run->norm0) || !dyson->m || !dyson->R || !dyson->Gamma || !dyson->eta || !dyson->scratch)
        return false;
    if (replicas && !correlation_create(&dyson->cross, n, run->norm0))
        return false;
    dyson->m[0] = run->overlap0;
    for (long k = 0; k <= run->steps; k++)
        dyson->eta[k] = sgdmft_rate(run, k);
    return true;
}

void dyson_free(struct dyson *dyson)
{
    free(dyson->m);
    free(dyson->R);
    free(dyson->Gamma);
    free(dyson->eta);
    free(dyson->scratch);
    correlation_free(&dyson->own);
    correlation_free(&dyson->cross);
    *dyson = (struct dyson){0};
}

/* The rows A(k,.) and a(k,.) of a correlation, and its Q^k. */
SIMD_CLONES static double force_products(const struct dyson *dyson, struct correlation *x, size_t k)
{
    const size_t n = dyson->stride;
    const double *Gamma = dyson->Gamma, *M = x->M + k * n;
    const double f = dyson->d - vector_dot(k + 1, Gamma, dyson->m);
    for (size_t j = 0; j <= k; j++)
        dyson->scratch[j] = dyson->eta[j] * M[j];
    for (size_t l = 0; l <= k; l++) {
        x->a[l] = -vector_dot(l, dyson->R + l * n, dyson->scratch);
        x->A[l] = f * dyson->m[l] + x->a[l];
    }
    for (size_t j = 0; j <= k; j++)
        vector_add(k + 1, Gamma[j], x->C + j * n, x->A);
    double Q = f * dyson->d + M[k];
    for (size_t j = 0; j <= k; j++)
        Q += Gamma[j] * (x->A[j] + x->a[j]);
    x->Q = Q;
    return Q;
}

/* Row k+1 of C; heat: of the thermal noise that both sides share. */
static void correlation_advance(const struct dyson *dyson, struct correlation *x, size_t k, double heat)
{
    const size_t n = x->stride, next = k + 1;
    const double eta = dyson->eta[k], keep = 1 - eta * dyson->run->ridge;
    const double Q = force_products(dyson, x, k);
    for (size_t l = 0; l <= k; l++)
        x->C[l * n + next] = x->C[next * n + l] = keep * x->C[k * n + l] - eta * x->A[l];
    x->C[next * n + next] = keep * keep * x->C[k * n + k] - 2 * keep * eta * x->A[k] + eta * eta * Q
                            + heat;
}

static void correlation_rescale(struct correlation *x, size_t k, double rho)
{
    const size_t n = x->stride;
    for (size_t l = 0; l < k; l++)
        x->C[l * n + k] = x->C[k * n + l] *= rho;
    x->C[k * n + k] *= rho * rho;
}

SIMD_CLONES static void response_advance(struct dyson *dyson, size_t k)
{
    const size_t n = dyson->stride;
    const double eta = dyson->eta[k], keep = 1 - eta * dyson->run->ridge;
    double *R_next = dyson->R + (k + 1) * n;
    for (size_t l = 0; l < k; l++)
        R_next[l] = keep * dyson->R[k * n + l];
    R_next[k] = 1;
    for (size_t j = 1; j <= k; j++)
        vector_add(j, -eta * dyson->Gamma[j], dyson->R + j * n, R_next);
}

static enum sgdmft_status rescale_to_sphere(struct dyson *dyson, size_t k)
{
    const double norm = dyson->own.C[k * dyson->stride + k];
    if (!(norm > 0))
        return SGDMFT_DIVERGED;
    const double rho = 1 / sqrt(norm);
    dyson->m[k] *= rho;
    for (size_t l = 0; l < k; l++)
        dyson->R[k * dyson->stride + l] *= rho;
    correlation_rescale(&dyson->own, k, rho);
    if (dyson->replicas)
        correlation_rescale(&dyson->cross, k, rho);
    dyson->rho = rho;
    return SGDMFT_OK;
}

static void correlation_take(const struct dyson *dyson, struct correlation *x, size_t k, const double *perpendicular)
{
    const size_t n = dyson->stride;
    for (size_t l = 0; l <= k; l++)
        x->C[l * n + k] = x->C[k * n + l] = dyson->m[k] * dyson->m[l] + perpendicular[l];
}

enum sgdmft_status dyson_advance(struct dyson *dyson, long step, const double *perpendicular,
                                 const double *cross_perpendicular)
{
    const struct sgdmft_run *run = dyson->run;
    const size_t k = (size_t)step, next = k + 1;
    correlation_advance(dyson, &dyson->own, k, 2 * sgdmft_temperature(run, step) * dyson->eta[k]);
    if (dyson->replicas && !cross_perpendicular)
        correlation_advance(dyson, &dyson->cross, k, 0);
    response_advance(dyson, k);
    dyson->m[next] = (1 - dyson->eta[k] * run->ridge) * dyson->m[k] - dyson->eta[k] * dyson->d;
    if (perpendicular)
        correlation_take(dyson, &dyson->own, next, perpendicular);
    if (dyson->replicas && cross_perpendicular)
        correlation_take(dyson, &dyson->cross, next, cross_perpendicular);
    const double norm = dyson->own.C[next * dyson->stride + next];
    if (!(norm <= 1e12 * (1 + run->norm0)) || !isfinite(dyson->m[next]))
        return SGDMFT_DIVERGED;
    return run->constraint == SGDMFT_CONSTRAINT_SPHERE ? rescale_to_sphere(dyson, next) : SGDMFT_OK;
}

double dyson_distance(const struct dyson *dyson, long k)
{
    const size_t at = (size_t)k * (dyson->stride + 1);
    return dyson->replicas ? 2 * (dyson->own.C[at] - dyson->cross.C[at]) : (double)NAN;
}

double dyson_integrated_response(const struct dyson *dyson, long k, long waiting)
{
    double sum = 0;
    for (long l = waiting; l < k; l++)
        sum += dyson->eta[l] * dyson->R[(size_t)k * dyson->stride + (size_t)l];
    return sum;
}

void dyson_gradient(const struct dyson *dyson, long k, double *overlap, double *norm)
{
    const struct correlation *own = &dyson->own;
    const double ridge = dyson->run->ridge, square = own->C[(size_t)k * own->stride + (size_t)k];
    *overlap = own->A[k] + ridge * square;
    *norm = own->Q + 2 * ridge * own->A[k] + ridge * ridge * square;
}
