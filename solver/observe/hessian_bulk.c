/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marchenko and Pastur's equation (Math. USSR Sb. 1 (1967) 457; Silverstein and Choi, J. Multivariate Anal. 54 (1995)
 * 295). With g = (1/N) tr Delta Sigma (H - z)^-1, and s the eigenvalues of Delta Sigma,
 *
 *     g = <s/(lambda - z + s delta)>,   delta(g) = alpha E[t/(1 + t g)];   for Sigma = 1:  z = lambda - Delta/g + Delta
 * delta   (T12)
 *
 * Outside the spectrum g(z) is real and increasing, so its inverse z(g) rises there, and the spectrum ends where it
 * stops rising: from g = 0- (z = +infinity) downwards at the upper edge, from g = 0+ (z = -infinity) upwards at the
 * lower edge. */
#include "solver/observe/hessian_bulk.h"

#include "models/result/sharpness_series.h"
#include "models/base/simd.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <math.h>

#define SCAN 200  /* points of the search for an extremum, evenly in log |g| or towards the pole */
#define REACH 1e4 /* largest and smallest |g|, in units of 1/((1 + alpha) max |t|) */
#define HALVINGS 80

struct law {
    size_t n;
    const double *t;
    double alpha, variance, ridge;
    const struct sgdmft_spectrum *spectrum;
    double sign; /* gsl finds minima */
};

SIMD_CLONES static double mean_term(size_t n, const double *t, double g)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += t[i] / (1 + g * t[i]);
    return sum / (double)n;
}

/* lambda - z = y with <s/(y + s delta)> = g, all y + s delta having the sign of g. One mode alone, and all modes at the
 * place of the most extreme one, bound |y| on either side. */
static double solve_modes(const struct law *law, double g, double delta)
{
    const struct sgdmft_spectrum *spectrum = law->spectrum;
    const double side = g > 0 ? 1 : -1;
    double wall = -(double)INFINITY, near = 0, mean = 0; /* of side * y */
    for (size_t i = 0; i < spectrum->modes; i++) {
        const double s = law->variance * spectrum->value[i], share = spectrum->weight[i] * s;
        mean += share;
        if (s > 0 && -side * s * delta > wall) {
            wall = -side * s * delta;
            near = share;
        }
    }
    double low = wall + near / fabs(g), high = wall + mean / fabs(g);
    for (int turn = 0; turn < HALVINGS && high - low > 1e-15 * (fabs(low) + fabs(high)); turn++) {
        const double middle = 0.5 * (low + high);
        double sum = 0;
        for (size_t i = 0; i < spectrum->modes; i++) {
            const double s = law->variance * spectrum->value[i];
            sum += s > 0 ? spectrum->weight[i] * s / (middle + side * s * delta) : 0;
        }
        *(sum > fabs(g) ? &low : &high) = middle;
    }
    return side * 0.5 * (low + high);
}

static double inverse(double g, void *context)
{
    const struct law *law = context;
    const double delta = law->alpha * mean_term(law->n, law->t, g);
    const double y = sgdmft_spectrum_is_plain(law->spectrum) ? law->variance / g - law->variance * delta
                                                             : solve_modes(law, g, delta);
    return law->sign * (law->ridge - y);
}

/* Extremum between a and c, bracketed by b. */
static double edge_refine(struct law *law, double a, double b, double c)
{
    gsl_function function = {.function = inverse, .params = law};
    gsl_min_fminimizer *search = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    double best = inverse(b, law);
    if (!search)
        return (double)NAN;
    if (gsl_min_fminimizer_set(search, &function, b, fmin(a, c), fmax(a, c)) == GSL_SUCCESS)
        for (int i = 0; i < 100 && gsl_min_fminimizer_iterate(search) == GSL_SUCCESS; i++) {
            best = gsl_min_fminimizer_f_minimum(search);
            if (gsl_min_test_interval(gsl_min_fminimizer_x_lower(search), gsl_min_fminimizer_x_upper(search), 0, 1e-9)
                == GSL_SUCCESS)
                break;
        }
    gsl_min_fminimizer_free(search);
    return law->sign * best;
}

/* Point i of the search from g = 0 to the pole at |g| = end (infinite: none). */
static double place(double unit, double end, int i)
{
    const double g = unit / REACH * pow(REACH * REACH, (double)i / SCAN);
    return isfinite(end) ? end * g / (g + unit) : g;
}

/* First extremum from g = 0 on; NaN if there is none. side: +1 for g > 0. */
static double edge(struct law *law, double side, double unit, double end)
{
    law->sign = -side; /* g > 0: a maximum */
    double before = inverse(side * place(unit, end, 0), law), here = inverse(side * place(unit, end, 1), law);
    for (int i = 1; i < SCAN; i++) {
        const double after = inverse(side * place(unit, end, i + 1), law);
        if (here <= before && here <= after)
            return edge_refine(law, side * place(unit, end, i - 1), side * place(unit, end, i),
                               side * place(unit, end, i + 1));
        before = here;
        here = after;
    }
    return (double)NAN;
}

/* Mean eigenvalue of Sigma, and the share of the dimensions with an eigenvalue above 0. */
static void modes_of(const struct sgdmft_spectrum *spectrum, double *mean, double *share)
{
    *mean = *share = 0;
    for (size_t i = 0; i < spectrum->modes; i++) {
        *mean += spectrum->weight[i] * spectrum->value[i];
        *share += spectrum->value[i] > 0 ? spectrum->weight[i] : 0;
    }
}

struct sharpness_bulk sharpness_bulk(size_t n, const double *t, double alpha, double variance, double ridge,
                                     const struct sgdmft_spectrum *spectrum)
{
    struct law law = {.n = n, .t = t, .alpha = alpha, .variance = variance, .ridge = ridge, .spectrum = spectrum};
    double sum = 0, low = (double)INFINITY, high = -(double)INFINITY, mean, share;
    size_t curved = 0;
    for (size_t i = 0; i < n; i++) {
        sum += t[i];
        low = fmin(low, t[i]);
        high = fmax(high, t[i]);
        curved += t[i] > 0;
    }
    modes_of(spectrum, &mean, &share);
    struct sharpness_bulk bulk = {
        .trace = ridge + alpha * variance * mean * sum / (double)n, .upper = ridge, .lower = ridge};
    const double unit = 1 / (fmax(fabs(low), fabs(high)) * (1 + alpha));
    if (high > 0)
        bulk.upper = edge(&law, -1, unit, 1 / high);
    if (low < 0)
        bulk.lower = edge(&law, 1, unit, -1 / low);
    else if (share > 1 - 1e-12 && alpha * (double)curved / (double)n > 1)
        bulk.lower = edge(&law, 1, unit, (double)INFINITY);
    return bulk;
}

void sharpness_unbounded(const struct sgdmft_run *run, bool *above, bool *below)
{
    const double far[8] = {-1e3, -1e4, 1e3, 1e4, -1e3, -1e4, 1e3, 1e4}, label[8] = {1, 1, 1, 1, -1, -1, -1, -1};
    double second[8];
    sgdmft_loss_evaluate(run, 8, far, label, NULL, NULL, second);
    *above = *below = false;
    for (int i = 0; i < 8; i += 2) {
        *above = *above || second[i + 1] > 10 * fmax(second[i], 1);
        *below = *below || second[i + 1] < 10 * fmin(second[i], -1);
    }
}

void sharpness_record(const struct sgdmft_result *result, size_t sample, size_t at, size_t n, const double *r,
                      const double *y, double *scratch)
{
    const struct sgdmft_run *run = &result->run;
    bool above, below;
    sgdmft_loss_evaluate(run, n, r, y, NULL, NULL, scratch);
    sharpness_unbounded(run, &above, &below);
    struct sharpness_bulk bulk =
        sharpness_bulk(n, scratch, run->alpha, sgdmft_variance(run), run->ridge, sgdmft_spectrum(run));
    bulk.upper = above ? (double)NAN : bulk.upper;
    bulk.lower = below ? (double)NAN : bulk.lower;
    *sharpness_values(result, "trace", sample, at) = bulk.trace;
    *sharpness_values(result, "upper_edge", sample, at) = bulk.upper;
    *sharpness_values(result, "lower_edge", sample, at) = bulk.lower;
    *sharpness_values(result, "condition", sample, at) = bulk.lower > 0 ? bulk.upper / bulk.lower : (double)NAN;
}
