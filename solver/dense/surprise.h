/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Control variates for the noise of the batches, from the linear response of an example. The batch of step j has the
 * innovation (here: surprise) e^j = (sigma^j - E[sigma^j|s^{j-1}]) l'^j, whose mean is zero given the past: the forces
 * g^l of l < j, D(j,l) and the example. The mean response of later forces to it is effect(k,j) e^j. So M(k,l) -
 * sum_{l<j<k} effect(k,j) alpha Delta <e^j g^l> has the mean of M(k,l) over the batches for any effect, and a smaller
 * variance for the right one. The same holds for d and, with l'' in place of l', for Gamma. The response is taken as
 * that of a linear force of curvature l'': effect(k,j) = (w_k/w_j) rho(k,j) - Delta w_k l'' sum_{i=j}^{k-1}
 * P(s^k=1|s^i=1) R(k,i) eta_i effect(i,j), w the weight of a member, rho(k,j) = dE[s^k]/ds^j. It is exact for linear
 * models, also for a chain with memory, since the force of step i vanishes unless s^i = 1. For linear sgd it removes
 * the noise of the batches from M to first order, and from d and Gamma completely. */
#ifndef SOLVER_DENSE_SURPRISE_H
#define SOLVER_DENSE_SURPRISE_H

#include "solver/dense/dyson.h"
#include "solver/paths/reaction.h"

struct surprise {
    size_t stride;        /* row length: steps + 1 */
    double *force;        /* [paths] e^k of the present step */
    double *curvature;    /* [paths] the same with l'' */
    double *memory;       /* [stride] rho(k,j) */
    double *member;       /* [stride] P(s^k = 1) */
    double *effect;       /* [stride][stride] lower half */
    double *M, *Gamma;    /* [stride][stride] lower halves: alpha Delta times the means over the paths of e^j g^l and of
                        * (sigma^j - E) l'' D(j,l) */
    double *d, *centre_d; /* [stride] alpha times those of e^j (c + Delta^(1/2) u) and of e^j c */
};

/* True if surprises are subtracted: averages over s^k are taken, and there is one replica. */
bool surprise_applies(const struct reaction *reaction);
size_t surprise_bytes(const struct sgdmft_run *run, size_t paths);
/* False without memory; surprise_free in either case. */
bool surprise_create(struct surprise *surprise, const struct paths *paths);
void surprise_free(struct surprise *surprise);
/* Computes the innovations of the batch of step k, force and curvature. Called after paths_select. */
void surprise_innovate(struct surprise *surprise, const struct reaction *reaction);
/* Corrects rows k of M and Gamma, d and centre_d of dyson. Rows k of the surprise's own M and Gamma are set before. */
void surprise_correct(struct surprise *surprise, const struct reaction *reaction, long k, struct dyson *dyson);
/* Archives the state at the beginning of step `step`. */
bool surprise_archive(struct surprise *surprise, long step, struct archive *archive);

#endif
