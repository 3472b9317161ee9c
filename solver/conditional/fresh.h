/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fresh random numbers of a conditional run: on the side of the weights for the whole run, on the side of the examples
 * chunk by chunk. A run over all examples and the two runs over its halves draw coupled numbers: each example has the
 * same in both, and a fresh direction of the whole is the sum of those of the halves. Each run has the exact law of its
 * size. The mean over the halves differs from the whole by terms of order 1/N, without the fluctuations of order
 * 1/sqrt(N). */
#ifndef SOLVER_CONDITIONAL_FRESH_H
#define SOLVER_CONDITIONAL_FRESH_H

#include <sgdmft/random.h>
#include <stddef.h>

enum fresh_part { FRESH_WHOLE, FRESH_FIRST, FRESH_SECOND, FRESH_ALONE };

struct fresh {
    uint64_t seed;
    uint32_t owner;
    uint32_t step;
    uint32_t draws;       /* made in this step */
    enum fresh_part part; /* ALONE: a run without halves */
};

/* Draws n normals. */
void fresh_normals(struct fresh *fresh, size_t n, double *out);
/* Draws chi of `dim` - `known` degrees of freedom; 0 if there are none. dim is that of this run, and half of it in a
 * half. */
double fresh_chi(struct fresh *fresh, double dim, size_t known);

#endif
