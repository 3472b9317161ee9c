/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights with which averages of known functions are exact. */
#include "solver/dense/dense.h"
#include "tests/given.h"

#include <math.h>

static double mean(const struct dense *dense, int y, int u, int f)
{
    const size_t n = dense->ensemble.paths.all;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += dense->ensemble.calibration.weight[i] * pow(dense->ensemble.paths.y[i], y)
               * pow(dense->ensemble.paths.u[i], u) * pow(dense->ensemble.calibration.field[i], f);
    return sum / (double)n;
}

/* Means over f of variance C and correlation q with u, y = +-sign(u) with a tenth flipped, written out. */
Test(calibration, weighted_means_are_those_of_the_law, .timeout = 20)
{
    const struct sgdmft_run run = given_run("label_noise", "0.1", "steps", "12", "overlap0", "0.3", NULL);
    const struct engine_group group = {.run = &run, .paths = 512, .threads = 1};
    struct dense *dense = engine_dense.start(&group);
    struct engine_values values;
    double correction = 0;
    for (long k = 0; k <= 12; k++) {
        engine_dense.evaluate(dense, &values);
        const double C = values.norm, q = values.overlap / sqrt(C), a = 0.8 * sqrt(2 / M_PI);
        cr_expect_float_eq(mean(dense, 0, 0, 0), 1, 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 0, 0, 2) / C, 1, 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 0, 1, 1) / sqrt(C), q, 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 0, 0, 4) / (C * C), 3, 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 1, 0, 1) / sqrt(C), a * q, 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 1, 0, 3) / pow(C, 1.5), a * (2 * q * q * q + 3 * q * (1 - q * q)), 1e-11,
                           "step %ld", k);
        cr_expect_float_eq(mean(dense, 1, 1, 2) / C, a * (2 * q * q + 1 - q * q), 1e-11, "step %ld", k);
        cr_expect_float_eq(mean(dense, 1, 2, 1) / sqrt(C), 2 * a * q, 1e-11, "step %ld", k);
        for (size_t i = 0; i < dense->ensemble.paths.all; i++)
            correction = fmax(correction, fabs(dense->ensemble.calibration.weight[i] - 1));
        if (k < 12)
            engine_dense.advance(dense);
    }
    cr_expect_gt(correction, 1e-3, "weights that are all 1 correct nothing");
    cr_expect_lt(correction, 1);
    engine_dense.finish(dense);
}

/* E[y^a c^b u^n] of every law against many examples. */
Test(calibration, moments_are_those_of_the_examples, .timeout = 20)
{
    enum { N = 1 << 15 };
    const struct sgdmft_run run[] = {given_run("label_noise", "0.2", NULL),
                                     given_run("data", "mixture2", "label_noise", "0.1", NULL),
                                     given_run("data", "random", NULL)};
    for (size_t r = 0; r < sizeof run / sizeof *run; r++) {
        const struct engine_group group = {.run = &run[r], .paths = N, .threads = 1};
        SCOPED_BY(paths_free) struct paths paths;
        struct calibration calibration;
        cr_assert(paths_create(&paths, &group, 1));
        cr_assert(calibration_applies(&paths), "run %zu", r);
        cr_assert(calibration_create(&calibration, &paths));
        for (size_t a = 0; a < calibration.count; a++) {
            const struct calibration_function *f = &calibration.function[a];
            double sum = 0, squares = 0;
            for (size_t i = 0; i < N && f->f == 0; i++) {
                sum += calibration.base[a * N + i];
                squares += calibration.base[a * N + i] * calibration.base[a * N + i];
            }
            if (f->f == 0)
                cr_expect_float_eq(sum / N, calibration.moment[f->y][f->c][f->u], 5 * sqrt(squares) / N,
                                   "run %zu: y^%d c^%d u^%d", r, f->y, f->c, f->u);
        }
        calibration_free(&calibration);
    }
}

/* Forces of equal weight at all steps keep the weighted mean square, and linear models, kinks, phase losses and door
 * links are left alone. */
Test(calibration, pushes_and_where_it_applies, .timeout = 20)
{
    static const struct {
        const char *set[6];
        size_t paths;
        bool applies;
    } cases[] = {{{"loss", "logistic"}, 512, true},
                 {{"loss", "logistic"}, 64, false},
                 {{"loss", "logistic", "replicas", "2"}, 512, false},
                 {{"loss", "square", "teacher", "linear"}, 512, false},
                 {{"loss", "hinge2"}, 512, false},
                 {{"teacher", "abs", "loss", "phase", "rate", "0.001"}, 512, false},
                 {{"teacher", "door", "link", "door"}, 512, false}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const char *const *s = cases[c].set;
        const struct sgdmft_run run = given_run(s[0], s[1], s[2], s[3], s[4], s[5], NULL);
        const struct engine_group group = {.run = &run, .paths = cases[c].paths, .threads = 1};
        struct dense *dense = engine_dense.start(&group);
        struct engine_values values;
        engine_dense.evaluate(dense, &values);
        cr_expect_eq(dense->ensemble.weighs, cases[c].applies, "case %zu", c);
        if (dense->ensemble.weighs) {
            const double *push = calibration_weighted(&dense->ensemble.calibration, dense->g);
            double square = 0, wanted = 0;
            for (size_t i = 0; i < dense->ensemble.paths.all; i++) {
                square += push[i] * push[i];
                wanted += dense->ensemble.calibration.weight[i] * dense->g[i] * dense->g[i];
            }
            cr_expect_float_eq(square, wanted, 1e-9 * wanted);
        }
        engine_dense.finish(dense);
    }
}
