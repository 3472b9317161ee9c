/* SPDX-License-Identifier: GPL-3.0-or-later */
/* (T14) with phases: the response by its n-periodic recursion, everything quadratic in the noise by transforms over
 * epochs, where the field of one epoch is a vector of n numbers with an n x n spectrum. */
#include "solver/stationary/order.h"
#include "models/base/state.h"

#include "solver/paths/vector.h"
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool stationary_transforms_create(struct stationary_transforms *transforms, const struct stationary_shape *shape)
{
    const size_t epochs = shape->ring / shape->period;
    *transforms = (struct stationary_transforms){.epochs = epochs, .row = (2 * (epochs / 2 + 1) + 7) / 8 * 8};
    double *x = fftw_malloc(transforms->row * sizeof *x);
    /* Runs may be solved in parallel; the planner of FFTW allows one thread at a time. */
#pragma omp critical(sgdmft_fftw_plan)
    if (x) {
        transforms->forward = fftw_plan_dft_r2c_1d((int)epochs, x, (fftw_complex *)x, FFTW_ESTIMATE);
        transforms->backward = fftw_plan_dft_c2r_1d((int)epochs, (fftw_complex *)x, x, FFTW_ESTIMATE);
    }
    fftw_free(x);
    return transforms->forward && transforms->backward;
}

void stationary_transforms_free(struct stationary_transforms *transforms)
{
#pragma omp critical(sgdmft_fftw_plan)
    {
        if (transforms->forward)
            fftw_destroy_plan(transforms->forward);
        if (transforms->backward)
            fftw_destroy_plan(transforms->backward);
    }
    *transforms = (struct stationary_transforms){0};
}

size_t stationary_order_bytes(const struct stationary_shape *shape)
{
    const size_t n = shape->period, epochs = shape->ring / n;
    return ((n + 1) * (shape->reach + 1) + shape->ring / 2 + 1 + n * n * (epochs + 2) + (2 * n * n + 1) * (epochs + 16)
            + 12 * n * n + 4 * n)
           * sizeof(double);
}

static struct state_table order_arrays(const struct stationary_shape *shape, size_t n, size_t epochs, size_t row)
{
    return (struct state_table){
        {STATE_ARRAY(stationary_order, R, n * (shape->reach + 1)), STATE_ARRAY(stationary_order, rho, n),
         STATE_ARRAY(stationary_order, chi, shape->reach + 1), STATE_ARRAY(stationary_order, C, shape->ring / 2 + 1),
         STATE_ARRAY(stationary_order, limit, n * n), STATE_ARRAY(stationary_order, static_root, n * (n + 1)),
         STATE_ARRAY(stationary_order, norm, n), STATE_ARRAY(stationary_order, root, (epochs / 2 + 1) * n * n),
         STATE_RAW(stationary_order, spectral, (2 * n * n + 1) * row), STATE_ARRAY(stationary_order, small, 4 * n * n),
         STATE_ARRAY(stationary_order, eigenvalue, n)}};
}

bool stationary_order_create(struct stationary_order *order, const struct stationary_shape *shape,
                             const struct stationary_transforms *transforms, const struct sgdmft_run *run)
{
    const struct state_table arrays = order_arrays(shape, shape->period, transforms->epochs, transforms->row);
    *order = (struct stationary_order){.shape = *shape, .transforms = transforms, .run = run};
    if (!state_create(&arrays, order))
        return false;
    for (size_t p = 0; p < shape->period; p++)
        order->rho[p] = 1;
    return true;
}

void stationary_order_free(struct stationary_order *order)
{
    const struct state_table arrays = order_arrays(&order->shape, 0, 0, 0);
    state_free(&arrays, order);
    *order = (struct stationary_order){0};
}

/* R(l + lag, l) for l of phase q (T5). */
SIMD_CLONES static void respond(struct stationary_order *order, const struct stationary_kernels *kernels, size_t q,
                                double *reversed)
{
    const struct stationary_shape *shape = &order->shape;
    const size_t n = shape->period, L = shape->memory, reach = shape->reach;
    const double eta = order->run->rate, keep = 1 - eta * order->run->ridge;
    double *R = order->R + q * (reach + 1);
    R[0] = 0;
    R[1] = order->rho[q];
    reversed[reach - 1] = R[1];
    for (size_t lag = 1; lag < reach; lag++) {
        const size_t p = (q + lag) % n, terms = lag < L ? lag : L;
        /* sum_{d=0}^{terms-1} Gamma_p(d) R(lag - d); reversed[reach - a] = R[a] */
        const double sum = vector_dot(terms, kernels->Gamma + p * L, reversed + reach - lag);
        R[lag + 1] = order->rho[p] * (keep * R[lag] - eta * sum);
        reversed[reach - lag - 1] = R[lag + 1];
    }
}

static enum sgdmft_status responses(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    const size_t n = order->shape.period, reach = order->shape.reach;
    const double eta = order->run->rate;
    for (size_t q = 0; q < n; q++)
        respond(order, kernels, q, order->spectral);
    order->chi[0] = 0;
    for (size_t lag = 1; lag <= reach; lag++) {
        double sum = 0;
        for (size_t q = 0; q < n; q++)
            sum += order->R[q * (reach + 1) + lag];
        order->chi[lag] = order->chi[lag - 1] + eta * sum / (double)n;
    }
    double early = 0, late = 0;
    for (size_t q = 0; q < n; q++)
        for (size_t lag = 1; lag <= reach; lag++) {
            const double size = fabs(order->R[q * (reach + 1) + lag]);
            *(lag <= reach / 2 ? &early : &late) += size;
        }
    return isfinite(late) && late <= early && order->chi[reach] > 0 ? SGDMFT_OK : SGDMFT_DIVERGED;
}

/* Rows of the transforms of R_pq and of M_pq over epochs. */
static void transform_kernels(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    const struct stationary_shape *shape = &order->shape;
    const struct stationary_transforms *transforms = order->transforms;
    const size_t n = shape->period, L = shape->memory, epochs = transforms->epochs, row = transforms->row;
    memset(order->spectral, 0, 2 * n * n * row * sizeof(double));
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double *R = order->spectral + (p * n + q) * row, *M = R + n * n * row;
            for (size_t epoch = 0; epoch * n + p <= shape->reach + q; epoch++)
                if (epoch * n + p > q)
                    R[epoch] = order->R[q * (shape->reach + 1) + epoch * n + p - q];
            for (size_t epoch = 0; epoch * n + p < L + q; epoch++)
                if (epoch * n + p >= q)
                    M[epoch] = kernels->M[p * L + epoch * n + p - q];
            for (size_t epoch = 0; epoch * n + q < L + p; epoch++)
                if (epoch * n + q > p)
                    M[(epochs - epoch) % epochs] = kernels->M[q * L + epoch * n + q - p];
        }
    for (size_t i = 0; i < 2 * n * n; i++) {
        double *x = order->spectral + i * row;
        fftw_execute_dft_r2c(transforms->forward, x, (fftw_complex *)x);
    }
}

/* C = R S R^+ of one frequency into `out`, from S in `noise`. */
static void propagate(size_t n, const double complex *R, const double complex *noise, double complex *scratch,
                      double complex *out)
{
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double complex sum = 0;
            for (size_t a = 0; a < n; a++)
                sum += R[p * n + a] * noise[a * n + q];
            scratch[p * n + q] = sum;
        }
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double complex sum = 0;
            for (size_t a = 0; a < n; a++)
                sum += scratch[p * n + a] * conj(R[q * n + a]);
            out[p * n + q] = sum;
        }
}

/* Hermitian root of the non-negative part of `matrix`, which is replaced by that part. */
static bool hermitian_root(struct stationary_order *order, double complex *matrix, double complex *root)
{
    const size_t n = order->shape.period;
    if (n == 1) {
        const double value = fmax(0, creal(matrix[0]));
        matrix[0] = value;
        root[0] = sqrt(value);
        return isfinite(value);
    }
    double complex *vector = order->small + 3 * n * n;
    for (size_t i = 0; i < n * n; i++) {
        if (!isfinite(creal(matrix[i])) || !isfinite(cimag(matrix[i])))
            return false;
        vector[i] = matrix[i];
    }
    if (LAPACKE_zheev(LAPACK_ROW_MAJOR, 'V', 'U', (int)n, (lapack_complex_double *)vector, (int)n, order->eigenvalue))
        return false;
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double complex part = 0, half = 0;
            for (size_t a = 0; a < n; a++) {
                const double value = fmax(0, order->eigenvalue[a]);
                const double complex product = vector[p * n + a] * conj(vector[q * n + a]);
                part += value * product;
                half += sqrt(value) * product;
            }
            matrix[p * n + q] = part;
            root[p * n + q] = half;
        }
    return true;
}

/* Spectrum of the fluctuating field, its roots, and its covariance. */
static enum sgdmft_status fluctuations(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    const size_t n = order->shape.period, epochs = order->transforms->epochs, row = order->transforms->row;
    const double eta = order->run->rate, heat = 2 * order->run->temperature * eta;
    double complex *R = order->small, *noise = R + n * n, *C = noise + n * n;
    transform_kernels(order, kernels);
    for (size_t e = 0; e <= epochs / 2; e++) {
        for (size_t i = 0; i < n * n; i++) {
            const double *of_R = order->spectral + i * row + 2 * e, *of_M = of_R + n * n * row;
            R[i] = complex_number(of_R[0], of_R[1]);
            noise[i] = eta * eta * complex_number(of_M[0], of_M[1]) + (i % (n + 1) == 0 ? heat : 0);
        }
        propagate(n, R, noise, order->small + 3 * n * n, C);
        if (!hermitian_root(order, C, order->root + e * n * n))
            return SGDMFT_DIVERGED;
        for (size_t i = 0; i < n * n; i++) {
            double *out = order->spectral + i * row + 2 * e;
            out[0] = creal(C[i]);
            out[1] = cimag(C[i]);
        }
    }
    memset(order->C, 0, (order->shape.ring / 2 + 1) * sizeof(double));
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double *x = order->spectral + (p * n + q) * row;
            fftw_execute_dft_c2r(order->transforms->backward, (fftw_complex *)x, x);
            for (size_t epoch = 0; epoch < epochs; epoch++) {
                const size_t ahead = epoch * n + p;
                if (ahead >= q && ahead - q <= order->shape.ring / 2)
                    order->C[ahead - q] += x[epoch] / ((double)epochs * (double)n);
            }
            if (p == q)
                order->norm[p] = x[0] / (double)epochs;
        }
    return SGDMFT_OK;
}

/* Root with limit = root root^T. The first column is the largest direction, which gets the best low-discrepancy points.
 * */
static bool root_of_limit(struct stationary_order *order)
{
    const size_t n = order->shape.period;
    double *vector = (double *)order->small, *value = order->eigenvalue;
    memcpy(vector, order->limit, n * n * sizeof *vector);
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', (int)n, vector, (int)n, value))
        return false;
    double sign = 0;
    for (size_t p = 0; p < n; p++)
        sign += vector[p * n + n - 1];
    for (size_t p = 0; p < n; p++) {
        double *row = order->static_root + p * (n + 1);
        row[0] = copysign(sqrt(fmax(0, value[n - 1])), sign) * vector[p * n + n - 1];
        for (size_t q = 0; q < n; q++) {
            row[q + 1] = 0;
            for (size_t a = 0; a + 1 < n; a++)
                row[q + 1] += sqrt(fmax(0, value[a])) * vector[p * n + a] * vector[q * n + a];
        }
    }
    return true;
}

/* The static part: eta^2 R M_inf R^T with R summed over all lags. */
static enum sgdmft_status static_part(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    const size_t n = order->shape.period, reach = order->shape.reach;
    const double eta = order->run->rate;
    double *sum = (double *)order->small, *product = sum + n * n;
    memset(sum, 0, n * n * sizeof *sum);
    for (size_t q = 0; q < n; q++)
        for (size_t lag = 1; lag <= reach; lag++)
            sum[(q + lag) % n * n + q] += eta * order->R[q * (reach + 1) + lag];
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            product[p * n + q] = 0;
            for (size_t a = 0; a < n; a++)
                product[p * n + q] += sum[p * n + a] * kernels->M_inf[a * n + q];
        }
    order->correlation_limit = 0;
    for (size_t p = 0; p < n; p++)
        for (size_t q = 0; q < n; q++) {
            double *limit = order->limit + p * n + q;
            *limit = 0;
            for (size_t a = 0; a < n; a++)
                *limit += product[p * n + a] * sum[q * n + a];
            if (!isfinite(*limit))
                return SGDMFT_DIVERGED;
            if (p == q)
                order->norm[p] += *limit + kernels->m[p] * kernels->m[p];
            order->correlation_limit += (*limit + kernels->m[p] * kernels->m[q]) / (double)(n * n);
        }
    return root_of_limit(order) ? SGDMFT_OK : SGDMFT_DIVERGED;
}

static enum sgdmft_status order_compute(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    enum sgdmft_status status = responses(order, kernels);
    if (status == SGDMFT_OK)
        status = fluctuations(order, kernels);
    if (status == SGDMFT_OK)
        status = static_part(order, kernels);
    return status;
}

/* Mean C(k,k) - 1 with all rescalings exp(shift) times `pattern`; infinite for a rescaling without a stationary state.
 * */
static double excess(struct stationary_order *order, const struct stationary_kernels *kernels, const double *pattern,
                     double shift)
{
    const size_t n = order->shape.period;
    double sum = 0;
    for (size_t p = 0; p < n; p++)
        order->rho[p] = pattern[p] * exp(shift);
    if (order_compute(order, kernels) != SGDMFT_OK)
        return (double)INFINITY;
    for (size_t p = 0; p < n; p++)
        sum += order->norm[p];
    return sum / (double)n - 1;
}

/* The common factor of the rescalings: the norm grows with it. Regula falsi, with the weight of an end that stays
 * halved (Illinois), from a bracket around the last factor. */
static bool find_factor(struct stationary_order *order, const struct stationary_kernels *kernels, const double *pattern)
{
    double low = 0, high = 0, at_low, at_high, step = 1e-3 * order->run->rate;
    at_low = at_high = excess(order, kernels, pattern, 0);
    for (; at_low > 0; at_low = excess(order, kernels, pattern, low)) {
        high = low, at_high = at_low;
        low -= step *= 3;
        if (low < -20)
            return false;
    }
    for (; at_high < 0; at_high = excess(order, kernels, pattern, high)) {
        low = high, at_low = at_high;
        high += step *= 3;
        if (high > 20)
            return false;
    }
    for (int i = 0, kept = 0; i < 100; i++) {
        const double middle = at_high < 1 ? (low * at_high - high * at_low) / (at_high - at_low) : 0.5 * (low + high);
        const double value = excess(order, kernels, pattern, middle);
        if (fabs(value) < 1e-10)
            return true;
        if (value < 0) {
            low = middle, at_low = value;
            at_high *= kept < 0 ? 0.5 : 1;
            kept = -1;
        } else {
            high = middle, at_high = value;
            at_low *= kept > 0 ? 0.5 : 1;
            kept = 1;
        }
    }
    return false;
}

/* The rescaling of each step such that C(k,k) = 1 at each phase. */
static enum sgdmft_status order_rescale(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    const size_t n = order->shape.period;
    double *pattern = malloc(n * sizeof *pattern), worst = 0;
    if (!pattern)
        return SGDMFT_INTERNAL;
    bool found = true;
    for (int turn = 0; turn < 40 && found; turn++) {
        for (size_t p = 0; p < n; p++)
            pattern[p] = order->rho[p] * (turn == 0 ? 1 : sqrt(order->norm[p] / order->norm[(p + 1) % n]));
        found = find_factor(order, kernels, pattern);
        worst = 0;
        for (size_t p = 0; p < n; p++)
            worst = fmax(worst, fabs(order->norm[p] - 1));
        if (worst < 1e-8)
            break;
    }
    free(pattern);
    return found && worst < 1e-8 ? SGDMFT_OK : SGDMFT_DIVERGED;
}

enum sgdmft_status stationary_order_update(struct stationary_order *order, const struct stationary_kernels *kernels)
{
    if (order->run->constraint == SGDMFT_CONSTRAINT_SPHERE)
        return order_rescale(order, kernels);
    return order_compute(order, kernels);
}
