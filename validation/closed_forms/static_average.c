/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-dimensional integrals over the standardised field z, h = base + scale z, for each label.
 *
 * Labels +1/-1: z = (u m + omega)/sqrt(q) and u given z is N(m z/sqrt(q), 1 - m^2/q), so that P(y|z) and E[u 1(y)|z] of
 * a teacher that is constant between its jumps are differences of normal distribution functions and densities. Real
 * labels of a teacher: an outer integral over u (split at its kinks) and over the label noise, z = omega/sqrt(C_perp).
 *
 * The inner integral bisects its panels until 15 Gauss points agree with 2 x 15; panels begin at the h where r passes a
 * kink of the loss, r = 0, or z a jump of the teacher. */
#include "validation/closed_forms/static_average.h"

#include <gsl/gsl_integration.h>
#include <math.h>

enum { POINTS = 15, DEPTH = 14, SPLITS = 128, OUTER = 24, HERMITE = 8, INTERVALS = SGDMFT_POINTS_MAX + 1 };
static const double REACH = 9.0; /* exp(-REACH^2/2) = 3e-18 */
static const double TOLERANCE = 1e-13;

/* Law of the label y and of u given z: probability and E[u 1(y)|z]. */
struct label_law {
    double weight;
    double u, slope;  /* E[u|z] = u + slope z when there is no interval */
    size_t intervals; /* of u, in which the teacher gives this label */
    double from[INTERVALS], to[INTERVALS], share[INTERVALS];
    double deviation; /* of u given z, with intervals */
};

struct integral {
    const struct sgdmft_run *run;
    const struct label_law *law;
    const gsl_integration_glfixed_table *table;
    double centre, y, base, scale, strength, root_variance;
};

static double density(double x)
{
    return exp(-0.5 * x * x) / sqrt(2.0 * M_PI);
}

/* P(x > a); erfc of the C library, because that of GSL calls the error handler in the far tail. */
static double tail(double a)
{
    return 0.5 * erfc(a * M_SQRT1_2);
}

/* P(a < x < b) of a standard normal x, without cancellation in the tails. */
static double probability_between(double a, double b)
{
    return a > 0.0 ? tail(a) - tail(b) : tail(-b) - tail(-a);
}

static void label_law_at(const struct label_law *law, double z, double *probability, double *signal)
{
    const double u = law->u + law->slope * z;
    if (!law->intervals) {
        *probability = law->weight;
        *signal = law->weight * u;
        return;
    }
    *probability = *signal = 0.0;
    for (size_t i = 0; i < law->intervals; i++) {
        const double a = (law->from[i] - u) / law->deviation, b = (law->to[i] - u) / law->deviation;
        const double inside = probability_between(a, b), weight = law->weight * law->share[i];
        *probability += weight * inside;
        *signal += weight * (u * inside - law->deviation * (density(b) - density(a)));
    }
}

static void average_add(struct static_average *sum, double factor, const struct static_average *term)
{
    sum->force += factor * term->force;
    sum->square += factor * term->square;
    sum->stiffness += factor * term->stiffness;
    sum->loss += factor * term->loss;
    sum->error += factor * term->error;
}

static struct static_average integrand(const struct integral *integral, double z)
{
    double value, first, second, probability, signal;
    const double r =
        proximal_point(integral->run, integral->base + integral->scale * z, integral->y, integral->strength);
    sgdmft_loss_evaluate(integral->run, 1, &r, &integral->y, &value, &first, &second);
    label_law_at(integral->law, z, &probability, &signal);
    const double weight = density(z);
    return (struct static_average){.force = weight * first
                                            * (integral->centre * probability + integral->root_variance * signal),
                                   .square = weight * probability * first * first,
                                   .stiffness = weight * probability * second / (1.0 + integral->strength * second),
                                   .loss = weight * probability * value,
                                   .error = weight * probability * (integral->y * r < 0.0)};
}

static struct static_average panel(const struct integral *integral, double a, double b)
{
    struct static_average sum = {0};
    for (size_t i = 0; i < POINTS; i++) {
        double z, weight;
        gsl_integration_glfixed_point(a, b, i, &z, &weight, integral->table);
        const struct static_average term = integrand(integral, z);
        average_add(&sum, weight, &term);
    }
    return sum;
}

static bool average_close(const struct static_average *a, const struct static_average *b)
{
    const double scale = TOLERANCE * (1.0 + fabs(a->square) + fabs(a->loss));
    return fabs(a->force - b->force) <= scale && fabs(a->square - b->square) <= scale
           && fabs(a->stiffness - b->stiffness) <= scale && fabs(a->loss - b->loss) <= scale
           && fabs(a->error - b->error) <= scale;
}

static void bisect(const struct integral *integral, double a, double b, const struct static_average *whole, int depth,
                   struct static_average *sum)
{
    const double middle = 0.5 * (a + b);
    const struct static_average left = panel(integral, a, middle), right = panel(integral, middle, b);
    struct static_average both = left;
    average_add(&both, 1.0, &right);
    if (depth >= DEPTH || average_close(&both, whole)) {
        average_add(sum, 1.0, &both);
        return;
    }
    bisect(integral, a, middle, &left, depth + 1, sum);
    bisect(integral, middle, b, &right, depth + 1, sum);
}

/* Adds z to the ascending list split[0..count-1] when it lies inside the range of integration. */
static size_t split_insert(double split[SPLITS], size_t count, double z)
{
    if (!(fabs(z) < REACH) || count == SPLITS)
        return count;
    size_t place = count;
    for (; place > 0 && split[place - 1] > z; place--)
        split[place] = split[place - 1];
    split[place] = z;
    return count + 1;
}

static void integrate(const struct integral *integral, struct static_average *sum)
{
    if (!(integral->scale > 0.0)) { /* h is not random */
        const struct static_average value = integrand(integral, 0.0);
        average_add(sum, 1.0 / density(0.0), &value);
        return;
    }
    double kink[SGDMFT_KINKS_MAX + 1], split[SPLITS];
    size_t count = 0, kinks = sgdmft_loss_kinks(integral->run, integral->y, kink);
    kink[kinks++] = 0.0;
    for (size_t i = 0; i < kinks; i++) {
        double first;
        sgdmft_loss_evaluate(integral->run, 1, &kink[i], &integral->y, NULL, &first, NULL);
        const double h = kink[i] + integral->strength * first;
        count = split_insert(split, count, (h - integral->base) / integral->scale);
    }
    for (size_t i = 0; i < integral->law->intervals; i++)
        count = split_insert(split, count, integral->law->to[i] / integral->law->slope);
    count = split_insert(split, count, -3.0);
    count = split_insert(split, count, 3.0);

    double a = -REACH;
    for (size_t i = 0; i <= count; i++) {
        const double b = i < count ? split[i] : REACH;
        if (b > a) {
            const struct static_average whole = panel(integral, a, b);
            bisect(integral, a, b, &whole, 0, sum);
        }
        a = b;
    }
}

/* The intervals of u in which the teacher, or its flipped label, gives y. */
static void teacher_law(const struct sgdmft_run *run, double y, struct label_law *law)
{
    double jump[SGDMFT_POINTS_MAX];
    const size_t jumps = sgdmft_teacher_breakpoints(run, jump);
    law->intervals = jumps + 1;
    for (size_t i = 0; i <= jumps; i++) {
        law->from[i] = i > 0 ? jump[i - 1] : -(double)INFINITY;
        law->to[i] = i < jumps ? jump[i] : (double)INFINITY;
        const double middle = jumps == 0   ? 0.0
                              : i == 0     ? law->to[i] - 1.0
                              : i == jumps ? law->from[i] + 1.0
                                           : 0.5 * (law->from[i] + law->to[i]);
        const bool same = run->teacher->label(middle, run->teacher_width) * y > 0.0;
        law->share[i] = same ? 1.0 - run->label_noise : run->label_noise;
    }
}

static void classes_average(const struct sgdmft_run *run, const struct sgdmft_component *component,
                            const struct static_field *field, struct integral *integral, struct static_average *sum)
{
    const double norm = field->overlap * field->overlap + field->spread;
    const double slope = norm > 0.0 ? field->overlap / sqrt(norm) : 0.0;
    integral->base = component->centre * field->overlap;
    integral->scale = integral->root_variance * sqrt(norm);
    for (int sign = -1; sign <= 1; sign += 2) {
        const double y = (double)sign;
        struct label_law law = {
            .weight = component->weight, .slope = slope, .deviation = sqrt(fmax(1.0 - slope * slope, 1e-300))};
        if (component->source == SGDMFT_LABEL_TEACHER)
            teacher_law(run, y, &law);
        else
            law.weight *= component->label * y > 0.0 ? 1.0 - run->label_noise : run->label_noise;
        integral->law = &law;
        integral->y = y;
        if (law.weight > 0.0)
            integrate(integral, sum);
    }
}

/* y = mean + deviation * N(0,1), h = base + scale z, by Gauss-Hermite points of y. */
static void real_label_average(struct integral *integral, struct label_law *law, double mean, double deviation,
                               const gsl_integration_fixed_workspace *hermite, struct static_average *sum)
{
    const double weight = law->weight;
    const size_t points = deviation > 0.0 ? hermite->n : 1;
    integral->law = law;
    for (size_t i = 0; i < points; i++) {
        law->weight = deviation > 0.0 ? weight * hermite->weights[i] : weight;
        integral->y = deviation > 0.0 ? mean + deviation * hermite->x[i] : mean;
        integrate(integral, sum);
    }
}

static void real_average(const struct sgdmft_run *run, const struct sgdmft_component *component,
                         const struct static_field *field, const gsl_integration_fixed_workspace *hermite,
                         struct integral *integral, struct static_average *sum)
{
    if (component->source != SGDMFT_LABEL_TEACHER) {
        const double norm = field->overlap * field->overlap + field->spread;
        const double own = component->source == SGDMFT_LABEL_NORMAL ? 1.0 : 0.0;
        struct label_law law = {.weight = component->weight, .slope = norm > 0.0 ? field->overlap / sqrt(norm) : 0.0};
        integral->base = component->centre * field->overlap;
        integral->scale = integral->root_variance * sqrt(norm);
        real_label_average(integral, &law, component->label * (1.0 - own), hypot(own, run->label_noise), hermite, sum);
        return;
    }
    double edge[SGDMFT_POINTS_MAX + 2] = {-REACH};
    size_t edges = 1 + sgdmft_teacher_breakpoints(run, edge + 1);
    edge[edges++] = REACH;
    gsl_integration_glfixed_table *outer = gsl_integration_glfixed_table_alloc(2 * OUTER);
    for (size_t e = 0; outer && e + 1 < edges; e++) {
        for (size_t i = 0; i < 2 * OUTER; i++) {
            double u, weight;
            gsl_integration_glfixed_point(edge[e], edge[e + 1], i, &u, &weight, outer);
            struct label_law law = {.weight = component->weight * weight * density(u), .u = u};
            integral->base = (component->centre + integral->root_variance * u) * field->overlap;
            integral->scale = integral->root_variance * sqrt(field->spread);
            if (law.weight > 1e-18)
                real_label_average(integral, &law, run->teacher->label(u, run->teacher_width), run->label_noise,
                                   hermite, sum);
        }
    }
    if (!outer)
        sum->loss = (double)NAN;
    gsl_integration_glfixed_table_free(outer);
}

struct static_average static_average(const struct sgdmft_run *run, const struct static_field *field)
{
    static const struct static_average failed = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, (double)NAN};
    struct static_average sum = {0};
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    const size_t components = run->data->components(run, component);
    const double variance = sgdmft_variance(run);
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(POINTS);
    /* weight exp(-x^2/2), divided by its integral below */
    gsl_integration_fixed_workspace *hermite =
        gsl_integration_fixed_alloc(gsl_integration_fixed_hermite, HERMITE, 0.0, 0.5, 0.0, 0.0);
    if (table && hermite) {
        for (size_t i = 0; i < HERMITE; i++)
            hermite->weights[i] /= sqrt(2.0 * M_PI);
        for (size_t i = 0; i < components; i++) {
            struct integral integral = {.run = run,
                                        .table = table,
                                        .centre = component[i].centre,
                                        .strength = variance * field->response,
                                        .root_variance = sqrt(variance)};
            if (sgdmft_has_classes(run))
                classes_average(run, &component[i], field, &integral, &sum);
            else
                real_average(run, &component[i], field, hermite, &integral, &sum);
        }
    } else {
        sum = failed;
    }
    gsl_integration_glfixed_table_free(table);
    if (hermite)
        gsl_integration_fixed_free(hermite);
    return sum;
}
