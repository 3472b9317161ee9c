/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of the modes and their averages (T15). With one mode the averages are its arrays. */
#include "solver/dense/dyson_modes.h"

#include "models/base/state.h"
#include "solver/paths/vector.h"
#include <math.h>

/* Arrays of a set of kernels, of n steps: of a mode, or of the averages over several modes. */
static struct state_table mode_arrays(size_t n, bool replicas)
{
    const size_t other = replicas ? n : 0;
    return (struct state_table){{STATE_ARRAY(mode, m, n), STATE_ARRAY(mode, R, n * n), STATE_ARRAY(mode, own.C, n * n),
                                 STATE_ARRAY(mode, own.A, n), STATE_ARRAY(mode, own.a, n),
                                 STATE_ARRAY(mode, cross.C, other * n), STATE_ARRAY(mode, cross.A, other),
                                 STATE_ARRAY(mode, cross.a, other)}};
}

/* Arrays beside the sets; field_R of a plain Sigma is R. */
static struct state_table dyson_arrays(size_t n, size_t sets, bool plain, bool replicas)
{
    return (struct state_table){
        {STATE_ARRAY(dyson, mode, sets), STATE_ARRAY(dyson, own.M, n * n),
         STATE_ARRAY(dyson, cross.M, replicas ? n * n : 0), STATE_ARRAY(dyson, field_R, plain ? 0 : n * n),
         STATE_ARRAY(dyson, field_m, n), STATE_ARRAY(dyson, field_square, n), STATE_ARRAY(dyson, Gamma, n),
         STATE_ARRAY(dyson, eta, n), STATE_ARRAY(dyson, scratch, n), STATE_ARRAY(dyson, mode_Gamma, n)}};
}

/* Modes, and behind several modes their averages. */
static size_t sets_of(size_t modes)
{
    return modes + (modes > 1);
}

size_t dyson_bytes(const struct sgdmft_run *run, bool replicas)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const bool plain = sgdmft_spectrum_is_plain(spectrum);
    const size_t n = (size_t)run->steps + 1, sets = sets_of(spectrum->modes);
    const struct state_table set = mode_arrays(n, replicas), arrays = dyson_arrays(n, sets, plain, replicas);
    return (size_t)((double)sets * state_bytes(&set) + state_bytes(&arrays));
}

static bool set_create(const struct dyson *dyson, struct mode *mode)
{
    const struct state_table arrays = mode_arrays(dyson->stride, dyson->replicas);
    const bool good = state_create(&arrays, mode);
    mode->own.stride = mode->cross.stride = dyson->stride;
    mode->own.M = dyson->own.M;
    mode->cross.M = dyson->cross.M;
    return good;
}

/* w^0 = m0 v and a random direction: C(0,0) = norm0 + m0^2 (a - 1). */
static void mode_start(const struct dyson *dyson, const struct sgdmft_spectrum *spectrum, size_t i, struct mode *mode)
{
    const double m0 = dyson->run->overlap0, start = dyson->run->norm0 + m0 * m0 * (spectrum->signal[i] - 1);
    mode->value = spectrum->value[i];
    mode->weight = spectrum->weight[i];
    mode->signal = spectrum->signal[i];
    mode->m[0] = m0 * mode->signal;
    mode->own.C[0] = start;
    if (dyson->replicas)
        mode->cross.C[0] = start;
}

/* The averages are those of the last set. */
static void average_lend(struct dyson *dyson)
{
    const struct mode *last = &dyson->mode[sets_of(dyson->modes) - 1];
    dyson->m = last->m;
    dyson->R = last->R;
    dyson->own = last->own;
    dyson->cross = last->cross;
    if (dyson->plain)
        dyson->field_R = dyson->R;
}

bool dyson_create(struct dyson *dyson, const struct sgdmft_run *run, bool replicas)
{
    const struct sgdmft_spectrum *spectrum = sgdmft_spectrum(run);
    const size_t n = (size_t)run->steps + 1, sets = sets_of(spectrum->modes);
    *dyson = (struct dyson){.run = run,
                            .stride = n,
                            .modes = spectrum->modes,
                            .rho = 1,
                            .replicas = replicas,
                            .plain = sgdmft_spectrum_is_plain(spectrum),
                            .signal_root = sqrt(sgdmft_spectrum_mean(spectrum, true))};
    const struct state_table arrays = dyson_arrays(n, sets, dyson->plain, replicas);
    bool good = state_create(&arrays, dyson);
    for (size_t i = 0; dyson->mode && i < sets; i++)
        good = set_create(dyson, &dyson->mode[i]) && good;
    if (!good)
        return false;
    for (size_t i = 0; i < dyson->modes; i++)
        mode_start(dyson, spectrum, i, &dyson->mode[i]);
    average_lend(dyson);
    for (long k = 0; k <= run->steps; k++)
        dyson->eta[k] = sgdmft_rate(run, k);
    dyson_average(dyson, 0);
    return true;
}

void dyson_free(struct dyson *dyson)
{
    const struct state_table set = mode_arrays(0, false), arrays = dyson_arrays(0, 0, true, false);
    for (size_t i = 0; dyson->mode && i < sets_of(dyson->modes); i++)
        state_free(&set, &dyson->mode[i]);
    if (dyson->plain)
        dyson->field_R = NULL; /* lent */
    state_free(&arrays, dyson);
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

/* Row k of the mean over the modes of R_s, or of value R_s (by_value). */
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
