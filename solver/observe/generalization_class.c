/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means over fresh examples with classes. The label is a function of u alone, and u given r is Gaussian: one integral
 * over r is left, in which P(y|r) is a sum of error functions. */
#include "solver/observe/generalization_class.h"
#include "models/base/cuts.h"

#include <math.h>

void generalization_add(struct fresh_sums *total, double weight, const struct fresh_sums *part)
{
    total->loss += weight * part->loss;
    total->error += weight * part->error;
    total->force += weight * part->force;
    total->field += weight * part->field;
    total->square += weight * part->square;
    total->signal += weight * part->signal;
}

/* P(teacher(u) = +1) for u ~ N(mean, sd^2): the measure of the intervals between the teacher's jumps on which it is +1.
 * *moment is E[u] over them (NULL: not needed). */
static double positive_probability(const struct sgdmft_run *run, double mean, double sd, double *moment)
{
    if (moment)
        *moment = 0;
    double jump[SGDMFT_POINTS_MAX + 2] = {-(double)INFINITY}, total = 0;
    const size_t jumps = sgdmft_teacher_breakpoints(run, jump + 1);
    jump[jumps + 1] = (double)INFINITY;
    for (size_t i = 0; i <= jumps; i++) {
        const double low = jump[i], high = jump[i + 1];
        const double inside = isinf(low) ? (isinf(high) ? 0 : high - 1) : isinf(high) ? low + 1 : (low + high) / 2;
        if (run->teacher->label(inside, run->teacher_width) > 0) {
            const double a = (low - mean) / sd, b = (high - mean) / sd;
            /* by erfc of the nearer tail, which does not cancel */
            const double twice =
                a > 0 ? erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2) : erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2);
            total += twice;
            if (moment)
                *moment += mean * twice / 2 + sd * (normal_density(a) - normal_density(b));
        }
    }
    return total / 2;
}

/* Label of a class at given r: P(y = +1), E[u; y = +1] and E[u]. */
struct class_label {
    double positive, signal, all;
};

/* Integrand at r, averaged over y = +1 and -1. */
static struct fresh_sums class_point(const struct generalization *g, double r, struct class_label label)
{
    const double both[2] = {r, r}, y[2] = {1, -1}, share[2] = {label.positive, 1 - label.positive};
    double value[2], force[2] = {0, 0}, phi;
    sgdmft_loss_evaluate(g->run, 2, both, y, value, g->forces ? force : NULL, NULL);
    sgdmft_link_evaluate(g->run, 1, both, &phi);
    return (struct fresh_sums){.loss = share[0] * value[0] + share[1] * value[1],
                               .error = phi < 0   ? share[0]
                                        : phi > 0 ? share[1]
                                                  : 0,
                               .force = share[0] * force[0] + share[1] * force[1],
                               .field = r * (share[0] * force[0] + share[1] * force[1]),
                               .square = share[0] * force[0] * force[0] + share[1] * force[1] * force[1],
                               .signal = label.signal * force[0] + (label.all - label.signal) * force[1]};
}

/* Label for u ~ N(mean, rest^2), flipped with probability `flip`. */
static struct class_label class_label(const struct generalization *g, const struct sgdmft_component *component,
                                      double flip, double mean, double rest)
{
    struct class_label label = {.positive = component->label > 0 ? 1 : 0, .all = mean};
    label.signal = label.positive * mean;
    if (component->source == SGDMFT_LABEL_TEACHER)
        label.positive = positive_probability(g->run, mean, fmax(rest, 1e-300), g->forces ? &label.signal : NULL);
    label.positive = flip + (1 - 2 * flip) * label.positive;
    label.signal = flip * mean + (1 - 2 * flip) * label.signal;
    return label;
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
        cuts_around(cuts, (r[i] - mean) / sd, sd);
}

/* Cuts around x = jump/rho, where P(y = +1 | x) steps with width sqrt(1 - rho^2)/rho. */
static void cut_at_jumps(const struct sgdmft_run *run, double rho, double rest, struct cuts *cuts)
{
    static const double distance[] = {0, 1, 2.5, 4.5, 7};
    double jump[SGDMFT_POINTS_MAX];
    const size_t jumps = sgdmft_teacher_breakpoints(run, jump);
    for (size_t i = 0; i < jumps && rho != 0; i++)
        for (size_t d = 0; d < sizeof distance / sizeof *distance; d++) {
            cuts_add(cuts, jump[i] / rho + distance[d] * rest / fabs(rho));
            cuts_add(cuts, jump[i] / rho - distance[d] * rest / fabs(rho));
        }
}

struct fresh_sums generalization_class(const struct generalization *g, const struct sgdmft_component *component,
                                       double flip, double m, double along, double C)
{
    const struct sgdmft_run *run = g->run;
    const double root = sqrt(sgdmft_variance(run)), sd = root * sqrt(C), mean = component->centre * m;
    const double rho = fmin(1, fmax(-1, along / sqrt(C))), rest = sqrt(fmax(0, 1 - rho * rho));
    if (!(sd > 0)) /* w = 0: r does not vary, u does */
        return class_point(g, mean, class_label(g, component, flip, 0, 1));
    struct cuts cuts = cuts_start();
    struct fresh_sums total = {.loss = 0};
    cut_at_kinks(run, mean, sd, &cuts);
    if (component->source == SGDMFT_LABEL_TEACHER)
        cut_at_jumps(run, rho, rest, &cuts);
    for (size_t c = 0; c + 1 < cuts.count; c++) {
        const double half = (cuts.at[c + 1] - cuts.at[c]) / 2, middle = (cuts.at[c + 1] + cuts.at[c]) / 2;
        for (size_t i = 0; half > 0 && i < PANEL_POINTS; i++) {
            const double x = middle + half * g->node[i], w = half * g->weight[i] * normal_density(x);
            const struct fresh_sums point =
                class_point(g, mean + sd * x, class_label(g, component, flip, rho * x, rest));
            generalization_add(&total, w, &point);
        }
    }
    return total;
}
