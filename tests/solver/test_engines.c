/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The registry of engines: one list of names, and records that bear them. */
#include "solver/run/engine.h"
#include "tests/given.h"

#include <criterion/criterion.h>
#include <string.h>

extern const struct engine engine_conditional;

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
        const struct sgdmft_run run = given_run("engine", engines[i]->entry.name, "steps", "50", "rule",
                                                engines[i]->fresh ? "online" : "sgd", NULL);
        cr_expect_eq(engine_choose(&run, NULL), engines[i], "%s", engines[i]->entry.name);
    }
}

/* Engines with tangents refuse a force that jumps, and name the record and the engine that takes it. */
Test(engines, jumps_of_the_force_exclude_tangents)
{
    static const struct {
        const char *loss, *link, *record;
    } cases[] = {
        {"hinge", "linear", "loss hinge"}, {"absolute", "linear", "loss absolute"}, {"logistic", "relu", "link relu"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct sgdmft_run run = given_run("teacher", "sign", "loss", cases[c].loss, "link", cases[c].link, NULL);
        cr_expect_eq(engine_choose(&run, NULL), &engine_conditional, "auto, %s", cases[c].record);
        cr_expect_eq(run.paths, 32000);
        for (size_t i = 0; engines[i]; i++) {
            if (engines[i]->fresh) /* for rules of its own */
                continue;
            struct sgdmft_error error = {0};
            run.engine = (int)i + 1;
            const struct engine *chosen = engine_choose(&run, &error);
            cr_expect_eq(chosen != NULL, engines[i] == &engine_conditional, "%s", engines[i]->entry.name);
            cr_expect(chosen || (strstr(error.text, cases[c].record) && strstr(error.text, "conditional")), "%s",
                      error.text);
        }
    }
}

/* auto takes tangents for convex forces without jumps, and no tangents where l'' can be negative. */
Test(engines, auto_follows_the_records)
{
    static const struct {
        const char *loss, *link;
        bool tangents;
    } cases[] = {{"huber", "linear", true},        {"huber_hinge", "linear", true}, {"exponential", "linear", true},
                 {"sigmoid", "linear", false},     {"logistic", "tanh", false},     {"square", "erf", false},
                 {"logistic", "quadratic", false}, {"hinge2", "relu", false}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct sgdmft_run run =
            given_run("teacher", "sign", "loss", cases[c].loss, "link", cases[c].link, "steps", "50", NULL);
        cr_expect_eq(engine_choose(&run, NULL) != &engine_conditional, cases[c].tangents, "%s, %s", cases[c].loss,
                     cases[c].link);
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
