/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A linear map with several outputs, y = W x/sqrt(N), learned by sgd with the square loss: a small simulation that
 * measures the whole covariance matrix of the stationary state and holds it against the relations between noise and
 * response:
 *
 *     covariance   H S + S H - eta H S H = eta B    S: of the weights of all outputs; B: of the mini-batch gradient
 * (T13) yaida1       <w.g> = (eta/2) <|g|^2>          g: mini-batch gradient, ridge included yaida2       <|grad H|^2>
 * = (eta/2) <g.H g>   grad H: full gradient
 *
 * The first is Han et al.'s, for batches drawn with probability b; the other two are Yaida's (ICLR 2019,
 * arXiv:1810.00004). All outputs see the same batch, so that B couples them. */
#ifndef VALIDATION_LINEAR_MAP_LINEAR_MAP_H
#define VALIDATION_LINEAR_MAP_LINEAR_MAP_H

#include <sgdmft/status.h>
#include <stdbool.h>
#include <stdint.h>

struct linear_map_run {
    long outputs, dim, examples, steps, runs; /* the first fifth of the steps is left out */
    double rate, batch, ridge, noise;         /* noise: standard deviation added to the targets */
    uint64_t seed;
};

struct linear_map_relation {
    const char *name;
    double left, right;    /* covariance: traces */
    double difference, se; /* of left - right */
};

struct linear_map_result {
    struct linear_map_relation relation[3]; /* covariance, yaida1, yaida2; means over the runs */
    double residual;       /* |H S + S H - eta H S H - eta B| / |eta B|, Frobenius, of the means over the runs */
    double residual_noise; /* expected from sampling alone */
    double without;        /* the same residual without the term - eta H S H */
    double coupling;       /* share of |B|^2 in the blocks between different outputs */
};

/* USAGE: a value out of range, or a rate at which the run does not rest. INTERNAL: no memory. */
enum sgdmft_status linear_map(const struct linear_map_run *run, struct linear_map_result *result,
                              struct sgdmft_error *error);

#endif
