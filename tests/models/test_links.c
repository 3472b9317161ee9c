/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links against their definitions, finite differences and their own inverses. */
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <math.h>

TestSuite(links, .timeout = 20);

static double links_definition(const struct sgdmft_link *link, double r, double width)
{
    if (strcmp(link->entry.name, "linear") == 0)
        return r;
    if (strcmp(link->entry.name, "door") == 0)
        return (r - width) * (r + width);
    return (double)NAN;
}

Test(links, definition_and_derivatives)
{
    struct sgdmft_stream stream = fixture_stream(10);
    const double h = 1e-4;
    for (size_t i = 0; sgdmft_links[i]; i++)
        for (int point = 0; point < 500; point++) {
            const struct sgdmft_link *link = sgdmft_links[i];
            const double r = fixture_between(&stream, -4, 4), width = fixture_between(&stream, 0, 2);
            const double at[3] = { r - h, r, r + h };
            double phi[3], first[3], second[3];
            link->evaluate(3, at, width, phi, first, second);
            cr_assert(fabs(phi[1] - links_definition(link, r, width)) < 1e-13, "%s(%g)", link->entry.name, r);
            cr_assert(fabs((phi[2] - phi[0]) / (2 * h) - first[1]) < 1e-9, "%s'(%g)", link->entry.name, r);
            cr_assert(fabs((first[2] - first[0]) / (2 * h) - second[1]) < 1e-9, "%s''(%g)", link->entry.name, r);
        }
}

/* Each root has the value asked for, and there are as many as sign changes of phi(r) - value. */
Test(links, inverse)
{
    struct sgdmft_stream stream = fixture_stream(11);
    for (size_t i = 0; sgdmft_links[i]; i++)
        for (int point = 0; point < 200; point++) {
            const struct sgdmft_link *link = sgdmft_links[i];
            const double value = fixture_between(&stream, -3, 3), width = fixture_between(&stream, 0.1, 1.5);
            double root[2];
            const size_t count = link->inverse(value, width, root);
            for (size_t k = 0; k < count; k++)
                cr_assert(fabs(links_definition(link, root[k], width) - value) < 1e-13);
            cr_assert(count < 2 || root[0] < root[1]);
            size_t changes = 0;
            for (int g = -500; g < 500; g++)
                changes += (links_definition(link, 0.01 * g, width) < value) !=
                           (links_definition(link, 0.01 * (g + 1), width) < value);
            if (fabs(value + width * width) > 1e-3)
                cr_assert(changes == count, "%s: %zu roots of %g, found %zu", link->entry.name, changes, value, count);
        }
    double root[2];
    cr_assert(fixture_link("door")->inverse(-0.25, 0.5, root) == 1 && fabs(root[0]) <= 0, "the double root");
}

Test(links, even_flag)
{
    for (size_t i = 0; sgdmft_links[i]; i++) {
        const double r[2] = { 0.8, -0.8 };
        double phi[2], first[2], second[2];
        sgdmft_links[i]->evaluate(2, r, 0.5, phi, first, second);
        cr_assert(sgdmft_links[i]->even == (fabs(phi[0] - phi[1]) < 1e-15), "%s", sgdmft_links[i]->entry.name);
    }
}

/* Every record has what callers use without asking, and a name of its own. */
#define LINKS_COMPLETE(registry, ...)                                                                       \
    for (size_t i = 0; registry[i]; i++) {                                                                  \
        cr_assert(registry[i]->entry.name && registry[i]->entry.summary && registry[i]->entry.reference);   \
        cr_assert(__VA_ARGS__);                                                                             \
        for (size_t j = 0; j < i; j++)                                                                      \
            cr_assert(strcmp(registry[i]->entry.name, registry[j]->entry.name) != 0);                       \
    }

Test(links, registries_are_complete)
{
    LINKS_COMPLETE(sgdmft_links, sgdmft_links[i]->evaluate && sgdmft_links[i]->inverse)
    LINKS_COMPLETE(sgdmft_data_laws, sgdmft_data_laws[i]->components)
    LINKS_COMPLETE(sgdmft_teachers, sgdmft_teachers[i]->label && sgdmft_teachers[i]->jumps)
    LINKS_COMPLETE(sgdmft_losses, sgdmft_losses[i]->evaluate && sgdmft_losses[i]->kinks)
    LINKS_COMPLETE(sgdmft_rules, sgdmft_rules[i]->check && sgdmft_rules[i]->probability && sgdmft_rules[i]->select)
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
    for (size_t j = 0; sgdmft_links[j]; j++)
        for (size_t n = 0; n <= LENGTH; n += 60) {
            run.link = sgdmft_links[j];
            phi[n] = 77;
            sgdmft_link_evaluate(&run, n, r, phi);
            for (size_t i = 0; i < n; i++)
                cr_assert(fabs(phi[i] - links_definition(run.link, r[i], 1.2)) < 1e-13);
            cr_assert(phi[n] == 77);
        }
}
