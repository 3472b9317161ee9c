/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine against closed forms, against the dense engine with the same random numbers, and broken on
 * purpose. */
#include "solver/run/solve_internal.h"
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/two_results.h"
#include "tests/solver/side_by_side.h"
#include "tests/solver/solved.h"

#include <math.h>
#include <stdlib.h>

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04"

/* Largest deviations of overlap and norm from the closed form, relative to the larger of the values. */
static double linear_deviation(const struct sgdmft_run *run, const struct engine *engine)
{
    const struct linear_form exact = linear_form(run);
    scoped_result *result = solved_with(engine, run);
    double worst = 0;
    for (int i = 0; i < 2; i++)
        for (size_t row = 0; row < result->steps; row++) {
            const double x = exact.series[i][result->step[row]];
            worst = fmax(worst, fabs(series(result, linear_form_names[i])->mean[row] - x) / fmax(1, fabs(x)));
        }
    return worst;
}

static void (*evaluate_right)(void *, struct engine_values *);

/* A mistake of one half in what one block remembers of the paths' own forces. */
static void evaluate_wrong(void *state, struct engine_values *values)
{
    struct hierarchical *h = state;
    evaluate_right(state, values);
    if (h->ensemble.k != 30)
        return;
    const size_t width = h->blocks.width, first = h->blocks.block[h->blocks.count - 3].slot * width * h->all;
    for (size_t i = 0; i < width * h->all; i++)
        h->memories[first + i] *= 1.5;
}

Test(hierarchical, linear_gd_converges_to_the_closed_form, .timeout = 60)
{
    static const struct {
        const char *order;
        double bound;
    } set[] = {{"3", 1e-5}, {"4", 2e-6}, {"8", 1e-9}};
    struct engine faulty = engine_hierarchical;
    evaluate_right = engine_hierarchical.evaluate;
    faulty.evaluate = evaluate_wrong;
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "rule", "gd", "rate", "0.1", "ridge", "0.1", "steps", "400", "paths", "128", "groups",
                      "1", "threads", "1", "order", set[i].order, NULL);
        const double deviation = linear_deviation(&run, &engine_hierarchical);
        cr_expect_lt(deviation, set[i].bound, "order %s: %g", set[i].order, deviation);
        cr_expect_gt(linear_deviation(&run, &faulty), 3e-5, "a wrong history passes at order %s: %g", set[i].order,
                     linear_deviation(&run, &faulty));
    }
}

Test(hierarchical, linear_gd_without_ridge_and_with_schedule, .timeout = 60)
{
    static const char *const alpha[] = {"0.5", "1", "3"};
    for (size_t i = 0; i < 3; i++) {
        const struct sgdmft_run run =
            given_run(LINEAR, "rule", "gd", "rate", "0.1", "ridge", "0", "steps", "400", "paths", "256", "groups", "1",
                      "threads", "1", "alpha", alpha[i], "rate_steps", "33=0.2,200=0.05", NULL);
        const double deviation = linear_deviation(&run, &engine_hierarchical);
        cr_expect_lt(deviation, 2e-5, "alpha %s: %g", alpha[i], deviation);
    }
}

/* Largest difference between the engines, relative to values above 1. */
static double difference(const struct sgdmft_run *run)
{
    struct side *side = calloc((size_t)run->steps + 1, sizeof *side);
    cr_assert(side_by_side(run, 0, side));
    double worst = 0;
    for (long k = 0; k <= run->steps; k++)
        for (int i = 0; i < SIDE_COUNT; i++)
            worst = fmax(worst, fabs(side[k].dense[i] - side[k].blocks[i]) / fmax(1, fabs(side[k].dense[i])));
    free(side);
    return worst;
}

Test(hierarchical, agrees_with_dense_on_the_same_random_numbers, .timeout = 120)
{
#define COMMON "threads", "1", "steps", "120", "groups", "1", "paths", "512", "waiting", "30"
    const struct sgdmft_run run[] = {
        given_run(COMMON, NULL),
        given_run(COMMON, LINEAR, "rule", "sgd", "batch", "0.3", NULL),
        given_run(COMMON, "constraint", "sphere", "rule", "sgd", NULL),
        given_run(COMMON, "rule", "langevin", "temperature", "0.2", "data", "random", NULL),
        given_run(COMMON, "rule", "persistent", "persistence", "1", NULL),
        given_run(COMMON, "rule", "reshuffle", "batch", "0.25", NULL),
        given_run(COMMON, "rule", "sgd", "replicas", "2", NULL),
        given_run(COMMON, "rule", "gd", "rate_steps", "30=0.2,77=0.05", NULL),
    };
    for (size_t i = 0; i < sizeof run / sizeof *run; i++) {
        const double worst = difference(&run[i]);
        cr_expect_lt(worst, 2e-5, "run %zu: %g", i, worst);
    }
}

/* Modes with 1 - eta lambda < 0 change their sign in every step. Beyond eta lambda = 2 they last, and small differences
 * grow. With blocks that mix even and odd steps the first two runs differ by .12 and .13, the third by 8e-5. */
Test(hierarchical, agrees_with_dense_where_modes_alternate, .timeout = 120)
{
    const struct {
        struct sgdmft_run run;
        double bound;
    } set[] = {
        {given_run(COMMON, "data", "random", "loss", "hinge2", "kappa", "1", "rule", "gd", "rate", "0.35", NULL), 0.03},
        {given_run(COMMON, "ridge", "0.3", "rate", "1.6", "batch", "0.8", NULL), 2e-3},
        {given_run(COMMON, LINEAR, "rule", "gd", "rate", "0.25", NULL), 5e-6},
        {given_run(COMMON, "data", "mixture2", "loss", "square", "rule", "gd", "rate_steps", "30=0.2,77=0.1", NULL),
         5e-6},
        {given_run(COMMON, "rule", "persistent", "batch", "0.4", "rate", "1", "persistence", "3", NULL), 5e-6},
        {given_run(COMMON, "rule", "reshuffle", "batch", "0.33333333333333331", "order", "5", "rate", "1", NULL), 5e-6},
    };
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const double worst = difference(&set[i].run);
        cr_expect_lt(worst, set[i].bound, "run %zu: %g", i, worst);
    }
}

Test(hierarchical, agrees_with_dense_on_schedules_by_name, .timeout = 120)
{
    static const char *const schedule[] = {"cosine", "power:0.5", "wsd:30,40", "halving:25"};
    for (size_t i = 0; i < sizeof schedule / sizeof *schedule; i++) {
        const struct sgdmft_run run = given_run(COMMON, "rate_schedule", schedule[i], NULL);
        const double worst = difference(&run);
        cr_expect_lt(worst, 2e-5, "%s: %g", schedule[i], worst);
    }
}

Test(hierarchical, bits_do_not_depend_on_threads, .timeout = 120)
{
    const char *const threads[] = {"1", "2", "3"};
    scoped_result *first = NULL;
    for (size_t i = 0; i < 3; i++) {
        const struct sgdmft_run run = given_run("steps", "60", "groups", "1", "paths", "320", "waiting", "10",
                                                "replicas", "2", "threads", threads[i], NULL);
        struct sgdmft_result *result = solved_with(&engine_hierarchical, &run);
        if (!first)
            first = result;
        assert_same_samples(first, result, threads[i]);
        if (i > 0)
            sgdmft_result_free(result);
    }
}

/* A long run whose forces are many more than the basis holds stays on the closed form, within its own errors. */
Test(hierarchical, long_linear_sgd_follows_the_closed_form, .timeout = 120)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "sgd", "batch", "0.3", "steps", "1500", "groups", "4",
                                            "paths", "512", "threads", "1", "every", "100", NULL);
    const struct linear_form exact = linear_form(&run);
    double score = 0;
    scoped_result *result = solved_with(&engine_hierarchical, &run);
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", "norm");
    for (size_t row = 1; row < result->steps; row++) {
        const double x = exact.norm[result->step[row]], deviation = fabs(quantity->mean[row] - x);
        cr_expect_lt(deviation, 0.01 * x, "step %ld: %g against %g", result->step[row], quantity->mean[row], x);
        score = fmax(score, deviation / quantity->se[row]);
    }
    cr_expect_lt(score, 8, "score %g", score); /* Student's t with 3 degrees of freedom, 15 steps */
}

/* Where the basis of the forces has been rotated many times, small groups stay unbiased: the mean loss of late steps.
 * Without the leave-one-out coefficients it was 1.1 % too small. */
Test(hierarchical, rotations_leave_small_groups_unbiased, .timeout = 120)
{
    const struct sgdmft_run run =
        given_run(LINEAR, "rule", "sgd", "alpha", "1.5", "ridge", "0.2", "batch", "0.2", "rate", "0.2", "steps", "800",
                  "every", "10", "groups", "8", "paths", "4096", "threads", "1", "waiting", "0", NULL);
    const struct linear_form exact = linear_form(&run);
    double found = 0, expected = 0;
    scoped_result *result = solved_with(&engine_hierarchical, &run);
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", "train_loss");
    for (size_t row = 0; row < result->steps; row++)
        if (result->step[row] > 400) {
            found += quantity->mean[row] / 40;
            expected += exact.loss[result->step[row]] / 40;
        }
    cr_expect_float_eq(found, expected, 0.008 * expected, "%g against %g", found, expected);
}

/* Steps, of a run that forgets, do not become dearer: blocks that nobody answers to are dropped, and nothing changes.
 */
Test(hierarchical, forgets_what_nobody_answers_to, .timeout = 60)
{
    const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "ridge", "0.5", "rate", "0.2", "steps", "600",
                                            "groups", "1", "paths", "64", NULL);
    const struct engine_group group = {.run = &run, .number = 0, .paths = 64, .threads = 1};
    struct hierarchical *h = engine_hierarchical.start(&group), *all = engine_hierarchical.start(&group);
    all->tangent.tolerance = 0;
    double worst = 0;
    for (long k = 0; k < run.steps; k++) {
        struct engine_values a, b;
        engine_hierarchical.evaluate(h, &a);
        engine_hierarchical.evaluate(all, &b);
        worst = fmax(worst, fabs(a.norm - b.norm));
        engine_hierarchical.advance(h);
        engine_hierarchical.advance(all);
    }
    cr_expect_eq(all->tangent.first, 0);
    cr_expect_gt(h->tangent.first, h->blocks.count / 3, "%zu of %zu blocks forgotten", h->tangent.first,
                 h->blocks.count);
    cr_expect_lt(worst, 1e-7, "%g", worst);
    engine_hierarchical.finish(h);
    engine_hierarchical.finish(all);
}

/* The overlap of one group at the last step. */
static double overlap_of(const struct sgdmft_run *run, uint32_t number, unsigned plain)
{
    const struct engine_group group = {.run = run, .number = number, .paths = 256, .threads = 1, .plain = plain};
    struct hierarchical *h = engine_hierarchical.start(&group);
    struct engine_values values;
    for (long k = 0; k < run->steps; k++) {
        engine_hierarchical.evaluate(h, &values);
        engine_hierarchical.advance(h);
    }
    engine_hierarchical.evaluate(h, &values);
    engine_hierarchical.finish(h);
    return values.overlap;
}

/* Calibrated averages are the same theory with less noise: over 24 groups. */
Test(hierarchical, calibration_lowers_the_spread, .timeout = 60)
{
    enum { GROUPS = 24 };
    const struct sgdmft_run run = given_run("steps", "60", "waiting", "0", NULL);
    double mean[2] = {0}, variance[2] = {0}, x[2][GROUPS];
    for (int v = 0; v < 2; v++) {
        for (uint32_t g = 0; g < GROUPS; g++)
            mean[v] += (x[v][g] = overlap_of(&run, g, v ? ENGINE_PLAIN_CALIBRATION : 0)) / GROUPS;
        for (int g = 0; g < GROUPS; g++)
            variance[v] += pow(x[v][g] - mean[v], 2) / (GROUPS - 1);
    }
    cr_expect_gt(variance[1], 4 * variance[0], "%g, %g plain", variance[0], variance[1]);
    cr_expect_float_eq(mean[0], mean[1], 4 * sqrt((variance[0] + variance[1]) / GROUPS), "%.6f, %.6f plain", mean[0],
                       mean[1]);
}

/* auto: dense where it is as fast, for linear models of moderate length, and where the other cannot. */
Test(hierarchical, auto_takes_it_beyond_the_crossover)
{
    static const struct {
        const char *engine, *parameter[6];
    } set[] = {{"dense", {"steps", "100"}},
               {"hierarchical", {"steps", "101"}},
               {"dense", {"steps", "200", "rate_cycle", "5=0.2,10=0.1"}},
               {"dense", {"steps", "200", "rate_schedule", "halving:3"}},
               {"dense", {"steps", "200", "full_matrices", "yes"}},
               {"dense", {"steps", "200", "covariance_spectrum", "0.5,1.5"}}};
    struct sgdmft_error error = {0};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++) {
        const char *const *p = set[i].parameter;
        const struct sgdmft_run run = given_run(p[0], p[1], p[2], p[3], NULL);
        const struct engine *engine = engine_choose(&run, &error);
        cr_assert_not_null(engine, "%s", error.text);
        cr_expect_str_eq(engine->entry.name, set[i].engine, "%s %s %s", p[1], p[2] ? p[2] : "", p[3] ? p[3] : "");
    }
    const struct sgdmft_run brief = given_run(LINEAR, "rule", "sgd", "steps", "250", NULL);
    cr_expect_str_eq(engine_choose(&brief, &error)->entry.name, "dense");
    const struct sgdmft_run large = given_run(LINEAR, "rule", "gd", "steps", "251", NULL);
    cr_expect_str_eq(engine_choose(&large, &error)->entry.name, "hierarchical");
}
