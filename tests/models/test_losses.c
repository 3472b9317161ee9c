/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Losses, alone and through the links, against their definitions and finite differences: those of the registry and
 * examples of what may be added to it. */
#include "tests/models/example_records.h"
#include "tests/models/fixture.h"

#include <criterion/criterion.h>
#include <math.h>

#define POINTS 400

TestSuite(losses, .timeout = 20);

/* THEORY section 1, written out once more, of the losses that are there. */
static long double losses_square(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return (phi - y) * (phi - y) / 2;
}

static long double losses_logistic(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return logl(1 + expl(-y * phi));
}

static long double losses_hinge2(long double phi, long double y, long double kappa, long double width)
{
    (void)width;
    const long double gap = kappa - y * phi;
    return gap > 0 ? gap * gap / 2 : 0;
}

static long double losses_hinge(long double phi, long double y, long double kappa, long double width)
{
    (void)width;
    return fmaxl(kappa - y * phi, 0);
}

/* The integral of the force, which rises to 1 over the width. */
static long double losses_huber_hinge(long double phi, long double y, long double kappa, long double width)
{
    const long double gap = kappa - y * phi;
    return gap > width ? gap - width / 2 : gap > 0 ? gap * gap / (2 * width) : 0;
}

static long double losses_exponential(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return expl(-y * phi);
}

static long double losses_sigmoid(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return powl((1 - tanhl(y * phi / 2)) / 2, 2);
}

static long double losses_absolute(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return phi > y ? phi - y : y - phi;
}

static long double losses_huber(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa;
    const long double distance = fabsl(phi - y);
    return distance < width ? distance * distance / 2 : width * distance - width * width / 2;
}

static long double losses_phase(long double phi, long double y, long double kappa, long double width)
{
    (void)kappa, (void)width;
    return (phi * phi - y * y) * (phi * phi - y * y) / 2;
}

static const struct {
    const char *name;
    long double (*value)(long double phi, long double y, long double kappa, long double width);
} losses_definition[] = {
    {"square", losses_square},
    {"logistic", losses_logistic},
    {"hinge2", losses_hinge2},
    {"phase", losses_phase},
    {"hinge", losses_hinge},
    {"huber_hinge", losses_huber_hinge},
    {"exponential", losses_exponential},
    {"sigmoid", losses_sigmoid},
    {"absolute", losses_absolute},
    {"huber", losses_huber},
};

static double losses_label(struct sgdmft_stream *stream, const struct sgdmft_loss *loss)
{
    if (loss->classes_only)
        return sgdmft_below(stream, 2) ? 1 : -1;
    return fixture_between(stream, -2, 2);
}

Test(losses, definition)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_stream stream = fixture_stream(1);
    run.kappa = 0.4;
    run.loss_width = 0.6;
    for (size_t i = 0; i < sizeof losses_definition / sizeof *losses_definition; i++) {
        run.loss = fixture_loss(losses_definition[i].name);
        cr_assert_not_null(run.loss, "%s", losses_definition[i].name);
        for (int point = 0; point < POINTS; point++) {
            const double r = fixture_between(&stream, -4, 4), y = losses_label(&stream, run.loss);
            double value;
            sgdmft_loss_evaluate(&run, 1, &r, &y, &value, NULL, NULL);
            const long double expected = losses_definition[i].value(
                (long double)r, (long double)y, (long double)run.kappa, (long double)run.loss_width);
            cr_assert(fabsl((long double)value - expected) <= 1e-14L * (1 + fabsl(expected)),
                      "%s(%g,%g) = %.17g, not %.17Lg", run.loss->entry.name, r, y, value, expected);
        }
    }
}

static bool losses_near_kink(const struct sgdmft_run *run, double r, double y, double distance)
{
    double kink[SGDMFT_KINKS_MAX];
    const size_t count = sgdmft_loss_kinks(run, y, kink);
    for (size_t i = 0; i < count; i++)
        if (fabs(r - kink[i]) < distance)
            return true;
    return false;
}

/* Fourth-order central difference from f at r-2h, r-h, r+h, r+2h. */
static double losses_slope(const double f[5], double h)
{
    return (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
}

/* The record's word against the force on a grid: it never falls where convex, and does somewhere elsewhere. A jump down
 * counts, which samples of l'' do not show. */
Test(losses, convexity)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_stream stream = fixture_stream(12);
    run.kappa = 0.4;
    run.loss_width = 0.6;
    run.door_width = 0.8;
    for (size_t l = 0; sgdmft_links[l]; l++)
        for (size_t i = 0; sgdmft_losses[i]; i++) {
            double least = 0;
            run.link = sgdmft_links[l];
            run.loss = sgdmft_losses[i];
            for (int label = 0; label < 8; label++) {
                const double y = losses_label(&stream, run.loss);
                double r[POINTS], labels[POINTS], first[POINTS];
                for (int point = 0; point < POINTS; point++)
                    r[point] = 8.0 * point / POINTS - 4, labels[point] = y;
                sgdmft_loss_evaluate(&run, POINTS, r, labels, NULL, first, NULL);
                for (int point = 1; point < POINTS; point++)
                    least = fmin(least, first[point] - first[point - 1] + 1e-12 * fabs(first[point]));
            }
            cr_expect_eq(sgdmft_loss_is_convex(&run), least == 0, "%s of %s: the force falls by %g",
                         run.loss->entry.name, run.link->entry.name, least);
        }
}

/* l' against differences of l, l'' against differences of l', with respect to r, through every link. */
Test(losses, derivatives)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_stream stream = fixture_stream(2);
    const double h = 1e-3;
    run.kappa = 0.4;
    run.loss_width = 0.6;
    run.door_width = 0.8;
    for (size_t i = 0; example_loss(i); i++)
        for (size_t j = 0; example_link(j); j++) {
            run.loss = example_loss(i);
            run.link = example_link(j);
            int compared = 0;
            for (int point = 0; point < POINTS; point++) {
                const double r = fixture_between(&stream, -2.5, 2.5), y = losses_label(&stream, run.loss);
                if (losses_near_kink(&run, r, y, 3 * h))
                    continue;
                double at[5], label[5], value[5], first[5], second[5];
                for (int s = 0; s < 5; s++)
                    at[s] = r + (s - 2) * h, label[s] = y;
                sgdmft_loss_evaluate(&run, 5, at, label, value, first, second);
                const double scale = 1 + fabs(second[2]) + r * r * r * r * r * r * r * r;
                cr_assert(fabs(losses_slope(value, h) - first[2]) < 1e-9 * scale,
                          "%s, link %s: l'(%g,%g) = %.12g, not %.12g", run.loss->entry.name, run.link->entry.name, r, y,
                          first[2], losses_slope(value, h));
                cr_assert(fabs(losses_slope(first, h) - second[2]) < 1e-8 * scale,
                          "%s, link %s: l''(%g,%g) = %.12g, not %.12g", run.loss->entry.name, run.link->entry.name, r,
                          y, second[2], losses_slope(first, h));
                compared++;
            }
            cr_assert(compared > POINTS * 9 / 10);
        }
}

#define GRID 1e-3

/* Changes between points g and g + 1 of the grid: of l'', and of l' beyond what l'' explains. */
struct losses_change {
    double second, force;
};

static struct losses_change losses_change(const struct sgdmft_run *run, int g, double y)
{
    const double at[2] = {(g + 0.5) * GRID, (g + 1.5) * GRID}, label[2] = {y, y};
    double first[2], second[2];
    sgdmft_loss_evaluate(run, 2, at, label, NULL, first, second);
    return (struct losses_change){fabs(second[1] - second[0]),
                                  fabs(first[1] - first[0] - GRID * (second[0] + second[1]) / 2)};
}

static void losses_kinks_of(const struct sgdmft_run *run, double y, bool *force_jumps)
{
    const char *loss = run->loss->entry.name, *link = run->link->entry.name;
    double kink[SGDMFT_KINKS_MAX];
    const size_t count = sgdmft_loss_kinks(run, y, kink);
    size_t jumps = 0;
    for (int g = -3000; g < 3000; g++) {
        const struct losses_change before = losses_change(run, g - 2, y), here = losses_change(run, g, y),
                                   behind = losses_change(run, g + 2, y);
        const bool force = here.force > 0.01 + 2 * (before.force + behind.force);
        const bool jump = force || here.second > 0.1 + before.second + behind.second;
        const bool expected = losses_near_kink(run, (g + 1) * GRID, y, 0.5 * GRID);
        cr_assert(jump == expected, "%s, link %s, y = %g: jump near r = %g: %d, kink: %d", loss, link, y,
                  (g + 1) * GRID, jump, expected);
        jumps += jump;
        *force_jumps = *force_jumps || force;
    }
    cr_assert(jumps == count, "%s, link %s, y = %g: %zu jumps, %zu kinks", loss, link, y, jumps, count);
    for (size_t k = 1; k < count; k++)
        cr_assert(kink[k - 1] < kink[k], "kinks ascend");
}

/* l' or l'' jumps at the kinks, by more than it changes a little away, and on a fine grid nowhere else; l' does where
 * the records say so. */
Test(losses, kinks)
{
    struct sgdmft_run run = fixture_run();
    run.kappa = 0.4;
    run.loss_width = 0.6;
    run.door_width = 0.8;
    run.teacher = fixture_teacher("linear");
    for (size_t i = 0; example_loss(i); i++)
        for (size_t j = 0; example_link(j); j++) {
            bool force_jumps = false;
            run.loss = example_loss(i);
            run.link = example_link(j);
            if (run.loss->check && run.loss->check(&run, NULL) != SGDMFT_OK)
                continue;
            const double label = run.loss->classes_only ? 1 : 0.5; /* within the range of every link */
            losses_kinks_of(&run, label, &force_jumps);
            losses_kinks_of(&run, -label, &force_jumps);
            cr_assert_eq(force_jumps, sgdmft_force_jumps(&run), "%s, link %s", run.loss->entry.name,
                         run.link->entry.name);
        }
    run.loss = fixture_loss("hinge2");
    double kink[SGDMFT_KINKS_MAX];
    run.link = fixture_link("door");
    cr_assert(sgdmft_loss_kinks(&run, 1, kink) == 2);
    cr_assert(fabs(kink[1] - sqrt(0.4 + 0.64)) < 1e-15 && fabs(kink[0] + kink[1]) < 1e-15);
    run.kappa = 0.9;
    cr_assert(sgdmft_loss_kinks(&run, -1, kink) == 0, "r^2 - 0.64 = -0.9 has no solution");
}

/* The kink of the link and a root of the loss's are one where they meet. */
Test(losses, kinks_that_meet)
{
    struct sgdmft_run run = fixture_run();
    double kink[SGDMFT_KINKS_MAX];
    run.loss = fixture_loss("hinge");
    run.link = fixture_link("relu");
    run.kappa = 0;
    cr_assert_eq(sgdmft_loss_kinks(&run, 1, kink), 1);
    run.kappa = 0.5;
    cr_assert_eq(sgdmft_loss_kinks(&run, 1, kink), 2);
    cr_assert(fabs(kink[0]) <= 0 && fabs(kink[1] - 0.5) <= 0);
}

/* Far out nothing overflows, and small losses keep their relative precision. */
Test(losses, logistic_far_out)
{
    struct sgdmft_run run = fixture_run();
    const double margin[] = {40, 300, 700, 1e4, 1e300};
    for (size_t i = 0; i < sizeof margin / sizeof *margin; i++)
        for (double y = -1; y <= 1; y += 2) {
            const double r[2] = {y * margin[i], -y * margin[i]}, label[2] = {y, y};
            const double tail = exp(-margin[i]);
            double value[2], first[2], second[2];
            sgdmft_loss_evaluate(&run, 2, r, label, value, first, second);
            cr_assert(fabs(value[0] - tail) <= 1e-14 * tail && fabs(-y * first[0] - tail) <= 1e-14 * tail);
            cr_assert(fabs(second[0] - tail) <= 1e-14 * tail && fabs(second[1] - tail) <= 1e-14 * tail);
            cr_assert(fabs(value[1] - margin[i]) <= 1e-15 * margin[i] && fabs(-y * first[1] - 1) <= 1e-15);
        }
}

/* A path that has diverged must not look like one without loss. */
Test(losses, nan_stays)
{
    struct sgdmft_run run = fixture_run();
    for (size_t i = 0; example_loss(i); i++)
        for (size_t j = 0; example_link(j); j++) {
            run.loss = example_loss(i);
            run.link = example_link(j);
            const double r = (double)NAN, y = 1;
            double value, first;
            sgdmft_loss_evaluate(&run, 1, &r, &y, &value, &first, NULL);
            cr_assert(isnan(value) && isnan(first), "%s, link %s", run.loss->entry.name, run.link->entry.name);
        }
}

/* The same (r,y) gives the same bits at every place of an array of any length. */
Test(losses, place_does_not_matter)
{
    enum { LENGTH = 301 };
    struct sgdmft_run run = fixture_run();
    double r[LENGTH + 1], y[LENGTH + 1], out[3][LENGTH + 1];
    for (size_t i = 0; i <= LENGTH; i++)
        r[i] = 0.3123456789, y[i] = 1;
    for (size_t i = 0; example_loss(i); i++)
        for (size_t j = 0; example_link(j); j++)
            for (size_t offset = 0; offset < 2; offset++) {
                run.loss = example_loss(i);
                run.link = example_link(j);
                double expected[3];
                sgdmft_loss_evaluate(&run, 1, r, y, &expected[0], &expected[1], &expected[2]);
                for (size_t n = 1; n <= LENGTH; n += 5) {
                    sgdmft_loss_evaluate(&run, n, r + offset, y + offset, out[0] + offset, out[1] + offset,
                                         out[2] + offset);
                    for (size_t k = 0; k < n; k++)
                        for (size_t d = 0; d < 3; d++)
                            cr_assert(out[d][offset + k] == expected[d], "place %zu of %zu", k, n);
                }
            }
}

/* Each output alone, beside what lies around it. */
Test(losses, outputs_may_be_null)
{
    struct sgdmft_run run = fixture_run();
    const double r[3] = {-0.5, 0.1, 1.5}, y[3] = {1, -1, 1};
    double all[3][3], one[5];
    sgdmft_loss_evaluate(&run, 3, r, y, all[0], all[1], all[2]);
    for (int d = 0; d < 3; d++) {
        one[0] = one[4] = 77;
        sgdmft_loss_evaluate(&run, 3, r, y, d == 0 ? one + 1 : NULL, d == 1 ? one + 1 : NULL, d == 2 ? one + 1 : NULL);
        cr_assert(memcmp(one + 1, all[d], sizeof all[d]) == 0);
        cr_assert(one[0] == 77 && one[4] == 77);
    }
    sgdmft_loss_evaluate(&run, 0, NULL, NULL, NULL, NULL, NULL);
}

Test(losses, even_flag)
{
    struct sgdmft_stream stream = fixture_stream(3);
    for (size_t i = 0; example_loss(i); i++) {
        bool even = true;
        for (int point = 0; point < POINTS; point++) {
            const double r = fixture_between(&stream, 0.1, 3), y = losses_label(&stream, example_loss(i));
            const double phi[2] = {r, -r}, label[2] = {y, y};
            double value[2], first[2], second[2];
            example_loss(i)->evaluate(2, phi, label, 0.4, 0.6, value, first, second);
            even = even && fabs(value[0] - value[1]) < 1e-12;
        }
        cr_assert(even == example_loss(i)->even, "%s", example_loss(i)->entry.name);
    }
}

Test(losses, linear_force_flag)
{
    struct sgdmft_stream stream = fixture_stream(58);
    for (size_t i = 0; example_loss(i); i++) {
        bool linear = true;
        for (int point = 0; point < POINTS; point++) {
            const double phi = fixture_between(&stream, -3, 3), y = losses_label(&stream, example_loss(i));
            double value, first, second;
            example_loss(i)->evaluate(1, &phi, &y, 0.4, 0.6, &value, &first, &second);
            linear = linear && fabs(first - (phi - y)) < 1e-12 && fabs(value - first * first / 2) < 1e-12
                     && fabs(second - 1) < 1e-12;
        }
        cr_assert(linear == example_loss(i)->linear_force, "%s", example_loss(i)->entry.name);
    }
}

/* uses_kappa: the loss changes with kappa. */
Test(losses, kappa_flag)
{
    const double phi[4] = {-1.5, -0.2, 0.3, 2.1}, y[4] = {1, -1, 1, -1};
    for (size_t i = 0; example_loss(i); i++) {
        double value[2][4], first[4], second[4];
        example_loss(i)->evaluate(4, phi, y, 0.0, 0.6, value[0], first, second);
        example_loss(i)->evaluate(4, phi, y, 0.5, 0.6, value[1], first, second);
        cr_assert((memcmp(value[0], value[1], sizeof value[0]) != 0) == example_loss(i)->uses_kappa, "%s",
                  example_loss(i)->entry.name);
    }
}

static void losses_phase_case(const char *link, const char *data, const char *teacher, const char *named)
{
    struct sgdmft_run run = fixture_run();
    struct sgdmft_error error = {0};
    run.loss = fixture_loss("phase");
    run.link = fixture_link(link);
    run.data = fixture_data(data);
    run.teacher = fixture_teacher(teacher);
    const enum sgdmft_status status = run.loss->check(&run, &error);
    cr_assert((status == SGDMFT_USAGE) == (named != NULL), "link %s, data %s, teacher %s", link, data, teacher);
    if (named)
        cr_assert(strncmp(error.text, named, strlen(named)) == 0, "%s", error.text);
}

Test(losses, phase_needs_its_model)
{
    losses_phase_case("linear", "teacher", "linear", NULL);
    losses_phase_case("linear", "teacher", "abs", NULL);
    losses_phase_case("door", "teacher", "abs", "link: door");
    losses_phase_case("linear", "random", "abs", "data: random");
    losses_phase_case("linear", "mixture3", "linear", "data: mixture3");
    losses_phase_case("linear", "teacher", "sign", "teacher: sign");
    losses_phase_case("linear", "teacher", "door", "teacher: door");
}
