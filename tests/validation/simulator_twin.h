/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slow twin of the simulator: (T1) in plain loops and double precision, from the same random streams. Losses, links
 * and labels are spelled out here once more, from THEORY section 1. */
#ifndef TESTS_VALIDATION_SIMULATOR_TWIN_H
#define TESTS_VALIDATION_SIMULATOR_TWIN_H

#include <sgdmft/run.h>

#define TWIN_DIM_MAX 160
#define TWIN_WAITING_MAX 4

struct twin_set {
    size_t count;
    double *row;   /* [count][dim] */
    double *label; /* [count] */
};

struct twin {
    double signal[TWIN_DIM_MAX], weights[TWIN_DIM_MAX], waiting[TWIN_WAITING_MAX][TWIN_DIM_MAX];
    struct twin_set train, test;
    unsigned char *selected;
    uint32_t *place;
    double force[TWIN_DIM_MAX];             /* less of the gradient of the next steps; 0 at first */
    double buffer[TWIN_DIM_MAX];            /* of momentum */
    double gradient_overlap, gradient_norm; /* w.g/N and |g|^2/N of the step made last, ridge included */
};

/* overlap, norm, train_loss, train_error, test_loss, test_error */
struct twin_values {
    double series[6];
};

/* A resolved run of "name value name value ..." texts; fails the test if there is none. */
struct sgdmft_run twin_run(const char *first, const char *second);
void twin_create(const struct sgdmft_run *run, uint32_t number, struct twin *twin);
void twin_free(struct twin *twin);
double twin_product(const struct sgdmft_run *run, const double *a, const double *b);
struct twin_values twin_measure(const struct sgdmft_run *run, const struct twin *twin);
/* Step k -> k+1. */
void twin_step(const struct sgdmft_run *run, uint32_t number, long k, struct twin *twin);
/* The same for replicas: twins that were made alike, and draw one after the other. */
void twin_step_replicas(const struct sgdmft_run *run, uint32_t number, long k, size_t replicas, struct twin *twin);
/* One Runge-Kutta step of length t of the gradient flow. */
void twin_flow(const struct sgdmft_run *run, double t, struct twin *twin);

#endif
