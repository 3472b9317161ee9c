/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edges of the Hessian's bulk against the law of Marchenko and Pastur, and against a matrix. */
#include "solver/observe/hessian_bulk.h"
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <lapacke.h>
#include <math.h>
#include <sgdmft/random.h>
#include <sgdmft/solve.h>
#include <stdlib.h>

static const struct sgdmft_spectrum plain = {.modes = 1, .value = {1}, .weight = {1}, .signal = {1}};

/* t = 1 for a share p of the examples, 0 for the others: p alpha examples per dimension. */
Test(sharpness, edges_are_those_of_marchenko_and_pastur, .timeout = 10)
{
    static const double set[][4] = {{3, 1, 1, 0},         {3, 0.5, 1, 0.2},  {0.6, 1, 1, 0.1},
                                    {1.5, 0.9, 2.5, 0.3}, {3, 0.2, 1, 0.05}, {40, 1, 0.3, 0}};
    double t[1000];
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const double alpha = set[i][0], p = set[i][1], variance = set[i][2], ridge = set[i][3], ratio = alpha * p;
        for (size_t j = 0; j < 1000; j++)
            t[j] = (double)j < 1000 * p;
        const struct sharpness_bulk bulk = sharpness_bulk(1000, t, alpha, variance, ridge, &plain);
        const double upper = ridge + variance * (1 + sqrt(ratio)) * (1 + sqrt(ratio));
        const double lower = ridge + (ratio > 1 ? variance * (1 - sqrt(ratio)) * (1 - sqrt(ratio)) : 0);
        cr_expect_float_eq(bulk.upper, upper, 1e-7 * upper, "alpha %g: %.9g, not %.9g", alpha, bulk.upper, upper);
        cr_expect_float_eq(bulk.lower, lower, 1e-7 * upper, "alpha %g: %.9g, not %.9g", alpha, bulk.lower, lower);
        cr_expect_float_eq(bulk.trace, ridge + variance * ratio, 1e-12 * upper);
    }
    for (size_t j = 0; j < 1000; j++)
        t[j] = 0;
    const struct sharpness_bulk flat = sharpness_bulk(1000, t, 3, 1, 0.1, &plain);
    cr_expect(fabs(flat.upper - 0.1) < 1e-15 && fabs(flat.lower - 0.1) < 1e-15);
}

/* The eigenvalues, in ascending order, of sum_mu t_mu x_mu x_mu^T / n. */
static void matrix_eigenvalues(size_t n, size_t count, const double *t, const double *x, double *value)
{
    double *h = calloc(n * n, sizeof *h);
    for (size_t mu = 0; mu < count; mu++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                h[i * n + j] += t[mu] * x[mu * n + i] * x[mu * n + j] / (double)n;
    cr_assert_eq(LAPACKE_dsyev(LAPACK_COL_MAJOR, 'N', 'U', (lapack_int)n, h, (lapack_int)n, value), 0);
    free(h);
}

/* t of both signs, its law spread out: the extreme eigenvalues of a matrix, whose edges move by O(N^{-2/3}). */
Test(sharpness, edges_are_those_of_a_matrix, .timeout = 60)
{
    const size_t n = 300, count = 450;
    double *x = malloc(n * count * sizeof *x), *value = malloc(n * sizeof *value);
    double t[450], u[450];
    struct sgdmft_stream stream = sgdmft_stream_open(5, SGDMFT_TRAIN_INPUT, 0, 0);
    sgdmft_normals(&stream, n * count, x);
    sgdmft_uniforms(&stream, count, u);
    for (size_t mu = 0; mu < count; mu++)
        t[mu] = u[mu] < 0.25 ? -0.5 + u[mu] : 2 * u[mu];
    matrix_eigenvalues(n, count, t, x, value);
    const struct sharpness_bulk bulk = sharpness_bulk(count, t, (double)count / (double)n, 1, 0, &plain);
    const double shift = pow((double)n, -2.0 / 3) * (bulk.upper - bulk.lower);
    cr_expect_float_eq(value[n - 1], bulk.upper, 2 * shift, "%g, not %g", value[n - 1], bulk.upper);
    cr_expect_float_eq(value[0], bulk.lower, shift, "%g, not %g", value[0], bulk.lower);
    cr_expect_lt(bulk.lower, -0.1);
    cr_expect_lt(shift, 0.05 * bulk.upper);
    free(x);
    free(value);
}

/* A spectrum that is 1 in three modes is no spectrum; and three different eigenvalues against a matrix. */
Test(sharpness, data_with_a_spectrum, .timeout = 60)
{
    const struct sgdmft_spectrum ones = {
        .modes = 3, .value = {1, 1, 1 + 1e-15}, .weight = {0.5, 0.25, 0.25}, .signal = {1, 1, 1}};
    const struct sgdmft_spectrum three = {
        .modes = 3, .value = {0.2, 1, 3}, .weight = {0.5, 0.25, 0.25}, .signal = {1, 1, 1}};
    const size_t n = 300, count = 900;
    double *x = malloc(n * count * sizeof *x), *value = malloc(n * sizeof *value);
    double t[900], u[900];
    struct sgdmft_stream stream = sgdmft_stream_open(6, SGDMFT_TRAIN_INPUT, 0, 0);
    sgdmft_normals(&stream, n * count, x);
    sgdmft_uniforms(&stream, count, u);
    for (size_t mu = 0; mu < count; mu++) {
        t[mu] = u[mu] < 0.1 ? 0 : 2 * u[mu];
        for (size_t i = 0; i < n; i++)
            x[mu * n + i] *= sqrt(three.value[i < n / 2 ? 0 : i < 3 * n / 4 ? 1 : 2]);
    }
    matrix_eigenvalues(n, count, t, x, value);
    const struct sharpness_bulk one = sharpness_bulk(count, t, 3, 1, 0.1, &plain),
                                same = sharpness_bulk(count, t, 3, 1, 0.1, &ones);
    cr_expect_float_eq(same.upper, one.upper, 1e-8);
    cr_expect_float_eq(same.lower, one.lower, 1e-8);
    const struct sharpness_bulk bulk = sharpness_bulk(count, t, 3, 1, 0, &three);
    cr_expect_float_eq(value[n - 1], bulk.upper, 0.05 * bulk.upper, "%g, not %g", value[n - 1], bulk.upper);
    cr_expect_float_eq(value[0], bulk.lower, 0.08 * bulk.lower, "%g, not %g", value[0], bulk.lower);
    cr_expect_gt(bulk.upper, 1.5 * one.upper);
    double trace = 0;
    for (size_t i = 0; i < n; i++)
        trace += value[i] / (double)n;
    cr_expect_float_eq(bulk.trace, trace, 0.02 * trace);
    free(x);
    free(value);
}

Test(sharpness, unbounded_curvature_has_no_edge, .timeout = 10)
{
    static const struct {
        const char *loss, *link, *teacher;
        bool above;
    } set[] = {{"logistic", "linear", "sign", false}, {"hinge2", "linear", "sign", false},
               {"square", "linear", "linear", false}, {"square", "door", "door", true},
               {"logistic", "door", "door", false},   {"phase", "linear", "abs", true}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_run run = given_run("loss", set[i].loss, "link", set[i].link, "teacher", set[i].teacher,
                                                "overlap0", "0.1", "rate", "0.001", NULL);
        bool above, below;
        sharpness_unbounded(&run, &above, &below);
        cr_expect(above == set[i].above && !below, "%s, %s: %d %d", set[i].loss, set[i].link, above, below);
    }
}

/* Linear regression has the same Hessian at every step; it is measured at the steps asked for, and only there. */
Test(sharpness, theory_measures_what_was_asked_for, .timeout = 30)
{
    struct sgdmft_run run = given_run("teacher", "linear", "loss", "square", "alpha", "2", "ridge", "0.3", "steps",
                                      "12", "paths", "256", "groups", "2", "sharpness_at", "0,5,12", NULL);
    struct sgdmft_result *result = solved(&run);
    const struct sgdmft_quantity *upper = sgdmft_result_find(result, "sharpness", "upper_edge");
    const struct sgdmft_quantity *condition = sgdmft_result_find(result, "sharpness", "condition");
    cr_assert(upper && upper->length == 3 && condition);
    const double high = 0.3 + pow(1 + sqrt(2), 2), low = 0.3 + pow(1 - sqrt(2), 2);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_float_eq(upper->mean[i], high, 1e-6);
        cr_expect_float_eq(condition->mean[i], high / low, 1e-5);
    }
    sgdmft_result_free(result);
    run.sharpness_at.count = 0;
    result = solved(&run);
    cr_expect_null(sgdmft_result_find(result, "sharpness", "upper_edge"));
    sgdmft_result_free(result);
}
