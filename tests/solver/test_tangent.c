/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tangents against (T7) written out, and the basis and field against their definitions. */
#include "solver/dense/field.h"
#include "solver/dense/dense_tangent.h"
#include "tests/given.h"

#include <math.h>

enum { PATHS = 70, STEPS = 23 };

/* Random curvatures with many zeros, and their means. */
static void draw_step(struct sgdmft_stream *stream, double *response, double *curvature, double *mean)
{
    sgdmft_normals(stream, STEPS + 1, response);
    sgdmft_normals(stream, PATHS, curvature);
    sgdmft_normals(stream, PATHS, mean);
    for (size_t i = 0; i < PATHS; i++) {
        if (curvature[i] < 0.5)
            curvature[i] = 0;
        if (mean[i] < -1)
            mean[i] = 0;
    }
}

Test(tangent, slow_twin, .timeout = 20)
{
    static double D[PATHS][STEPS + 1][STEPS + 1], R[STEPS + 1][STEPS + 1], g[PATHS][STEPS + 1], mean[PATHS],
        surprise[PATHS], gamma_surprise[STEPS + 1], answer[PATHS], curvature[PATHS], gamma[STEPS + 1], eta[STEPS + 1];
    const double variance = 0.7;
    struct tangent tangent;
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 1, 0);
    cr_assert(tangent_create(&tangent, PATHS, STEPS, 2));
    for (long k = 0; k <= STEPS; k++) {
        eta[k] = 0.1 + 0.01 * (double)k;
        draw_step(&stream, R[k], curvature, mean);
        for (size_t i = 0; i < PATHS; i++)
            surprise[i] = 0.3 * curvature[i] - mean[i];
        tangent_step(&tangent, k, variance, eta[k], R[k], mean, curvature, gamma, k % 5 ? surprise : NULL,
                     gamma_surprise, k % 3 ? answer : NULL);
        for (long l = 0; l <= k; l++) {
            double expected = 0, unexpected = 0;
            for (size_t i = 0; i < PATHS; i++) {
                D[i][k][l] = k == l;
                for (long j = l; j < k; j++)
                    D[i][k][l] -= variance * R[k][j] * eta[j] * g[i][j] * D[i][j][l];
                expected += mean[i] * D[i][k][l] / PATHS;
                unexpected += surprise[i] * D[i][k][l] / PATHS;
            }
            if (k % 5)
                cr_expect_float_eq(gamma_surprise[l], unexpected, 1e-9 * (1 + fabs(unexpected)), "surprise(%ld,%ld)", k,
                                   l);
            cr_assert_float_eq(gamma[l], expected, 1e-9 * (1 + fabs(expected)), "Gamma(%ld,%ld)", k, l);
        }
        for (size_t i = 0; i < PATHS; i++) {
            double expected = 0;
            for (long l = 0; l <= k; l++)
                expected += D[i][k][l];
            if (k % 3 && (mean[i] != 0 || curvature[i] != 0))
                cr_expect_float_eq(answer[i], expected, 1e-9 * (1 + fabs(expected)), "answer %zu at %ld", i, k);
            g[i][k] = curvature[i];
        }
    }
    tangent_free(&tangent);
}

Test(basis, orthonormal_and_dependent, .timeout = 20)
{
    enum { N = 300, ROWS = 40 };
    struct basis basis;
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 2, 0);
    cr_assert(basis_create(&basis, N, ROWS + 1, 2, 1e-24));
    for (size_t j = 0; j < ROWS; j++) {
        sgdmft_normals(&stream, N, basis_next(&basis));
        cr_assert(basis_append(&basis));
    }
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t p = 0; p < N; p++)
                sum += basis.row[i * N + p] * basis.row[j * N + p] / N;
            cr_assert_float_eq(sum, i == j, 1e-13);
        }
    double *next = basis_next(&basis);
    for (size_t p = 0; p < N; p++)
        next[p] = 3 * basis.row[p] - 2 * basis.row[7 * N + p];
    cr_expect_not(basis_append(&basis), "a combination of rows is dependent");
    cr_expect_float_eq(basis.coefficient[0], 3, 1e-12);
    cr_expect_float_eq(basis.coefficient[7], -2, 1e-12);
    basis_free(&basis);
}

/* nu of the field must have the Gram matrix of the forces as covariance: with no memory and no ridge,
 * (L(k+1) - L(k)).(L(j+1) - L(j)) = eta^2 alpha <g^k g^j>. */
Test(field, increments_have_the_gram_matrix, .timeout = 20)
{
    enum { GROUP = 256, ROWS = 12 };
    static double g[ROWS][GROUP], gamma[ROWS + 1];
    const struct sgdmft_run run = given_run("data", "random", "ridge", "0", "rate", "0.5", "steps", "20", NULL);
    const struct engine_group group = {.run = &run, .paths = GROUP, .threads = 1};
    SCOPED_BY(paths_free) struct paths paths;
    struct field field;
    struct sgdmft_stream stream = sgdmft_stream_open(3, SGDMFT_TEST_SUITE, 3, 0);
    cr_assert(paths_create(&paths, &group, field_width(&run)));
    cr_assert(field_create(&field, &paths, 1.0));
    for (size_t k = 0; k < ROWS; k++) {
        sgdmft_normals(&stream, GROUP, g[k]);
        if (k % 3 == 2) /* a dependent force */
            for (size_t i = 0; i < GROUP; i++)
                g[k][i] = g[k - 1][i] - 0.5 * g[k - 2][i];
        field_advance(&field, &paths, k, g[k], gamma);
    }
    cr_expect_eq(field.rank, 1 + ROWS - ROWS / 3);
    for (size_t k = 0; k < ROWS; k++)
        for (size_t j = 0; j < ROWS; j++) {
            double gram = 0;
            for (size_t i = 0; i < GROUP; i++)
                gram += run.alpha * g[k][i] * g[j][i] / GROUP;
            const double increments = field_covariance(&field, 0, k + 1, j + 1) - field_covariance(&field, 0, k, j + 1)
                                      - field_covariance(&field, 0, k + 1, j) + field_covariance(&field, 0, k, j);
            cr_assert_float_eq(increments, 0.25 * gram, 1e-10 * (1 + fabs(gram)), "%zu %zu", k, j);
        }
    field_free(&field);
}
