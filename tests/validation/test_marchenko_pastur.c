/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gauss nodes of the Marchenko-Pastur law against its moments, its resolvent, and a direct integral of the density. */
#include "validation/closed_forms/marchenko_pastur.h"

#include <criterion/criterion.h>
#include <math.h>

enum { NODES = 200 };
static const double ratios[] = {0.05, 0.3, 0.9, 0.999, 1.0, 1.001, 1.3, 3.0, 50.0};
enum { RATIOS = sizeof ratios / sizeof *ratios };

struct law {
    size_t count;
    double value[NODES + 1], weight[NODES + 1];
};

static struct law law_of(double alpha)
{
    struct law law;
    law.count = marchenko_pastur_nodes(alpha, NODES, law.value, law.weight);
    cr_assert_eq(law.count, (size_t)NODES + (alpha < 1.0));
    return law;
}

static double average(const struct law *law, double (*f)(double s, double p), double p)
{
    double sum = 0.0;
    for (size_t j = 0; j < law->count; j++)
        sum += law->weight[j] * f(law->value[j], p);
    return sum;
}

static double resolvent(double s, double lambda)
{
    return 1.0 / (s + lambda);
}
static double relaxation(double s, double t)
{
    return exp(-s * t);
}

Test(marchenko_pastur, moments, .timeout = 10)
{
    for (int i = 0; i < RATIOS; i++) {
        const double a = ratios[i];
        const double exact[] = {1.0, a, a + a * a, a + 3 * a * a + a * a * a,
                                a + 6 * a * a + 6 * pow(a, 3) + pow(a, 4)};
        const struct law law = law_of(a);
        for (int n = 0; n < 5; n++)
            cr_expect_float_eq(average(&law, pow, n) / exact[n], 1.0, 1e-13, "alpha %g, moment %d", a, n);
    }
}

/* G(lambda) = <1/(s + lambda)> solves lambda G^2 + (lambda + alpha - 1) G = 1. */
Test(marchenko_pastur, resolvent, .timeout = 10)
{
    static const double shifts[] = {0.05, 0.5, 2.0};
    for (int i = 0; i < RATIOS; i++) {
        const struct law law = law_of(ratios[i]);
        for (int j = 0; j < 3; j++) {
            const double lambda = shifts[j], b = lambda + ratios[i] - 1.0;
            const double root = sqrt(b * b + 4.0 * lambda),
                         exact = b > 0 ? 2.0 / (b + root) : (root - b) / (2.0 * lambda);
            cr_expect_float_eq(average(&law, resolvent, lambda) / exact, 1.0, 1e-12, "alpha %g, lambda %g", ratios[i],
                               lambda);
        }
    }
}

/* The density itself, s = 1 + alpha + 2 sqrt(alpha) cos(theta), by midpoints (exponentially convergent). */
static double direct(double alpha, double (*f)(double s, double p), double p)
{
    const int points = 60000;
    double sum = alpha < 1.0 ? (1.0 - alpha) * f(0.0, p) : 0.0;
    for (int i = 0; i < points; i++) {
        const double theta = M_PI * (i + 0.5) / points;
        const double s = pow(1.0 - sqrt(alpha), 2) + 4.0 * sqrt(alpha) * pow(cos(0.5 * theta), 2);
        sum += 2.0 * alpha / points * sin(theta) * sin(theta) / s * f(s, p);
    }
    return sum;
}

Test(marchenko_pastur, density, .timeout = 10)
{
    for (int i = 0; i < RATIOS; i++) {
        const struct law law = law_of(ratios[i]);
        cr_expect_float_eq(average(&law, relaxation, 0.7), direct(ratios[i], relaxation, 0.7), 1e-12, "alpha %g",
                           ratios[i]);
        cr_expect_float_eq(average(&law, relaxation, 20.0), direct(ratios[i], relaxation, 20.0), 1e-12, "alpha %g",
                           ratios[i]);
    }
}

Test(marchenko_pastur, support, .timeout = 10)
{
    for (int i = 0; i < RATIOS; i++) {
        const double a = ratios[i], lower = pow(1.0 - sqrt(a), 2), upper = pow(1.0 + sqrt(a), 2);
        const struct law law = law_of(a);
        if (a < 1.0) {
            cr_expect(law.value[0] <= 0.0 && law.value[0] >= 0.0);
            cr_expect_float_eq(law.weight[0], 1.0 - a, 1e-15);
        }
        for (size_t j = a < 1.0; j < law.count; j++)
            cr_expect(law.value[j] >= lower && law.value[j] <= upper * (1.0 + 1e-14) && law.weight[j] >= 0.0);
    }
}

Test(marchenko_pastur, refuses)
{
    double value[4], weight[4];
    cr_expect_eq(marchenko_pastur_nodes(0.0, 3, value, weight), 0u);
    cr_expect_eq(marchenko_pastur_nodes(-1.0, 3, value, weight), 0u);
    cr_expect_eq(marchenko_pastur_nodes((double)NAN, 3, value, weight), 0u);
    cr_expect_eq(marchenko_pastur_nodes(2.0, 0, value, weight), 0u);
}
