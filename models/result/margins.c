/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Densities on fixed bins, quantiles, means and fractions of margins. Quantiles are median-unbiased (Hyndman and Fan
 * 1996, definition 8), so that a group of some hundred paths can be compared with a run of many thousand examples. */
#include "models/result/margins.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPACING 0.05 /* of the bins, in asinh of the distance from the centre */

const double sgdmft_margin_levels[SGDMFT_MARGIN_LEVELS] = {0.01, 0.05, 0.25, 0.5};

static double centre_of(const struct sgdmft_run *run, bool raw)
{
    return raw && run->loss->uses_kappa ? run->kappa : 0;
}

void sgdmft_margin_edges(const struct sgdmft_run *run, bool raw, double edges[SGDMFT_MARGIN_BINS + 1])
{
    const double centre = centre_of(run, raw);
    for (int j = 0; j <= SGDMFT_MARGIN_BINS; j++)
        edges[j] = centre + sinh((j - 0.5 * SGDMFT_MARGIN_BINS) * SPACING);
}

static size_t zeros_of(const struct sgdmft_run *run, double zero[SGDMFT_POINTS_MAX])
{
    return run->link->inverse(0, run->door_width, zero);
}

bool margins_have_walls(const struct sgdmft_run *run)
{
    double zero[SGDMFT_POINTS_MAX];
    return zeros_of(run, zero) == 2;
}

size_t margins_place(const struct sgdmft_result *result, long k)
{
    size_t i = 0;
    while (i < result->margin_steps && result->margin_step[i] != k)
        i++;
    return i;
}

size_t margins_scratch_bytes(size_t examples)
{
    return 2 * examples * sizeof(double);
}

/* ---- one kind ----------------------------------------------------------------------------------------- */

/* The value of rank i, from 0, of the left smallest values, which are x[0..left-1] in any order; then x[0..i] are the
 * i + 1 smallest. */
static double rank_value(size_t *left, double *x, size_t i)
{
    const double value = gsl_stats_select(x, 1, *left, i);
    *left = i + 1;
    return value;
}

/* The quantile p of n values, after those of larger p. */
static double quantile(size_t n, size_t *left, double *x, double p)
{
    const double h = (double)n * p + (p + 1) / 3; /* rank, from 1 */
    const double below = floor(h);
    if (below < 1)
        return rank_value(left, x, 0);
    if (below >= (double)n)
        return rank_value(left, x, n - 1);
    const size_t i = (size_t)below - 1;
    const double above = *left > i + 1 ? rank_value(left, x, i + 1) : x[i + 1]; /* where the last one left it */
    const double value = rank_value(left, x, i);
    return value + (h - below) * (above - value);
}

static double *place_of(const struct sgdmft_result *result, const char *kind, const char *what, size_t sample,
                        size_t at)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", kind, *kind ? "_" : "", what);
    struct sgdmft_quantity *quantity = sgdmft_result_find(result, "margins", name);
    return quantity ? quantity->sample + sample * quantity->length + at * (quantity->length / quantity->size[0]) : NULL;
}

static void margin_density(size_t n, const double *x, double centre, double *out)
{
    memset(out, 0, SGDMFT_MARGIN_BINS * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const double bin = floor(asinh(x[i] - centre) / SPACING + 0.5 * SGDMFT_MARGIN_BINS);
        if (bin >= 0 && bin < SGDMFT_MARGIN_BINS)
            out[(size_t)bin] += 1;
    }
    for (int j = 0; j < SGDMFT_MARGIN_BINS; j++) {
        const double left = sinh((j - 0.5 * SGDMFT_MARGIN_BINS) * SPACING),
                     right = sinh((j + 1 - 0.5 * SGDMFT_MARGIN_BINS) * SPACING);
        out[j] /= (double)n * (right - left);
    }
}

/* Reorders x. */
static void record_kind(const struct sgdmft_result *result, const char *kind, bool raw, size_t sample, size_t at,
                        size_t n, double *x)
{
    double *out = place_of(result, kind, "density", sample, at), sum = 0;
    size_t left = n;
    if (!out)
        return;
    margin_density(n, x, centre_of(&result->run, raw), out);
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    *place_of(result, kind, "mean", sample, at) = sum / (double)n;
    out = place_of(result, kind, "quantiles", sample, at);
    for (size_t i = SGDMFT_MARGIN_LEVELS; i-- > 0;)
        out[i] = quantile(n, &left, x, sgdmft_margin_levels[i]);
    if (result->source == SGDMFT_SIMULATION)
        *place_of(result, kind, "smallest", sample, at) = gsl_stats_min(x, 1, left);
}

/* ---- all kinds ---------------------------------------------------------------------------------------- */

/* Margins of each replica divided by the root of its norm. */
static void margins_normalise(size_t replicas, size_t n, const double *norm, const double *x, double *out)
{
    for (size_t j = 0; j < replicas; j++)
        for (size_t i = 0; i < n; i++)
            out[j * n + i] = x[j * n + i] / sqrt(norm[j]);
}

static void record_fractions(const struct sgdmft_result *result, size_t sample, size_t at, size_t n,
                             const double *margin)
{
    const struct sgdmft_run *run = &result->run;
    size_t negative = 0, below = 0, contacts = 0;
    for (size_t i = 0; i < n; i++) {
        negative += margin[i] < 0;
        below += margin[i] < run->kappa;
        contacts += fabs(margin[i] - run->kappa) <= run->contact_tolerance;
    }
    *place_of(result, "", "fraction_negative", sample, at) = (double)negative / (double)n;
    if (!run->loss->uses_kappa)
        return;
    *place_of(result, "", "fraction_below_kappa", sample, at) = (double)below / (double)n;
    *place_of(result, "", "contacts", sample, at) = (double)contacts / (double)n;
}

/* |r - zero| for the nearest zero of phi, with the sign of y phi. */
static void wall_distances(size_t n, const double *r, const double *margin, const double zero[2], double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = copysign(fmin(fabs(r[i] - zero[0]), fabs(r[i] - zero[1])), margin[i]);
}

void margins_record(const struct sgdmft_result *result, size_t sample, size_t at, size_t replicas, size_t n,
                    const double *r, const double *y, const double *norm, double *scratch)
{
    const struct sgdmft_run *run = &result->run;
    const size_t all = replicas * n;
    double *x = scratch, *other = scratch + all, zero[SGDMFT_POINTS_MAX];
    if (at >= result->margin_steps || !sgdmft_result_find(result, "margins", "raw_density"))
        return;
    sgdmft_link_evaluate(run, all, r, x);
    for (size_t j = 0; j < replicas; j++)
        for (size_t i = 0; i < n; i++)
            x[j * n + i] *= y[i];
    record_fractions(result, sample, at, all, x);
    margins_normalise(replicas, n, norm, x, other);
    record_kind(result, "normalised", false, sample, at, all, other);
    if (zeros_of(run, zero) == 2) {
        wall_distances(all, r, x, zero, other);
        record_kind(result, "raw", true, sample, at, all, x); /* x is scratch from here on */
        margins_normalise(replicas, n, norm, other, x);
        record_kind(result, "wall", false, sample, at, all, other);
        record_kind(result, "wall_normalised", false, sample, at, all, x);
    } else
        record_kind(result, "raw", true, sample, at, all, x);
}
