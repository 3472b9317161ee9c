/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links against their definitions, finite differences and their own inverses. */
#include "models/registry.h"
#include "tests/models/example_records.h"
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

TestSuite(links, .timeout = 20);

/* phi(r) alone. */
static double links_value(const struct sgdmft_link *link, double r, double width)
{
    double phi, first, second;
    link->evaluate(1, &r, width, &phi, &first, &second);
    return phi;
}

/* THEORY section 1, written out once more, of the links that are there. */
static double links_linear(double r, double width)
{
    (void)width;
    return r;
}

static double links_door(double r, double width)
{
    return (r - width) * (r + width);
}

static double links_tanh(double r, double width)
{
    (void)width;
    return (exp(2 * r) - 1) / (exp(2 * r) + 1);
}

/* 2 P(0 < z < r) for z ~ N(0,1). */
static double links_erf(double r, double width)
{
    (void)width;
    return gsl_cdf_ugaussian_P(r) - gsl_cdf_ugaussian_Q(r);
}

static double links_relu(double r, double width)
{
    (void)width;
    return r > 0 ? r : 0;
}

static double links_quadratic(double r, double width)
{
    (void)width;
    return pow(r, 2);
}

static const struct {
    const char *name;
    double (*value)(double r, double width);
} links_definition[] = {
    {"linear", links_linear}, {"door", links_door}, {"tanh", links_tanh},
    {"erf", links_erf},       {"relu", links_relu}, {"quadratic", links_quadratic},
};

Test(links, definition)
{
    struct sgdmft_stream stream = fixture_stream(10);
    for (size_t i = 0; i < sizeof links_definition / sizeof *links_definition; i++)
        for (int point = 0; point < 500; point++) {
            const struct sgdmft_link *link = fixture_link(links_definition[i].name);
            const double r = fixture_between(&stream, -4, 4), width = fixture_between(&stream, 0, 2);
            cr_assert(fabs(links_value(link, r, width) - links_definition[i].value(r, width)) < 1e-13, "%s(%g)",
                      link->entry.name, r);
        }
}

Test(links, derivatives)
{
    struct sgdmft_stream stream = fixture_stream(10);
    const double h = 1e-3;
    for (size_t i = 0; example_link(i); i++)
        for (int point = 0; point < 500; point++) {
            const struct sgdmft_link *link = example_link(i);
            const double r = fixture_between(&stream, -4, 4), width = fixture_between(&stream, 0, 2);
            const double at[5] = {r - 2 * h, r - h, r, r + h, r + 2 * h};
            double phi[5], first[5], second[5], kink[SGDMFT_POINTS_MAX] = {0};
            if (link->kinks && link->kinks(width, kink) == 1 && fabs(r - kink[0]) < 3 * h)
                continue;
            link->evaluate(5, at, width, phi, first, second);
            cr_assert(fabs((phi[0] - 8 * phi[1] + 8 * phi[3] - phi[4]) / (12 * h) - first[2]) < 1e-10, "%s'(%g)",
                      link->entry.name, r);
            cr_assert(fabs((first[0] - 8 * first[1] + 8 * first[3] - first[4]) / (12 * h) - second[2]) < 1e-10,
                      "%s''(%g)", link->entry.name, r);
        }
}

/* No extremum of phi is so near to the value that the grid of the test below misses a pair of roots. */
static bool links_apart(const struct sgdmft_link *link, double value, double width)
{
    for (int g = -500; g <= 500; g++) {
        const double r = 0.01 * g;
        double phi, first, second;
        link->evaluate(1, &r, width, &phi, &first, &second);
        if (fabs(first) < 0.02 && fabs(second) > 0.1 && fabs(phi - value) < 1e-3)
            return false;
    }
    return true;
}

/* Each root has the value asked for, and there are as many as sign changes of phi(r) - value. */
Test(links, inverse)
{
    struct sgdmft_stream stream = fixture_stream(11);
    for (size_t i = 0; example_link(i); i++)
        for (int point = 0; point < 200; point++) {
            const struct sgdmft_link *link = example_link(i);
            const double value = fixture_between(&stream, -3, 3), width = fixture_between(&stream, 0.1, 1.5);
            double root[SGDMFT_POINTS_MAX];
            const size_t count = link->inverse(value, width, root);
            for (size_t k = 0; k < count; k++)
                cr_assert(fabs(links_value(link, root[k], width) - value) < 1e-13);
            cr_assert(count < 2 || root[0] < root[1]);
            size_t changes = 0;
            for (int g = -500; g < 500; g++)
                changes +=
                    (links_value(link, 0.01 * g, width) < value) != (links_value(link, 0.01 * (g + 1), width) < value);
            if (links_apart(link, value, width))
                cr_assert(changes == count, "%s: %zu roots of %g, found %zu", link->entry.name, changes, value, count);
        }
    double root[SGDMFT_POINTS_MAX];
    cr_assert(fixture_link("door")->inverse(-0.25, 0.5, root) == 1 && fabs(root[0]) <= 0, "the double root");
}

Test(links, even_flag)
{
    for (size_t i = 0; example_link(i); i++) {
        const double r[2] = {0.8, -0.8};
        double phi[2], first[2], second[2];
        example_link(i)->evaluate(2, r, 0.5, phi, first, second);
        cr_assert(example_link(i)->even == (fabs(phi[0] - phi[1]) < 1e-15), "%s", example_link(i)->entry.name);
    }
}

/* Every record has the texts and functions that callers use without asking, and a name of its own. */
#define LINKS_NAMES(registry)                                                                                          \
    for (size_t i = 0; registry[i]; i++)                                                                               \
        for (size_t j = 0; j < i; j++)                                                                                 \
            cr_assert(strcmp(registry[i]->entry.name, registry[j]->entry.name) != 0, "%s", registry[i]->entry.name);

Test(links, registries_are_complete)
{
    struct sgdmft_error error = {0};
    cr_assert_eq(registry_check(&error), SGDMFT_OK, "%s", error.text);
    LINKS_NAMES(sgdmft_links)
    LINKS_NAMES(sgdmft_data_laws)
    LINKS_NAMES(sgdmft_teachers)
    LINKS_NAMES(sgdmft_losses)
    LINKS_NAMES(sgdmft_rules)
}

/* The message for a run whose record of that kind lacks a member. */
#define LINKS_LACKING(kind, member, message)                                                                           \
    {                                                                                                                  \
        struct sgdmft_run run = fixture_run();                                                                         \
        struct sgdmft_##kind record = *run.kind;                                                                       \
        struct sgdmft_error error = {0};                                                                               \
        run.kind = &record;                                                                                            \
        cr_assert_eq(registry_check_run(&run, &error), SGDMFT_OK, "%s", error.text);                                   \
        record.member = NULL;                                                                                          \
        cr_assert_eq(registry_check_run(&run, &error), SGDMFT_INTERNAL);                                               \
        cr_assert_str_eq(error.text, message);                                                                         \
    }

Test(links, incomplete_records_are_refused){
    LINKS_LACKING(loss, evaluate, "loss logistic: its record needs evaluate") LINKS_LACKING(
        loss, entry.summary, "loss logistic: its record needs name, summary and reference (\"\" for none)")
        LINKS_LACKING(loss, entry.name,
                      "loss without a name: its record needs name, summary and reference (\"\" for none)")
            LINKS_LACKING(link, evaluate, "link linear: its record needs evaluate and inverse")
                LINKS_LACKING(link, inverse, "link linear: its record needs evaluate and inverse")
                    LINKS_LACKING(link, entry.reference,
                                  "link linear: its record needs name, summary and reference (\"\" for none)")
                        LINKS_LACKING(teacher, label, "teacher sign: its record needs label")
                            LINKS_LACKING(data, components, "data law teacher: its record needs components")
                                LINKS_LACKING(rule, probability, "rule sgd: its record needs probability and select")
                                    LINKS_LACKING(rule, select, "rule sgd: its record needs probability and select")}

/* Without kinks and jumps of their own a loss and a teacher have none; the theory takes such a loss. */
Test(links, optional_functions_may_be_null)
{
    struct sgdmft_run run = fixture_run();
    double at[SGDMFT_KINKS_MAX];
    run.loss = &example_log_cosh;
    run.teacher = &example_smooth;
    cr_assert_eq(registry_check_run(&run, NULL), SGDMFT_OK);
    cr_assert_eq(sgdmft_loss_kinks(&run, 1, at), 0);
    cr_assert_eq(sgdmft_teacher_breakpoints(&run, at), 0);
}

/* sgdmft_link_evaluate over any length, with the run's door_width. */
Test(links, evaluate)
{
    enum { LENGTH = 300 };
    struct sgdmft_run run = fixture_run();
    struct sgdmft_stream stream = fixture_stream(12);
    double r[LENGTH], phi[LENGTH + 1];
    for (size_t i = 0; i < LENGTH; i++)
        r[i] = fixture_between(&stream, -3, 3);
    run.door_width = 1.2;
    run.teacher_width = 0.1;
    for (size_t j = 0; example_link(j); j++)
        for (size_t n = 0; n <= LENGTH; n += 60) {
            run.link = example_link(j);
            phi[n] = 77;
            sgdmft_link_evaluate(&run, n, r, phi);
            for (size_t i = 0; i < n; i++)
                cr_assert(fabs(phi[i] - links_value(run.link, r[i], 1.2)) < 1e-13);
            cr_assert(phi[n] == 77);
        }
}
