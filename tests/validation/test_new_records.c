/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loss, a link and a teacher that are not in the registry go through theory and simulation as those that are. */
#include "tests/given.h"
#include "tests/linear_form.h"
#include "tests/two_results.h"
#include "tests/models/example_records.h"
#include "tests/solver/solved.h"
#include "tests/validation/simulated.h"

#include <sgdmft/compare.h>
#include <sgdmft/fdt.h>
#include <sgdmft/solve.h>

TestSuite(new_records, .timeout = 60);

static void new_records_agree(struct sgdmft_run run)
{
    scoped_result *theory = solved(&run), *simulation = simulated(&run, 0);
    scoped_comparison *comparison = compared(theory, simulation);
    cr_assert_gt(comparison->count, 20);
    cr_assert(comparison->pass, "largest |z| %g, bound %g", comparison->max_abs_z, comparison->threshold);
    cr_assert_lt(comparison->max_relative_error, 0.1);
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

/* Closed forms, the choice of the engine and the identities of the linear model ask the records, not their names. */
Test(new_records, second_loss_with_a_linear_force)
{
    const struct sgdmft_run square =
        given_run("data", "teacher", "teacher", "linear", "loss", "square", "ridge", "1", "rate", "0.1", "steps", "140",
                  "waiting", "80,100", "paths", "1024", "groups", "8", "threads", "1", NULL);
    struct sgdmft_run run = square;
    struct sgdmft_error error = {0};
    struct sgdmft_identity identity[SGDMFT_IDENTITIES_MAX];
    size_t count = 0;
    bool found = false;
    run.loss = &example_expanded;
    const struct linear_form forms[2] = {linear_form(&square), linear_form(&run)};
    cr_expect_eq(memcmp(&forms[0], &forms[1], sizeof forms[0]), 0);
    scoped_result *result = solved(&run);
    cr_expect_str_eq(result->provenance.engine, "dense", "140 steps of a linear model");
    scoped_result *known = solved(&square);
    const struct sgdmft_quantity *series[] = {sgdmft_result_find(result, "series", "train_loss"),
                                              sgdmft_result_find(known, "series", "train_loss")};
    for (size_t i = 0; i < result->steps; i++)
        cr_expect_float_eq(series[0]->mean[i], series[1]->mean[i], 1e-10 * series[1]->mean[i]);
    scoped_fdt *fdt = analysed(result, 0, 0);
    cr_assert_eq(sgdmft_identities(result, fdt, identity, &count, &error), SGDMFT_OK, "%s", error.text);
    for (size_t i = 0; i < count; i++)
        found = found || strcmp(identity[i].name, "linear") == 0;
    cr_expect(found, "the identity of linear models");
}
