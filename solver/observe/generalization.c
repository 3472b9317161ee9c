/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fresh example has r = c m + sqrt(Delta)(u rho + sqrt(C - rho^2) z), C = <s C_s>; rho = m without a spectrum (T15).
 * Means with real labels are integrals over u, z and the label noise; intervals are cut where the integrand is not
 * smooth. Means with classes are in generalization_class.c. */
#include "solver/observe/generalization.h"
#include "models/base/cuts.h"

#include <sgdmft/solve.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

#define SCAN 240 /* intervals of u that are searched for kinks */
#define BISECTIONS 50
#define REACH_NOISE 6.0 /* of label noise under a loss that is no polynomial */
#define FIELD_POINTS (HERMITE_SIGNAL > PANEL_POINTS ? HERMITE_SIGNAL : PANEL_POINTS)

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

/* Sums over n values of r, with these weights. */
static void field_points(const struct generalization *g, size_t n, const double *r, double label, const double *weight,
                         double scale, struct fresh_sums *total)
{
    double y[FIELD_POINTS], value[FIELD_POINTS], force[FIELD_POINTS] = {0};
    for (size_t i = 0; i < n; i++)
        y[i] = label;
    sgdmft_loss_evaluate(g->run, n, r, y, value, g->forces ? force : NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        const double w = scale * weight[i];
        total->loss += w * value[i];
        total->force += w * force[i];
        total->field += w * force[i] * r[i];
        total->square += w * force[i] * force[i];
    }
}

/* Means over r = mean + spread z, z ~ N(0,1), exact for polynomials of the degree 2 HERMITE_SIGNAL - 1. */
static struct fresh_sums field_average_hermite(const struct generalization *g, double mean, double spread, double label)
{
    double r[HERMITE_SIGNAL];
    struct fresh_sums total = {.loss = 0};
    for (size_t i = 0; i < HERMITE_SIGNAL; i++)
        r[i] = mean + spread * g->z_node[i];
    field_points(g, HERMITE_SIGNAL, r, label, g->z_weight, 1, &total);
    return total;
}

/* Means over the same r for any loss, by panels between its kinks. */
static struct fresh_sums field_average_panels(const struct generalization *g, double mean, double spread, double label)
{
    static const double one = 1;
    double r[PANEL_POINTS], weight[PANEL_POINTS], point[SGDMFT_KINKS_MAX];
    struct fresh_sums total = {.loss = 0};
    if (!(spread > 0)) {
        field_points(g, 1, &mean, label, &one, 1, &total);
        return total;
    }
    struct cuts cuts = cuts_wide(CUTS_REACH);
    const size_t kinks = sgdmft_loss_kinks(g->run, label, point);
    for (size_t i = 0; i < kinks; i++)
        cuts_add(&cuts, (point[i] - mean) / spread);
    const size_t zeros = g->run->link->linear ? 0 : g->run->link->inverse(0, g->run->door_width, point);
    for (size_t i = 0; i < zeros; i++)
        cuts_around(&cuts, (point[i] - mean) / spread, spread);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; i < PANEL_POINTS; i++) {
            r[i] = mean + spread * (middle + half * g->node[i]);
            weight[i] = g->weight[i] * normal_density(middle + half * g->node[i]);
        }
        field_points(g, PANEL_POINTS, r, label, weight, half, &total);
    }
    return total;
}

static struct fresh_sums field_average(const struct generalization *g, double mean, double spread, double label)
{
    return g->polynomial ? field_average_hermite(g, mean, spread, label) : field_average_panels(g, mean, spread, label);
}

/* True if l is a polynomial of r for labels of any size, as far as the two averages can tell. */
static bool is_polynomial(const struct generalization *g)
{
    static const double label[] = {-1.7, -0.3, 0.6, 2.1};
    bool same = true;
    for (size_t i = 0; i < sizeof label / sizeof *label; i++) {
        const double exact = field_average_panels(g, 0.4, 1.3, label[i]).loss;
        same = same && fabs(field_average_hermite(g, 0.4, 1.3, label[i]).loss - exact) < 1e-10 * fabs(exact);
    }
    return same;
}

/* True if l depends on r - y alone, as far as values at a few points can tell. */
static bool is_of_difference(const struct sgdmft_run *run)
{
    static const double r[] = {-2.3, -0.7, 0.1, 0.4, 1.1, 3.9}, y[] = {0.8, -1.9, 0.3, 2.2, -0.6, -1.4};
    enum { POINTS = sizeof r / sizeof *r };
    double difference[POINTS], none[POINTS] = {0}, value[POINTS], same[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        difference[i] = r[i] - y[i];
    sgdmft_loss_evaluate(run, POINTS, r, y, value, NULL, NULL);
    sgdmft_loss_evaluate(run, POINTS, difference, none, same, NULL, NULL);
    for (size_t i = 0; i < POINTS; i++)
        if (!(fabs(value[i] - same[i]) <= 1e-13 * fabs(value[i])))
            return false;
    return run->link->linear;
}

/* The average over a label = centre + deviation n, n ~ N(0,1), of a loss of d = r - label, which is Gaussian: one
 * integral in place of two. E[r | d] is linear in d. */
static struct fresh_sums difference_average(const struct generalization *g, double mean, double spread, double centre,
                                            double deviation)
{
    const double both = hypot(spread, deviation), share = spread * spread / (both * both);
    struct fresh_sums total = field_average(g, mean - centre, both, 0);
    total.field = (mean - share * (mean - centre)) * total.force + share * total.field;
    return total;
}

/* The average over a label = centre + deviation n, n ~ N(0,1). Where the field hardly varies, kinks of the loss show
 * as kinks in n, around labels that equal the output. */
static struct fresh_sums noisy_average(const struct generalization *g, double mean, double spread, double centre,
                                       double deviation)
{
    struct fresh_sums total = {.loss = 0};
    double output;
    if (g->difference)
        return difference_average(g, mean, spread, centre, deviation);
    for (size_t j = 0; g->polynomial && j < HERMITE_NOISE; j++) {
        const struct fresh_sums point = field_average(g, mean, spread, centre + deviation * g->noise_node[j]);
        generalization_add(&total, g->noise_weight[j], &point);
    }
    if (g->polynomial)
        return total;
    static const double distance[] = {0, 1, 2.5, 4.5};
    struct cuts cuts = cuts_wide(REACH_NOISE);
    sgdmft_link_evaluate(g->run, 1, &mean, &output);
    for (size_t d = 0; d < sizeof distance / sizeof *distance; d++)
        for (int side = -1; side <= 1; side += 2) /* and kinks at a distance of loss_width */
            for (int wing = -1; wing <= 1; wing++)
                cuts_add(&cuts,
                         (output + wing * g->run->loss_width + side * distance[d] * spread - centre) / deviation);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double n = middle + half * g->node[i];
            const struct fresh_sums point = field_average(g, mean, spread, centre + deviation * n);
            generalization_add(&total, half * g->weight[i] * normal_density(n), &point);
        }
    }
    return total;
}

/* Means at given u, over z and the random part of a real label. */
static struct fresh_sums real_point(const struct generalization *g, const struct sgdmft_component *component, double u,
                                    double m, double along, double C)
{
    const struct sgdmft_run *run = g->run;
    const double root = sqrt(sgdmft_variance(run)), spread = root * sqrt(fmax(0, C - along * along));
    const double mean = component->centre * m + root * u * along;
    const double none[2] = {0, 0}, label = sgdmft_label(run, component, u, none, 0.5);
    /* targets and their noise add up to one Gaussian */
    const double own = component->source == SGDMFT_LABEL_NORMAL ? 1 : 0, deviation = hypot(own, run->label_noise);
    return deviation > 0 ? noisy_average(g, mean, spread, label, deviation) : field_average(g, mean, spread, label);
}

/* Number of kinks of the loss below the mean field at u: it changes where the mean field is at a kink. */
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

/* Cuts at geometrically smaller distances around the u at which the mean field is at a kink, down to the width over
 * which the rest of the field and the noise of the label smooth it. */
static void cut_at_mean_kinks(const struct generalization *g, const struct sgdmft_component *component, double m,
                              double along, double width, struct cuts *cuts)
{
    const double step = 2 * CUTS_REACH / SCAN;
    for (int i = 0; i < SCAN; i++) {
        double low = -CUTS_REACH + step * i, high = -CUTS_REACH + step * (i + 1); /* no gaps */
        const size_t below = kinks_below(g, component, low, m, along);
        if (kinks_below(g, component, high, m, along) == below)
            continue;
        for (int half = 0; half < BISECTIONS; half++) {
            const double middle = (low + high) / 2;
            *(kinks_below(g, component, middle, m, along) == below ? &low : &high) = middle;
        }
        cuts_add(cuts, low);
        double distance = 2;
        for (int level = 0; level < 2 * CUTS_LEVELS && distance > width / 4; level++) {
            distance /= 2;
            cuts_add(cuts, low - distance);
            cuts_add(cuts, low + distance);
        }
    }
}

static struct fresh_sums real_component(const struct generalization *g, const struct sgdmft_component *component,
                                        double m, double along, double C)
{
    struct cuts cuts = g->polynomial ? cuts_start() : cuts_wide(CUTS_REACH);
    if (component->source == SGDMFT_LABEL_TEACHER) {
        double at[SGDMFT_POINTS_MAX];
        const size_t count = sgdmft_teacher_breakpoints(g->run, at);
        for (size_t i = 0; i < count; i++)
            cuts_add(&cuts, at[i]);
        const double spread = sqrt(sgdmft_variance(g->run) * fmax(0, C - along * along));
        const double width = hypot(spread, g->run->label_noise);
        if (!g->polynomial && width < 1)
            cut_at_mean_kinks(g, component, m, along, width, &cuts);
    } else if (along == 0)
        return real_point(g, component, 0, m, 0, C);
    struct fresh_sums total = {.loss = 0};
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double u = middle + half * g->node[i];
            struct fresh_sums point = real_point(g, component, u, m, along, C);
            point.signal = u * point.force;
            generalization_add(&total, half * g->weight[i] * normal_density(u), &point);
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
    g->difference = !sgdmft_has_classes(run) && !g->polynomial && is_of_difference(run);
    return g;
}

void generalization_free(struct generalization *generalization)
{
    free(generalization);
}

/* Means over fresh examples. flip: probability that a label of a class is flipped. */
static struct fresh_sums fresh_means(const struct generalization *g, double flip, double overlap, double field_overlap,
                                     double field_square)
{
    const bool classes = sgdmft_has_classes(g->run);
    struct fresh_sums total = {.loss = 0};
    for (size_t a = 0; a < g->components; a++) {
        const struct sgdmft_component *component = &g->component[a];
        const struct fresh_sums part =
            classes ? generalization_class(g, component, flip, overlap, field_overlap, field_square)
                    : real_component(g, component, overlap, field_overlap, field_square);
        generalization_add(&total, component->weight, &part);
        total.centre += component->weight * component->centre * part.force;
    }
    return total;
}

static void evaluate(const struct generalization *g, double flip, double overlap, double field_overlap,
                     double field_square, double *loss, double *error)
{
    const struct fresh_sums means = fresh_means(g, flip, overlap, field_overlap, field_square);
    *loss = means.loss;
    *error = sgdmft_has_classes(g->run) ? means.error : (double)NAN;
}

struct generalization *generalization_create_forces(const struct sgdmft_run *run)
{
    struct generalization *g = generalization_create(run);
    if (g)
        g->forces = true;
    return g;
}

struct fresh_sums generalization_forces(const struct generalization *g, double overlap, double norm)
{
    return fresh_means(g, g->run->label_noise, overlap, overlap, norm);
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
