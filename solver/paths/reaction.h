/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reaction of the paths of a group to their pre-activations at one step: losses, forces and curvatures with the batch
 * of the step, and averages over the paths. Common to the engines. */
#ifndef SOLVER_PATHS_REACTION_H
#define SOLVER_PATHS_REACTION_H

#include "solver/paths/paths.h"

struct reaction {
    const struct paths *paths;
    bool averages;                   /* moments are averaged over s^k (THEORY 5.2) */
    double *value, *first, *second;  /* [all] l, l', l'' of the present step */
    double *mean_g, *mean_curvature; /* [all] sigma l', sigma l'', averaged over s^k where the rule allows it */
    double *curvature;               /* [all] sigma l'' */
    const double *weight;            /* [all] of the paths in averages, in mean_g and in mean_curvature; NULL: all 1 */
};

/* True if the rule allows averages over s^k and s^k is random. */
bool reaction_averages(const struct sgdmft_run *run);
size_t reaction_bytes(size_t all);
/* False without memory; reaction_free in either case. */
bool reaction_create(struct reaction *reaction, const struct paths *paths);
void reaction_free(struct reaction *reaction);
/* l, l', l'' of the paths begin..end-1 at their pre-activations r[all]. */
void reaction_evaluate(struct reaction *reaction, const double *r, size_t begin, size_t end);
/* Fills g[all] = sigma l' and the other products with sigma. Called after paths_select. */
void reaction_force(struct reaction *reaction, double *g);

/* Averages over all paths, summed by blocks in index order. */
double paths_mean(size_t n, const double *x);
/* E[l]. */
double reaction_loss(const struct reaction *reaction);
/* Fraction of paths with y phi(r) < 0, NaN for real labels. */
double reaction_training_error(const struct reaction *reaction, const double *r);
/* E[sigma^2 l'^2] and d^k (T4). The losses of the step are overwritten. */
double reaction_square(struct reaction *reaction);
double reaction_drift(struct reaction *reaction);
/* alpha E[g c], the part of d^k along the centres. */
double reaction_centre_drift(struct reaction *reaction);

#endif
