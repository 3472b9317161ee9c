/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vectors of weight space in the limit N -> infinity, by their components along the signal and by the inner products of
 * their parts across it, over N. */
#ifndef SOLVER_ONLINE_VECTOR_GRAM_H
#define SOLVER_ONLINE_VECTOR_GRAM_H

#include <stdbool.h>
#include <stddef.h>

struct vector_gram {
    size_t vectors;
    double *along;  /* [vectors] x.v/N */
    double *across; /* [vectors][vectors] */
};

/* All 0; false without memory. */
bool gram_create(struct vector_gram *gram, size_t vectors);
void gram_free(struct vector_gram *gram);
/* x.y/N */
double gram_dot(const struct vector_gram *gram, size_t x, size_t y);
/* The same of the parts across the signal. */
double gram_across(const struct vector_gram *gram, size_t x, size_t y);
/* x <- factor x */
void gram_scale(struct vector_gram *gram, double factor, size_t x);
/* y <- y + factor x, x and y different */
void gram_add(struct vector_gram *gram, double factor, size_t x, size_t y);
/* x gets independent noise of this variance in each direction. */
void gram_noise(struct vector_gram *gram, double variance, size_t x);

#endif
