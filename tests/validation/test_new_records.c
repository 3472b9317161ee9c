/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loss, a link and a teacher that are not in the registry go through theory and simulation as those that are. */
#include "tests/given.h"
#include "tests/models/example_records.h"

#include <sgdmft/compare.h>
#include <sgdmft/simulate.h>
#include <sgdmft/solve.h>

TestSuite(new_records, .timeout = 60);

static void new_records_agree(struct sgdmft_run run)
{
    struct sgdmft_result *theory = NULL, *simulation = NULL;
    struct sgdmft_comparison *comparison = NULL;
    struct sgdmft_error error = {0};
    cr_assert_eq(sgdmft_solve(&run, NULL, &theory, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_simulate(&run, 0, NULL, &simulation, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_eq(sgdmft_compare(theory, simulation, &comparison, &error), SGDMFT_OK, "%s", error.text);
    cr_assert_gt(comparison->count, 20);
    cr_assert(comparison->pass, "largest |z| %g, bound %g", comparison->max_abs_z, comparison->threshold);
    cr_assert_lt(comparison->max_relative_error, 0.1);
    sgdmft_comparison_free(comparison);
    sgdmft_result_free(theory);
    sgdmft_result_free(simulation);
}

static struct sgdmft_run new_records_run(const char *teacher)
{
    return given_run("data", "teacher", "teacher", teacher, "loss", "square", "rate", "0.2", "steps", "12", "paths",
                     "8000", "dim", "400", "runs", "32", "waiting", "0,4", NULL);
}

Test(new_records, loss_without_kinks)
{
    struct sgdmft_run run = new_records_run("sign");
    run.loss = &example_log_cosh;
    new_records_agree(run);
}

Test(new_records, loss_with_two_kinks_and_link)
{
    struct sgdmft_run run = new_records_run("sign");
    run.loss = &example_smooth_hinge;
    run.link = &example_steep;
    run.kappa = 0.5;
    new_records_agree(run);
}

Test(new_records, teacher_without_jumps)
{
    struct sgdmft_run run = new_records_run("linear");
    run.teacher = &example_smooth;
    new_records_agree(run);
}
