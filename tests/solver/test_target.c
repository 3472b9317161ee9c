/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target_error: the error is reached, with groups of the same size, and the result is that of a run with so many
 * groups. */
#include "solver/run/target.h"
#include "tests/given.h"
#include "tests/solver/solved.h"

#include <criterion/criterion.h>
#include <sgdmft/solve.h>
#include <string.h>

#define LINEAR                                                                                                         \
    "teacher", "linear", "loss", "square", "alpha", "3", "ridge", "0.5", "rate", "0.1", "steps", "10", "paths", "256", \
        "groups", "4", NULL

Test(target, is_reached_by_more_groups_of_the_same_size, .timeout = 60)
{
    struct sgdmft_run run = given_run(LINEAR);
    scoped_result *first = solved(&run);
    const double before = target_reached(first);
    run.target_error = before / 2;
    scoped_result *more = solved(&run);
    cr_expect_leq(target_reached(more), run.target_error);
    cr_expect_gt(more->run.groups, 8);
    cr_expect_eq(more->run.paths / more->run.groups, 64);
    cr_expect_eq(more->samples, (size_t)more->run.groups);
    const struct sgdmft_quantity *a = sgdmft_result_find(first, "series", "norm"),
                                 *b = sgdmft_result_find(more, "series", "norm");
    cr_expect_eq(memcmp(a->sample, b->sample, first->samples * a->length * sizeof(double)), 0,
                 "the first groups are the same");
}

Test(target, asks_for_groups_by_the_law_of_errors)
{
    struct sgdmft_run run = given_run(LINEAR);
    run.target_error = 0.01;
    cr_expect(target_grow(&run, 0.02));
    cr_expect_eq(run.groups, 19); /* 1.15 * 4 * 4, rounded up */
    cr_expect_eq(run.paths, 19 * 64);
    cr_expect(target_grow(&run, 1000));
    cr_expect_eq(run.groups, 304, "a round grows 16 times at most");
    run.groups = 90000;
    run.paths = 90000;
    cr_expect_not(target_grow(&run, 1000), "more than 100000 groups are not allowed");
}

Test(target, says_how_far_it_came_at_the_limit_of_groups, .timeout = 60)
{
    struct sgdmft_run run = given_run(LINEAR);
    struct sgdmft_error error = {0};
    run.steps = 1;
    run.target_error = 1e-7;
    scoped_result *result;
    cr_assert_eq(sgdmft_solve(&run, NULL, &result, &error), SGDMFT_NOT_CONVERGED, "%s", error.text);
    cr_expect_eq(result->status, SGDMFT_NOT_CONVERGED);
    cr_expect_not_null(strstr(error.text, "target_error"));
    cr_expect_eq(result->run.groups, 4 * 16 * 16 * 16);
    cr_expect_eq(result->samples, (size_t)result->run.groups);
}
