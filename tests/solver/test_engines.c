/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of engines: one list of names, and records that bear them. */
#include "solver/run/engine.h"
#include "tests/given.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(engines, .timeout = 20);

Test(engines, records_bear_the_names_of_the_parameter)
{
    const char *const *choice = sgdmft_parameter_find("engine")->choices;
    size_t count = 0;
    cr_assert_str_eq(choice[0], "auto");
    for (; engines[count]; count++) {
        cr_assert_not_null(choice[count + 1], "%s is no choice", engines[count]->entry.name);
        cr_expect_str_eq(engines[count]->entry.name, choice[count + 1]);
    }
    cr_expect_null(choice[count + 1]);
    cr_expect_geq(count, 3);
}

Test(engines, each_is_chosen_by_its_name)
{
    for (size_t i = 0; engines[i]; i++) {
        const struct sgdmft_run run = given_run("engine", engines[i]->entry.name, "steps", "50", NULL);
        cr_expect_eq(engine_choose(&run, NULL), engines[i], "%s", engines[i]->entry.name);
    }
}

/* Where auto takes the engine conditional there are more paths. */
Test(engines, paths_of_runs_that_are_not_convex)
{
#define DOOR "data", "mixture3", "link", "door", "overlap0", "0.3"
    cr_expect_eq(given_run("rate", "0.1", NULL).paths, 4000);
    cr_expect_eq(given_run(DOOR, NULL).paths, 32000);
    cr_expect_eq(given_run(DOOR, "covariance_spectrum", "1,2", NULL).paths, 32000);
    cr_expect_eq(given_run(DOOR, "engine", "dense", NULL).paths, 4000);
}
