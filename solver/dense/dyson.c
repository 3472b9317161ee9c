/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The causal step of the order parameters: (T5), (T6), (T11) and the sphere's rescaling. */
#include "solver/dense/dyson_modes.h"

#include "solver/paths/step.h"
#include "solver/paths/vector.h"
#include <math.h>

/* Force along the signal in a mode: f without the term Gamma.m of the weights, d = a f + Gamma.m with it. Written as
 * differences to one mode of value 1, for which they are exactly 0. */
struct drift {
    double f, d;
};

/* dyson->mode_Gamma = s Gamma, and the drift. */
SIMD_CLONES static struct drift mode_enter(struct dyson *dyson, const struct mode *mode, size_t k)
{
    const double sigma = mode->value / dyson->signal_root, *Gamma = dyson->Gamma;
    for (size_t j = 0; j <= k; j++)
        dyson->mode_Gamma[j] = mode->value * Gamma[j];
    const double memory = vector_dot(k + 1, Gamma, dyson->field_m);
    const double own_memory = vector_dot(k + 1, dyson->mode_Gamma, mode->m);
    const double centre = dyson->centre_d * (1 - sigma);
    return (struct drift){.f = centre + sigma * (dyson->d - memory),
                          .d = mode->signal * (centre + sigma * dyson->d)
                               + (own_memory - mode->signal * (sigma * memory))};
}

/* The rows A(k,.) and a(k,.) of a correlation in a mode, and its Q^k. */
SIMD_CLONES static double force_products(const struct dyson *dyson, const struct mode *mode, const struct drift *drift,
                                         struct correlation *x, size_t k)
{
    const size_t n = dyson->stride;
    const double *Gamma = dyson->mode_Gamma, *M = x->M + k * n;
    for (size_t j = 0; j <= k; j++)
        dyson->scratch[j] = dyson->eta[j] * (mode->value * M[j]);
    for (size_t l = 0; l <= k; l++) {
        x->a[l] = -vector_dot(l, mode->R + l * n, dyson->scratch);
        x->A[l] = drift->f * mode->m[l] + x->a[l];
    }
    for (size_t j = 0; j <= k; j++)
        vector_add(k + 1, Gamma[j], x->C + j * n, x->A);
    double Q = drift->f * drift->d + mode->value * M[k];
    for (size_t j = 0; j <= k; j++)
        Q += Gamma[j] * (x->A[j] + x->a[j]);
    x->Q = Q;
    return Q;
}

/* Row k+1 of C; heat: of the thermal noise that both sides share. */
static void correlation_advance(const struct dyson *dyson, const struct mode *mode, const struct drift *drift,
                                struct correlation *x, size_t k, double heat)
{
    const size_t n = x->stride, next = k + 1;
    const double eta = dyson->eta[k], keep = 1 - eta * dyson->run->ridge;
    const double Q = force_products(dyson, mode, drift, x, k);
    for (size_t l = 0; l <= k; l++)
        x->C[l * n + next] = x->C[next * n + l] = keep * x->C[k * n + l] - eta * x->A[l];
    x->C[next * n + next] = step_square(keep, eta, x->C[k * n + k], x->A[k], Q, heat);
}

static void correlation_rescale(struct correlation *x, size_t k, double rho)
{
    const size_t n = x->stride;
    for (size_t l = 0; l < k; l++)
        x->C[l * n + k] = x->C[k * n + l] *= rho;
    x->C[k * n + k] *= rho * rho;
}

SIMD_CLONES static void response_advance(const struct dyson *dyson, const struct mode *mode, size_t k)
{
    const size_t n = dyson->stride;
    const double eta = dyson->eta[k], keep = 1 - eta * dyson->run->ridge;
    double *R_next = mode->R + (k + 1) * n;
    for (size_t l = 0; l < k; l++)
        R_next[l] = keep * mode->R[k * n + l];
    R_next[k] = 1;
    for (size_t j = 1; j <= k; j++)
        vector_add(j, -eta * dyson->mode_Gamma[j], mode->R + j * n, R_next);
}

/* |w|^2/N at step k. */
static double dyson_square(const struct dyson *dyson, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < dyson->modes; i++)
        sum += dyson->mode[i].weight * dyson->mode[i].own.C[k * dyson->stride + k];
    return sum;
}

static void dyson_rescale(struct dyson *dyson, size_t k, double rho)
{
    for (size_t i = 0; i < dyson->modes; i++) {
        struct mode *mode = &dyson->mode[i];
        mode->m[k] *= rho;
        for (size_t l = 0; l < k; l++)
            mode->R[k * dyson->stride + l] *= rho;
        correlation_rescale(&mode->own, k, rho);
        if (dyson->replicas)
            correlation_rescale(&mode->cross, k, rho);
    }
}

static void correlation_take(const struct mode *mode, struct correlation *x, size_t k, const double *perpendicular)
{
    const size_t n = x->stride;
    for (size_t l = 0; l <= k; l++) {
        const double along = mode->signal > 0 ? mode->m[k] * mode->m[l] / mode->signal : 0;
        x->C[l * n + k] = x->C[k * n + l] = along + perpendicular[l];
    }
}

static void mode_advance(struct dyson *dyson, struct mode *mode, size_t k, double heat, const double *perpendicular,
                         const double *cross_perpendicular)
{
    const struct drift drift = mode_enter(dyson, mode, k);
    correlation_advance(dyson, mode, &drift, &mode->own, k, heat);
    if (dyson->replicas && !cross_perpendicular)
        correlation_advance(dyson, mode, &drift, &mode->cross, k, 0);
    response_advance(dyson, mode, k);
    mode->m[k + 1] = (1 - dyson->eta[k] * dyson->run->ridge) * mode->m[k] - dyson->eta[k] * drift.d;
    if (perpendicular)
        correlation_take(mode, &mode->own, k + 1, perpendicular);
    if (dyson->replicas && cross_perpendicular)
        correlation_take(mode, &mode->cross, k + 1, cross_perpendicular);
}

enum sgdmft_status dyson_advance(struct dyson *dyson, long step, const double *perpendicular,
                                 const double *cross_perpendicular)
{
    const struct sgdmft_run *run = dyson->run;
    const size_t k = (size_t)step, next = k + 1, row = dyson->stride + 1;
    const double heat = 2 * sgdmft_temperature(run, step) * dyson->eta[k];
    for (size_t i = 0; i < dyson->modes; i++)
        mode_advance(dyson, &dyson->mode[i], k, heat, perpendicular ? perpendicular + i * row : NULL,
                     cross_perpendicular ? cross_perpendicular + i * row : NULL);
    const enum sgdmft_status status = step_end(run, dyson_square(dyson, next), &dyson->rho);
    if (!status && run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        dyson_rescale(dyson, next, dyson->rho);
    dyson_average(dyson, next);
    return isfinite(dyson->m[next]) ? status : SGDMFT_DIVERGED;
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
    step_gradient(dyson->run->ridge, own->C[(size_t)k * own->stride + (size_t)k], own->A[k], own->Q, overlap, norm);
}
