/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Teachers: labels, where they jump, and their frequencies for u ~ N(0,1). */
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

TestSuite(teachers, .timeout = 20);

static double teachers_definition(const char *name, double u, double width)
{
    if (strcmp(name, "linear") == 0)
        return u;
    if (strcmp(name, "sign") == 0)
        return copysign(1, u);
    if (strcmp(name, "abs") == 0)
        return u > 0 ? u : -u;
    if (strcmp(name, "door") == 0)
        return -width < u && u < width ? -1 : 1;
    return (double)NAN;
}

Test(teachers, definition_and_flags)
{
    struct sgdmft_stream stream = fixture_stream(20);
    for (size_t i = 0; sgdmft_teachers[i]; i++) {
        const struct sgdmft_teacher *teacher = sgdmft_teachers[i];
        bool even = true, classes = true;
        for (int point = 0; point < 2000; point++) {
            const double u = fixture_between(&stream, -3, 3), width = fixture_between(&stream, 0.1, 2);
            const double y = teacher->label(u, width);
            const double expected = teachers_definition(teacher->entry.name, u, width);
            cr_assert(fabs(y - expected) <= 0, "%s(%g)", teacher->entry.name, u);
            even = even && fabs(y - teacher->label(-u, width)) <= 0;
            classes = classes && fabs(fabs(y) - 1) <= 0;
        }
        cr_assert(even == teacher->even, "%s", teacher->entry.name);
        cr_assert(classes == teacher->classes, "%s", teacher->entry.name);
    }
}

/* On a grid: f(u+h) - 2 f(u) + f(u-h) vanishes except where a jump or kink is within h. */
Test(teachers, jumps)
{
    const double h = 1e-3, width = 0.7003;
    for (size_t i = 0; sgdmft_teachers[i]; i++) {
        const struct sgdmft_teacher *teacher = sgdmft_teachers[i];
        double jump[2];
        const size_t count = teacher->jumps(width, jump);
        cr_assert(count < 2 || jump[0] < jump[1]);
        for (int g = -2000; g < 2000; g++) {
            const double u = (g + 0.5) * h; /* jumps are not on the grid */
            const double outer = teacher->label(u + h, width) + teacher->label(u - h, width);
            const double bend = outer - 2 * teacher->label(u, width);
            bool near = false;
            for (size_t k = 0; k < count; k++)
                near = near || fabs(u - jump[k]) < h;
            cr_assert((fabs(bend) > 1e-10) == near, "%s at u = %g", teacher->entry.name, u);
        }
    }
    double jump[2];
    cr_assert(fixture_teacher("door")->jumps(0, jump) == 0, "a door of no width has one class");
}

/* Frequencies within 5 standard errors of the Gaussian integral. */
Test(teachers, frequencies)
{
    enum { DRAWS = 200000 };
    static double u[DRAWS];
    struct sgdmft_stream stream = fixture_stream(21);
    sgdmft_normals(&stream, DRAWS, u);
    const double width = 0.7;
    const struct { const char *name; double positive; } expected[] = {
        { "sign", 0.5 },
        { "door", 2 * gsl_cdf_ugaussian_Q(0.7) },
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct sgdmft_teacher *teacher = fixture_teacher(expected[i].name);
        double count = 0;
        for (size_t k = 0; k < DRAWS; k++)
            count += teacher->label(u[k], width) > 0;
        const double p = expected[i].positive, z = (count / DRAWS - p) / sqrt(p * (1 - p) / DRAWS);
        cr_assert(fabs(z) < 5, "%s: %g positive, expected %g", expected[i].name, count / DRAWS, p);
    }
}
