/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Teachers: labels, where they jump, and their frequencies for u ~ N(0,1). */
#include "tests/models/example_records.h"
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

TestSuite(teachers, .timeout = 20);

/* THEORY section 1, written out once more, of the teachers that are there. */
static double teachers_linear(double u, double width)
{
    (void)width;
    return u;
}

static double teachers_sign(double u, double width)
{
    (void)width;
    return copysign(1, u);
}

static double teachers_abs(double u, double width)
{
    (void)width;
    return u > 0 ? u : -u;
}

static double teachers_door(double u, double width)
{
    return -width < u && u < width ? -1 : 1;
}

static double teachers_tanh(double u, double width)
{
    (void)width;
    return tanh(u);
}

static double teachers_erf(double u, double width)
{
    (void)width;
    return erf(u * M_SQRT1_2);
}

static double teachers_relu(double u, double width)
{
    (void)width;
    return u > 0 ? u : 0;
}

static double teachers_quadratic(double u, double width)
{
    (void)width;
    return u * u;
}

static const struct {
    const char *name;
    double (*label)(double u, double width);
} teachers_definition[] = {
    {"linear", teachers_linear}, {"sign", teachers_sign}, {"abs", teachers_abs},   {"door", teachers_door},
    {"tanh", teachers_tanh},     {"erf", teachers_erf},   {"relu", teachers_relu}, {"quadratic", teachers_quadratic},
};

Test(teachers, definition)
{
    struct sgdmft_stream stream = fixture_stream(20);
    for (size_t i = 0; i < sizeof teachers_definition / sizeof *teachers_definition; i++) {
        const struct sgdmft_teacher *teacher = fixture_teacher(teachers_definition[i].name);
        for (int point = 0; point < 2000; point++) {
            const double u = fixture_between(&stream, -3, 3), width = fixture_between(&stream, 0.1, 2);
            cr_assert(fabs(teacher->label(u, width) - teachers_definition[i].label(u, width)) <= 0, "%s(%g)",
                      teacher->entry.name, u);
        }
    }
}

Test(teachers, flags)
{
    struct sgdmft_stream stream = fixture_stream(20);
    for (size_t i = 0; example_teacher(i); i++) {
        const struct sgdmft_teacher *teacher = example_teacher(i);
        bool even = true, classes = true, linear = true, modulus = true;
        for (int point = 0; point < 2000; point++) {
            const double u = fixture_between(&stream, -3, 3), width = fixture_between(&stream, 0.1, 2);
            const double y = teacher->label(u, width);
            even = even && fabs(y - teacher->label(-u, width)) <= 0;
            classes = classes && fabs(fabs(y) - 1) <= 0;
            linear = linear && fabs(y - u) <= 0;
            modulus = modulus && fabs(fabs(y) - fabs(u)) <= 0;
        }
        cr_assert(even == teacher->even, "%s", teacher->entry.name);
        cr_assert(classes == teacher->classes, "%s", teacher->entry.name);
        cr_assert(linear == teacher->linear, "%s", teacher->entry.name);
        cr_assert(modulus == teacher->modulus, "%s", teacher->entry.name);
    }
}

/* On a grid f(u+h) - 2 f(u) + f(u-h) is of order h where a jump or kink is within h, and h^2 elsewhere. */
Test(teachers, jumps)
{
    struct sgdmft_run run = fixture_run();
    const double h = 1e-3, width = 0.7003;
    run.teacher_width = width;
    for (size_t i = 0; example_teacher(i); i++) {
        const struct sgdmft_teacher *teacher = example_teacher(i);
        double jump[SGDMFT_POINTS_MAX];
        run.teacher = teacher;
        const size_t count = sgdmft_teacher_breakpoints(&run, jump);
        cr_assert(count < 2 || jump[0] < jump[1]);
        for (int g = -2000; g < 2000; g++) {
            const double u = (g + 0.5) * h; /* jumps are not on the grid */
            const double outer = teacher->label(u + h, width) + teacher->label(u - h, width);
            const double bend = outer - 2 * teacher->label(u, width);
            bool near = false;
            for (size_t k = 0; k < count; k++)
                near = near || fabs(u - jump[k]) < h;
            cr_assert((fabs(bend) > 0.1 * h) == near, "%s at u = %g", teacher->entry.name, u);
        }
    }
    double jump[SGDMFT_POINTS_MAX];
    cr_assert(fixture_teacher("door")->breakpoints(0, jump) == 0, "a door of no width has one class");
}

/* Frequencies within 5 standard errors of the Gaussian integral. */
Test(teachers, frequencies)
{
    enum { DRAWS = 200000 };
    static double u[DRAWS];
    struct sgdmft_stream stream = fixture_stream(21);
    sgdmft_normals(&stream, DRAWS, u);
    const double width = 0.7;
    const struct {
        const char *name;
        double positive;
    } expected[] = {
        {"sign", 0.5},
        {"door", 2 * gsl_cdf_ugaussian_Q(0.7)},
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
