/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of margins: a Gaussian case against its closed forms, all kinds against sums written out, and files. */
#include "models/result/margins.h"
#include "models/result/result_allocate.h"
#include "tests/given.h"
#include "tests/two_results.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

enum { N = 20000 };
static double r[2 * N], y[N], scratch[4 * N];

static struct sgdmft_result *measured(const struct sgdmft_run *run, enum sgdmft_source source, size_t replicas,
                                      size_t n, const double *norm)
{
    struct sgdmft_result *result = sgdmft_result_create(run, source, 1);
    cr_assert_not_null(result);
    cr_assert(result_add_present(result, "margins", ""));
    cr_assert_leq(margins_scratch_bytes(replicas * n), sizeof scratch);
    margins_record(result, 0, 0, replicas, n, r, y, norm, scratch);
    sgdmft_result_reduce(result);
    return result;
}

static const double *of(const struct sgdmft_result *result, const char *name)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "margins", name);
    cr_assert_not_null(quantity, "%s", name);
    return quantity->mean;
}

/* y r the quantiles of N(0.4, 1.5^2). */
static void gaussian(void)
{
    for (size_t i = 0; i < N; i++) {
        y[i] = i % 2 ? 1 : -1;
        r[i] = y[i] * (0.4 + 1.5 * gsl_cdf_ugaussian_Pinv(((double)i + 0.5) / N));
    }
}

Test(margins, gaussian_case, .timeout = 20)
{
    const struct sgdmft_run run = given_run("data", "random", "loss", "hinge2", "kappa", "0.5", NULL);
    const double norm = 2.25;
    double edges[SGDMFT_MARGIN_BINS + 1];
    gaussian();
    scoped_result *result = measured(&run, SGDMFT_SIMULATION, 1, N, &norm);
    cr_expect_float_eq(of(result, "raw_mean")[0], 0.4, 1e-9);
    cr_expect_float_eq(of(result, "normalised_mean")[0], 0.4 / 1.5, 1e-9);
    for (size_t i = 0; i < SGDMFT_MARGIN_LEVELS; i++) {
        const double exact = 0.4 + 1.5 * gsl_cdf_ugaussian_Pinv(sgdmft_margin_levels[i]);
        cr_expect_float_eq(of(result, "raw_quantiles")[i], exact, 1e-3);
        cr_expect_float_eq(of(result, "normalised_quantiles")[i], exact / 1.5, 1e-3);
    }
    cr_expect_float_eq(of(result, "raw_smallest")[0], 0.4 + 1.5 * gsl_cdf_ugaussian_Pinv(0.5 / N), 1e-12);
    cr_expect_float_eq(of(result, "fraction_negative")[0], gsl_cdf_ugaussian_P(-0.4 / 1.5), 1.0 / N);
    cr_expect_float_eq(of(result, "fraction_below_kappa")[0], gsl_cdf_ugaussian_P(0.1 / 1.5), 1.0 / N);
    const double width = 2e-3 / 1.5 * exp(-0.5 * pow(0.1 / 1.5, 2)) / sqrt(2 * M_PI);
    cr_expect_float_eq(of(result, "contacts")[0], width, 2.0 / N);
    for (int raw = 0; raw < 2; raw++) {
        const double sigma = raw ? 1.5 : 1, mean = raw ? 0.4 : 0.4 / 1.5;
        const double *density = of(result, raw ? "raw_density" : "normalised_density");
        double total = 0;
        sgdmft_margin_edges(&run, raw, edges);
        for (int j = 0; j < SGDMFT_MARGIN_BINS; j++) {
            const double mass =
                gsl_cdf_ugaussian_P((edges[j + 1] - mean) / sigma) - gsl_cdf_ugaussian_P((edges[j] - mean) / sigma);
            cr_expect_float_eq(density[j] * (edges[j + 1] - edges[j]), mass, 1.1 / N, "bin %d", j);
            total += density[j] * (edges[j + 1] - edges[j]);
        }
        cr_expect_float_eq(total, 1, 1e-12);
    }
}

Test(margins, edges_have_kappa_inside_a_bin, .timeout = 20)
{
    const struct sgdmft_run hinge = given_run("data", "random", "loss", "hinge2", "kappa", "1", NULL);
    const struct sgdmft_run logistic = given_run("data", "random", NULL);
    double edges[SGDMFT_MARGIN_BINS + 1];
    for (int raw = 0; raw < 2; raw++) {
        const double centre[2] = {raw ? 1 : 0, 0};
        const struct sgdmft_run *run[2] = {&hinge, &logistic};
        for (int i = 0; i < 2; i++) {
            sgdmft_margin_edges(run[i], raw, edges);
            const double left = edges[SGDMFT_MARGIN_BINS / 2], right = edges[SGDMFT_MARGIN_BINS / 2 + 1];
            cr_expect_float_eq((left + right) / 2, centre[i], 1e-12);
            cr_expect_float_eq(right - left, 0.05, 1e-4);
            for (int j = 0; j < SGDMFT_MARGIN_BINS; j++)
                cr_assert_lt(edges[j], edges[j + 1]);
        }
    }
}

/* A link with two walls, two replicas with norms of their own, against sums written out. */
Test(margins, door_and_replicas, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run("data", "mixture3", "link", "door", "door_width", "0.7", "overlap0", "0.1", NULL);
    const double norm[2] = {1.3, 0.8};
    const size_t n = 500;
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 0, 0);
    double raw = 0, normalised = 0, wall = 0, wall_normalised = 0, negative = 0;
    sgdmft_normals(&stream, 2 * n, r);
    for (size_t i = 0; i < n; i++)
        y[i] = i % 3 ? 1 : -1;
    for (size_t i = 0; i < 2 * n; i++) {
        const double margin = y[i % n] * (r[i] * r[i] - 0.49), scale = sqrt(norm[i / n]);
        const double distance = y[i % n] * (fabs(r[i]) - 0.7);
        raw += margin / (double)(2 * n);
        normalised += margin / scale / (double)(2 * n);
        wall += distance / (double)(2 * n);
        wall_normalised += distance / scale / (double)(2 * n);
        negative += (margin < 0) / (double)(2 * n);
    }
    scoped_result *result = measured(&run, SGDMFT_THEORY, 2, n, norm);
    cr_expect_float_eq(of(result, "raw_mean")[0], raw, 1e-12);
    cr_expect_float_eq(of(result, "normalised_mean")[0], normalised, 1e-12);
    cr_expect_float_eq(of(result, "wall_mean")[0], wall, 1e-12);
    cr_expect_float_eq(of(result, "wall_normalised_mean")[0], wall_normalised, 1e-12);
    cr_expect_float_eq(of(result, "fraction_negative")[0], negative, 1e-12);
    cr_expect_null(sgdmft_result_find(result, "margins", "contacts"), "no kappa");
    cr_expect_null(sgdmft_result_find(result, "margins", "raw_smallest"), "paths have no smallest margin");
}

/* Definition 8 on 1..10: p = 0.25 is at place 2.9166, p = 0.5 at 5.5, p = 0.05 and 0.01 before the first. */
Test(margins, quantiles_of_few, .timeout = 20)
{
    const struct sgdmft_run run = given_run("data", "random", NULL);
    const double norm = 1;
    for (size_t i = 0; i < 10; i++) {
        r[i] = (double)(10 - i);
        y[i] = 1;
    }
    scoped_result *result = measured(&run, SGDMFT_THEORY, 1, 10, &norm);
    const double *q = of(result, "raw_quantiles");
    cr_expect_float_eq(q[0], 1, 1e-12);
    cr_expect_float_eq(q[1], 1, 1e-12);
    cr_expect_float_eq(q[2], 2.5 + 1.25 / 3, 1e-12);
    cr_expect_float_eq(q[3], 5.5, 1e-12);
}

/* Definition 8 on random margins, some of them equal, against a sort. */
Test(margins, quantiles_are_those_of_a_sort, .timeout = 20)
{
    static const double level[] = {0.01, 0.05, 0.25, 0.5};
    const struct sgdmft_run run = given_run("data", "random", NULL);
    const double norm = 1;
    struct sgdmft_stream stream = sgdmft_stream_open(11, SGDMFT_TEST_SUITE, 3, 0);
    for (int draw = 0; draw < 60; draw++) {
        double sorted[N];
        const size_t n = 1 + sgdmft_below(&stream, N);
        sgdmft_normals(&stream, n, r);
        for (size_t i = 0; i < n; i++) {
            y[i] = sgdmft_below(&stream, 2) ? 1 : -1;
            r[i] = draw % 2 ? r[i] : round(4 * r[i]) / 4;
            sorted[i] = y[i] * r[i];
        }
        scoped_result *result = measured(&run, SGDMFT_THEORY, 1, n, &norm);
        gsl_sort(sorted, 1, n);
        for (size_t l = 0; l < 4; l++) {
            const double place = fmin(fmax((double)n * level[l] + (level[l] + 1) / 3, 1), (double)n);
            const size_t below = (size_t)place - 1, above = below + 1 < n ? below + 1 : below;
            const double exact = sorted[below] + (place - floor(place)) * (sorted[above] - sorted[below]);
            cr_expect_float_eq(of(result, "raw_quantiles")[l], exact, 1e-12, "%zu, %g", n, level[l]);
        }
    }
}

Test(margins, real_labels_have_none, .timeout = 20)
{
    const struct sgdmft_run run = given_run("teacher", "linear", "loss", "square", NULL);
    scoped_result *result = sgdmft_result_create(&run, SGDMFT_THEORY, 1);
    cr_assert(result_add_present(result, "margins", ""));
    cr_expect_eq(result->margin_steps, 0);
    cr_expect_null(sgdmft_result_find(result, "margins", "raw_mean"));
}

Test(margins, files_and_early_ends, .timeout = 20)
{
    const struct sgdmft_run run = given_run("data", "random", "steps", "50", "margins_at", "10,30,50", NULL);
    const double norm = 2.25;
    scoped_result *result = sgdmft_result_create(&run, SGDMFT_SIMULATION, 2);
    cr_assert(result_add_present(result, "margins", ""));
    gaussian();
    for (size_t sample = 0; sample < 2; sample++)
        for (size_t at = 0; at < 3; at++)
            margins_record(result, sample, at, 1, N, r + sample, y, &norm, scratch);
    cr_expect_eq(margins_place(result, 30), 1);
    cr_expect_eq(margins_place(result, 31), 3);
    result->status = SGDMFT_DIVERGED;
    result->last_step = 40;
    sgdmft_result_reduce(result);
    cr_expect(isfinite(of(result, "raw_mean")[1]));
    cr_expect(isnan(of(result, "raw_mean")[2]), "step 50 was not reached");
    cr_expect(isnan(of(result, "raw_density")[2 * SGDMFT_MARGIN_BINS]));
    scoped_result *copy = read_back(result);
    cr_assert_eq(copy->quantities, result->quantities);
    assert_same_samples(result, copy, "file");
}
