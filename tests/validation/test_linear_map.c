/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relations hold within what sampling leaves, and a relation that is wrong does not. */
#include "validation/linear_map/linear_map.h"

#include <criterion/criterion.h>
#include <math.h>

Test(linear_map, relations_of_the_stationary_state, .timeout = 60)
{
    for (long outputs = 1; outputs <= 3; outputs += 2) {
        const struct linear_map_run run = {.outputs = outputs,
                                           .dim = 8,
                                           .examples = 24,
                                           .steps = 8000,
                                           .runs = 12,
                                           .rate = 0.15,
                                           .batch = 0.4,
                                           .ridge = 0.1,
                                           .noise = 0.5,
                                           .seed = 3};
        struct linear_map_result result;
        struct sgdmft_error error = {0};
        cr_assert_eq(linear_map(&run, &result, &error), SGDMFT_OK, "%s", error.text);
        for (int i = 0; i < 3; i++) {
            const struct linear_map_relation *relation = &result.relation[i];
            cr_expect_lt(fabs(relation->difference), 4 * relation->se, "%s, %ld outputs: %g (%g)", relation->name,
                         outputs, relation->difference, relation->se);
            cr_expect_lt(relation->se, 0.02 * relation->right, "%s: %g", relation->name,
                         relation->se / relation->right);
        }
        cr_expect_lt(result.residual, 1.5 * result.residual_noise, "%g, %g", result.residual, result.residual_noise);
        cr_expect_gt(result.without, 10 * result.residual, "the term of order eta^2 is seen: %g", result.without);
        cr_expect(outputs == 1 ? result.coupling < 1e-15 : result.coupling > 1e-3, "%g", result.coupling);
    }
}

Test(linear_map, what_does_not_rest_is_refused, .timeout = 10)
{
    struct linear_map_run run = {
        .outputs = 1, .dim = 8, .examples = 24, .steps = 100, .runs = 2, .rate = 1, .batch = 0.4, .seed = 3};
    struct linear_map_result result;
    struct sgdmft_error error = {0};
    cr_expect_eq(linear_map(&run, &result, &error), SGDMFT_USAGE);
    run.rate = 0.1;
    run.batch = 0;
    cr_expect_eq(linear_map(&run, &result, &error), SGDMFT_USAGE);
}
