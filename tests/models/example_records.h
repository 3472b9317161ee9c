/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that a user might add: a loss without kinks, one with two and a margin, one with a linear force, a link that
 * does not
 * take all values,
 * a smooth teacher. Tests over the registry take them too, so that they ask nothing but the record of a new one. */
#ifndef TESTS_MODELS_EXAMPLE_RECORDS_H
#define TESTS_MODELS_EXAMPLE_RECORDS_H

#include <sgdmft/models.h>

#include <math.h>

static void example_log_cosh_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                      double width, double *restrict value, double *restrict first,
                                      double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        const double distance = phi[i] - y[i], slope = tanh(distance);
        value[i] = log(cosh(distance));
        first[i] = slope;
        second[i] = 1 - slope * slope;
    }
}

static const struct sgdmft_loss example_log_cosh = {
    .entry = {.name = "log_cosh", .summary = "l = ln cosh(phi - y)", .reference = ""},
    .convex = true,
    .evaluate = example_log_cosh_evaluate,
};

static void example_smooth_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                    double width, double *restrict value, double *restrict first,
                                    double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        const double gap = kappa - y[i] * phi[i], excess = gap < 0 ? 0 : gap > 1 ? 1 : gap;
        value[i] = excess * (gap - 0.5 * excess);
        first[i] = -y[i] * excess;
        second[i] = gap > 0 && gap < 1 ? y[i] * y[i] : 0;
    }
}

static size_t example_smooth_kinks(double y, double kappa, double width, double phi[SGDMFT_POINTS_MAX])
{
    (void)width;
    phi[0] = y > 0 ? kappa - 1 : -kappa;
    phi[1] = phi[0] + 1;
    return 2;
}

static const struct sgdmft_loss example_smooth_hinge = {
    .entry = {.name = "smooth_hinge",
              .summary = "l = g^2/2 for 0 < g = kappa - y phi < 1, g - 1/2 above, 0 below",
              .reference = ""},
    .classes_only = true,
    .uses_kappa = true,
    .evaluate = example_smooth_evaluate,
    .kinks = example_smooth_kinks,
};

static void example_expanded_evaluate(size_t n, const double *restrict phi, const double *restrict y, double kappa,
                                      double width, double *restrict value, double *restrict first,
                                      double *restrict second)
{
    (void)kappa, (void)width;
    for (size_t i = 0; i < n; i++) {
        value[i] = 0.5 * phi[i] * phi[i] - y[i] * phi[i] + 0.5 * y[i] * y[i];
        first[i] = phi[i] - y[i];
        second[i] = 1;
    }
}

static const struct sgdmft_loss example_expanded = {
    .entry = {.name = "expanded", .summary = "l = phi^2/2 - y phi + y^2/2", .reference = ""},
    .convex = true,
    .linear_force = true,
    .evaluate = example_expanded_evaluate,
};

static void example_steep_evaluate(size_t n, const double *restrict r, double width, double *restrict phi,
                                   double *restrict first, double *restrict second)
{
    (void)width;
    for (size_t i = 0; i < n; i++) {
        phi[i] = tanh(1.5 * r[i]);
        first[i] = 1.5 * (1 - phi[i] * phi[i]);
        second[i] = -3 * phi[i] * first[i];
    }
}

static size_t example_steep_inverse(double phi, double width, double r[SGDMFT_POINTS_MAX])
{
    (void)width;
    r[0] = atanh(phi) / 1.5;
    return fabs(phi) < 1;
}

static const struct sgdmft_link example_steep = {
    .entry = {.name = "steep", .summary = "phi(r) = tanh(1.5 r)", .reference = ""},
    .evaluate = example_steep_evaluate,
    .inverse = example_steep_inverse,
};

static double example_smooth_label(double u, double width)
{
    (void)width;
    return atan(u);
}

static const struct sgdmft_teacher example_smooth = {
    .entry = {.name = "smooth", .summary = "y = atan(u)", .reference = ""},
    .label = example_smooth_label,
};

/* Record i of the registry and, behind its last, of the examples; NULL at the end. */
#define EXAMPLE_RECORDS(kind, registry, ...)                                                                           \
    __attribute__((unused)) static const struct sgdmft_##kind *example_##kind(size_t i)                                \
    {                                                                                                                  \
        static const struct sgdmft_##kind *const more[] = {__VA_ARGS__, NULL};                                         \
        size_t count = 0;                                                                                              \
        while (registry[count])                                                                                        \
            count++;                                                                                                   \
        return i < count ? registry[i] : i - count < sizeof more / sizeof *more ? more[i - count] : NULL;              \
    }
EXAMPLE_RECORDS(loss, sgdmft_losses, &example_log_cosh, &example_smooth_hinge, &example_expanded)
EXAMPLE_RECORDS(link, sgdmft_links, &example_steep)
EXAMPLE_RECORDS(teacher, sgdmft_teachers, &example_smooth)

#endif
