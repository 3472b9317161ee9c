/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means over fresh examples of one component with classes, and the tables of the quadrature. */
#ifndef SOLVER_OBSERVE_GENERALIZATION_CLASS_H
#define SOLVER_OBSERVE_GENERALIZATION_CLASS_H

#include <sgdmft/models.h>
#include <sgdmft/run.h>
#include <stdbool.h>

#define PANEL_POINTS 10
#define HERMITE_SIGNAL 16
#define HERMITE_NOISE 8

/* Tables of a run; generalization_create makes them. */
struct generalization {
    const struct sgdmft_run *run;
    bool polynomial; /* the loss is one in r: Gauss-Hermite points are exact */
    bool difference; /* it is none, and depends on r - y alone */
    bool forces;     /* means of forces are taken as well */
    size_t components;
    struct sgdmft_component component[SGDMFT_COMPONENTS_MAX];
    double node[PANEL_POINTS], weight[PANEL_POINTS];         /* Gauss-Legendre on (-1,1) */
    double z_node[HERMITE_SIGNAL], z_weight[HERMITE_SIGNAL]; /* for N(0,1) */
    double noise_node[HERMITE_NOISE], noise_weight[HERMITE_NOISE];
};

/* Means over fresh examples, without a spectrum. */
struct fresh_sums {
    double loss, error;
    double force;  /* E[l'] */
    double centre; /* E[l' c] */
    double signal; /* E[l' u] */
    double field;  /* E[l' r] */
    double square; /* E[l'^2] */
};

/* *total += weight * *part, but for the member `centre`. */
void generalization_add(struct fresh_sums *total, double weight, const struct fresh_sums *part);
/* Means over the fresh examples of a component with classes, by one integral over r. flip: probability that a label is
 * flipped. m: overlap of the weights; along = rho and C = <s C_s> of (T15). */
struct fresh_sums generalization_class(const struct generalization *g, const struct sgdmft_component *component,
                                       double flip, double m, double along, double C);

#endif
