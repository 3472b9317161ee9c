/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test of stationarity: the two-time functions depend on the lag only. Differences between two waiting times are taken
 * sample by
 * sample, since both belong to one run or one group of paths; their mean over its standard error is Student's t. */
#include "solver/observe/fdt_internal.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

#define LEVEL 0.01      /* probability that a stationary run fails, over all comparisons together */
#define ALLOWANCE 0.005 /* of the range: a drift this small does not matter */
#define LAGS 10         /* compared between two waiting times, evenly in the logarithm */
#define ROUNDING 1e-9   /* of the size of C, of chi */

static size_t epoch_of(const struct sgdmft_result *result, long step)
{
    return result->run.rule->epochs ? (size_t)lround(1 / sgdmft_batch(&result->run, step)) : 1;
}

/* True if the n waiting times from w on are of different phases of an epoch. */
static bool all_phases(const struct sgdmft_result *result, size_t w, size_t n)
{
    if (n < 2 || w + n > result->waitings)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if ((size_t)result->waiting[w + i] % n == (size_t)result->waiting[w + j] % n)
                return false;
    return true;
}

size_t fdt_units(const struct sgdmft_result *result, struct fdt_unit unit[SGDMFT_WAITING_MAX])
{
    size_t units = 0;
    for (size_t w = 0; w < result->waitings && units < SGDMFT_WAITING_MAX;) {
        const size_t n = epoch_of(result, result->waiting[w]);
        struct fdt_unit *x = &unit[units++];
        *x = (struct fdt_unit){.phases = all_phases(result, w, n), .lags = result->lags};
        x->count = x->phases ? n : 1;
        for (size_t i = 0; i < x->count; i++) {
            const size_t reach = fdt_reach(result, w + i);
            x->w[i] = w + i;
            x->lags = reach < x->lags ? reach : x->lags;
        }
        w += x->count;
    }
    return units;
}

/* Two units at different phases of an epoch differ even in the stationary state. */
static bool comparable(const struct sgdmft_result *result, const struct fdt_unit *a, const struct fdt_unit *b)
{
    const size_t n = epoch_of(result, result->waiting[b->w[0]]);
    return a->phases == b->phases
           && (a->phases || (size_t)(result->waiting[b->w[0]] - result->waiting[a->w[0]]) % n == 0);
}

double fdt_score(double t, double freedom)
{
    const double tail = gsl_cdf_tdist_Q(fabs(t), freedom);
    return tail < 0.5 ? (tail > 1e-300 ? -gsl_cdf_ugaussian_Pinv(tail) : 37) : 0;
}

static double threshold(size_t comparisons)
{
    const double each = -expm1(log1p(-LEVEL) / (double)comparisons);
    return gsl_cdf_ugaussian_Qinv(each / 2);
}

struct verdict {
    double max_abs_z, resolution;
    size_t comparisons;
    char worst[96];
};

static void compare_at(const struct fdt_samples *a, const double *row_a, const double *row_b, size_t b_lags, size_t l,
                       double range, double size, double *z, double *resolution)
{
    const size_t count = a->samples;
    double mean = 0, squares = 0;
    for (size_t s = 0; s < count; s++)
        mean += (row_a[s * a->lags + l] - row_b[s * b_lags + l]) / (double)count;
    for (size_t s = 0; s < count; s++) {
        const double x = row_a[s * a->lags + l] - row_b[s * b_lags + l] - mean;
        squares += x * x;
    }
    const double se = hypot(sqrt(squares / (double)(count * (count - 1))), ROUNDING * size);
    const double beyond = fmax(0, fabs(mean) - ALLOWANCE * range);
    *z = fdt_score(beyond / se, (double)(count - 1));
    *resolution = range > 0 ? se / range : (double)INFINITY;
}

/* lag 0 (C only), then about LAGS lags. */
static void compare_units(const struct sgdmft_result *result, const struct fdt_unit *unit_a,
                          const struct fdt_unit *unit_b, const struct fdt_samples *a, const struct fdt_samples *b,
                          struct verdict *verdict)
{
    const size_t last = (a->lags < b->lags ? a->lags : b->lags) - 1;
    const double *mean_c, *mean_chi;
    fdt_mean(b, FDT_NONE, &mean_c, &mean_chi);
    const double range[2] = {fabs(mean_c[0] - mean_c[last]), fabs(mean_chi[last])},
                 size[2] = {fabs(mean_c[0]), range[1]};
    *verdict = (struct verdict){.max_abs_z = 0};
    size_t previous = 0;
    for (int j = -1; j < LAGS; j++) {
        const size_t l = j < 0 ? 0 : (size_t)lround(pow((double)last, (double)j / (LAGS - 1)));
        if (j >= 0 && l == previous)
            continue;
        previous = l;
        for (int which = 0; which < (l ? 2 : 1); which++) {
            double z, resolution;
            compare_at(a, which ? a->response : a->correlation, which ? b->response : b->correlation, b->lags, l,
                       range[which], size[which], &z, &resolution);
            verdict->comparisons++;
            verdict->resolution = fmax(verdict->resolution, resolution);
            if (z <= verdict->max_abs_z && verdict->worst[0])
                continue;
            verdict->max_abs_z = z;
            snprintf(verdict->worst, sizeof verdict->worst, "%s at lag %ld, waiting times %ld and %ld",
                     which ? "response" : "correlation", result->lag[l], result->waiting[unit_a->w[0]],
                     result->waiting[unit_b->w[0]]);
        }
    }
}

bool fdt_stationarity(const struct sgdmft_result *result, size_t units, const struct fdt_unit *unit,
                      struct sgdmft_stationarity *out, size_t *agree)
{
    const struct fdt_unit *last = &unit[units - 1];
    struct fdt_samples a = {0}, b;
    struct verdict verdict;
    *out = (struct sgdmft_stationarity){.max_abs_z = (double)NAN,
                                        .threshold = (double)NAN,
                                        .resolution = (double)NAN,
                                        .from = result->waiting[unit[0].w[0]]};
    *agree = 0;
    if (units < 2 || result->samples < 2)
        return true;
    bool good = fdt_samples_create(result, last->count, last->w, last->lags, &b);
    for (size_t i = units - 1; good && i-- > 0 && comparable(result, &unit[i], last);) {
        good = fdt_samples_create(result, unit[i].count, unit[i].w, unit[i].lags, &a);
        if (good)
            compare_units(result, &unit[i], last, &a, &b, &verdict);
        fdt_samples_free(&a);
        if (!good)
            break;
        const double bound = threshold(verdict.comparisons * (units - 1));
        const bool agrees = verdict.max_abs_z <= bound;
        if (agrees || !out->stationary) {
            out->comparisons += verdict.comparisons;
            out->threshold = bound;
            out->resolution = fmax(verdict.resolution, out->comparisons > verdict.comparisons ? out->resolution : 0);
            if (isnan(out->max_abs_z) || verdict.max_abs_z > out->max_abs_z) {
                out->max_abs_z = verdict.max_abs_z;
                snprintf(out->worst, sizeof out->worst, "%s", verdict.worst);
            }
        }
        if (!agrees)
            break;
        out->stationary = true;
        out->from = result->waiting[unit[i].w[0]];
        *agree = i;
    }
    fdt_samples_free(&b);
    return good;
}
