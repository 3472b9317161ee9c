/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of observables and that of axes: each row is complete, and a result has what its rows say. */
#include "models/result/axes.h"
#include "models/result/result_allocate.h"
#include "tests/given.h"

Test(observables, rows_are_complete_and_differ)
{
    for (size_t i = 0; i < sgdmft_observable_count; i++) {
        const struct sgdmft_observable *o = &sgdmft_observables[i];
        const size_t rank = axes_rank(o);
        cr_assert(o->group && o->name && o->units && o->description && *o->description, "row %zu", i);
        cr_assert_geq(rank, 1, "%s", o->name);
        for (size_t a = rank; a < SGDMFT_AXES_MAX; a++)
            cr_assert_eq(o->axis[a], SGDMFT_AXIS_NONE, "%s has an axis behind its last", o->name);
        cr_assert_eq(!o->latex, !o->words, "%s", o->name);
        cr_assert_eq(!o->latex, !o->letter, "%s", o->name);
        cr_assert_eq(result_observable(o->group, o->name), o, "%s/%s stands twice", o->group, o->name);
    }
}

Test(observables, axes_have_names_of_their_own)
{
    char text[AXES_TEXT_MAX];
    for (int a = SGDMFT_AXIS_STEP; a <= SGDMFT_AXIS_VALUE; a++) {
        cr_assert(axes_list[a].length && *axes_list[a].name && *axes_list[a].unit, "axis %d", a);
        for (int b = SGDMFT_AXIS_STEP; b < a; b++)
            cr_assert_str_neq(axes_list[a].name, axes_list[b].name);
    }
    cr_assert_str_eq(axes_text(result_observable("two_time", "correlation"), text), "waiting,lag");
    cr_assert_str_eq(axes_text(result_observable("series", "norm"), text), "step");
    cr_assert_str_eq(axes_text(result_observable("sharpness", "largest"), text), "sharpness_step,eigenvalue");
}

/* Adds all groups that a result may have, and says if one observable is there, with the lengths of its axes. */
static bool is_present(const struct sgdmft_run *run, enum sgdmft_source source, const char *group, const char *name)
{
    scoped_result *result = sgdmft_result_create(run, source, 1);
    cr_assert_not_null(result);
    cr_assert(result_add_present(result, group, ""));
    const struct sgdmft_quantity *quantity = sgdmft_result_find(result, group, name);
    for (size_t a = 0; quantity && a < quantity->rank; a++)
        cr_assert_eq(quantity->size[a], axes_length(result, quantity->observable, a), "%s", name);
    return quantity != NULL;
}

Test(observables, results_have_what_their_rows_say)
{
    const struct sgdmft_run plain = given_run("steps", "5", "loss", "logistic", NULL);
    const struct sgdmft_run rich =
        given_run("steps", "5", "replicas", "2", "label_noise", "0.1", "sharpness_at", "2,5", "loss", "hinge2", NULL);
    const struct sgdmft_run door =
        given_run("steps", "5", "data", "teacher", "teacher", "door", "link", "door", "overlap0", "0.1", NULL);
    static const struct {
        const char *group, *name;
        bool theory[3], simulation[3]; /* of plain, rich, door */
    } row[] = {
        {"series", "distance", {false, true, false}, {false, true, false}},
        {"series", "train_loss_flipped", {false, true, false}, {false, true, false}},
        {"margins", "raw_density", {true, true, true}, {true, true, true}},
        {"margins", "raw_smallest", {false, false, false}, {true, true, true}},
        {"margins", "wall_mean", {false, false, true}, {false, false, true}},
        {"margins", "wall_smallest", {false, false, false}, {false, false, true}},
        {"margins", "contacts", {false, true, false}, {false, true, false}},
        {"sharpness", "trace", {false, true, false}, {false, true, false}},
        {"sharpness", "upper_edge", {false, true, false}, {false, false, false}},
        {"sharpness", "largest", {false, false, false}, {false, true, false}},
    };
    const struct sgdmft_run *const run[] = {&plain, &rich, &door};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        for (int r = 0; r < 3; r++) {
            cr_expect_eq(is_present(run[r], SGDMFT_THEORY, row[i].group, row[i].name), row[i].theory[r],
                         "%s, theory of run %d", row[i].name, r);
            cr_expect_eq(is_present(run[r], SGDMFT_SIMULATION, row[i].group, row[i].name), row[i].simulation[r],
                         "%s, simulation of run %d", row[i].name, r);
        }
}
