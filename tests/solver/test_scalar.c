/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of a result by name. */
#include "solver/observe/scalar.h"
#include "tests/given.h"

#include <math.h>

TestSuite(scalar, .timeout = 20);

/* Five runs whose last overlaps are 1.2, -1.2, 0.9, 0.3 and 1.1 at norm 1.44: three have a normalised one of 0.9. */
static struct sgdmft_result *five_runs(enum sgdmft_source source)
{
    static const double last[5] = {1.2, -1.2, 0.9, 0.3, 1.1};
    const struct sgdmft_run run = given_run("steps", "4", NULL);
    struct sgdmft_result *result = sgdmft_result_create(&run, source, 5);
    cr_assert_not_null(result);
    struct sgdmft_quantity *overlap = sgdmft_result_find(result, "series", "overlap"),
                           *norm = sgdmft_result_find(result, "series", "norm");
    for (size_t s = 0; s < 5; s++)
        for (size_t i = 0; i < overlap->length; i++) {
            overlap->sample[s * overlap->length + i] = i + 1 < overlap->length ? 0 : last[s];
            norm->sample[s * norm->length + i] = 1.44;
        }
    sgdmft_result_reduce(result);
    return result;
}

Test(scalar, recovered_is_the_share_of_the_runs)
{
    scoped_result *result = five_runs(SGDMFT_SIMULATION), *theory = five_runs(SGDMFT_THEORY);
    struct scalar found;
    cr_assert(scalar_known("recovered(0.9)") && scalar_read(result, "recovered(0.9)", &found));
    cr_expect_float_eq(found.value, 0.6, 1e-12, "%g", found.value);
    cr_expect_float_eq(found.se, sqrt(4.0 * 3 / (7 * 7 * 8)), 1e-12, "%g", found.se); /* of the beta law of 4, 3 */
    cr_expect(scalar_read(result, "recovered(0.2)", &found) && found.value == 1 && found.se > 0.1);
    cr_expect_not(scalar_read(theory, "recovered(0.9)", &found), "groups of the theory are not runs");
    cr_expect(isnan(found.value));
    cr_expect_not(scalar_known("recovered(1)"));
    cr_expect_not(scalar_known("recovered(x)"));
    cr_expect_not(scalar_known("recovered"));
}
