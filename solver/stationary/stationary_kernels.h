/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels of the stationary state (THEORY 7), and the sizes of the sample that measures it. Times count
 * modulo the period n: n = 1/b for reshuffle, 1 for every other rule. Kernels are labelled by the phase of their later
 * time and by the lag. */
#ifndef SOLVER_STATIONARY_STATIONARY_KERNELS_H
#define SOLVER_STATIONARY_STATIONARY_KERNELS_H

#include <sgdmft/run.h>
#include <stddef.h>

struct stationary_shape {
    size_t period; /* n */
    size_t memory; /* L: lags 0..L-1 of the kernels, 1..L of the reaction; a multiple of n */
    size_t block;  /* steps whose reaction to the past is one matrix product; a multiple of n */
    size_t burn;   /* steps that are not measured, a multiple of block */
    size_t steps;  /* all steps of a path, a multiple of block */
    size_t ring;   /* length of the stationary noise, at least steps + memory; a multiple of n */
    size_t reach;  /* lags 1..reach of the response in the order parameters */
};

/* The kernels are one vector of numbers, so that a fixed point can be sought in it. */
struct stationary_kernels {
    size_t period, memory, length;
    double *Gamma; /* [n][L] */
    double *M;     /* [n][L] M(k,l) - M_inf */
    double *M_inf; /* [n][n] */
    double *m;     /* [n] */
};

/* Steps of the period of the run's rule. */
size_t stationary_period(const struct sgdmft_run *run);
/* The smallest shape with at least this memory and `spans` memories of measured steps. */
struct stationary_shape stationary_shape(const struct sgdmft_run *run, size_t memory, size_t spans);
size_t stationary_length(size_t period, size_t memory);
/* Points into vector[stationary_length(period, memory)]. */
struct stationary_kernels stationary_view(size_t period, size_t memory, double *vector);
/* Copies kernels to another memory: zero beyond the shorter one. */
void stationary_refit(const struct stationary_kernels *from, struct stationary_kernels *to);
/* Numbers by which residuals of the kernels are measured: scale[length], all positive. */
void stationary_scale(const struct stationary_kernels *kernels, double *scale);

#endif
