/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Marchenko and Pastur's equation (Math. USSR Sb. 1 (1967) 457; Silverstein and Choi, J. Multivariate Anal. 54 (1995) 295): outside the
 * spectrum the resolvent s(z) is real and increasing, so its inverse
 *
 *     z(s) = lambda - 1/s + alpha Delta E[t/(1 + Delta s t)]                                   (T12)
 *
 * rises there, and the spectrum ends where it stops rising: from s = 0- (z = +infinity) downwards at the upper edge, from s = 0+
 * (z = -infinity) upwards at the lower edge. */
#include "solver/sharpness.h"

#include "models/run/sharpness.h"
#include "models/run/simd.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <math.h>

#define SCAN 200     /* places where an extremum is looked for, evenly in log |s| or towards the pole */
#define REACH 1e4    /* largest and smallest |s|, in units of 1/(scale of H) */

struct law {
    size_t n;
    const double *t;
    double alpha, variance, ridge;
    double sign; /* gsl finds minima */
};

SIMD_CLONES static double mean_term(size_t n, const double *t, double s)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += t[i] / (1 + s * t[i]);
    return sum / (double)n;
}

static double inverse(double s, void *context)
{
    const struct law *law = context;
    return law->sign * (law->ridge - 1 / s + law->alpha * law->variance * mean_term(law->n, law->t, law->variance * s));
}

/* The extremum between a and c, b between them being beyond both. */
static double refine(struct law *law, double a, double b, double c)
{
    gsl_function function = {.function = inverse, .params = law};
    gsl_min_fminimizer *search = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    double best = inverse(b, law);
    if (!search)
        return (double)NAN;
    if (gsl_min_fminimizer_set(search, &function, b, fmin(a, c), fmax(a, c)) == GSL_SUCCESS)
        for (int i = 0; i < 100 && gsl_min_fminimizer_iterate(search) == GSL_SUCCESS; i++) {
            best = gsl_min_fminimizer_f_minimum(search);
            if (gsl_min_test_interval(gsl_min_fminimizer_x_lower(search), gsl_min_fminimizer_x_upper(search), 0, 1e-9) ==
                GSL_SUCCESS)
                break;
        }
    gsl_min_fminimizer_free(search);
    return law->sign * best;
}

/* The i-th place on the way from s = 0 to the pole at |s| = end (infinite: none). */
static double place(double unit, double end, int i)
{
    const double s = unit / REACH * pow(REACH * REACH, (double)i / SCAN);
    return isfinite(end) ? end * s / (s + unit) : s;
}

/* The first extremum on the way from 0; NaN if there is none. side: +1 for s > 0. */
static double edge(struct law *law, double side, double unit, double end)
{
    law->sign = -side; /* s > 0: a maximum */
    double before = inverse(side * place(unit, end, 0), law), here = inverse(side * place(unit, end, 1), law);
    for (int i = 1; i < SCAN; i++) {
        const double after = inverse(side * place(unit, end, i + 1), law);
        if (here <= before && here <= after)
            return refine(law, side * place(unit, end, i - 1), side * place(unit, end, i), side * place(unit, end, i + 1));
        before = here;
        here = after;
    }
    return (double)NAN;
}

struct sharpness_bulk sharpness_bulk(size_t n, const double *t, double alpha, double variance, double ridge)
{
    struct law law = {.n = n, .t = t, .alpha = alpha, .variance = variance, .ridge = ridge};
    double sum = 0, low = (double)INFINITY, high = -(double)INFINITY;
    size_t curved = 0;
    for (size_t i = 0; i < n; i++) {
        sum += t[i];
        low = fmin(low, t[i]);
        high = fmax(high, t[i]);
        curved += t[i] > 0;
    }
    struct sharpness_bulk bulk = {.trace = ridge + alpha * variance * sum / (double)n, .upper = ridge, .lower = ridge};
    const double scale = variance * fmax(fabs(low), fabs(high)) * (1 + alpha);
    if (high > 0)
        bulk.upper = edge(&law, -1, 1 / scale, 1 / (variance * high));
    if (low < 0)
        bulk.lower = edge(&law, 1, 1 / scale, -1 / (variance * low));
    else if (alpha * (double)curved / (double)n > 1)
        bulk.lower = edge(&law, 1, 1 / scale, (double)INFINITY);
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
    struct sharpness_bulk bulk = sharpness_bulk(n, scratch, run->alpha, sgdmft_variance(run), run->ridge);
    bulk.upper = above ? (double)NAN : bulk.upper;
    bulk.lower = below ? (double)NAN : bulk.lower;
    *sharpness_values(result, "trace", sample, at) = bulk.trace;
    *sharpness_values(result, "upper_edge", sample, at) = bulk.upper;
    *sharpness_values(result, "lower_edge", sample, at) = bulk.lower;
    *sharpness_values(result, "condition", sample, at) = bulk.lower > 0 ? bulk.upper / bulk.lower : (double)NAN;
}
