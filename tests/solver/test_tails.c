/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means of tangents that can be trusted, and those that cannot: against runs whose truth is known from simulations. */
#include "solver/run/solve_internal.h"
#include "solver/observe/tails.h"
#include "tests/given.h"
#include "tests/solver/side_by_side.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

TestSuite(tails, .timeout = 120);

static const struct engine *const causal[] = {&engine_dense, &engine_hierarchical};

/* The status of a run, which has a result in any case, and the share at its end (NaN: none). */
static enum sgdmft_status solve(const struct engine *engine, const struct sgdmft_run *run, double *share,
                                struct sgdmft_error *error)
{
    scoped_result *result = NULL;
    const enum sgdmft_status status = solve_with(engine, run, &result, error);
    cr_assert_not_null(result, "%s", error->text);
    cr_expect_eq(result->status, status);
    cr_expect_eq(result->last_step, run->steps);
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, "series", "tangent_share");
    *share = quantity ? quantity->mean[result->steps - 1] : (double)NAN;
    return status;
}

/* Overlap .65(3) with 16000 paths where simulations have .461(14); an error of 4 % with 256000. */
#define PHASE                                                                                                          \
    "teacher", "abs", "alpha", "2.75", "loss", "phase", "constraint", "sphere", "overlap0", "0.2", "rule",             \
        "persistent", "rate", "0.01", "batch", "0.5", "steps", "100"
#define DOOR "data", "mixture3", "link", "door", "rule", "persistent", "batch", "0.3", "steps", "100"
#define WIDE                                                                                                           \
    DOOR, "alpha", "2", "cluster_variance", "0.5", "ridge", "0", "overlap0", "0.1", "norm0", "0.1", "rate", "0.2"
#define NARROW DOOR, "alpha", "3", "cluster_variance", "0.1", "ridge", "0.1", "overlap0", "0.5", "rate", "0.1"

Test(tails, wrong_answers_are_not_trusted)
{
    const struct sgdmft_run run[] = {given_run(PHASE, "paths", "1024", NULL), given_run(PHASE, "paths", "4096", NULL),
                                     given_run(WIDE, "paths", "1024", NULL), given_run(WIDE, "paths", "4096", NULL)};
    for (size_t i = 0; i < sizeof run / sizeof *run; i++)
        for (size_t e = 0; e < 2; e++) {
            struct sgdmft_error error = {0};
            double share;
            cr_expect_eq(solve(causal[e], &run[i], &share, &error), SGDMFT_NOT_CONVERGED, "run %zu, %s: share %g", i,
                         causal[e]->entry.name, share);
            cr_expect_gt(share, tails_limit(engine_group_paths(&run[i])));
            cr_expect_not_null(strstr(error.text, "conditional"), "%s", error.text);
            cr_expect_not_null(strstr(error.text, causal[e]->entry.name), "%s", error.text);
        }
}

/* The documented door run, which agrees with simulations, for any number of paths: the share falls as one over it. */
Test(tails, right_answers_are_trusted_with_any_number_of_paths)
{
    static const char *const paths[] = {"256", "1024", "4096"};
    for (size_t e = 0; e < 2; e++) {
        double share[3];
        for (size_t i = 0; i < 3; i++) {
            const struct sgdmft_run run = given_run(NARROW, "paths", paths[i], NULL);
            struct sgdmft_error error = {0};
            cr_expect_eq(solve(causal[e], &run, &share[i], &error), SGDMFT_OK, "%s paths: %s", paths[i], error.text);
            cr_expect(share[i] > 4 / (double)engine_group_paths(&run)
                          && share[i] < 0.8 * tails_limit(engine_group_paths(&run)),
                      "%s paths: %g", paths[i], share[i]);
        }
        cr_expect(share[0] > 2 * share[1] && share[1] > 2 * share[2], "%s: %g, %g, %g", causal[e]->entry.name, share[0],
                  share[1], share[2]);
    }
}

Test(tails, convex_runs_are_trusted_without_a_measure)
{
    static const char *const rule[] = {"gd", "sgd", "persistent", "reshuffle", "langevin"};
    static const char *const loss[] = {"square", "logistic", "hinge2"};
    static const char *const paths[] = {"64", "512"};
    for (size_t r = 0; r < sizeof rule / sizeof *rule; r++)
        for (size_t l = 0; l < sizeof loss / sizeof *loss; l++)
            for (size_t i = 0; i < 2; i++)
                for (size_t e = 0; e < 2; e++) {
                    const char *temperature = strcmp(rule[r], "langevin") == 0 ? "0.2" : "0";
                    const struct sgdmft_run run =
                        given_run("rule", rule[r], "loss", loss[l], "alpha", "0.7", "temperature", temperature, "steps",
                                  "40", "paths", paths[i], "groups", "2", NULL);
                    struct sgdmft_error error = {0};
                    double share;
                    cr_expect_eq(solve(causal[e], &run, &share, &error), SGDMFT_OK, "%s", error.text);
                    cr_expect(isnan(share), "%s, %s", rule[r], loss[l]);
                }
}

/* Blocks give the share that the whole past gives. */
Test(tails, engines_agree_on_the_same_random_numbers)
{
    const struct sgdmft_run run[] = {
        given_run(NARROW, "paths", "512", "groups", "1", NULL),
        given_run(NARROW, "paths", "256", "groups", "1", "replicas", "2", "rule", "sgd", NULL),
        given_run(PHASE, "paths", "512", "groups", "1", "steps", "40", NULL)};
    static struct side side[101];
    for (size_t i = 0; i < sizeof run / sizeof *run; i++) {
        cr_assert(side_by_side(&run[i], 0, side));
        for (long k = 1; k <= run[i].steps; k++)
            cr_expect_float_eq(side[k].blocks[SIDE_SHARE], side[k].dense[SIDE_SHARE], 1e-3 * side[k].dense[SIDE_SHARE],
                               "run %zu, step %ld: %g", i, k, side[k].dense[SIDE_SHARE]);
    }
}
