/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fresh example has r = c m + sqrt(Delta)(u rho + sqrt(C - rho^2) z), C = <s C_s>; rho = m without a spectrum (T15).
 * With classes, the label is a function of u alone, and u given r is Gaussian: what is left is one integral over r, in
 * which P(y|r) is a sum of error functions. With real labels it is an integral over u, z and the label noise. Intervals
 * are cut where the integrand is not smooth. */
#include "solver/observe/generalization.h"

#include <sgdmft/solve.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

#define PANEL_POINTS 10
#define CUTS_MAX 512
#define LEVELS 14
#define REACH 9.0 /* standard deviations kept of a Gaussian: the rest is below 1e-18 */
#define WIDE 3.0
#define SCAN 240 /* intervals of u that are searched for kinks */
#define BISECTIONS 50
#define REACH_NOISE 6.0 /* of label noise under a loss that is no polynomial */
#define HERMITE_SIGNAL 16
#define HERMITE_NOISE 8

struct generalization {
    const struct sgdmft_run *run;
    bool polynomial; /* the loss is one in r: Gauss-Hermite points are exact */
    size_t components;
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    double node[PANEL_POINTS], weight[PANEL_POINTS];         /* Gauss-Legendre on (-1,1) */
    double z_node[HERMITE_SIGNAL], z_weight[HERMITE_SIGNAL]; /* for N(0,1) */
    double noise_node[HERMITE_NOISE], noise_weight[HERMITE_NOISE];
};

static bool hermite(size_t n, double *node, double *weight)
{
    gsl_integration_fixed_workspace *w = gsl_integration_fixed_alloc(gsl_integration_fixed_hermite, n, 0, 0.5, 0, 0);
    if (!w)
        return false;
    for (size_t i = 0; i < n; i++) {
        node[i] = gsl_integration_fixed_nodes(w)[i];
        weight[i] = gsl_integration_fixed_weights(w)[i] / sqrt(2 * M_PI);
    }
    gsl_integration_fixed_free(w);
    return true;
}

static double field_density(double x)
{
    return exp(-x * x / 2) / sqrt(2 * M_PI);
}

/* Sorted places where an integral over a standard normal is cut. */
struct cuts {
    size_t count;
    double at[CUTS_MAX];
};

static void cuts_add(struct cuts *cuts, double x)
{
    if (!(fabs(x) < REACH) || cuts->count == CUTS_MAX)
        return;
    size_t i = cuts->count++;
    for (; i > 0 && cuts->at[i - 1] > x; i--)
        cuts->at[i] = cuts->at[i - 1];
    cuts->at[i] = x;
}

static struct cuts cuts_start(void)
{
    struct cuts cuts = {.count = 2, .at = {-REACH, REACH}};
    for (double x = -REACH + 1.5; x < REACH; x += 1.5)
        cuts_add(&cuts, x);
    return cuts;
}

/* P(teacher(u) = +1) for u ~ N(mean, sd^2): the measure of the intervals between the teacher's jumps where it
 * is +1. */
static double positive_probability(const struct sgdmft_run *run, double mean, double sd)
{
    double jump[SGDMFT_POINTS_MAX + 2] = {-(double)INFINITY}, total = 0;
    const size_t jumps = sgdmft_teacher_jumps(run, jump + 1);
    jump[jumps + 1] = (double)INFINITY;
    for (size_t i = 0; i <= jumps; i++) {
        const double low = jump[i], high = jump[i + 1];
        const double inside = isinf(low) ? (isinf(high) ? 0 : high - 1) : isinf(high) ? low + 1 : (low + high) / 2;
        if (run->teacher->label(inside, run->teacher_width) > 0) {
            const double a = (low - mean) / sd, b = (high - mean) / sd;
            /* the side of the tail, where the difference does not cancel */
            total += a > 0 ? erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2) : erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2);
        }
    }
    return total / 2;
}

/* One integrand at r: loss averaged over y = +1 and -1, and the probability of an error. */
static void class_point(const struct sgdmft_run *run, double r, double positive, double *loss, double *error)
{
    const double both[2] = {r, r}, y[2] = {1, -1};
    double value[2], phi;
    sgdmft_loss_evaluate(run, 2, both, y, value, NULL, NULL);
    sgdmft_link_evaluate(run, 1, both, &phi);
    *loss = positive * value[0] + (1 - positive) * value[1];
    *error = phi < 0 ? positive : phi > 0 ? 1 - positive : 0;
}

/* A cut where phi is 0, and nearer and nearer to it where a loss that turns over within r of order 1 does so within
 * a small x. What the last level leaves out is below 1e-9 of the loss. */
static void cut_around(struct cuts *cuts, double x, double sd)
{
    double distance = 1;
    cuts_add(cuts, x);
    for (int level = 0; level < LEVELS && distance * sd > 1; level++) {
        distance /= 2;
        cuts_add(cuts, x - distance);
        cuts_add(cuts, x + distance);
    }
}

/* Cuts in x = (r - mean)/sd where l or the sign of phi is not smooth. */
static void cut_at_kinks(const struct sgdmft_run *run, double mean, double sd, struct cuts *cuts)
{
    double r[SGDMFT_KINKS_MAX];
    for (int y = -1; y <= 1; y += 2) {
        const size_t n = sgdmft_loss_kinks(run, y, r);
        for (size_t i = 0; i < n; i++)
            cuts_add(cuts, (r[i] - mean) / sd);
    }
    const size_t zeros = run->link->inverse(0, run->door_width, r);
    for (size_t i = 0; i < zeros; i++)
        cut_around(cuts, (r[i] - mean) / sd, sd);
}

/* P(y = +1 | x) turns over at x = jump/rho with width sqrt(1 - rho^2)/rho: panels around it. */
static void cut_at_jumps(const struct sgdmft_run *run, double rho, double rest, struct cuts *cuts)
{
    static const double distance[] = {0, 1, 2.5, 4.5, 7};
    double jump[SGDMFT_POINTS_MAX];
    const size_t jumps = sgdmft_teacher_jumps(run, jump);
    for (size_t i = 0; i < jumps && rho != 0; i++)
        for (size_t d = 0; d < sizeof distance / sizeof *distance; d++) {
            cuts_add(cuts, jump[i] / rho + distance[d] * rest / fabs(rho));
            cuts_add(cuts, jump[i] / rho - distance[d] * rest / fabs(rho));
        }
}

static void class_component(const struct generalization *g, const struct sgdmft_component *component, double flip,
                            double m, double along, double C, double *loss, double *error)
{
    const struct sgdmft_run *run = g->run;
    const double root = sqrt(sgdmft_variance(run)), sd = root * sqrt(C), mean = component->centre * m;
    const bool teacher = component->source == SGDMFT_LABEL_TEACHER;
    const double rho = fmin(1, fmax(-1, along / sqrt(C))), rest = sqrt(fmax(0, 1 - rho * rho));
    double positive = component->label > 0 ? 1 - flip : flip, value, wrong;
    *loss = *error = 0;
    if (!(sd > 0)) { /* w = 0: r does not vary, u does */
        if (teacher)
            positive = flip + (1 - 2 * flip) * positive_probability(run, 0, 1);
        class_point(run, mean, positive, loss, error);
        return;
    }
    struct cuts cuts = cuts_start();
    cut_at_kinks(run, mean, sd, &cuts);
    if (teacher)
        cut_at_jumps(run, rho, rest, &cuts);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double x = middle + half * g->node[i], w = half * g->weight[i] * field_density(x);
            if (teacher)
                positive = flip + (1 - 2 * flip) * positive_probability(run, rho * x, fmax(rest, 1e-300));
            class_point(run, mean + sd * x, positive, &value, &wrong);
            *loss += w * value;
            *error += w * wrong;
        }
    }
}

/* Cuts of integrals that a loss with kinks or a link that saturates asks for: wider apart than those of classes. */
static struct cuts cuts_wide(double reach)
{
    struct cuts cuts = {.count = 2, .at = {-reach, reach}};
    for (double x = -reach + WIDE; x < reach - WIDE / 2; x += WIDE)
        cuts_add(&cuts, x);
    return cuts;
}

/* E[l(mean + spread z, label)], z ~ N(0,1), exact for polynomials of the degree 2 HERMITE_SIGNAL - 1. */
static double field_average_hermite(const struct generalization *g, double mean, double spread, double label)
{
    double r[HERMITE_SIGNAL], y[HERMITE_SIGNAL], value[HERMITE_SIGNAL], total = 0;
    for (size_t i = 0; i < HERMITE_SIGNAL; i++) {
        r[i] = mean + spread * g->z_node[i];
        y[i] = label;
    }
    sgdmft_loss_evaluate(g->run, HERMITE_SIGNAL, r, y, value, NULL, NULL);
    for (size_t i = 0; i < HERMITE_SIGNAL; i++)
        total += g->z_weight[i] * value[i];
    return total;
}

/* The same for any loss, between its kinks. */
static double field_average_panels(const struct generalization *g, double mean, double spread, double label)
{
    double r[PANEL_POINTS], y[PANEL_POINTS], value[PANEL_POINTS], point[SGDMFT_KINKS_MAX], total = 0;
    for (size_t i = 0; i < PANEL_POINTS; i++)
        y[i] = label;
    if (!(spread > 0)) {
        sgdmft_loss_evaluate(g->run, 1, &mean, y, value, NULL, NULL);
        return value[0];
    }
    struct cuts cuts = cuts_wide(REACH);
    const size_t kinks = sgdmft_loss_kinks(g->run, label, point);
    for (size_t i = 0; i < kinks; i++)
        cuts_add(&cuts, (point[i] - mean) / spread);
    const size_t zeros = g->run->link->linear ? 0 : g->run->link->inverse(0, g->run->door_width, point);
    for (size_t i = 0; i < zeros; i++)
        cut_around(&cuts, (point[i] - mean) / spread, spread);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; i < PANEL_POINTS; i++)
            r[i] = mean + spread * (middle + half * g->node[i]);
        sgdmft_loss_evaluate(g->run, PANEL_POINTS, r, y, value, NULL, NULL);
        for (size_t i = 0; i < PANEL_POINTS; i++)
            total += half * g->weight[i] * field_density(middle + half * g->node[i]) * value[i];
    }
    return total;
}

static double field_average(const struct generalization *g, double mean, double spread, double label)
{
    return g->polynomial ? field_average_hermite(g, mean, spread, label) : field_average_panels(g, mean, spread, label);
}

/* True if l is a polynomial of r for labels of any size, as far as the two averages can tell. */
static bool is_polynomial(const struct generalization *g)
{
    static const double label[] = {-1.7, -0.3, 0.6, 2.1};
    bool same = true;
    for (size_t i = 0; i < sizeof label / sizeof *label; i++) {
        const double exact = field_average_panels(g, 0.4, 1.3, label[i]);
        same = same && fabs(field_average_hermite(g, 0.4, 1.3, label[i]) - exact) < 1e-10 * fabs(exact);
    }
    return same;
}

/* The average over a label = centre + deviation n, n ~ N(0,1). Where the field hardly varies, kinks of the loss show
 * as kinks in n, around labels that equal the output. */
static double noisy_average(const struct generalization *g, double mean, double spread, double centre, double deviation)
{
    double total = 0, output;
    for (size_t j = 0; g->polynomial && j < HERMITE_NOISE; j++)
        total += g->noise_weight[j] * field_average_hermite(g, mean, spread, centre + deviation * g->noise_node[j]);
    if (g->polynomial)
        return total;
    static const double distance[] = {0, 1, 2.5, 4.5};
    struct cuts cuts = cuts_wide(REACH_NOISE);
    sgdmft_link_evaluate(g->run, 1, &mean, &output);
    for (size_t d = 0; d < sizeof distance / sizeof *distance; d++)
        for (int side = -1; side <= 1; side += 2) /* kinks of a width as well */
            for (int wing = -1; wing <= 1; wing++)
                cuts_add(&cuts,
                         (output + wing * g->run->loss_width + side * distance[d] * spread - centre) / deviation);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double n = middle + half * g->node[i];
            total += half * g->weight[i] * field_density(n) * field_average(g, mean, spread, centre + deviation * n);
        }
    }
    return total;
}

/* Loss at given u, averaged over z and over what is random in a real label. */
static double real_point(const struct generalization *g, const struct sgdmft_component *component, double u, double m,
                         double along, double C)
{
    const struct sgdmft_run *run = g->run;
    const double root = sqrt(sgdmft_variance(run)), spread = root * sqrt(fmax(0, C - along * along));
    const double mean = component->centre * m + root * u * along;
    const double none[2] = {0, 0}, label = sgdmft_label(run, component, u, none, 0.5);
    /* targets and their noise add up to one Gaussian */
    const double own = component->source == SGDMFT_LABEL_NORMAL ? 1 : 0, deviation = hypot(own, run->label_noise);
    return deviation > 0 ? noisy_average(g, mean, spread, label, deviation) : field_average(g, mean, spread, label);
}

/* How many kinks of the loss lie below the mean field at u: changes where the mean field is at a kink. */
static size_t kinks_below(const struct generalization *g, const struct sgdmft_component *component, double u, double m,
                          double along)
{
    static const double none[2] = {0, 0};
    double kink[SGDMFT_KINKS_MAX];
    const double mean = component->centre * m + sqrt(sgdmft_variance(g->run)) * u * along;
    const size_t kinks = sgdmft_loss_kinks(g->run, sgdmft_label(g->run, component, u, none, 0.5), kink);
    size_t below = 0;
    while (below < kinks && kink[below] < mean)
        below++;
    return below;
}

/* Cuts nearer and nearer to the u where the mean field is at a kink, down to the width to which the rest of the field
 * and the noise of the label smooth it. */
static void cut_at_mean_kinks(const struct generalization *g, const struct sgdmft_component *component, double m,
                              double along, double width, struct cuts *cuts)
{
    const double step = 2 * REACH / SCAN;
    for (int i = 0; i < SCAN; i++) {
        double low = -REACH + step * i, high = -REACH + step * (i + 1); /* no gaps */
        const size_t below = kinks_below(g, component, low, m, along);
        if (kinks_below(g, component, high, m, along) == below)
            continue;
        for (int half = 0; half < BISECTIONS; half++) {
            const double middle = (low + high) / 2;
            *(kinks_below(g, component, middle, m, along) == below ? &low : &high) = middle;
        }
        cuts_add(cuts, low);
        double distance = 2;
        for (int level = 0; level < 2 * LEVELS && distance > width / 4; level++) {
            distance /= 2;
            cuts_add(cuts, low - distance);
            cuts_add(cuts, low + distance);
        }
    }
}

static double real_component(const struct generalization *g, const struct sgdmft_component *component, double m,
                             double along, double C)
{
    struct cuts cuts = g->polynomial ? cuts_start() : cuts_wide(REACH);
    if (component->source == SGDMFT_LABEL_TEACHER) {
        double jump[SGDMFT_POINTS_MAX];
        const size_t jumps = sgdmft_teacher_jumps(g->run, jump);
        for (size_t i = 0; i < jumps; i++)
            cuts_add(&cuts, jump[i]);
        const double spread = sqrt(sgdmft_variance(g->run) * fmax(0, C - along * along));
        const double width = hypot(spread, g->run->label_noise);
        if (!g->polynomial && width < 1)
            cut_at_mean_kinks(g, component, m, along, width, &cuts);
    } else if (along == 0)
        return real_point(g, component, 0, m, 0, C);
    double total = 0;
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double u = middle + half * g->node[i];
            total += half * g->weight[i] * field_density(u) * real_point(g, component, u, m, along, C);
        }
    }
    return total;
}

struct generalization *generalization_create(const struct sgdmft_run *run)
{
    struct generalization *g = calloc(1, sizeof *g);
    gsl_integration_glfixed_table *table = gsl_integration_glfixed_table_alloc(PANEL_POINTS);
    if (!g || !table || !hermite(HERMITE_SIGNAL, g->z_node, g->z_weight)
        || !hermite(HERMITE_NOISE, g->noise_node, g->noise_weight)) {
        if (table)
            gsl_integration_glfixed_table_free(table);
        free(g);
        return NULL;
    }
    g->run = run;
    g->components = run->data->components(run, g->component);
    for (size_t i = 0; i < PANEL_POINTS; i++)
        gsl_integration_glfixed_point(-1, 1, i, &g->node[i], &g->weight[i], table);
    gsl_integration_glfixed_table_free(table);
    g->polynomial = !sgdmft_has_classes(run) && is_polynomial(g);
    return g;
}

void generalization_free(struct generalization *generalization)
{
    free(generalization);
}

/* flip: probability that a label of a class is flipped. */
static void evaluate(const struct generalization *g, double flip, double overlap, double field_overlap,
                     double field_square, double *loss, double *error)
{
    const bool classes = sgdmft_has_classes(g->run);
    *loss = 0;
    *error = classes ? 0 : (double)NAN;
    for (size_t a = 0; a < g->components; a++) {
        const struct sgdmft_component *component = &g->component[a];
        double value, wrong;
        if (classes) {
            class_component(g, component, flip, overlap, field_overlap, field_square, &value, &wrong);
            *error += component->weight * wrong;
        } else
            value = real_component(g, component, overlap, field_overlap, field_square);
        *loss += component->weight * value;
    }
}

void generalization_evaluate_field(const struct generalization *g, double overlap, double field_overlap,
                                   double field_square, double *loss, double *error)
{
    evaluate(g, g->run->label_noise, overlap, field_overlap, field_square, loss, error);
}

void generalization_evaluate_labels(const struct generalization *g, bool flipped, double overlap, double field_overlap,
                                    double field_square, double *loss, double *error)
{
    evaluate(g, flipped ? 1 : 0, overlap, field_overlap, field_square, loss, error);
}

void generalization_evaluate(const struct generalization *g, double overlap, double norm, double *loss, double *error)
{
    generalization_evaluate_field(g, overlap, overlap, norm, loss, error);
}

void sgdmft_generalization(const struct sgdmft_run *run, double overlap, double norm, double *loss, double *error)
{
    struct generalization *g = generalization_create(run);
    *loss = *error = (double)NAN;
    if (g)
        generalization_evaluate(g, overlap, norm, loss, error);
    generalization_free(g);
}
