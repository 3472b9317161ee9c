/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Balanced draws of examples and batches. */
#include "solver/paths/paths.h"
#include "tests/given.h"

#include <math.h>

static double mean_product(size_t n, const double *x, const double *y)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * (y ? y[i] : 1);
    return sum / (double)n;
}

Test(paths, examples_are_balanced, .timeout = 20)
{
    const struct sgdmft_run run = given_run("data", "mixture3", "overlap0", "0.2", "link", "door", NULL);
    const struct engine_group group = {.run = &run, .paths = 512, .threads = 1};
    SCOPED_BY(paths_free) struct paths paths;
    cr_assert(paths_create(&paths, &group, 30));
    cr_expect_float_eq(mean_product(512, paths.centre, NULL), 0, 1e-15);
    cr_expect_float_eq(mean_product(512, paths.centre, paths.centre), 0.5, 1e-15);
    cr_expect_float_eq(mean_product(512, paths.y, NULL), 0, 1e-15);
    cr_expect_float_eq(mean_product(512, paths.u, NULL), 0, 1e-12);
    cr_expect_float_eq(mean_product(512, paths.u, paths.u), 1, 1e-12);
    cr_expect_float_eq(mean_product(512, paths.u, paths.centre), 0, 1e-12);
    cr_expect_eq(paths.drawn, 256, "mirrored");
    for (int a = 0; a < 30; a++) {
        const double *x = paths_innovation(&paths);
        cr_expect_float_eq(mean_product(512, x, paths.u), 0, 1e-12);
        cr_expect_float_eq(mean_product(512, x, x), 1, 1e-12);
    }
}

Test(paths, symmetry_removes_the_overlap, .timeout = 20)
{
    static const struct {
        const char *data, *teacher, *overlap0;
        bool vanishes;
    } set[] = {{"random", NULL, "0", true},      {"mixture3", NULL, "0", true}, {"mixture2", NULL, "0", false},
               {"teacher", "sign", "0", false},  {"teacher", "abs", "0", true}, {"teacher", "door", "0", true},
               {"teacher", "door", "0.1", false}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const char *teacher = set[i].teacher;
        const struct sgdmft_run run = given_run("data", set[i].data, "loss", "square", "overlap0", set[i].overlap0,
                                                teacher ? "teacher" : NULL, teacher, NULL);
        const struct engine_group group = {.run = &run, .paths = 64, .threads = 1};
        SCOPED_BY(paths_free) struct paths paths;
        cr_assert(paths_create(&paths, &group, 4));
        cr_expect_eq(paths.overlap_vanishes, set[i].vanishes, "%s %s", set[i].data, teacher ? teacher : "");
    }
}

/* Batches: the share at each step, the chain's autocorrelation exp(-lag eta/(b tau)), and one use an epoch. */
Test(paths, batches_follow_the_rule, .timeout = 20)
{
    enum { N = 4096, STEPS = 200 };
    static unsigned char s[STEPS][N];
    static const char *const rule[] = {"sgd", "persistent", "reshuffle"};
    for (int r = 0; r < 3; r++) {
        const struct sgdmft_run run = given_run("rule", rule[r], "batch", "0.25", "steps", "200", "rate", "0.125",
                                                r == 1 ? "persistence" : NULL, "2", NULL);
        const struct engine_group group = {.run = &run, .paths = N, .threads = 1};
        SCOPED_BY(paths_free) struct paths paths;
        cr_assert(paths_create(&paths, &group, 1));
        double lagged = 0;
        for (long k = 0; k < STEPS; k++) {
            size_t members = 0;
            paths_select(&paths, k, NULL);
            for (size_t i = 0; i < N; i++) {
                s[k][i] = paths.selected[i];
                members += s[k][i];
                cr_assert_eq(paths.sigma[i], s[k][i] ? 4 : 0);
                if (k > 0)
                    lagged += s[k][i] * s[k - 1][i];
                if (r == 2 && k % 4 == 3)
                    cr_assert_eq(s[k][i] + s[k - 1][i] + s[k - 2][i] + s[k - 3][i], 1, "one use an epoch");
            }
            cr_expect_leq(fabs((double)members - 1024), r == 1 ? 60 : 1, "%s step %ld: %zu members", rule[r], k,
                          members);
            cr_expect_float_eq(mean_product(N, paths.mean_sigma, NULL), 1, r == 1 ? 0.06 : 0.002);
        }
        lagged /= (double)(N * (STEPS - 1));
        /* P(s s') = b P(1->1): sgd b^2; persistent b (1 - 3/16); reshuffle: 0 within an epoch, 1/4 of pairs straddle */
        const double expected[] = {0.0625, 0.25 * (1 - 0.1875), 0.25 * 0.0625};
        cr_expect_float_eq(lagged, expected[r], 0.002, "%s: %g", rule[r], lagged);
    }
}
