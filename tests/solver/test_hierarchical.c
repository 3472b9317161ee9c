/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hierarchical engine against closed forms, against the dense engine with the same random numbers, and broken on purpose. */
#include "solver/dense.h"
#include "solver/hierarchical/engine.h"
#include "solver/solve_internal.h"
#include "tests/given.h"

#include <math.h>
#include <sgdmft/closed_forms.h>
#include <stdlib.h>
#include <string.h>

#define LINEAR "data", "teacher", "teacher", "linear", "loss", "square", "overlap0", "0.2", "norm0", "1.04"

/* Largest deviations of overlap and norm from the closed form, relative to the larger of the values. */
static double linear_deviation(const struct sgdmft_run *run, const struct engine *engine)
{
    const size_t n = (size_t)run->steps + 1;
    double *exact[2] = {calloc(n, sizeof(double)), calloc(n, sizeof(double))}, worst = 0;
    static const char *const name[2] = {"overlap", "norm"};
    struct sgdmft_error error = {0};
    struct sgdmft_result *result;
    cr_assert_eq(sgdmft_linear_dynamics(run, exact[0], exact[1], NULL, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(solve_with(engine, run, &result, &error), SGDMFT_OK, "%s", error.text);
    for (int i = 0; i < 2; i++) {
        const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", name[i]);
        for (size_t row = 0; row < result->steps; row++) {
            const double x = exact[i][result->step[row]];
            worst = fmax(worst, fabs(quantity->mean[row] - x) / fmax(1, fabs(x)));
        }
        free(exact[i]);
    }
    sgdmft_result_free(result);
    return worst;
}

static void (*evaluate_right)(void *, struct engine_values *);

/* A mistake of one half in what one block remembers of the paths' own forces. */
static void evaluate_wrong(void *state, struct engine_values *values)
{
    struct hierarchical *h = state;
    evaluate_right(state, values);
    const size_t width = h->blocks.width, first = h->blocks.block[h->blocks.count - 3].slot * width * h->all;
    for (size_t i = 0; h->k == 30 && i < width * h->all; i++)
        h->pushes[first + i] *= 1.5;
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
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "rate", "0.1", "ridge", "0.1", "steps", "400", "paths", "128",
                                                "groups", "1", "threads", "1", "order", set[i].order, NULL);
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
        const struct sgdmft_run run = given_run(LINEAR, "rule", "gd", "rate", "0.1", "ridge", "0", "steps", "400", "paths", "256",
                                                "groups", "1", "threads", "1", "alpha", alpha[i], "rate_steps", "33=0.2,200=0.05", NULL);
        const double deviation = linear_deviation(&run, &engine_hierarchical);
        cr_expect_lt(deviation, 2e-5, "alpha %s: %g", alpha[i], deviation);
    }
}

/* Both engines side by side, with the batches of the dense one: where a batch is drawn along the order of the forces, two
 * paths that change places would otherwise change the random numbers. Largest relative difference of overlap, norm and loss. */
static double difference(const struct sgdmft_run *run)
{
    const struct engine_group group = {.run = run, .number = 0, .paths = engine_group_paths(run), .threads = 1};
    struct dense *dense = engine_dense.start(&group);
    struct hierarchical *h = engine_hierarchical.start(&group);
    cr_assert(dense && h);
    double worst = 0;
    for (long k = 0; k <= run->steps; k++) {
        struct engine_values a, b;
        engine_dense.evaluate(dense, &a);
        engine_hierarchical.evaluate(h, &b);
        const size_t bytes = h->all * sizeof(double);
        memcpy(h->paths.sigma, dense->paths.sigma, bytes);
        memcpy(h->paths.mean_sigma, dense->paths.mean_sigma, bytes);
        memcpy(h->paths.mean_sigma2, dense->paths.mean_sigma2, bytes);
        memcpy(h->paths.selected, dense->paths.selected, h->all);
        memcpy(h->paths.place, dense->paths.place, h->all * sizeof *h->paths.place);
        reaction_push(&h->reaction, h->g);
        const double pair[][2] = {{a.overlap, b.overlap}, {a.norm, b.norm}, {a.train_loss, b.train_loss},
                                  {a.distance_drawn, b.distance_drawn}, {a.distance, b.distance}};
        for (size_t i = 0; i < (run->replicas > 1 ? 5 : 3); i++)
            worst = fmax(worst, fabs(pair[i][0] - pair[i][1]) / fmax(1, fabs(pair[i][0])));
        if (k < run->steps) {
            cr_assert_eq(engine_dense.advance(dense), SGDMFT_OK);
            cr_assert_eq(engine_hierarchical.advance(h), SGDMFT_OK);
        }
        for (size_t w = 0; w < run->waiting.count; w++)
            if (k < run->steps && run->waiting.step[w] <= k + 1) {
                double correlation[2], response[2];
                engine_dense.two_time(dense, run->waiting.step[w], &correlation[0], &response[0]);
                engine_hierarchical.two_time(h, run->waiting.step[w], &correlation[1], &response[1]);
                worst = fmax(worst, fabs(correlation[0] - correlation[1]) / fmax(1, fabs(correlation[0])));
                worst = fmax(worst, fabs(response[0] - response[1]) / fmax(1, fabs(response[0])));
            }
    }
    engine_dense.finish(dense);
    engine_hierarchical.finish(h);
    return worst;
}

Test(hierarchical, agrees_with_dense_on_the_same_random_numbers, .timeout = 120)
{
#define COMMON "threads", "1", "steps", "120", "groups", "1", "paths", "512", "waiting", "0,30,80"
    const struct sgdmft_run sgd = given_run(COMMON, NULL);
    const struct sgdmft_run linear = given_run(COMMON, LINEAR, "rule", "sgd", "batch", "0.3", NULL);
    const struct sgdmft_run sphere = given_run(COMMON, "constraint", "sphere", "rule", "sgd", NULL);
    const struct sgdmft_run langevin =
        given_run(COMMON, "rule", "langevin", "temperature", "0.2", "data", "random", NULL);
    const struct sgdmft_run *const run[] = {&sgd, &linear, &sphere, &langevin};
    for (size_t i = 0; i < sizeof run / sizeof *run; i++) {
        const double worst = difference(run[i]);
        cr_expect_lt(worst, 2e-5, "run %zu: %g", i, worst);
    }
}
