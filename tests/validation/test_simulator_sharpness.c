/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lanczos against the eigenvalues of the matrix itself, and theory against simulation. */
#include "tests/given.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"
#include "validation/simulator/worker.h"

#include <lapacke.h>
#include <math.h>
#include <sgdmft/solve.h>
#include <stdlib.h>
#include <string.h>

struct matrix {
    size_t n;
    const double *value; /* [n][n], columns */
};

static void matrix_product(void *context, const double *x, double *out)
{
    const struct matrix *a = context;
    memset(out, 0, a->n * sizeof *out);
    for (size_t j = 0; j < a->n; j++)
        for (size_t i = 0; i < a->n; i++)
            out[i] += a->value[j * a->n + i] * x[j];
}

/* A multiple eigenvalue is found once; fewer distinct ones than asked for leave the rest NaN. */
Test(lanczos, few_distinct_eigenvalues, .timeout = 10)
{
    double a[36] = {0}, start[6] = {0.3, -0.2, 0.5, 0.1, 0.7, -0.4}, largest[4], top[24], smallest;
    const double diagonal[6] = {2, 2, 2, -1, -1, 5};
    const struct matrix matrix = {6, a};
    struct lanczos lanczos;
    for (size_t i = 0; i < 6; i++)
        a[7 * i] = diagonal[i];
    cr_assert(lanczos_create(6, 100, &lanczos));
    lanczos_ends(&lanczos, matrix_product, (void *)&matrix, start, 1e-10, 4, largest, top, &smallest);
    cr_expect(fabs(largest[0] - 5) < 1e-12 && fabs(largest[1] - 2) < 1e-12 && fabs(largest[2] + 1) < 1e-12);
    cr_expect(isnan(largest[3]) && fabs(smallest + 1) < 1e-12);
    cr_expect_float_eq(fabs(top[5]), 1, 1e-12);
    lanczos_free(&lanczos);
}

/* Every vector is an eigenvector of a multiple of the unit matrix: none is found. */
Test(lanczos, unit_matrix, .timeout = 10)
{
    double a[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3}, start[3] = {1, 2, 3}, largest[2], top[6], smallest;
    const struct matrix matrix = {3, a};
    struct lanczos lanczos;
    cr_assert(lanczos_create(3, 100, &lanczos));
    lanczos_ends(&lanczos, matrix_product, (void *)&matrix, start, 1e-10, 2, largest, top, &smallest);
    cr_expect_float_eq(largest[0], 3, 1e-12);
    cr_expect_float_eq(smallest, 3, 1e-12);
    cr_expect(isnan(largest[1]));
    for (size_t i = 0; i < 3; i++)
        cr_expect_float_eq(top[i], 0, 0);
    lanczos_free(&lanczos);
}

/* The matrix from its products with unit vectors is symmetric, and its eigenvalues, trace and eigenvectors are those
 * that Lanczos found; its second differences are those of the energy's gradient. */
Test(simulator_sharpness, ends_of_the_spectrum_are_those_of_the_matrix, .timeout = 60)
{
    const char *const precision[] = {"double", "single"};
    for (int p = 0; p < 2; p++) {
        const struct sgdmft_run run = given_run("dim", "120", "runs", "1", "alpha", "2", "steps", "1", "precision",
                                                precision[p], "data", "mixture2", "cluster_variance", "0.3", "overlap0",
                                                "0.4", "sharpness_at", "0", "ridge", "0.05", NULL);
        scoped_result *result = simulated(&run, 0);
        struct worker worker;
        const size_t n = 120;
        double *h = malloc(n * n * sizeof *h), value[120], unit[120];
        cr_assert(worker_create(&run, result, 1, &worker));
        worker_draw(&worker, 0);
        sharpness_measure(&worker.sharpness, 0, 0, 0, &worker.step);
        double trace = 0;
        for (size_t i = 0; i < n; i++) {
            memset(unit, 0, sizeof unit);
            unit[i] = 1;
            sharpness_product(&worker.sharpness, unit, h + i * n);
            trace += h[i * n + i] / (double)n;
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++)
                cr_assert_float_eq(h[i * n + j], h[j * n + i], 1e-14);
        cr_assert_eq(LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)n, h, (lapack_int)n, value), 0);
        const struct sgdmft_quantity *largest = sgdmft_result_find(result, "sharpness", "largest");
        for (size_t i = 0; i < SGDMFT_SHARPNESS_TOP; i++)
            cr_expect_float_eq(largest->mean[i], value[n - 1 - i], 1e-9 * value[n - 1], "%g, not %g", largest->mean[i],
                               value[n - 1 - i]);
        cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "smallest")->mean[0], value[0], 1e-9 * value[n - 1]);
        cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "trace")->mean[0], trace, 1e-12);
        double along = 0;
        for (size_t i = 0; i < n; i++)
            along += h[(n - 1) * n + i] * worker.signal[i];
        cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "signal_overlap")->mean[0],
                           along * along / (double)n, 1e-6);
        cr_expect_gt(along * along / (double)n, 0.5, "two clusters stick out along the signal");
        free(h);
        worker_free(&worker);
    }
}

/* H x by finite differences of the gradient of all examples, as the step makes it. */
Test(simulator_sharpness, the_hessian_is_the_slope_of_the_gradient, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run("dim", "60", "runs", "1", "steps", "2", "precision", "double", "rule", "gd", "rate", "1e-3",
                  "sharpness_at", "0", "link", "door", "teacher", "door", "overlap0", "0.4", NULL);
    struct worker worker;
    double out[60], start[60], gradient[2][60];
    scoped_result *result = simulated(&run, 0);
    cr_assert(worker_create(&run, result, 1, &worker));
    worker_draw(&worker, 0);
    sharpness_measure(&worker.sharpness, 0, 0, 0, &worker.step);
    memcpy(start, worker.step.weights, sizeof start);
    sharpness_product(&worker.sharpness, worker.signal, out);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < 60; i++)
            worker.step.weights[i] = start[i] + (side ? 1e-6 : -1e-6) * worker.signal[i];
        step_measure_gradient(&run, &worker.train, 0, &worker.step);
        memcpy(gradient[side], worker.step.gradient, sizeof gradient[side]);
    }
    for (size_t i = 0; i < 60; i++)
        cr_expect_float_eq(out[i], (gradient[1][i] - gradient[0][i]) / 2e-6, 1e-5 * (1 + fabs(out[i])));
    worker_free(&worker);
}

/* The trace within errors, the edges within the shift of order N^{-2/3} that a finite matrix has, at the start and
 * later. */
Test(simulator_sharpness, theory_is_the_simulation, .timeout = 120)
{
    const struct sgdmft_run run = given_run("dim", "400", "runs", "6", "steps", "30", "rate", "0.5", "paths", "4096",
                                            "groups", "8", "sharpness_at", "0,30", "batch", "0.5", NULL);
    scoped_result *theory = solved(&run);
    scoped_result *simulation = simulated(&run, 0);
    const struct sgdmft_quantity *a = sgdmft_result_find(theory, "sharpness", "trace");
    const struct sgdmft_quantity *b = sgdmft_result_find(simulation, "sharpness", "trace");
    const struct sgdmft_quantity *upper = sgdmft_result_find(theory, "sharpness", "upper_edge");
    const struct sgdmft_quantity *largest = sgdmft_result_find(simulation, "sharpness", "largest");
    const struct sgdmft_quantity *lower = sgdmft_result_find(theory, "sharpness", "lower_edge");
    const struct sgdmft_quantity *smallest = sgdmft_result_find(simulation, "sharpness", "smallest");
    for (size_t i = 0; i < 2; i++) {
        const double se = sqrt(a->se[i] * a->se[i] + b->se[i] * b->se[i]),
                     shift = 1.2 * pow(400, -2.0 / 3) * upper->mean[i];
        cr_expect_lt(fabs(a->mean[i] - b->mean[i]), 3.5 * se, "trace %g against %g", a->mean[i], b->mean[i]);
        cr_expect_lt(se, 0.02 * b->mean[i]);
        const double here = largest->mean[i * SGDMFT_SHARPNESS_TOP];
        cr_expect(here < upper->mean[i] && here > upper->mean[i] - 2 * shift, "largest %g, edge %g", here,
                  upper->mean[i]);
        cr_expect(smallest->mean[i] > lower->mean[i] && smallest->mean[i] < lower->mean[i] + shift,
                  "smallest %g, edge %g", smallest->mean[i], lower->mean[i]);
    }
    cr_expect_lt(upper->mean[1], 0.8 * upper->mean[0], "training flattens logistic regression");
}

/* g.H_B g/|g|^2 from the matrix of the batch itself, of a step that follows more than the gradient. */
Test(simulator_sharpness, batch_curvature_is_that_of_the_matrix, .timeout = 20)
{
    const char *const algorithm[][2] = {{"momentum", "0.7"}, {"temperature", "0.2"}, {"clip", "0.3"}};
    for (size_t a = 0; a < 3; a++) {
        const struct sgdmft_run run =
            given_run("dim", "60", "runs", "1", "steps", "3", "precision", "double", "sharpness_at", "1", "batch",
                      "0.4", "rate", "0.3", algorithm[a][0], algorithm[a][1], NULL);
        const size_t n = 60;
        struct worker worker;
        double start[60], g[60] = {0}, h[60][60] = {{0}}, length = 0, bent = 0, share = 0;
        scoped_result *result = simulated(&run, 0);
        cr_assert(worker_create(&run, result, 1, &worker));
        worker_draw(&worker, 0);
        step_advance(&run, &worker.train, 0, 0, &worker.step);
        memcpy(start, worker.step.weights, sizeof start);
        step_advance(&run, &worker.train, 0, 1, &worker.step);
        for (size_t mu = 0; mu < worker.train.count; mu++) {
            const double *x = dataset_row(&worker.train, mu);
            double r = 0, first, second;
            for (size_t i = 0; i < n; i++)
                r += x[i] * start[i] / sqrt(60);
            sgdmft_loss_evaluate(&run, 1, &r, &worker.train.label[mu], NULL, &first, &second);
            for (size_t i = 0; i < n && worker.step.selected[mu]; i++) {
                g[i] += first / 0.4 * x[i] / sqrt(60);
                for (size_t j = 0; j < n; j++)
                    h[i][j] += second / 0.4 * x[i] * x[j] / 60;
            }
        }
        for (size_t i = 0; i < n; i++)
            length += g[i] * g[i] / 60;
        share = run.clip > 0 ? fmin(1, run.clip / sqrt(length)) : 1;
        length = 0;
        for (size_t i = 0; i < n; i++) {
            g[i] = share * g[i] + run.ridge * start[i];
            h[i][i] += run.ridge;
            length += g[i] * g[i];
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                bent += g[i] * h[i][j] * g[j];
        cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "batch_sharpness")->mean[0], bent / length, 1e-11,
                           "%s: %.12g, not %.12g", algorithm[a][0],
                           sgdmft_result_find(result, "sharpness", "batch_sharpness")->mean[0], bent / length);
        cr_expect_float_eq(sgdmft_result_find(result, "sharpness", "stability_limit")->mean[0], 2 / 0.3, 1e-14);
        worker_free(&worker);
    }
}

static double batch_sharpness(const struct sgdmft_result *result, size_t at, double *error)
{
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "sharpness", "batch_sharpness");
    cr_assert_not_null(quantity);
    *error = quantity->se[at];
    return quantity->mean[at];
}

/* (T18) of three engines beside the simulation, and none of it after the last step. */
Test(simulator_sharpness, batch_curvature_of_theory_is_the_simulation, .timeout = 120)
{
    const char *const engine[] = {"dense", "hierarchical", "conditional"};
#define CURVED                                                                                                         \
    "dim", "400", "runs", "12", "steps", "12", "rate", "0.5", "paths", "8192", "sharpness_at", "0,8,12", "batch",      \
        "0.4", "rule", "persistent", "persistence", "2"
    const struct sgdmft_run run = given_run(CURVED, NULL);
    struct sgdmft_result *theory;
    scoped_result *simulation = simulated(&run, 0);
    for (size_t e = 0; e < 3; e++) {
        const struct sgdmft_run own = given_run(CURVED, "engine", engine[e], NULL);
        theory = solved(&own);
        for (size_t at = 0; at < 2; at++) {
            double one, two, a = batch_sharpness(theory, at, &one), b = batch_sharpness(simulation, at, &two);
            cr_expect_lt(hypot(one, two), 0.04 * b, "%s: errors %g, %g of %g", engine[e], one, two, b);
            cr_expect_lt(fabs(a - b), 4 * hypot(one, two), "%s: %g(%g), simulation %g(%g)", engine[e], a, one, b, two);
        }
        cr_expect(isnan(batch_sharpness(theory, 2, &(double){0})));
        sgdmft_result_free(theory);
    }
}

/* gd of the linear model at the start, with moments of the Marchenko-Pastur law. */
Test(simulator_sharpness, batch_curvature_of_the_linear_model, .timeout = 20)
{
    const struct sgdmft_run run =
        given_run("teacher", "linear", "loss", "square", "rule", "gd", "alpha", "3", "ridge", "0.1", "steps", "2",
                  "paths", "512", "groups", "2", "sharpness_at", "0", "engine", "dense", NULL);
    const double a = 3, l = 0.1, m[] = {1, a, a + a * a, a + 3 * a * a + a * a * a};
    const double above = l * l * l + 3 * l * l * m[1] + 3 * l * m[2] + m[3] + l * m[2] + m[3],
                 below = l * l + 2 * l * m[1] + 2 * m[2];
    struct sgdmft_result *theory = solved(&run);
    cr_expect_float_eq(batch_sharpness(theory, 0, &(double){0}), above / below, 1e-8);
    sgdmft_result_free(theory);
    const struct sgdmft_run momentum =
        given_run("momentum", "0.5", "steps", "2", "paths", "512", "groups", "2", "sharpness_at", "0", NULL);
    theory = solved(&momentum);
    cr_expect_null(sgdmft_result_find(theory, "sharpness", "batch_sharpness"));
    sgdmft_result_free(theory);
}
