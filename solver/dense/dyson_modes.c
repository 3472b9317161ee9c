/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of the modes and their averages (T15). With one mode the averages are its arrays. */
#include "solver/dense/dyson_modes.h"

#include "solver/paths/vector.h"
#include <math.h>
#include <stdlib.h>

static size_t correlation_length(size_t n)
{
    return n * n + 2 * n;
}

size_t dyson_bytes(const struct sgdmft_run *run, bool replicas)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const size_t n = (size_t)run->steps + 1, pairs = replicas ? 2 : 1, modes = spectrum->modes;
    const size_t sets = modes + (modes > 1), fields = sgdmft_spectrum_is_plain(spectrum) ? 0 : n * n;
    return (sets * (pairs * correlation_length(n) + n * n + n) + pairs * n * n + fields + 8 * n) * sizeof(double);
}

static bool correlation_create(struct correlation *x, size_t n, double start, double *M)
{
    *x = (struct correlation){.stride = n,
                              .C = calloc(n * n, sizeof(double)),
                              .M = M,
                              .A = calloc(n, sizeof(double)),
                              .a = calloc(n, sizeof(double))};
    if (!x->C || !x->M || !x->A || !x->a)
        return false;
    x->C[0] = start;
    return true;
}

/* w^0 = m0 v and a random direction: C(0,0) = norm0 + m0^2 (a - 1). */
static bool mode_create(const struct dyson *dyson, const struct sgdmft_spectrum *spectrum, size_t i, struct mode *mode)
{
    const size_t n = dyson->stride;
    const double m0 = dyson->run->overlap0, start = dyson->run->norm0 + m0 * m0 * (spectrum->signal[i] - 1);
    *mode = (struct mode){.value = spectrum->value[i],
                          .weight = spectrum->weight[i],
                          .signal = spectrum->signal[i],
                          .m = calloc(n, sizeof(double)),
                          .R = calloc(n * n, sizeof(double))};
    bool good = correlation_create(&mode->own, n, start, dyson->own.M) && mode->m && mode->R;
    if (good && dyson->replicas)
        good = correlation_create(&mode->cross, n, start, dyson->cross.M);
    if (good)
        mode->m[0] = m0 * mode->signal;
    return good;
}

static bool averages_create(struct dyson *dyson)
{
    const size_t n = dyson->stride;
    double *M = dyson->own.M, *M12 = dyson->cross.M;
    if (dyson->modes == 1) {
        dyson->m = dyson->mode[0].m;
        dyson->R = dyson->mode[0].R;
        dyson->own = dyson->mode[0].own;
        dyson->cross = dyson->mode[0].cross;
    } else {
        dyson->m = calloc(n, sizeof(double));
        dyson->R = calloc(n * n, sizeof(double));
        if (!correlation_create(&dyson->own, n, 0, M)
            || (dyson->replicas && !correlation_create(&dyson->cross, n, 0, M12)))
            return false;
    }
    dyson->field_R = dyson->plain ? dyson->R : calloc(n * n, sizeof(double));
    return dyson->m && dyson->R && dyson->field_R;
}

bool dyson_create(struct dyson *dyson, const struct sgdmft_run *run, bool replicas)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const size_t n = (size_t)run->steps + 1;
    *dyson = (struct dyson){.run = run,
                            .stride = n,
                            .rho = 1,
                            .replicas = replicas,
                            .plain = sgdmft_spectrum_is_plain(spectrum),
                            .signal_root = sqrt(sgdmft_spectrum_mean(spectrum, true)),
                            .mode = calloc(spectrum->modes, sizeof(struct mode))};
    double **array[] = {&dyson->field_m, &dyson->field_square, &dyson->Gamma,
                        &dyson->eta,     &dyson->scratch,      &dyson->mode_Gamma};
    bool good = dyson->mode != NULL;
    for (size_t i = 0; i < sizeof array / sizeof *array; i++)
        good = (*array[i] = calloc(n, sizeof(double))) && good;
    good = (dyson->own.M = calloc(n * n, sizeof(double))) && good;
    good = (!replicas || (dyson->cross.M = calloc(n * n, sizeof(double)))) && good;
    for (; good && dyson->modes < spectrum->modes; dyson->modes++)
        good = mode_create(dyson, spectrum, dyson->modes, &dyson->mode[dyson->modes]);
    if (!good || !averages_create(dyson))
        return false;
    for (long k = 0; k <= run->steps; k++)
        dyson->eta[k] = sgdmft_rate(run, k);
    dyson_average(dyson, 0);
    return true;
}

static void correlation_free(struct correlation *x)
{
    free(x->C);
    free(x->A);
    free(x->a);
}

void dyson_free(struct dyson *dyson)
{
    const bool lent = dyson->modes == 1;
    for (size_t i = 0; dyson->mode && i < dyson->modes; i++) {
        free(dyson->mode[i].m);
        free(dyson->mode[i].R);
        correlation_free(&dyson->mode[i].own);
        correlation_free(&dyson->mode[i].cross);
    }
    free(dyson->own.M);
    free(dyson->cross.M);
    if (!dyson->plain)
        free(dyson->field_R);
    if (!lent) {
        free(dyson->m);
        free(dyson->R);
        correlation_free(&dyson->own);
        correlation_free(&dyson->cross);
    }
    free(dyson->mode);
    free(dyson->field_m);
    free(dyson->field_square);
    free(dyson->Gamma);
    free(dyson->eta);
    free(dyson->scratch);
    free(dyson->mode_Gamma);
    *dyson = (struct dyson){0};
}

/* Rows k of C, A and a, and Q, from those of the modes; both halves of C. */
SIMD_CLONES static void average_correlation(const struct dyson *dyson, size_t k, bool cross)
{
    struct correlation *all = cross ? (struct correlation *)&dyson->cross : (struct correlation *)&dyson->own;
    const size_t n = dyson->stride;
    double *row = all->C + k * n;
    all->Q = 0;
    for (size_t l = 0; l < n; l++)
        row[l] = all->A[l] = all->a[l] = 0;
    for (size_t i = 0; i < dyson->modes; i++) {
        const struct mode *mode = &dyson->mode[i];
        const struct correlation *x = cross ? &mode->cross : &mode->own;
        vector_add(k + 1, mode->weight, x->C + k * n, row);
        vector_add(k + 1, mode->weight, x->A, all->A);
        vector_add(k + 1, mode->weight, x->a, all->a);
        all->Q += mode->weight * x->Q;
    }
    for (size_t l = 0; l < k; l++)
        all->C[l * n + k] = row[l];
}

/* Row k of <f R_s>. */
SIMD_CLONES static void average_response(const struct dyson *dyson, size_t k, bool by_value, double *out)
{
    for (size_t l = 0; l < k; l++)
        out[l] = 0;
    for (size_t i = 0; i < dyson->modes; i++) {
        const struct mode *mode = &dyson->mode[i];
        vector_add(k, mode->weight * (by_value ? mode->value : 1), mode->R + k * dyson->stride, out);
    }
}

void dyson_average(struct dyson *dyson, size_t k)
{
    const size_t n = dyson->stride;
    double field_m = 0, field_square = 0, m = 0;
    for (size_t i = 0; i < dyson->modes; i++) {
        const struct mode *mode = &dyson->mode[i];
        m += mode->weight * mode->m[k];
        field_m += mode->weight * mode->value * mode->m[k];
        field_square += mode->weight * mode->value * mode->own.C[k * n + k];
    }
    dyson->m[k] = m;
    dyson->field_m[k] = field_m / dyson->signal_root;
    dyson->field_square[k] = field_square;
    dyson->own.Q = dyson->mode[0].own.Q;
    dyson->cross.Q = dyson->mode[0].cross.Q;
    if (dyson->modes > 1) {
        average_correlation(dyson, k, false);
        if (dyson->replicas)
            average_correlation(dyson, k, true);
        average_response(dyson, k, false, dyson->R + k * n);
    }
    if (!dyson->plain)
        average_response(dyson, k, true, dyson->field_R + k * n);
}

double dyson_along(const struct dyson *dyson, long k)
{
    double sum = 0;
    for (size_t i = 0; i < dyson->modes; i++) {
        const struct mode *mode = &dyson->mode[i];
        const double m = mode->m[k];
        sum += mode->signal > 0 ? mode->weight * (m * m / mode->signal) : 0;
    }
    return sum;
}
